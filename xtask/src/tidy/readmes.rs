//! Rules for the README of each crate under `crates/`: it is there, its links lead somewhere, and its example is run.

use crate::Result;
use crate::workspace::Member;

/// How a library has the example of its README run with those of its documentation.
const INCLUDED: &str = "#[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]";

/// What is untidy about the README of this crate; `text` gives the text of a file, if it is there, and `exists` says whether
/// there is a file or folder, both from the root.
pub(crate) fn problems(
    member: &Member,
    text: &mut dyn FnMut(&str) -> Result<Option<String>>,
    exists: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>> {
    if !member.dir.starts_with("crates/") {
        return Ok(Vec::new());
    }
    let name = format!("{}/README.md", member.dir);
    let Some(readme) = text(&name)? else {
        return Ok(vec![format!(
            "{name}: there is no such file; say for whom the crate is, with an example and links"
        )]);
    };
    let mut problems = Vec::new();
    if readme.lines().next() != Some(&format!("# {}", member.name)) {
        problems.push(format!(
            "{name}:1: the title is not the crate's name; write `# {}`",
            member.name
        ));
    }
    let dead = links(&readme).filter(|link| !exists(&format!("{}/{link}", member.dir)));
    problems.extend(dead.map(|link| format!("{name}: the link `{link}` leads nowhere; mend it")));
    if member.has_library {
        if !readme.contains("\n```rust\n") {
            problems.push(format!("{name}: there is no example; add one as ```rust"));
        }
        let library = format!("{}/src/lib.rs", member.dir);
        if !text(&library)?.is_some_and(|text| text.replace("\r\n", "\n").contains(INCLUDED)) {
            problems.push(format!(
                "{library}: the example of the README is not run; add\n{INCLUDED}\nstruct Readme;"
            ));
        }
    }
    Ok(problems)
}

/// The links to files, without what stands behind `#`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link.split('#').next().unwrap_or(link))
        .filter(|link| !link.is_empty() && !link.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dir: &str, readme: Option<&str>, library: &str) -> Vec<String> {
        let member = Member {
            name: "rollbook-a".to_owned(),
            dir: dir.to_owned(),
            has_library: true,
            ..Member::default()
        };
        let mut text = |file: &str| {
            Ok(match file {
                "crates/a/README.md" => readme.map(str::to_owned),
                "crates/a/src/lib.rs" => Some(library.to_owned()),
                _ => None,
            })
        };
        problems(&member, &mut text, &|file| file == "crates/a/../b").unwrap()
    }

    #[test]
    fn a_readme_with_a_run_example_passes_and_what_is_no_crate_of_ours_needs_none() {
        let readme = "# rollbook-a\n\n[b](../b#c), [d](https://example.com/), [e](#e)\n\n```rust\n```\n";
        let library = format!("//! A.\n\n/// E.\n{INCLUDED}\nstruct Readme;\n");
        assert_eq!(found("crates/a", Some(readme), &library), Vec::<String>::new());
        assert_eq!(found("xtask", None, ""), Vec::<String>::new());
    }

    #[test]
    fn everything_that_is_missing_is_named() {
        let missing = found("crates/a", None, "");
        assert!(
            missing.len() == 1 && missing[0].contains("there is no such file"),
            "{missing:?}"
        );

        let bare = found("crates/a", Some("# a\n\n[b](../c)\n"), "//! A.\n");
        assert_eq!(bare.len(), 4, "{bare:?}");
        for (problem, word) in bare
            .iter()
            .zip(["title", "`../c` leads nowhere", "no example", "not run"])
        {
            assert!(problem.contains(word), "{problem}");
        }
    }
}
