//! Every published crate builds alone: what it needs, it asks for itself and does not get from a neighbour.

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// Crates that are nothing without one of these sets of features: each is built with every one of them alone.
const NEEDS_ONE_OF: &[(&str, &[&str])] = &[(
    "rollbook",
    &["truu", "banyan", "truto", "truu,reqwest", "truu,hyper"],
)];

/// Which published crate does not build, with its default features or without.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for member in workspace.members.iter().filter(|member| member.is_published) {
        let alone = ["check", "--quiet", "--locked", "-p", &member.name];
        println!("{}", member.name);
        problems.extend(cargo::run(workspace, &alone, &[])?);
        if member.has_default_features {
            let bare = [&alone[..], &["--no-default-features"]].concat();
            let needed = NEEDS_ONE_OF
                .iter()
                .find(|(name, _)| *name == member.name)
                .map(|(_, features)| *features);
            for feature in needed.unwrap_or(&[""]) {
                let with_one = [&bare[..], &["--features", feature]].concat();
                problems.extend(cargo::run(workspace, &with_one, &[])?);
            }
        }
    }
    Ok(problems)
}
