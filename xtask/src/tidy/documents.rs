//! Rules for the documents at the root.

use crate::Result;
use crate::workspace::Member;

const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];

/// The commands by which a newcomer runs and checks the project.
const COMMANDS: &[&str] = &["cargo run --release -- --sandbox inventory", "cargo xtask ci"];

/// What is untidy about the documents; `text` gives the text of one, if it is there.
pub(crate) fn problems(
    members: &[Member],
    text: &mut dyn FnMut(&str) -> Result<Option<String>>,
) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in DOCUMENTS {
        match text(name)? {
            None => problems.push(format!("{name}: there is no such file; write it")),
            Some(text) if *name == "README.md" => problems.extend(
                COMMANDS
                    .iter()
                    .filter(|command| !text.contains(*command))
                    .map(|command| format!("{name}: the command `{command}` is not shown; show it")),
            ),
            Some(text) if *name == "ARCHITECTURE.md" => problems.extend(
                members
                    .iter()
                    .filter(|member| !names(&text, &member.dir))
                    .map(|member| format!("{name}: `{}` is not in the code map; add it", member.dir)),
            ),
            Some(_) => (),
        }
    }
    Ok(problems)
}

/// Whether `text` holds `dir` as a whole: `crates/transport` is not named by `crates/transport-reqwest`.
fn names(text: &str, dir: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.match_indices(dir).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + dir.len()..].chars().next();
        !before.is_some_and(|c| is_part(c) || c == '/') && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(readme: &str, architecture: &str) -> Vec<String> {
        let members = ["crates/transport", "crates/transport-reqwest"].map(|dir| Member {
            dir: dir.to_owned(),
            ..Member::default()
        });
        problems(&members, &mut |name| {
            Ok(match name {
                "README.md" => Some(readme.to_owned()),
                "ARCHITECTURE.md" => Some(architecture.to_owned()),
                _ => None,
            })
        })
        .unwrap()
    }

    #[test]
    fn missing_documents_commands_and_crates_are_named() {
        let problems = found("cargo xtask ci", "see `crates/transport-reqwest/`");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].contains(COMMANDS[0]));
        assert!(problems[1].contains("`crates/transport` is not in the code map"));
        assert!(problems[2].starts_with("CHANGELOG.md: there is no such file"));
    }

    #[test]
    fn complete_documents_leave_only_the_missing_one() {
        let readme = COMMANDS.join("\n");
        assert_eq!(
            found(&readme, "crates/transport, `crates/transport-reqwest`").len(),
            1
        );
    }
}
