//! Rules for each crate: its manifest, and an example.

use std::collections::BTreeMap;

use crate::workspace::Member;

/// What is untidy about this crate, given the text of its manifest.
pub(crate) fn problems(member: &Member, manifest: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut say = |problem: &str| problems.push(format!("{}/Cargo.toml:{problem}", member.dir));
    if !member.has_description {
        say("1: no description; say in one line what the crate is for");
    }
    if !member.has_license {
        say("1: no license; add `license.workspace = true`");
    }
    match manifest.parse::<toml::Table>() {
        Ok(table) if has_workspace_lints(&table) => (),
        Ok(_) => say("1: the lints of the workspace do not apply; add `[lints]` with `workspace = true`"),
        Err(error) => say(&format!(" not valid TOML: {}", error.message())),
    }
    if member.has_library && member.examples.is_empty() {
        problems.push(format!(
            "{}: the library has no example; add one to {0}/examples/ that runs by itself",
            member.dir
        ));
    }
    problems
}

/// Examples of one name: they are built into one place, where one takes the other's.
pub(crate) fn same_examples(members: &[Member]) -> Vec<String> {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for member in members {
        for example in &member.examples {
            owners.entry(example).or_default().push(&member.dir);
        }
    }
    owners
        .iter()
        .filter(|(_, dirs)| dirs.len() > 1)
        .map(|(example, dirs)| {
            format!(
                "{}: the example `{example}` is also in {}, and only one is built; rename one",
                dirs[0],
                dirs[1..].join(", ")
            )
        })
        .collect()
}

fn has_workspace_lints(manifest: &toml::Table) -> bool {
    manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool)
        == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member() -> Member {
        Member {
            name: "a".to_owned(),
            dir: "crates/a".to_owned(),
            has_library: true,
            has_description: true,
            has_license: true,
            examples: vec!["b".to_owned()],
            ..Member::default()
        }
    }

    #[test]
    fn a_tidy_crate_passes_and_a_program_needs_no_example() {
        let manifest = "[package]\n[lints]\nworkspace = true\n";
        assert_eq!(problems(&member(), manifest), Vec::<String>::new());
        let program = Member {
            has_library: false,
            examples: Vec::new(),
            ..member()
        };
        assert_eq!(problems(&program, manifest), Vec::<String>::new());
    }

    #[test]
    fn everything_that_is_missing_is_named() {
        let bare = Member {
            has_description: false,
            has_license: false,
            examples: Vec::new(),
            ..member()
        };
        let found = problems(&bare, "[lints]\nworkspace = false\n");
        assert_eq!(found.len(), 4, "{found:?}");
        for (problem, word) in found.iter().zip(["description", "license", "lints", "example"]) {
            assert!(
                problem.starts_with("crates/a") && problem.contains(word),
                "{problem}"
            );
        }
    }

    #[test]
    fn examples_of_one_name_are_found() {
        let other = Member {
            dir: "crates/b".to_owned(),
            ..member()
        };
        let found = same_examples(&[member(), other]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/a: the example `b` is also in crates/b"),
            "{found:?}"
        );
        assert!(same_examples(&[member()]).is_empty());
    }
}
