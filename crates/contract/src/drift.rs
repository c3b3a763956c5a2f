use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::absence::Absence;
use crate::baseline::{Baseline, Filled};
use crate::json_type::{JsonType, listed};
use crate::operation::Operation;
use crate::place::Place;
use crate::schema::{Branch, Schema};
use crate::shape::{Node, Shape};
use crate::time::Time;

/// Something in which replies differ from the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The operation whose replies they are.
    pub operation: String,
    /// Where: `$.results[].email`.
    pub place: String,
    /// How much it matters.
    pub severity: Severity,
    /// What differs.
    #[serde(flatten)]
    pub kind: DriftKind,
    /// How often it was so.
    pub seen: u64,
    /// How often it could have been so.
    pub of: u64,
}

/// In what replies can differ from a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DriftKind {
    /// A member that the contract has not.
    NewMember {
        /// Its types.
        found: Vec<JsonType>,
    },
    /// A member of the contract that was not there.
    MissingMember,
    /// A value of a type that the contract has not.
    TypeChanged {
        /// The types that it has.
        expected: Vec<JsonType>,
        /// The type that was there.
        found: JsonType,
    },
    /// A time of another form or unit, of a type that it can have.
    TimeChanged {
        /// The form that the contract has.
        expected: Time,
    },
    /// A null where the contract has none.
    NewlyNull,
    /// A value that the contract does not list.
    NewEnumValue {
        /// The value; `*` for one that is too long for a word of a set.
        value: String,
    },
    /// Null or empty in every object, and not so in the baseline.
    NewlyEmpty,
    /// An answer that is no JSON.
    NoJson,
    /// No row on the first page of a list that has some.
    EmptyPage {
        /// How many rows the list has.
        total: u64,
    },
    /// Fewer rows on the first page than there should be, and more to come.
    SmallerPage {
        /// How many are on it.
        rows: u64,
        /// How many there should be.
        expected: u64,
    },
    /// A list that has less than half of the rows that it had.
    SmallerList {
        /// How many it has.
        rows: u64,
        /// How many it had at least.
        had: u64,
    },
    /// An answer that took long on the wire.
    SlowPage {
        /// How long, in milliseconds.
        ms: u64,
        /// What it should not be longer than: three times what it was in the baseline, or a second where that is more; 10
        /// seconds without one.
        limit: u64,
    },
}

/// How much a drift matters. The greater one is the worse one.
///
/// | what | severity |
/// |---|---|
/// | a type changed, of a member that is needed or in half of the values or more | breaking: it is not read any more |
/// | another type in fewer values | notable: the rows with it lose that member, and are told |
/// | a time has another form or unit | breaking: it is not read, or as another time |
/// | a member that is needed is missing or null: an id, the rows, what ends the walk | breaking |
/// | a member from which something of the model comes, and that the contract requires, is missing or null in every one of five objects or more | breaking |
/// | another member that the contract requires is missing; one that is never null is | notable |
/// | a new value of a set that is closed, as `"TRUE"` and `"FALSE"` | breaking |
/// | a new value of an open set | notable: it is kept as it came |
/// | a new member | notable: it is kept with its row |
/// | a member that need not be there is in none of 20 objects or more, and something of the model comes from it | notable: this source may never have had it |
/// | another member that need not be there is in none | info |
/// | a member that was filled in the baseline is filled in none of the objects, and chance does not explain it | breaking where something of the model comes from it, else notable |
/// | a member that was not there in the baseline either | info; notable where the contract requires it |
/// | an answer is no JSON; the first page of a list has no row, and the list has some | breaking |
/// | fewer rows on the first page than there should be; a list half as long; an answer that took long | notable |
/// | a page that was as small in the baseline | info |
///
/// How many objects are needed comes from chance: what every second object has is missing from 20 by chance once in a million
/// times. With a baseline it is the same chance, worked out from how many objects had the member then: three rows are enough
/// where 100 of 100 had it, 20 where 50 had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody should look at it; nothing is lost.
    Notable,
    /// Rows, members or the proof of a walk are lost.
    Breaking,
}

impl Operation {
    /// In what the replies of a shape differ from the contract, in the order of their places.
    ///
    /// A shape of another operation is compared all the same, and differs in about everything.
    pub fn compare(&self, shape: &Shape<'_>) -> Vec<Drift> {
        self.compare_since(shape, None)
    }

    pub(crate) fn compare_since(&self, shape: &Shape<'_>, before: Option<&Baseline>) -> Vec<Drift> {
        let mut comparison = Comparison {
            operation: &self.id,
            before,
            drifts: Vec::new(),
        };
        if let Some(schema) = self.answer() {
            comparison.node(schema, &shape.root, &Place::Root("$"));
        }
        comparison.drifts.sort_by(|a, b| a.place.cmp(&b.place));
        comparison.drifts
    }
}

struct Comparison<'a> {
    operation: &'a str,
    before: Option<&'a Baseline>,
    drifts: Vec<Drift>,
}

