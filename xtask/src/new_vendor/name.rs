//! The name of a vendor: of its folder, its crate and its rows.

use std::fmt;

use crate::Result;
use crate::workspace::Workspace;

/// The longest name. It stands in crate names, paths and tables.
const LONGEST: usize = 32;

/// A name that is free and can stand wherever one does: lower-case letters and digits, a letter first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    /// The name, if it is well formed.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut characters = text.chars();
        let begins = characters.next().is_some_and(|c| c.is_ascii_lowercase());
        let goes_on = characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if begins && goes_on && text.len() <= LONGEST {
            return Ok(Self(text.to_owned()));
        }
        let rule = format!("lower-case letters and digits, a letter first, {LONGEST} at most");
        let told = format!("`{}` cannot be the name of a vendor: {rule}", text.escape_debug());
        let nearest: String = text
            .to_lowercase()
            .chars()
            .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            .skip_while(char::is_ascii_digit)
            .take(LONGEST)
            .collect();
        Err(match nearest.as_str() {
            "" => told,
            nearest => format!("{told}; `{nearest}` can be"),
        }
        .into())
    }

    /// Refuses a name that something of the project has already.
    pub(super) fn must_be_free(&self, workspace: &Workspace) -> Result<()> {
        let package = format!("rollbook-{self}");
        if let Some(member) = workspace.members.iter().find(|member| member.name == package) {
            return Err(format!("the name `{self}` is taken: {} is {package}", member.dir).into());
        }
        let places = [
            format!("crates/vendors/{self}"),
            format!("fixtures/{self}"),
            format!("docs/vendors/{self}.md"),
        ];
        match places.iter().find(|place| workspace.root.join(place).exists()) {
            Some(place) => Err(format!("the name `{self}` is taken: there is {place}").into()),
            None => Ok(()),
        }
    }

    /// `text` about the vendor Acme as a text about this one.
    pub(super) fn in_place_of_acme(&self, text: &str) -> String {
        text.replace("acme", &self.0).replace("Acme", &self.capitalized())
    }

    fn capitalized(&self) -> String {
        let (first, rest) = self.0.split_at(1);
        first.to_uppercase() + rest
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_digits_stands_for_acme_everywhere() {
        let name = Name::parse("acme9").unwrap();
        assert_eq!(
            name.in_place_of_acme("AcmeDirectory of Acme in rollbook_acme"),
            "Acme9Directory of Acme9 in rollbook_acme9"
        );
        let name = Name::parse("o365").unwrap();
        assert_eq!(
            name.in_place_of_acme("pub struct AcmeDirectory"),
            "pub struct O365Directory"
        );
    }

    #[test]
    fn a_bad_name_is_refused_with_the_rule_and_the_nearest_good_one() {
        for (bad, nearest) in [
            ("Jamf Pro", "`jamfpro` can be"),
            ("one-login", "`onelogin` can be"),
            ("1password", "`password` can be"),
            ("../kit", "`kit` can be"),
        ] {
            let error = Name::parse(bad).unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains(nearest), "{error}");
        }
        for bad in ["", "7", "ü", "a\n", "..", &"x".repeat(LONGEST + 1)] {
            let error = Name::parse(bad).unwrap_err().to_string();
            assert!(
                error.contains("a letter first") && !error.contains('\n'),
                "{error}"
            );
        }
    }

    #[test]
    fn a_taken_name_is_refused_with_what_has_it() {
        let workspace = Workspace::load().unwrap();
        for (taken, by) in [
            ("truu", "crates/vendors/truu"),
            ("model", "crates/model"),
            ("kit", "crates/vendors/kit"),
        ] {
            let error = Name::parse(taken).unwrap().must_be_free(&workspace).unwrap_err();
            assert!(error.to_string().contains(by), "{error}");
        }
        assert!(Name::parse("acme9").unwrap().must_be_free(&workspace).is_ok());
    }
}
