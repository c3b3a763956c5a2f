use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::baseline::Filled;
use crate::json_type::JsonType;
use crate::operation::Operation;
use crate::place::{Place, shown};
use crate::schema::{Branch, Further, Schema};

/// How many members that no contract has are kept of one object. A vendor adds a few; more are data that stands as names.
const MOST_NEW_MEMBERS: usize = 32;

/// How many values are kept of one member. The largest known set has 13.
const MOST_VALUES: usize = 64;

/// The longest value that is kept. The longest known one has 21 letters.
const LONGEST_VALUE: usize = 40;

/// What replies of one operation look like: which members are there, how often, of which types. Of a person it holds nothing.
///
/// It holds names of members, counts, and the values of members whose contract lists values. Where the contract does not say
/// what is inside, as for a provider's own row, it does not look inside. So it is no larger than the contract allows, however
/// many rows are added.
///
/// ```
/// use rollbook_contract::Contract;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let banyan = Contract::of("banyan").ok_or("no such vendor")?;
/// let operation = banyan.operation("devices").ok_or("no such operation")?;
/// let mut shape = operation.shape();
/// shape.add(&json!({"devices": [{"Banned": "yes"}], "count": "1"}));
/// let drifts = operation.compare(&shape);
/// let drift = drifts.iter().find(|drift| drift.place == "$.count").ok_or("no drift")?;
/// assert_eq!(drift.to_string(), "breaking: $.count: string where integer is expected (1 of 1)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Shape<'c> {
    pub(crate) schema: Option<&'c Schema>,
    pub(crate) root: Node,
}

/// What was seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) types: Counts<JsonType>,
    /// How many values there were that say something: neither null nor an empty text, array or object.
    pub(crate) filled: u64,
    /// Of members whose contract lists values.
    pub(crate) values: Counts<String>,
    /// How many times there were of another form or unit than the contract has.
    pub(crate) other_times: u64,
    pub(crate) members: BTreeMap<String, Node>,
    /// Members that the contract has not. What is in them is not looked at.
    pub(crate) new_members: BTreeMap<String, Counts<JsonType>>,
    /// The items of an array.
    pub(crate) items: Option<Box<Node>>,
    /// The members of an object whose names are values.
    pub(crate) entries: Option<Box<Node>>,
}

pub(crate) type Counts<T> = BTreeMap<T, u64>;

/// What was seen at one place, for a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// Where: `$.results[].email`.
    pub place: String,
    /// How often each type was there.
    pub types: BTreeMap<JsonType, u64>,
    /// How often each value was there, where the contract lists values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, u64>,
}

impl Operation {
    /// The shape of no reply yet. Replies are added to it: those that came when all was well.
    pub fn shape(&self) -> Shape<'_> {
        Shape {
            schema: self.answer(),
            root: Node::default(),
        }
    }
}

impl Shape<'_> {
    /// Adds the body of a reply.
    pub fn add(&mut self, body: &Value) {
        self.root.add(self.schema, body);
    }

    /// Adds what another shape of the same operation has seen.
    pub fn merge(&mut self, other: &Self) {
        self.root.merge(&other.root);
    }

    /// All places, in the order of their names.
    pub fn seen(&self) -> Vec<Seen> {
        let mut seen = Vec::new();
        self.root.list("$", &mut seen);
        seen
    }
}

impl Node {
    pub(crate) fn count(&self) -> u64 {
        self.types.values().sum()
    }

    pub(crate) fn of(&self, kind: JsonType) -> u64 {
        self.types.get(&kind).copied().unwrap_or(0)
    }

