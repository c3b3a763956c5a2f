//! The crates that come without an HTTP client, and the look at their whole trees that shows it.

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// The crates that a team takes to bring its own client, or none.
const LEAN: &[&str] = &[
    "rollbook-model",
    "rollbook-transport",
    "rollbook-layers",
    "rollbook-auth",
    "rollbook-vendor-kit",
    "rollbook-truu",
    "rollbook-banyan",
    "rollbook-truto",
];

/// What gives a client away.
const CLIENTS: &[&str] = &["reqwest", "hyper", "hyper-util", "h2", "rustls", "ureq", "curl"];

/// Which of the lean crates has a client in its tree.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in LEAN {
        let arguments = ["tree", "-p", name, "-e", "normal", "--prefix", "none", "--locked"];
        let output = cargo::command(workspace, &arguments).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            problems.push(format!("`cargo {}` failed: {}", arguments.join(" "), said.trim()));
            continue;
        }
        let tree = String::from_utf8_lossy(&output.stdout);
        problems.extend(clients(&tree).into_iter().map(|client| {
            format!("{name} brings the HTTP client {client}; `cargo tree -p {name} -e normal -i {client}` shows how")
        }));
    }
    Ok(problems)
}

/// The clients in the output of `cargo tree --prefix none`.
fn clients(tree: &str) -> Vec<&'static str> {
    CLIENTS
        .iter()
        .filter(|client| {
            tree.lines()
                .any(|line| line.split_once(' ').is_some_and(|(name, _)| name == **client))
        })
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_found_by_its_whole_name() {
        let tree =
            "rollbook-truu v0.1.0\nhyper v1.12.0\nhyperloop v1.0.0\nbytes v1.12.1 (*)\nreqwest v0.13.5 (*)\n";
        assert_eq!(clients(tree), ["reqwest", "hyper"]);
        assert!(clients("rollbook-truu v0.1.0\nhyperloop v1.0.0\n").is_empty());
    }
}