impl Comparison<'_> {
    fn say(&mut self, place: &Place<'_>, severity: Severity, kind: DriftKind, seen: u64, of: u64) {
        self.drifts.push(Drift {
            operation: self.operation.to_owned(),
            place: place.to_string(),
            severity,
            kind,
            seen,
            of,
        });
    }

    fn node(&mut self, schema: &Schema, node: &Node, place: &Place<'_>) {
        let expected = schema.types();
        for (found, count) in &node.types {
            if found.is_among(&expected) {
                continue;
            }
            let (severity, kind) = match found {
                JsonType::Null if schema.needed => (Severity::Breaking, DriftKind::NewlyNull),
                // To who reads it, nothing but null is as nothing at all.
                JsonType::Null if node.of(JsonType::Null) == node.count() => {
                    let absence = Absence {
                        schema,
                        is_required: true,
                        of: node.count(),
                        before: self.filled_before(place),
                    };
                    (absence.severity(), DriftKind::NewlyNull)
                }
                JsonType::Null => (Severity::Notable, DriftKind::NewlyNull),
                found => {
                    let (expected, found) = (expected.clone(), *found);
                    // One row among many is that row's affair, and costs that row's member.
                    let values = node.count() - node.of(JsonType::Null);
                    let severity = match schema.needed || 2 * count >= values {
                        true => Severity::Breaking,
                        false => Severity::Notable,
                    };
                    (severity, DriftKind::TypeChanged { expected, found })
                }
            };
            self.say(place, severity, kind, *count, node.count());
        }
        self.values(schema, node, place);
        let time = schema.branches.iter().find_map(|branch| branch.time);
        if let Some(expected) = time.filter(|_| node.other_times > 0) {
            let kind = DriftKind::TimeChanged { expected };
            self.say(place, Severity::Breaking, kind, node.other_times, node.count());
        }
        if node.of(JsonType::Object) > 0 && !schema.is_open(JsonType::Object) {
            self.object(&schema.of_type(JsonType::Object).collect::<Vec<_>>(), node, place);
        }
        let items = schema
            .of_type(JsonType::Array)
            .find_map(|branch| branch.items.as_deref());
        if let (Some(schema), Some(node)) = (items, &node.items) {
            self.node(schema, node, &Place::Items(place));
        }
    }

    fn filled_before(&self, place: &Place<'_>) -> Option<Filled> {
        self.before?.members.get(&place.to_string()).copied()
    }

    fn values(&mut self, schema: &Schema, node: &Node, place: &Place<'_>) {
        let closed = schema
            .branches
            .iter()
            .filter_map(|branch| branch.values.as_deref());
        let open = schema.branches.iter().map(|branch| branch.known.as_slice());
        let is_closed = closed.clone().next().is_some();
        let listed: BTreeSet<String> = closed.chain(open).flatten().map(word).collect();
        for (value, count) in node.values.iter().filter(|(value, _)| !listed.contains(*value)) {
            let severity = if is_closed {
                Severity::Breaking
            } else {
                Severity::Notable
            };
            let kind = DriftKind::NewEnumValue { value: value.clone() };
            self.say(place, severity, kind, *count, node.values.values().sum());
        }
    }

    fn object(&mut self, branches: &[&Branch], node: &Node, place: &Place<'_>) {
        let objects = node.of(JsonType::Object);
        let names: BTreeSet<&str> = branches
            .iter()
            .flat_map(|branch| branch.members.keys().map(String::as_str))
            .collect();
        for name in names {
            let Some(schema) = branches.iter().find_map(|branch| branch.members.get(name)) else {
                continue;
            };
            let place = place.member(name);
            let there = node.members.get(name).map_or(0, Node::count);
            let is_required = branches.iter().all(|branch| branch.required.contains(name));
            let absence = Absence {
                schema,
                is_required,
                of: objects,
                before: self.filled_before(&place),
            };
            let missing = objects.saturating_sub(there);
            if missing > 0 && there == 0 {
                let severity = absence.severity();
                self.say(&place, severity, DriftKind::MissingMember, missing, objects);
            } else if missing > 0 && is_required {
                let severity = match schema.needed {
                    true => Severity::Breaking,
                    false => Severity::Notable,
                };
                self.say(&place, severity, DriftKind::MissingMember, missing, objects);
            }
            if let Some(node) = node.members.get(name) {
                let told = self.drifts.len();
                self.node(schema, node, &place);
                let is_empty = there > 0 && node.filled == 0 && told == self.drifts.len();
                if let Some(severity) = absence.since_the_baseline().filter(|_| is_empty) {
                    self.say(&place, severity, DriftKind::NewlyEmpty, there, objects);
                }
            }
        }
        for (name, types) in &node.new_members {
            let found = types.keys().copied().collect();
            let kind = DriftKind::NewMember { found };
            let seen = types.values().sum();
            self.say(
                &place.member(name),
                Severity::Notable,
                kind,
                seen,
                objects.max(seen),
            );
        }
        let each = branches.iter().find_map(|branch| branch.further.each());
        if let (Some(schema), Some(node)) = (each, &node.entries) {
            self.node(schema, node, &Place::Entries(place));
        }
    }
}

/// A value as a shape keeps it.
pub(crate) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, severity, .. } = self;
        write!(
            f,
            "{severity}: {place}: {} ({} of {})",
            self.kind, self.seen, self.of
        )
    }
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewMember { found } => write!(f, "a new member, {}", listed(found)),
            Self::MissingMember => f.write_str("missing"),
            Self::TypeChanged { expected, found } => {
                write!(f, "{found} where {} is expected", listed(expected))
            }
            Self::TimeChanged { expected } => write!(f, "not a time in the form {expected}"),
            Self::NewlyNull => f.write_str("null, which it never was"),
            Self::NewEnumValue { value } => write!(f, "the new value {value:?}"),
            Self::NewlyEmpty => f.write_str("null or empty everywhere, which it was not"),
            Self::NoJson => f.write_str("the answer is no JSON"),
            Self::EmptyPage { total } => write!(f, "no row on the page, of {total} in the list"),
            Self::SmallerPage { rows, expected } => {
                write!(
                    f,
                    "{rows} rows on the page, where {expected} are expected, and there are more"
                )
            }
            Self::SmallerList { rows, had } => write!(f, "{rows} rows in the list, which had {had}"),
            Self::SlowPage { ms, limit } => write!(f, "{ms} ms on the wire, more than {limit}"),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Notable => "notable",
            Self::Breaking => "breaking",
        })
    }
}
