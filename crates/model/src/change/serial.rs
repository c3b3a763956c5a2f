use std::fmt;

use serde::{Serialize, Serializer};

use super::selector::{InvalidText, check};

/// What firmware, imaging tools and agents write where a serial number should be. Many machines share each of these, so a
/// change that goes by serial number would hit all of them.
///
/// Compared without case, spaces and punctuation: `To Be Filled By O.E.M.` and `tobefilledbyoem` are one.
pub const PLACEHOLDER_SERIALS: &[&str] = &[
    "0123456789",
    "1234567890",
    "123456789",
    "12345678",
    "Asset Tag",
    "Base Board Serial Number",
    "Board Serial Number",
    "Chassis Serial Number",
    "Default",
    "Default String",
    "Empty",
    "Filled by O.E.M.",
    "Invalid",
    "Invalid Serial",
    "Invalid Serial Number",
    "N/A",
    "NA",
    "Nil",
    "No Asset Information",
    "No Serial Number",
    "None",
    "Not Applicable",
    "Not Available",
    "Not Defined",
    "Not Present",
    "Not Provided",
    "Not Set",
    "Not Specified",
    "Null",
    "OEM",
    "Product Name",
    "Serial",
    "Serial Number",
    "SN",
    "String",
    "System Product Name",
    "System Serial Number",
    "TBD",
    "Test",
    "To be filled by O.E.M.",
    "To be set by O.E.M.",
    "Undefined",
    "Unknown",
    "Unset",
    "Unspecified",
    "VMware",
];

/// A serial number that can name one machine. Case counts.
///
/// ```
/// use rollbook_model::SerialNumber;
///
/// assert!(SerialNumber::new("C02XK1JHJG5J").is_ok());
/// assert!(SerialNumber::new("System Serial Number").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(String);

/// Why a text names no machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableSerial {
    /// It is no text that can select something.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// It is what many machines have instead of a serial number.
    #[error("`{0}` is a placeholder that many machines share, and names none of them")]
    Placeholder(String),
}

impl SerialNumber {
    /// Takes a serial number as the vendor shows it.
    ///
    /// # Errors
    ///
    /// [`UnusableSerial`] for a blank one, one of [`PLACEHOLDER_SERIALS`], and one character repeated.
    pub fn new(text: impl Into<String>) -> Result<Self, UnusableSerial> {
        let text = text.into();
        check(&text)?;
        if is_placeholder(&text) {
            return Err(UnusableSerial::Placeholder(text));
        }
        Ok(Self(text))
    }

    /// The serial number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_placeholder(text: &str) -> bool {
    let folded = fold(text);
    let mut characters = folded.chars();
    let first = characters.next();
    // Nothing but punctuation is nothing, and one character again and again is a filler (`0`, `000000`, `XXXX`).
    characters.all(|c| Some(c) == first)
        || PLACEHOLDER_SERIALS
            .iter()
            .any(|placeholder| fold(placeholder) == folded)
}

fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for SerialNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_machines_share_names_none() {
        let spelled = PLACEHOLDER_SERIALS.iter().map(|text| (*text).to_owned());
        let odd = [
            "0",
            "00000000",
            "xxxx",
            "XxXx",
            "-",
            "...",
            " none".trim(),
            "n.a.",
            "NONE",
            "to be FILLED by oem",
            "default_string",
            "SystemSerialNumber",
            "7",
        ];
        for text in spelled.chain(odd.map(str::to_owned)) {
            assert_eq!(
                SerialNumber::new(text.clone()),
                Err(UnusableSerial::Placeholder(text.clone())),
                "{text}"
            );
        }
        assert_eq!(
            SerialNumber::new("  "),
            Err(UnusableSerial::Text(InvalidText::Blank))
        );
    }

    #[test]
    fn a_real_serial_number_is_taken_as_it_is() {
        for text in ["C02XK1JHJG5J", "TBH121231", "0000-0001", "vmware-56 4d", "NONE1"] {
            assert_eq!(SerialNumber::new(text).unwrap().as_str(), text);
        }
    }
}
