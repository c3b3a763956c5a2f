//! A Python that is new enough, and an environment of its own for each client.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// The oldest that all clients run on, and the newest that is looked for by its name.
const VERSIONS: std::ops::RangeInclusive<u32> = 12..=16;

/// Prints the version of an interpreter that is new enough and can make environments.
const PROBE: &str = "import ensurepip, sys, venv; assert sys.version_info >= (3, 12); print(sys.version)";

/// An interpreter, and the whole of what it says of its version.
#[derive(Debug)]
pub(super) struct Python {
    pub(super) program: PathBuf,
    version: String,
}

impl Python {
    /// The first on the path, or among pyenv's, that is new enough.
    pub(super) fn find() -> Option<Self> {
        let plain = ["python3", "python"].map(PathBuf::from);
        let numbered = VERSIONS.map(|minor| PathBuf::from(format!("python3.{minor}")));
        plain
            .into_iter()
            .chain(numbered)
            .chain(of_pyenv())
            .find_map(|program| {
                let version = said(Command::new(&program).args(["-c", PROBE]))?;
                Some(Self { program, version })
            })
    }

    /// The interpreter of an environment at `dir` that holds `requirements`, which are those of `file`. One that was made
    /// for the same is used again.
    ///
    /// The inner error is why the packages cannot be had here.
    pub(super) fn environment(
        &self,
        dir: &Path,
        file: &Path,
        requirements: &str,
    ) -> Result<std::result::Result<PathBuf, String>> {
        let interpreter = dir.join(if cfg!(windows) {
            "Scripts/python.exe"
        } else {
            "bin/python"
        });
        let stamp = dir.join("made-for.txt");
        let made_for = format!("{requirements}\n{}", self.version);
        if fs::read_to_string(&stamp).is_ok_and(|text| text == made_for) {
            return Ok(Ok(interpreter));
        }
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => (),
        }
        if let Err(why) = carry_out(Command::new(&self.program).args(["-m", "venv"]).arg(dir)) {
            return Ok(Err(why));
        }
        let mut install = Command::new(&interpreter);
        // Without an index the answer has to come soon.
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        install
            .args(["--retries", "1", "--timeout", "30", "--requirement"])
            .arg(file);
        if let Err(why) = carry_out(&mut install) {
            return Ok(Err(why));
        }
        fs::write(&stamp, made_for)?;
        Ok(Ok(interpreter))
    }
}

/// What pyenv has installed, which need not be on the path.
fn of_pyenv() -> Vec<PathBuf> {
    let Some(root) = said(Command::new("pyenv").arg("root")) else {
        return Vec::new();
    };
    let versions = fs::read_dir(Path::new(&root).join("versions"));
    let mut programs: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin/python3"))
        .collect();
    programs.sort();
    programs
}

/// What a command prints when all goes well.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command; when it fails, the last thing that it says is why.
fn carry_out(command: &mut Command) -> std::result::Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    Err(last.unwrap_or("it says nothing").trim().to_owned())
}
