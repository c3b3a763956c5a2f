//! Running cargo from within cargo.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::{Artifact, Message};

use crate::Result;
use crate::workspace::Workspace;

/// What `cargo run` sets for this program and must not reach the cargo below: build scripts that watch these variables
/// would run again whenever a build alternates between a shell and this program.
const OURS: &[&str] = &[
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "OUT_DIR",
];

/// A cargo command at the root of the workspace, by the same cargo that started this program.
pub(crate) fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(&workspace.root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if OURS.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs cargo with its output for all to see; a failure is one problem, which names the command.
pub(crate) fn run(
    workspace: &Workspace,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<Vec<String>> {
    let status = command(workspace, arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if status.success() {
        return Ok(Vec::new());
    }
    Ok(vec![format!("`cargo {}` failed", arguments.join(" "))])
}

/// Builds, with the messages for all to see, and gives what can be run, each with its program; `None` when that fails.
pub(crate) fn build(workspace: &Workspace, arguments: &[&str]) -> Result<Option<Vec<(Artifact, PathBuf)>>> {
    let arguments = [
        &["build"],
        arguments,
        &["--message-format=json-render-diagnostics"],
    ]
    .concat();
    let mut cargo = command(workspace, &arguments).stdout(Stdio::piped()).spawn()?;
    let mut built = Vec::new();
    if let Some(stdout) = cargo.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message?
                && let Some(program) = artifact.executable.clone()
            {
                built.push((artifact, program.into_std_path_buf()));
            }
        }
    }
    Ok(cargo.wait()?.success().then_some(built))
}

/// Whether a part of the toolchain that may be left out is there: `fmt`, `clippy`.
pub(crate) fn has(workspace: &Workspace, subcommand: &str) -> bool {
    command(workspace, &[subcommand, "--version"])
        .output()
        .is_ok_and(|output| output.status.success())
}
