use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::plan::Position;

/// Where a walk can go on: the first page that was not wholly delivered.
///
/// Its text form is one line and can be stored; it serializes as that text. It fits the same list with the same filters at the
/// same source, and no other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub(crate) Position);

/// The text is not a cursor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: {0:?} (expected start, page:N, skip:N or token:TEXT)")]
pub struct CursorError(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Position::Whole | Position::Token(None) => f.write_str("start"),
            Position::Page(page) => write!(f, "page:{page}"),
            Position::Offset { skip, .. } => write!(f, "skip:{skip}"),
            Position::Token(Some(token)) => write!(f, "token:{token}"),
        }
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let position = match text.split_once(':') {
            None if text == "start" => Some(Position::Whole),
            Some(("page", page)) => page.parse().ok().filter(|page| *page > 0).map(Position::Page),
            Some(("skip", skip)) => skip.parse().ok().map(|skip| Position::Offset { skip, limit: 0 }),
            Some(("token", token)) if !token.is_empty() => Some(Position::Token(Some(token.to_owned()))),
            _ => None,
        };
        position
            .map(Cursor)
            .ok_or_else(|| CursorError(text.chars().take(64).collect()))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_survives_its_text_form() {
        for text in ["start", "page:7", "skip:2000", "token:c:25:=?"] {
            let cursor = text.parse::<Cursor>().unwrap();
            assert_eq!(cursor.to_string(), text);
            assert_eq!(serde_json::to_value(&cursor).unwrap(), text);
            assert_eq!(serde_json::from_value::<Cursor>(text.into()).unwrap(), cursor);
        }
        for bad in ["", "page:0", "page:", "skip:-1", "token:", "tok:1"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
            assert!(serde_json::from_value::<Cursor>(bad.into()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_cursor_survives_its_text_form(cursor in crate::testing::cursor()) {
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }

        #[test]
        fn no_text_panics_the_parser(text in ".{0,60}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
            }
        }
    }
}
