//! Fuzzing. The targets are a workspace of their own, built by `cargo fuzz`, which is a tool of its own.

use std::process::{Command, Stdio};

use crate::workspace::Workspace;
use crate::{Result, Skip, cargo};

/// Where the targets are, from the root.
const FOLDER: &str = "fuzz";

/// Where each target has its inputs, from the root.
const CORPUS: &str = "fuzz/corpus";

/// Inputs are no longer than this: a property that needs more has a test of its own.
const LONGEST_INPUT: &str = "-max_len=8192";

/// Seconds for one input. The longest walks take a part of one.
const LONGEST_RUN: &str = "-timeout=20";

/// Which targets found something, and where it is.
pub(crate) fn problems(workspace: &Workspace, target: Option<&str>, seconds: u32) -> Result<Vec<String>> {
    if !succeeds(&mut cargo::command(workspace, &["fuzz", "--version"])) {
        return Err(
            Skip("there is no `cargo fuzz` here; `cargo install cargo-fuzz` brings it".to_owned()).into(),
        );
    }
    let seeds = [
        "run",
        "--quiet",
        "--locked",
        "-p",
        "rollbook-fuzz",
        "--example",
        "fuzz_seeds",
        "--",
        CORPUS,
    ];
    let mut problems = cargo::run(workspace, &seeds, &[])?;
    if !problems.is_empty() {
        return Ok(problems);
    }
    let names = targets(workspace)?;
    if let Some(unknown) = target.filter(|target| !names.iter().any(|name| name == target)) {
        return Err(format!(
            "there is no target `{unknown}`; the targets are {}",
            names.join(", ")
        )
        .into());
    }
    let sanitizer = sanitizer();
    for name in names
        .iter()
        .filter(|name| target.is_none_or(|target| target == *name))
    {
        println!("\n=== {name}: {seconds} s with the {sanitizer} sanitizer");
        let status = cargo::command(workspace, &["fuzz", "run", "--sanitizer", sanitizer, name, "--"])
            .args([&format!("-max_total_time={seconds}"), LONGEST_INPUT, LONGEST_RUN])
            .current_dir(workspace.root.join(FOLDER))
            .status()?;
        if !status.success() {
            problems.push(format!(
                "{name} ended with {status}: see fuzz/artifacts/{name}; mend it, and keep the input in fuzz/regressions/{name}"
            ));
        }
    }
    Ok(problems)
}

/// The names of the targets, from their files.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(workspace.root.join(FOLDER).join("fuzz_targets"))? {
        names.extend(
            entry?
                .path()
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Only a nightly compiler has sanitizers; the counting of what was reached works on any.
fn sanitizer() -> &'static str {
    let version = Command::new("rustc").arg("--version").output();
    let is_nightly = version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("nightly"));
    if is_nightly { "address" } else { "none" }
}

fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