    fn add(&mut self, schema: Option<&Schema>, value: &Value) {
        let kind = JsonType::of(value);
        *self.types.entry(kind).or_default() += 1;
        self.filled += u64::from(says_something(value));
        // What is not of a type that the contract has is a drift, and nothing is known of what is inside.
        let Some(schema) = schema.filter(|schema| !schema.is_open(kind)) else {
            return;
        };
        let mut branches = schema.of_type(kind).peekable();
        if branches.peek().is_none() {
            return;
        }
        match value {
            Value::Object(members) => {
                let branches: Vec<&Branch> = branches.collect();
                for (name, value) in members {
                    self.add_member(&branches, name, value);
                }
            }
            Value::Array(items) => {
                let schema = branches.find_map(|branch| branch.items.as_deref());
                let node = self.items.get_or_insert_default();
                for item in items {
                    node.add(schema, item);
                }
            }
            Value::String(_) | Value::Number(_) => {
                let branches: Vec<&Branch> = branches.collect();
                if branches.iter().any(|branch| branch.lists_values()) {
                    let is_listed = branches.iter().any(|branch| branch.lists(value));
                    add_bounded(&mut self.values, kept(value, is_listed), 1, MOST_VALUES);
                }
                if branches
                    .iter()
                    .all(|branch| branch.time.is_some_and(|time| !time.admits(value)))
                {
                    self.other_times += 1;
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add_member(&mut self, branches: &[&Branch], name: &str, value: &Value) {
        let known = branches.iter().find_map(|branch| branch.members.get(name));
        if let Some(schema) = known {
            let node = match self.members.get_mut(name) {
                Some(node) => node,
                None => self.members.entry(name.to_owned()).or_default(),
            };
            return node.add(Some(schema.as_ref()), value);
        }
        let each = branches.iter().find_map(|branch| branch.further.each());
        if let Some(schema) = each {
            self.entries.get_or_insert_default().add(Some(schema), value);
        } else if branches
            .iter()
            .all(|branch| matches!(branch.further, Further::Closed))
        {
            let shown = shown(name);
            let types = Counts::from([(JsonType::of(value), 1)]);
            self.add_new_member(shown, &types);
        }
    }

    /// Past the bound they are counted together, as one whose name is not shown.
    fn add_new_member(&mut self, name: &str, types: &Counts<JsonType>) {
        let is_kept = self.new_members.contains_key(name) || self.new_members.len() < MOST_NEW_MEMBERS;
        let name = if is_kept { name } else { "*" };
        add_all(self.new_members.entry(name.to_owned()).or_default(), types);
    }

    fn merge(&mut self, other: &Self) {
        add_all(&mut self.types, &other.types);
        self.filled += other.filled;
        self.other_times += other.other_times;
        for (value, count) in &other.values {
            add_bounded(&mut self.values, value.clone(), *count, MOST_VALUES);
        }
        for (name, node) in &other.members {
            self.members.entry(name.clone()).or_default().merge(node);
        }
        for (name, types) in &other.new_members {
            self.add_new_member(name, types);
        }
        for (mine, others) in [
            (&mut self.items, &other.items),
            (&mut self.entries, &other.entries),
        ] {
            if let Some(others) = others {
                mine.get_or_insert_default().merge(others);
            }
        }
    }

    /// The places of all members that the contract has, each with how many of the objects around it fill it.
    pub(crate) fn fill(&self, schema: &Schema, place: &Place<'_>, filled: &mut BTreeMap<String, Filled>) {
        let of = self.of(JsonType::Object);
        let objects = || schema.of_type(JsonType::Object).filter(|_| of > 0);
        for (name, schema) in objects().flat_map(|branch| &branch.members) {
            let (place, node) = (place.member(name), self.members.get(name));
            let with = node.map_or(0, |node| node.filled);
            filled.insert(place.to_string(), Filled { with, of });
            if let Some(node) = node {
                node.fill(schema, &place, filled);
            }
        }
        let items = schema.of_type(JsonType::Array);
        let items = items.filter_map(|branch| branch.items.as_deref()).next();
        if let (Some(schema), Some(node)) = (items, &self.items) {
            node.fill(schema, &Place::Items(place), filled);
        }
        let entries = objects().filter_map(|branch| branch.further.each()).next();
        if let (Some(schema), Some(node)) = (entries, &self.entries) {
            node.fill(schema, &Place::Entries(place), filled);
        }
    }

    fn list(&self, place: &str, seen: &mut Vec<Seen>) {
        seen.push(Seen {
            place: place.to_owned(),
            types: self.types.clone(),
            values: self.values.clone(),
        });
        for (name, node) in &self.members {
            node.list(&format!("{place}.{name}"), seen);
        }
        for (name, types) in &self.new_members {
            seen.push(Seen {
                place: format!("{place}.{name}"),
                types: types.clone(),
                values: BTreeMap::new(),
            });
        }
        if let Some(items) = &self.items {
            items.list(&format!("{place}[]"), seen);
        }
        if let Some(entries) = &self.entries {
            entries.list(&format!("{place}.*"), seen);
        }
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// The value as it is kept: a text that the contract does not list, and that could be more than a word of a set, is `*`.
fn kept(value: &Value, is_listed: bool) -> String {
    match value {
        Value::String(text) if is_listed || looks_like_a_word(text) => text.clone(),
        Value::String(_) => "*".to_owned(),
        other => other.to_string(),
    }
}

/// Whether the text is one word as sets have them: a name of two words is a person's, and a long number is somebody's.
fn looks_like_a_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.len() <= LONGEST_VALUE && digits <= 4 && text.chars().all(is_part)
}

fn add_bounded(counts: &mut Counts<String>, value: String, count: u64, most: usize) {
    let is_kept = counts.contains_key(&value) || counts.len() < most;
    let value = if is_kept { value } else { "*".to_owned() };
    *counts.entry(value).or_default() += count;
}

fn add_all<T: Ord + Clone>(counts: &mut Counts<T>, others: &Counts<T>) {
    for (key, count) in others {
        *counts.entry(key.clone()).or_default() += count;
    }
}
