use std::fmt;

use serde::{Serialize, Serializer};

/// A text that can select something: not blank, one line, and without white space around it.
///
/// Leaving a selector out of a vendor's call often means *all*, so none can be empty by accident.
///
/// ```
/// use rollbook_model::Text;
///
/// assert!(Text::new("ann@example.com").is_ok());
/// assert!(Text::new(" ").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(String);

/// Why a text can select nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidText {
    /// There is nothing but white space.
    #[error("it is blank")]
    Blank,
    /// It begins or ends with white space.
    #[error("it has white space around it")]
    Padded,
    /// It has a line break or another control character.
    #[error("it has a control character in it")]
    Control,
}

impl Text {
    /// Takes the text as it is.
    ///
    /// # Errors
    ///
    /// [`InvalidText`] says what is wrong.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidText> {
        let text = text.into();
        check(&text)?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn check(text: &str) -> Result<(), InvalidText> {
    if text.trim().is_empty() {
        Err(InvalidText::Blank)
    } else if text.chars().any(char::is_control) {
        Err(InvalidText::Control)
    } else if text.trim() != text {
        Err(InvalidText::Padded)
    } else {
        Ok(())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_never_blank_padded_or_broken() {
        for (text, error) in [
            ("", InvalidText::Blank),
            (" \t\n", InvalidText::Blank),
            ("\u{a0}", InvalidText::Blank),
            (" a", InvalidText::Padded),
            ("a\u{a0}", InvalidText::Padded),
            ("a\nb", InvalidText::Control),
            ("a\0", InvalidText::Control),
        ] {
            assert_eq!(Text::new(text), Err(error), "{text:?}");
        }
        assert_eq!(Text::new("Ann Lee").unwrap().as_str(), "Ann Lee");
    }
}
