//! Every published crate builds alone: what it needs, it asks for itself and does not get from a neighbour.

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// Which published crate does not build, with its default features or without.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for member in workspace.members.iter().filter(|member| member.is_published) {
        let alone = ["check", "--quiet", "--locked", "-p", &member.name];
        println!("{}", member.name);
        problems.extend(cargo::run(workspace, &alone, &[])?);
        if member.has_default_features {
            let bare = [&alone[..], &["--no-default-features"]].concat();
            problems.extend(cargo::run(workspace, &bare, &[])?);
        }
    }
    Ok(problems)
}
