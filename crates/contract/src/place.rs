//! Where something stands, in a form that can be shown: names of members, never values.

use std::fmt;

/// A place in a document, as a chain from the innermost part to the root.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// `$`, `query`, `headers`.
    Root(&'a str),
    /// A member by its name.
    Member(&'a Place<'a>, &'a str),
    /// An item of an array.
    Item(&'a Place<'a>, usize),
    /// Any item of an array.
    Items(&'a Place<'a>),
    /// Any member of an object whose names are values: an id or an address.
    Entries(&'a Place<'a>),
}

impl<'a> Place<'a> {
    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(root) => f.write_str(root),
            Self::Member(outer, name) => write!(f, "{outer}.{}", shown(name)),
            Self::Item(outer, index) => write!(f, "{outer}[{index}]"),
            Self::Items(outer) => write!(f, "{outer}[]"),
            Self::Entries(outer) => write!(f, "{outer}.*"),
        }
    }
}

/// The longest name of a member that is shown. The longest known one has 33 letters.
const LONGEST_NAME: usize = 48;

/// The name, if it looks like one that a programmer gave. An address, an id or a sentence is shown as `*`.
pub(crate) fn shown(name: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '[' | ']');
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let looks_given = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_part)
        // `oauth2_sha256` has four; a uuid or a serial number has more.
        && digits <= 4;
    if looks_given { name } else { "*" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_values_that_stand_as_names_are_not() {
        for name in [
            "is_2fa_enabled",
            "DeviceFriendlyName",
            "truto_exclude_fields[]",
            "x-sha256",
        ] {
            assert_eq!(shown(name), name);
        }
        for value in [
            "",
            "ann@example.com",
            "4aec2a38-9a39-4df1-96fb-557c35e0dc3d",
            "ba43674e-850c-5f87-a5ef-83d66f699faa",
            "00u1a2b3",
            "C02XG0FDH7JY1234",
            "Ann Lee",
            "Zoë",
        ] {
            assert_eq!(shown(value), "*", "{value}");
        }
    }

    #[test]
    fn a_place_reads_from_the_root() {
        let root = Place::Root("$");
        let (rows, name) = (root.member("results"), "a@b.c");
        let row = Place::Item(&rows, 3);
        assert_eq!(row.member(name).to_string(), "$.results[3].*");
        assert_eq!(Place::Entries(&Place::Items(&rows)).to_string(), "$.results[].*");
    }
}
