use std::error::Error;
use std::fmt;

use super::kinds::{FaultKey, FaultKind, KINDS};

/// Why a text is no fault. `Display` names what is wrong and what there is instead, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Kind(String),
    Pair(String),
    Key {
        kind: &'static str,
        key: String,
        known: Vec<&'static str>,
    },
    Repeated(&'static str),
    Value {
        key: &'static str,
        value: String,
        expected: String,
    },
}

impl FaultError {
    pub(super) fn kind(name: &str) -> Self {
        Self(Problem::Kind(name.to_owned()))
    }

    pub(super) fn pair(text: &str) -> Self {
        Self(Problem::Pair(text.to_owned()))
    }

    pub(super) fn key(kind: &FaultKind, key: &str) -> Self {
        Self(Problem::Key {
            kind: kind.name,
            key: key.to_owned(),
            known: kind.all_keys().map(|key| key.name).collect(),
        })
    }

    pub(super) fn repeated(key: &'static str) -> Self {
        Self(Problem::Repeated(key))
    }

    pub(super) fn value(key: &FaultKey, value: &str) -> Self {
        Self(Problem::Value {
            key: key.name,
            value: value.to_owned(),
            expected: key.form.expected(),
        })
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Kind(name) => {
                let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                write!(f, "there is no fault {name:?}; ")?;
                names(f, "there are", name, &known)
            }
            Problem::Pair(text) => write!(f, "{text:?} is not key=value"),
            Problem::Key { kind, key, known } => {
                write!(f, "{kind} has no key {key:?}; ")?;
                names(f, "it has", key, known)
            }
            Problem::Repeated(key) => write!(f, "{key} is given twice"),
            Problem::Value { key, value, expected } => {
                write!(f, "{key} cannot be {value:?}: it is {expected}")
            }
        }
    }
}

impl Error for FaultError {}

/// All names, and first the one that was probably meant.
fn names(f: &mut fmt::Formatter<'_>, all: &str, given: &str, known: &[&str]) -> fmt::Result {
    if let Some(meant) = nearest(given, known) {
        write!(f, "is it {meant}? ")?;
    }
    write!(f, "{all}: {}", known.join(", "))
}

/// The name that is nearest to the given one, if it is near: at most a third is otherwise.
fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&given.to_lowercase(), name);
    let nearest = known.iter().copied().min_by_key(|name| distance(name))?;
    (distance(nearest) * 3 <= nearest.len().max(given.len())).then_some(nearest)
}
