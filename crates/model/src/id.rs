use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// An id that is blank names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id cannot be blank")]
pub struct BlankId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as the vendor wrote it: opaque, and case counts.
            ///
            /// # Errors
            ///
            /// [`BlankId`] when there is nothing but white space.
            pub fn new(id: impl Into<String>) -> Result<Self, BlankId> {
                let id = id.into();
                if id.chars().all(char::is_whitespace) { Err(BlankId) } else { Ok(Self(id)) }
            }

            /// The id as the vendor wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BlankId;

            fn from_str(id: &str) -> Result<Self, BlankId> {
                Self::new(id)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// The id of a user at one source. Two sources may use the same id for different people.
    UserId;
    /// The id of a device at one source.
    DeviceId;
    /// The id of a workstation at one source.
    WorkstationId;
}

/// The name that a person gave to one configured tenant of a vendor. Cheap to clone: every row carries it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceName(Arc<str>);

/// A source name must be 1 to 64 letters, digits, `-`, `_` or `.`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a source name is 1 to 64 letters, digits, '-', '_' or '.', and starts with a letter or a digit")]
pub struct InvalidSourceName;

impl SourceName {
    /// Takes a name that can stand in a file name, a CSV cell and a shell word without quotes.
    ///
    /// # Errors
    ///
    /// [`InvalidSourceName`] for anything but 1 to 64 letters, digits, `-`, `_` or `.`, the first a letter or digit.
    pub fn new(name: &str) -> Result<Self, InvalidSourceName> {
        let fits = name.len() <= 64
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if fits {
            Ok(Self(name.into()))
        } else {
            Err(InvalidSourceName)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SourceName {
    type Err = InvalidSourceName;

    fn from_str(name: &str) -> Result<Self, InvalidSourceName> {
        Self::new(name)
    }
}

impl Serialize for SourceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A vendor, by its name in lower case. Open: an adapter from outside names its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vendor(Cow<'static, str>);

impl Vendor {
    /// TruU.
    pub const TRUU: Self = Self(Cow::Borrowed("truu"));
    /// Banyan, now SonicWall Cloud Secure Edge.
    pub const BANYAN: Self = Self(Cow::Borrowed("banyan"));
    /// Truto.
    pub const TRUTO: Self = Self(Cow::Borrowed("truto"));

    /// A vendor that this crate has no constant for.
    pub const fn other(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Vendor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_be_blank() {
        for blank in ["", " ", "\t\n"] {
            assert_eq!(UserId::new(blank), Err(BlankId));
        }
        assert_eq!(UserId::new("Ä/..").unwrap().as_str(), "Ä/..");
    }

    #[test]
    fn a_source_name_is_one_plain_word() {
        for bad in ["", "-a", "a b", "a/b", "ä", &"a".repeat(65)] {
            assert_eq!(SourceName::new(bad), Err(InvalidSourceName), "{bad}");
        }
        assert!(SourceName::new("corp-truu.2_x").is_ok());
    }
}
