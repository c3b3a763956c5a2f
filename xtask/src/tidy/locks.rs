//! The lock files of the workspaces beside the project's own, which most changes of a dependency make stale as well.

use std::path::Path;

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// Which of them are not those of their manifests. Nothing is built.
pub(crate) fn problems(workspace: &Workspace, files: &[String]) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for lock in files.iter().filter(|file| file.ends_with("/Cargo.lock")) {
        let manifest = Path::new(lock).with_extension("toml").display().to_string();
        let arguments = [
            "metadata",
            "--manifest-path",
            &manifest,
            "--locked",
            "--format-version",
            "1",
        ];
        let output = cargo::command(workspace, &arguments).output()?;
        if !output.status.success() {
            problems.push(problem(
                lock,
                &manifest,
                &String::from_utf8_lossy(&output.stderr),
            )?);
        }
    }
    Ok(problems)
}

/// What is wrong with the lock file, from what cargo said; an error where it says something else.
fn problem(lock: &str, manifest: &str, said: &str) -> Result<String> {
    if said.contains("--locked was passed") {
        return Ok(format!(
            "{lock}: not that of its manifests; run `cargo update --workspace --manifest-path {manifest}`, and commit it"
        ));
    }
    Err(format!("cargo cannot read {manifest}: {}", said.trim()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_lock_is_a_problem_with_its_remedy_and_all_else_is_an_error() {
        for said in [
            "error: cannot update the lock file /a/Cargo.lock because --locked was passed to prevent this",
            "error: the lock file /a/Cargo.lock needs to be updated but --locked was passed to prevent this",
        ] {
            let problem = problem("a/Cargo.lock", "a/Cargo.toml", said).unwrap();
            let remedy = "run `cargo update --workspace --manifest-path a/Cargo.toml`";
            assert!(
                problem.starts_with("a/Cargo.lock: ") && problem.contains(remedy),
                "{problem}"
            );
        }
        let error = problem("a/Cargo.lock", "a/Cargo.toml", "error: no network\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "cargo cannot read a/Cargo.toml: error: no network"
        );
    }
}
