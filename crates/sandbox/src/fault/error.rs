use std::error::Error;
use std::fmt;

use super::kinds::{FaultKind, KINDS};

/// Why a text is no fault. `Display` names what is wrong and what there is instead, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
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

    pub(super) fn value(key: &'static str, value: &str, expected: impl Into<String>) -> Self {
        Self(Problem::Value {
            key,
            value: value.to_owned(),
            expected: expected.into(),
        })
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Kind(name) => {
                let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                write!(f, "there is no fault {name:?}; there are: {}", known.join(", "))
            }
            Problem::Pair(text) => write!(f, "{text:?} is not key=value"),
            Problem::Key { kind, key, known } => {
                write!(f, "{kind} has no key {key:?}; it has: {}", known.join(", "))
            }
            Problem::Repeated(key) => write!(f, "{key} is given twice"),
            Problem::Value { key, value, expected } => {
                write!(f, "{key} cannot be {value:?}: it is {expected}")
            }
        }
    }
}

impl Error for FaultError {}
