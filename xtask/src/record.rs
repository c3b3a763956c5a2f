//! Recording a case. The recorder speaks HTTP, so it is a package of its own, which is built when it is wanted.

use std::process::Command;

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// The recorder, a package and a program.
const RECORDER: &str = "xtask-record";

/// Builds the recorder and hands it what was said on the command line.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<bool> {
    let Some(built) = cargo::build(workspace, &["-p", RECORDER, "--bin", RECORDER, "--locked"])? else {
        return Ok(false);
    };
    let program = built
        .into_iter()
        .find(|(artifact, _)| artifact.target.name == RECORDER);
    let (_, program) = program.ok_or("cargo built no recorder")?;
    let status = Command::new(program)
        .arg("record")
        .args(arguments)
        // The recorder runs the new case once, which writes its request and its result.
        .env("UPDATE_FIXTURES", "1")
        .status()?;
    Ok(status.success())
}
