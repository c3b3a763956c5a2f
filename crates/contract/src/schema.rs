//! A schema, as it is used: its references followed, its keywords read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::finding::{Finding, What};
use crate::json_type::JsonType;
use crate::place::Place;
use crate::time::Time;

/// What a value may be: one of some branches; one alone where nothing branches.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) branches: Vec<Arc<Branch>>,
    /// Whether exactly one branch has to fit.
    pub(crate) exclusive: bool,
    /// Whether a row or a page cannot be read without it: the extension `x-needed`.
    pub(crate) needed: bool,
    /// Whether something of the model comes from it, or from what is in it: the extension `x-read`.
    pub(crate) read: bool,
    /// Whether whole pages without it are known: the extension `x-not-on-pages`.
    pub(crate) not_on_pages: bool,
}

/// One way in which a value may be.
#[derive(Debug, Default)]
pub(crate) struct Branch {
    /// None: any type.
    pub(crate) types: Vec<JsonType>,
    pub(crate) members: BTreeMap<String, Arc<Schema>>,
    pub(crate) required: BTreeSet<String>,
    pub(crate) further: Further,
    pub(crate) items: Option<Arc<Schema>>,
    pub(crate) least_items: usize,
    pub(crate) most_items: Option<usize>,
    /// The only values that may be: `enum` and `const`.
    pub(crate) values: Option<Vec<Value>>,
    /// The values that are known of an open set: the extension `x-known-values`.
    pub(crate) known: Vec<Value>,
    pub(crate) time: Option<Time>,
    pub(crate) role: Option<Role>,
}

/// What a value is to who walks through the pages of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It holds the rows: the extension `x-rows`.
    Rows,
    /// How many rows the whole list has: the extension `x-total`.
    Total,
    /// What the next page is asked for by, and null or blank on the last one: the extension `x-next`.
    Next,
}

/// Members that have no schema of their own.
#[derive(Debug, Default)]
pub(crate) enum Further {
    /// Anything, which is not looked at.
    #[default]
    Open,
    /// None.
    Closed,
    /// Their names are values; what stands under them has this schema.
    Each(Arc<Schema>),
}

impl Further {
    /// The schema of what stands under names that are values.
    pub(crate) fn each(&self) -> Option<&Schema> {
        match self {
            Self::Each(schema) => Some(schema),
            Self::Open | Self::Closed => None,
        }
    }
}

impl Schema {
    /// The branches that a value of this type can be.
    pub(crate) fn of_type(&self, kind: JsonType) -> impl Iterator<Item = &Branch> {
        let branches = self.branches.iter().map(AsRef::as_ref);
        branches.filter(move |branch: &&Branch| kind.is_among(&branch.types))
    }

    /// The types of all branches, without repetition; none for any type.
    pub(crate) fn types(&self) -> Vec<JsonType> {
        if self.branches.iter().any(|branch| branch.types.is_empty()) {
            return Vec::new();
        }
        let types: BTreeSet<JsonType> = self
            .branches
            .iter()
            .flat_map(|branch| branch.types.iter().copied())
            .collect();
        types.into_iter().collect()
    }

    /// The value in this role, in `value` or in an object inside it.
    pub(crate) fn in_role<'v>(&self, role: Role, value: &'v Value) -> Option<&'v Value> {
        let mut branches = self.of_type(JsonType::of(value));
        branches.find_map(|branch| match value {
            value if branch.role == Some(role) => Some(value),
            Value::Object(members) => members
                .iter()
                .find_map(|(name, value)| branch.members.get(name)?.in_role(role, value)),
            _ => None,
        })
    }

    /// Whether a value of this type is not looked into.
    pub(crate) fn is_open(&self, kind: JsonType) -> bool {
        self.of_type(kind).any(|branch| match kind {
            JsonType::Object => branch.members.is_empty() && matches!(branch.further, Further::Open),
            JsonType::Array => branch.items.is_none(),
            _ => false,
        })
    }

    pub(crate) fn check(&self, value: &Value, place: &Place<'_>, findings: &mut Vec<Finding>) {
        let found = JsonType::of(value);
        let mut tried: Vec<Vec<Finding>> = self
            .of_type(found)
            .map(|branch| {
                let mut findings = Vec::new();
                branch.check(value, place, &mut findings);
                findings
            })
            .collect();
        tried.sort_by_key(Vec::len);
        let fitting = tried.iter().filter(|findings| findings.is_empty()).count();
        if fitting > 1 && self.exclusive {
            findings.push(Finding::new(place, What::Ambiguous));
        }
        match tried.into_iter().next() {
            // Of several alternatives that do not fit, the nearest says most.
            Some(nearest) => findings.extend(nearest),
            None => {
                let expected = self.types();
                findings.push(Finding::new(place, What::WrongType { expected, found }));
            }
        }
    }
}

impl Branch {
    pub(crate) fn lists_values(&self) -> bool {
        self.values.is_some() || !self.known.is_empty()
    }

    /// Whether the value is one of those that are listed.
    pub(crate) fn lists(&self, value: &Value) -> bool {
        self.known.contains(value) || self.values.as_ref().is_some_and(|values| values.contains(value))
    }

    fn check(&self, value: &Value, place: &Place<'_>, findings: &mut Vec<Finding>) {
        if let Some(values) = self.values.as_ref().filter(|values| !values.contains(value)) {
            let expected = values.iter().map(Value::to_string).collect();
            findings.push(Finding::new(place, What::WrongValue { expected }));
        }
        if let Some(expected) = self.time.filter(|time| !time.admits(value)) {
            findings.push(Finding::new(place, What::WrongTime { expected }));
        }
        match value {
            Value::Object(members) => self.check_members(members, place, findings),
            Value::Array(items) => {
                if items.len() < self.least_items || self.most_items.is_some_and(|most| items.len() > most) {
                    findings.push(Finding::new(place, What::WrongLength));
                }
                if let Some(schema) = &self.items {
                    for (index, item) in items.iter().enumerate() {
                        schema.check(item, &Place::Item(place, index), findings);
                    }
                }
            }
            _ => {}
        }
    }

    fn check_members(&self, members: &Map<String, Value>, place: &Place<'_>, findings: &mut Vec<Finding>) {
        for name in self.required.iter().filter(|name| !members.contains_key(*name)) {
            findings.push(Finding::new(&place.member(name), What::Missing));
        }
        for (name, value) in members {
            match (self.members.get(name), &self.further) {
                (Some(schema), _) => schema.check(value, &place.member(name), findings),
                (None, Further::Each(schema)) => schema.check(value, &Place::Entries(place), findings),
                (None, Further::Closed) => findings.push(Finding::new(&place.member(name), What::Unknown)),
                (None, Further::Open) => {}
            }
        }
    }
}
