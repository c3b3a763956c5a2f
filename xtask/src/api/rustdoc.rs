//! What rustdoc knows of every library, as JSON.
//!
//! Only a nightly rustdoc writes JSON by itself. Any other does when it is told that it is one, by `RUSTC_BOOTSTRAP`. cargo
//! would pass that variable on to every compiler and build script, and build the world anew; so cargo is given this program in
//! the place of rustdoc, and this program sets the variable for the real one alone.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use serde_json::Value;

use crate::workspace::Workspace;
use crate::{Result, Skip, cargo};

/// The format of rustdoc's JSON from which the texts are made: that of Rust 1.95 to 1.97. Another one may tell the same API in
/// other words, so with it nothing is compared.
const FORMAT: u64 = 57;

/// The variable that makes this program stand in for rustdoc: it says which one.
const REAL: &str = "ROLLBOOK_XTASK_RUSTDOC";

/// What the documentation of one crate is made of.
pub(super) struct Json {
    pub(super) file: PathBuf,
    pub(super) value: Value,
}

/// Runs rustdoc in the place of the task, where cargo has started this program as its rustdoc.
pub(crate) fn stand_in() -> Option<Result<ExitCode>> {
    std::env::var_os(REAL).map(|rustdoc| run(&rustdoc))
}

fn run(rustdoc: &OsStr) -> Result<ExitCode> {
    let status = Command::new(rustdoc)
        .args(std::env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .status()
        .map_err(|error| format!("cannot start {}: {error}", rustdoc.to_string_lossy()))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Writes the JSON of every library; the result is what is wrong.
///
/// With the features that `cargo doc` and the tests have in the step of that name, so that nothing is compiled for this alone.
pub(super) fn build(workspace: &Workspace) -> Result<Vec<String>> {
    let ours = std::env::current_exe()?;
    let rustdoc = std::env::var("RUSTDOC").unwrap_or_else(|_| "rustdoc".to_owned());
    let arguments = [
        "doc",
        "--workspace",
        "--lib",
        "--all-features",
        "--no-deps",
        "--locked",
    ];
    let environment = [
        (
            "RUSTDOC",
            ours.to_str().ok_or("the path of this program is not text")?,
        ),
        (REAL, &rustdoc),
        ("RUSTDOCFLAGS", "-Z unstable-options --output-format json"),
    ];
    cargo::run(workspace, &arguments, &environment)
}

/// The JSON of the library of the crate `name`.
pub(super) fn read(workspace: &Workspace, name: &str) -> Result<Json> {
    let file = workspace
        .target
        .join(format!("doc/{}.json", name.replace('-', "_")));
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let value: Value = serde_json::from_str(&text)?;
    known(value["format_version"].as_u64())?;
    Ok(Json { file, value })
}

fn known(format: Option<u64>) -> Result<()> {
    if format == Some(FORMAT) {
        return Ok(());
    }
    let format = format.map_or_else(|| "unknown".to_owned(), |format| format.to_string());
    Err(Skip(format!(
        "the rustdoc of this toolchain writes JSON of the format {format}, and the public API is told from the format {FORMAT}"
    ))
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_format_is_a_skip_that_names_both_and_no_failure() {
        assert!(known(Some(FORMAT)).is_ok());
        for format in [None, Some(FORMAT + 1)] {
            let skip = known(format).unwrap_err().downcast::<Skip>().unwrap();
            assert!(skip.0.contains(&FORMAT.to_string()), "{skip}");
        }
    }
}
