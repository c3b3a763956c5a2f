use std::fmt;

use serde::Serialize;

use crate::Time;
use crate::json_type::{JsonType, listed};
use crate::place::Place;

/// What is wrong at one place of a request or a reply.
///
/// It holds names of members, types, and values that the contract itself lists, and no other value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Where: `$.results[3].email` in a body, `query.page`, `headers.idempotency-key`, `status`. A name that does not look
    /// like a programmer's is `*`: it can be an id or an address.
    pub place: String,
    /// What is wrong there.
    #[serde(flatten)]
    pub what: What,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// The contract has no such member, parameter or status.
    Unknown,
    /// The contract wants this member, parameter or body.
    Missing,
    /// The parameter is sent more than once, and is none that repeats.
    Repeated,
    /// A value of another type.
    WrongType {
        /// The types that the contract has.
        expected: Vec<JsonType>,
        /// The type of what is there.
        found: JsonType,
    },
    /// A value that is none of those that the contract allows.
    WrongValue {
        /// Those that it allows, as JSON.
        expected: Vec<String>,
    },
    /// A time of another form or unit.
    WrongTime {
        /// The form that the contract has.
        expected: Time,
    },
    /// Too few items, or too many.
    WrongLength,
    /// A value that several of the contract's alternatives fit, where one is to fit.
    Ambiguous,
    /// A body where the contract has none.
    UnexpectedBody,
    /// A body that is not of the format that the contract has.
    WrongFormat,
}

impl Finding {
    pub(crate) fn new(place: &Place<'_>, what: What) -> Self {
        let place = place.to_string();
        Self { place, what }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("not in the contract"),
            Self::Missing => f.write_str("missing"),
            Self::Repeated => f.write_str("sent more than once"),
            Self::WrongType { expected, found } => {
                write!(f, "{found} where {} is expected", listed(expected))
            }
            Self::WrongValue { expected } => write!(f, "none of {}", expected.join(", ")),
            Self::WrongTime { expected } => write!(f, "not a time in the form {expected}"),
            Self::WrongLength => f.write_str("too few or too many items"),
            Self::Ambiguous => f.write_str("fits several alternatives of which one is to fit"),
            Self::UnexpectedBody => f.write_str("a body where there is to be none"),
            Self::WrongFormat => f.write_str("not of the expected format"),
        }
    }
}
