//! Builds every example of every crate and runs each to its end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// An example shows something in a moment. One that is still running after this waits for something that never comes.
const LIMIT: Duration = Duration::from_secs(120);

/// Which examples do not build, fail, or do not end. What an example prints is shown when it fails.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let programs = match build(workspace)? {
        Some(programs) => programs,
        None => return Ok(vec!["the examples do not build".to_owned()]),
    };
    let declared: usize = workspace.members.iter().map(|member| member.examples.len()).sum();
    let mut problems = Vec::new();
    if programs.len() != declared {
        problems.push(format!(
            "{declared} examples are declared, but {} were built",
            programs.len()
        ));
    }
    for (name, program) in programs {
        match run(workspace, &name, &program)? {
            Some(status) if status.success() => println!("{name}: ok"),
            Some(status) => problems.push(format!("{name}: the example ended with {status}")),
            None => problems.push(format!(
                "{name}: the example was still running after {} s; an example must end by itself",
                LIMIT.as_secs()
            )),
        }
    }
    Ok(problems)
}

/// Builds as `cargo test` does, so that nothing is built twice. Gives `crate/example` and the program of each.
fn build(workspace: &Workspace) -> Result<Option<Vec<(String, PathBuf)>>> {
    let arguments = ["--workspace", "--examples", "--all-features", "--locked"];
    let Some(built) = cargo::build(workspace, &arguments)? else {
        return Ok(None);
    };
    let mut programs: Vec<_> = built
        .into_iter()
        .filter(|(artifact, _)| artifact.target.is_example())
        .map(|(artifact, program)| {
            let owner = owner(workspace, artifact.manifest_path.as_std_path());
            (format!("{owner}/{}", artifact.target.name), program)
        })
        .collect();
    programs.sort();
    Ok(Some(programs))
}

fn owner(workspace: &Workspace, manifest: &Path) -> String {
    let dir = manifest
        .parent()
        .and_then(|dir| dir.strip_prefix(&workspace.root).ok());
    dir.unwrap_or(manifest).to_string_lossy().replace('\\', "/")
}

/// Runs one example from the root, with nothing to read; `None` when it had to be stopped.
fn run(workspace: &Workspace, name: &str, program: &Path) -> Result<Option<ExitStatus>> {
    let mut log = program.to_path_buf();
    log.set_extension("log");
    let output = File::create(&log)?;
    let mut child = Command::new(program)
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(20));
    };
    if !status.is_some_and(|status| status.success()) {
        println!("{name} said:\n{}", String::from_utf8_lossy(&fs::read(&log)?));
    }
    Ok(status)
}
