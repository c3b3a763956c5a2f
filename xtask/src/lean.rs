//! The crates that come without an HTTP client, the client that comes with little, and the look at their whole trees that
//! shows it.

use std::collections::BTreeSet;
use std::fs;

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

const DEFAULT_CLIENT: &str = "rollbook-transport-reqwest";
const LEAN_CLIENT: &str = "rollbook-transport-hyper";

/// Where the lean client says how large the two are.
const LEAN_CLIENT_DOCS: &str = "crates/transport-hyper/src/lib.rs";

/// How many crates the lean client may have, of a hundred of the default one's: past that it is not worth its keep.
const MOST_OF_A_HUNDRED: usize = 60;

/// Trees differ by platform; they are counted for this one, on every machine.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Which of the lean crates has a client in its tree, and whether the lean client is one.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in LEAN {
        problems.extend(clients(&tree(workspace, name, &[])?).into_iter().map(|client| {
            format!("{name} brings the HTTP client {client}; `cargo tree -p {name} -e normal -i {client}` shows how")
        }));
    }
    let size = |name| -> Result<usize> { Ok(count(&tree(workspace, name, &["--target", TARGET])?)) };
    let docs = fs::read_to_string(workspace.root.join(LEAN_CLIENT_DOCS))?;
    problems.extend(sizes(size(LEAN_CLIENT)?, size(DEFAULT_CLIENT)?, &docs));
    Ok(problems)
}

/// The output of `cargo tree`, a crate a line; one that comes again may be marked with `(*)`.
fn tree(workspace: &Workspace, name: &str, more: &[&str]) -> Result<String> {
    let arguments = ["tree", "-p", name, "-e", "normal", "--prefix", "none", "--locked"];
    let arguments = [&arguments[..], more].concat();
    let output = cargo::command(workspace, &arguments).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo {}` failed: {}", arguments.join(" "), said.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The clients in a tree.
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

/// How many crates a tree has, each once.
fn count(tree: &str) -> usize {
    let crates: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.len()
}

/// What is wrong with the number of crates of the lean client, or with what its documentation says of it.
fn sizes(lean: usize, default: usize, docs: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if lean * 100 > default * MOST_OF_A_HUNDRED {
        problems.push(format!(
            "{LEAN_CLIENT} has {lean} crates and {DEFAULT_CLIENT} {default}: more than {MOST_OF_A_HUNDRED} of a hundred is not lean"
        ));
    }
    let told = format!(
        "It is {lean} crates with all that it needs, where the default client, on reqwest, is {default}"
    );
    if !docs.contains(&told) {
        problems.push(format!("{LEAN_CLIENT_DOCS}: does not say \"{told}\"; say so"));
    }
    problems
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

    #[test]
    fn a_crate_that_comes_again_counts_once_and_another_version_counts() {
        assert_eq!(count("a v1.0.0\nb v1.0.0\na v1.0.0 (*)\na v2.0.0\nb v1.0.0\n"), 3);
    }

    #[test]
    fn a_lean_client_that_grew_or_whose_documentation_is_old_is_found() {
        let docs =
            "//! It is 60 crates with all that it needs, where the default client, on reqwest, is 100 (on\n";
        assert_eq!(sizes(60, 100, docs), Vec::<String>::new());
        let grown = sizes(61, 100, docs);
        assert_eq!(grown.len(), 2, "{grown:?}");
        assert!(grown[0].contains("has 61 crates") && grown[1].contains("It is 61 crates"));
    }
}
