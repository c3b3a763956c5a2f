//! Which types of other projects may stand in a public signature: a new major version of theirs is then one of ours.

use std::collections::BTreeSet;

/// A crate, or an item of it, that public signatures may name.
struct Allowed {
    /// As rustdoc names it: by the module where it is defined.
    path: &'static str,
    /// Where in our crates it may stand; anywhere when nothing is said.
    within: &'static [&'static str],
    why: &'static str,
}

const ANYWHERE: &[&str] = &[];

/// The list. What is on it is past 1.0, or the one word that the field has.
const ALLOWED: &[Allowed] = &[
    Allowed {
        path: "bytes",
        within: ANYWHERE,
        why: "bodies are shared and not copied",
    },
    Allowed {
        path: "futures_core::stream::Stream",
        within: ANYWHERE,
        why: "what a pager is; everybody's streams are this one",
    },
    Allowed {
        path: "http",
        within: ANYWHERE,
        why: "requests and responses, as every client knows them",
    },
    Allowed {
        path: "proptest",
        // What only the tests of those who use a crate take.
        within: &["::testing::", "rollbook_testkit::"],
        why: "generators of rows",
    },
    Allowed {
        // Where serde itself is defined.
        path: "serde_core",
        within: ANYWHERE,
        why: "rows are read and written by it",
    },
    Allowed {
        path: "serde_json::error::Error",
        within: ANYWHERE,
        why: "why a row is no JSON",
    },
    Allowed {
        path: "serde_json::map::Map",
        within: ANYWHERE,
        why: "an object as it came",
    },
    Allowed {
        path: "serde_json::raw::RawValue",
        within: ANYWHERE,
        why: "a row byte for byte",
    },
    Allowed {
        path: "serde_json::value::Value",
        within: ANYWHERE,
        why: "a value as it came",
    },
];

/// Where the language itself is.
const LANGUAGE: &[&str] = &["core", "alloc", "std"];

/// The check of all crates against the list.
pub(super) struct Check {
    ours: BTreeSet<String>,
    used: BTreeSet<&'static str>,
}

impl Check {
    /// A check in which the types of the crates of these names are ours.
    pub(super) fn new<'a>(ours: impl Iterator<Item = &'a str>) -> Self {
        Self {
            ours: ours.map(|name| name.replace('-', "_")).collect(),
            used: BTreeSet::new(),
        }
    }

    /// Which lines of the API of `library` name a type that is neither ours nor on the list.
    pub(super) fn problems(&mut self, library: &str, lines: &[String]) -> Vec<String> {
        let mut problems = Vec::new();
        for line in lines {
            for path in paths(line) {
                let root = path.split("::").next().unwrap_or(path);
                if LANGUAGE.contains(&root) || self.ours.contains(root) {
                    continue;
                }
                match ALLOWED.iter().find(|allowed| allowed.covers(path, line)) {
                    Some(allowed) => drop(self.used.insert(allowed.path)),
                    None => problems.push(format!(
                        "{library}: `{line}` names {path}: another project's type that is not in the list of xtask/src/api/types.rs; keep it inside, or list it with its reason"
                    )),
                }
            }
        }
        problems
    }

    /// Which entries of the list no signature needs.
    pub(super) fn unused(&self) -> Vec<String> {
        ALLOWED
            .iter()
            .filter(|allowed| !self.used.contains(allowed.path))
            .map(|Allowed { path, why, .. }| {
                format!(
                    "xtask/src/api/types.rs: no public signature has {path} ({why}); remove it from the list"
                )
            })
            .collect()
    }
}

impl Allowed {
    /// Whether `path` is this, or in it, and may stand in `line`.
    fn covers(&self, path: &str, line: &str) -> bool {
        let rest = path.strip_prefix(self.path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            && (self.within.is_empty() || self.within.iter().any(|place| line.contains(place)))
    }
}

/// The paths in a line that begin with a crate: not those that begin with a type or a parameter, as `Self::Item` does.
fn paths(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let re_export = line
        .strip_prefix("pub use ")
        .and_then(|line| line.split_once(" = "))
        .map(|(_, path)| path.trim_end_matches("::*"));
    let words = line.split(|c| !is_part(c)).map(|word| word.trim_matches(':'));
    words
        .filter(|word| word.contains("::") && word.starts_with(|c: char| c.is_lowercase() || c == '_'))
        // A whole crate can be exported by its bare name.
        .chain(re_export.filter(|path| !path.contains("::")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let mut check = Check::new(["rollbook-model"].into_iter());
        check.problems("rollbook-model", &[line.to_owned()])
    }

    #[test]
    fn a_type_from_outside_the_list_is_told_with_crate_item_and_type() {
        let line = "pub fn rollbook_model::a(&jiff::zoned::Zoned) -> core::option::Option<serde_json::number::Number>";
        let problems = found(line);
        assert_eq!(problems.len(), 2, "{problems:?}");
        for (problem, path) in problems
            .iter()
            .zip(["jiff::zoned::Zoned", "serde_json::number::Number"])
        {
            assert!(
                problem.starts_with(&format!("rollbook-model: `{line}` names {path}:")),
                "{problem}"
            );
        }
    }

    #[test]
    fn a_re_export_and_an_implementation_name_types_too() {
        for line in [
            "pub use rollbook_model::client = reqwest",
            "pub use rollbook_model::Client = reqwest::async_impl::client::Client",
            "impl core::convert::From<reqwest::error::Error> for rollbook_model::Error",
            "pub use rollbook_model::x = reqwest::*",
        ] {
            assert_eq!(found(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn the_language_our_own_crates_the_list_and_parameters_pass() {
        for line in [
            "pub fn rollbook_model::a(&http::uri::Uri) -> alloc::vec::Vec<bytes::bytes::Bytes>",
            "pub fn rollbook_model::A<T>::b(T::Item, Self::Error, <T as core::any::Any>::Out) -> u8",
            "impl futures_core::stream::Stream for rollbook_model::A",
        ] {
            assert_eq!(found(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn a_name_that_begins_alike_and_a_type_in_the_wrong_place_are_told() {
        assert_eq!(found("pub fn rollbook_model::a(httpdate::HttpDate)").len(), 1);
        let generator =
            |place: &str| format!("pub fn rollbook_model::{place}user() -> proptest::strategy::Just");
        assert_eq!(found(&generator("testing::")), Vec::<String>::new());
        assert_eq!(found(&generator("")).len(), 1);
    }

    #[test]
    fn an_entry_that_nothing_needs_is_found() {
        let mut check = Check::new([].into_iter());
        assert_eq!(check.unused().len(), ALLOWED.len());
        check.problems("a", &["pub fn a::b(http::uri::Uri)".to_owned()]);
        let unused = check.unused();
        assert_eq!(unused.len(), ALLOWED.len() - 1);
        assert!(
            !unused.iter().any(|problem| problem.contains(" http ")),
            "{unused:?}"
        );
    }
}
