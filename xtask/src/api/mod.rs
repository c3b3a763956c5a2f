//! The public API of every library as text, checked in, so that a signature does not change unseen; and a look at the types
//! in it that are not ours.

mod rustdoc;
mod text;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Result;
use crate::generate::ensure_file;
use crate::workspace::{Member, Workspace};

pub(crate) use rustdoc::stand_in;

/// The command that mends the texts.
const MEND: &str = "cargo xtask api";

const DIR: &str = "docs/generated/api";

/// How many changed lines of one crate are shown; the texts themselves have the rest.
const MOST_SHOWN: usize = 20;

/// Writes the texts, or with `check` says what in them is not as it would be written. Says of both which signature has a type
/// that is not on the list.
pub(crate) fn problems(workspace: &Workspace, check: bool) -> Result<Vec<String>> {
    let mut problems = rustdoc::build(workspace)?;
    if !problems.is_empty() {
        return Ok(problems);
    }
    let is_library = |member: &&Member| member.is_published && member.has_library;
    let libraries: Vec<&Member> = workspace.members.iter().filter(is_library).collect();
    let mut types = types::Check::new(libraries.iter().map(|library| library.name.as_str()));
    let mut files = BTreeSet::new();
    for library in libraries {
        let lines = text::lines(&rustdoc::read(workspace, &library.name)?)?;
        problems.extend(types.problems(&library.name, &lines));
        let file = format!("{DIR}/{}.txt", library.name);
        problems.extend(settle(&workspace.root, &file, &lines, check)?);
        files.insert(file);
    }
    problems.extend(types.unused());
    problems.extend(left_over(&workspace.root, &files, check)?);
    Ok(problems)
}

/// Makes `file` hold `lines`; with `check` says in which lines it differs.
fn settle(root: &Path, file: &str, lines: &[String], check: bool) -> Result<Option<String>> {
    let contents: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if !ensure_file(root, file, &contents, check)? {
        return Ok(None);
    }
    let written = fs::read_to_string(root.join(file)).unwrap_or_default();
    Ok(Some(format!(
        "{file}: the public API is another one; if that is meant, run `{MEND}` and tell users in CHANGELOG.md\n{}",
        difference(&written.lines().collect::<Vec<_>>(), lines)
    )))
}

/// The lines that are in only one of both, each as often as it is there.
fn difference(before: &[&str], now: &[String]) -> String {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    for line in before {
        *counts.entry(line).or_default() -= 1;
    }
    for line in now {
        *counts.entry(line).or_default() += 1;
    }
    let changed: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count != 0)
        .map(|(line, count)| format!("  {} {line}", if count < 0 { '-' } else { '+' }))
        .collect();
    let shown = changed
        .iter()
        .take(MOST_SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    match changed.len().saturating_sub(MOST_SHOWN) {
        0 if changed.is_empty() => "  the same lines, in another order".to_owned(),
        0 => shown,
        more => format!("{shown}\n  ... and {more} more lines"),
    }
}

/// The texts of crates that are no longer there.
fn left_over(root: &Path, files: &BTreeSet<String>, check: bool) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for entry in fs::read_dir(root.join(DIR)).into_iter().flatten() {
        let entry = entry?;
        let file = format!("{DIR}/{}", entry.file_name().to_string_lossy());
        if files.contains(&file) {
            continue;
        }
        if check {
            problems.push(format!("{file}: there is no such library; run `{MEND}`"));
        } else {
            fs::remove_file(entry.path())?;
            println!("removed {file}");
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_changed_signature_is_shown_as_it_was_and_as_it_is() {
        let now = lines(&["pub fn a::b(&self) -> u16", "pub mod a"]);
        assert_eq!(
            difference(&["pub fn a::b(&self) -> u8", "pub mod a"], &now),
            "  + pub fn a::b(&self) -> u16\n  - pub fn a::b(&self) -> u8"
        );
    }

    #[test]
    fn a_line_that_is_there_once_less_and_a_mere_order_are_differences() {
        let twice = ["impl A for B", "impl A for B"];
        assert_eq!(difference(&twice, &lines(&["impl A for B"])), "  - impl A for B");
        assert!(difference(&["a", "b"], &lines(&["b", "a"])).contains("another order"));
    }

    #[test]
    fn a_long_difference_is_counted_to_its_end() {
        let many: Vec<String> = (0..MOST_SHOWN + 3)
            .map(|n| format!("pub fn a::f{n:02}()"))
            .collect();
        let shown = difference(&[], &many);
        assert!(shown.ends_with("... and 3 more lines"), "{shown}");
    }

    #[test]
    fn a_text_is_written_then_left_alone_and_removed_with_its_crate() {
        let root = std::env::temp_dir().join(format!("rollbook-xtask-api-{}", std::process::id()));
        let file = format!("{DIR}/a.txt");
        let now = lines(&["pub mod a"]);
        let told = settle(&root, &file, &now, true).unwrap().unwrap();
        assert!(
            told.contains(&file) && told.contains(MEND) && told.ends_with("+ pub mod a"),
            "{told}"
        );
        assert_eq!(settle(&root, &file, &now, false).unwrap(), None);
        assert_eq!(settle(&root, &file, &now, true).unwrap(), None);

        let files = BTreeSet::from([file]);
        assert_eq!(left_over(&root, &files, true).unwrap(), Vec::<String>::new());
        assert_eq!(left_over(&root, &BTreeSet::new(), true).unwrap().len(), 1);
        assert_eq!(
            left_over(&root, &BTreeSet::new(), false).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(
            left_over(&root, &BTreeSet::new(), true).unwrap(),
            Vec::<String>::new()
        );
        fs::remove_dir_all(root).unwrap();
    }
}
