use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A type of JSON value, as a schema names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number with one.
    Number,
    /// Text.
    String,
    /// `[...]`.
    Array,
    /// `{...}`.
    Object,
}

impl JsonType {
    /// The type of this value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            // For JSON Schema 1.0 is an integer too.
            Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => {
                Self::Integer
            }
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// The word for it in a schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    pub(crate) fn from_keyword(word: &str) -> Option<Self> {
        [
            Self::Null,
            Self::Boolean,
            Self::Integer,
            Self::Number,
            Self::String,
            Self::Array,
            Self::Object,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }

    /// Whether a value of this type is one of `types`: an integer is a number too, and no types are all types.
    pub(crate) fn is_among(self, types: &[Self]) -> bool {
        types.is_empty() || types.contains(&self) || (self == Self::Integer && types.contains(&Self::Number))
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `string or null`.
pub(crate) fn listed(types: &[JsonType]) -> String {
    let words: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
    words.join(" or ")
}
