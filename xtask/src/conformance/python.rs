//! The Pythons of this machine, which of them a client runs on, and an environment of its own for each client.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ready::{self, Ready};
use super::table::Client;
use crate::Result;

/// The versions of Python 3 that are looked for by their name.
const NUMBERED: std::ops::RangeInclusive<u32> = 9..=16;

/// Prints the minor version of a Python 3, whether it can make environments, and the whole of its version.
const PROBE: &str = "import importlib.util, sys
assert sys.version_info[0] == 3
print(sys.version_info[1])
print(all(map(importlib.util.find_spec, ('ensurepip', 'venv'))))
print(sys.version)";

/// An interpreter of Python 3.
#[derive(Debug)]
pub(super) struct Python {
    pub(super) program: PathBuf,
    minor: u32,
    makes_environments: bool,
    /// The whole of what it says of its version.
    version: String,
}

impl Python {
    /// Those on the path, and those of pyenv.
    pub(super) fn all() -> Vec<Self> {
        let plain = ["python3", "python"].map(PathBuf::from);
        let numbered = NUMBERED.map(|minor| PathBuf::from(format!("python3.{minor}")));
        let programs = plain.into_iter().chain(numbered).chain(of_pyenv());
        programs
            .filter_map(|program| {
                let said = said(Command::new(&program).args(["-c", PROBE]))?;
                Self::read(program, &said)
            })
            .collect()
    }

    /// What the probe says of `program`.
    fn read(program: PathBuf, said: &str) -> Option<Self> {
        let mut lines = said.splitn(3, '\n').map(str::trim);
        Some(Self {
            program,
            minor: lines.next()?.parse().ok()?,
            makes_environments: lines.next()? == "True",
            version: lines.next()?.to_owned(),
        })
    }

    /// The first that the client runs on; the error is what there is none of.
    pub(super) fn of<'a>(pythons: &'a [Self], client: &Client) -> std::result::Result<&'a Self, String> {
        let needs_packages = client.package.is_some();
        let mut pythons = pythons.iter();
        pythons
            .find(|python| python.minor >= client.python && (python.makes_environments || !needs_packages))
            .ok_or_else(|| {
                let besides = if needs_packages {
                    " that can make virtual environments"
                } else {
                    ""
                };
                format!("there is no Python from 3.{} on{besides}", client.python)
            })
    }

    /// The interpreter of an environment at `dir` that holds `requirements`, which are those of `file`. One that was made
    /// for the same is used again.
    pub(super) fn environment(&self, dir: &Path, file: &Path, requirements: &str) -> Result<Ready> {
        let interpreter = dir.join(if cfg!(windows) {
            "Scripts/python.exe"
        } else {
            "bin/python"
        });
        let stamp = dir.join("made-for.txt");
        let made_for = format!("{requirements}\n{}", self.version);
        if fs::read_to_string(&stamp).is_ok_and(|text| text == made_for) {
            return Ok(Ready::Runs(interpreter));
        }
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => (),
        }
        let made = Command::new(&self.program)
            .args(["-m", "venv"])
            .arg(dir)
            .output()?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&[made.stdout, made.stderr].concat()).into_owned();
            return Ok(Ready::Failed(said));
        }
        let installed = Command::new(&interpreter)
            // Not quiet: what it has fetched tells whether there is an index. Without one the answer has to come soon.
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-color",
            ])
            .args(["--retries", "1", "--timeout", "30", "--requirement"])
            .arg(file)
            .env_remove("PIP_QUIET")
            .output()?;
        if installed.status.success() {
            fs::write(&stamp, made_for)?;
            return Ok(Ready::Runs(interpreter));
        }
        let said = String::from_utf8_lossy(&[installed.stdout, installed.stderr].concat()).into_owned();
        Ok(ready::without_packages(&said))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn python(minor: u32, makes_environments: bool) -> Python {
        Python {
            program: format!("python3.{minor}").into(),
            minor,
            makes_environments,
            version: String::new(),
        }
    }

    fn client(python: u32, package: Option<&'static str>) -> Client {
        Client {
            driver: "made_up",
            package,
            python,
        }
    }

    #[test]
    fn each_client_gets_the_first_python_that_it_runs_on() {
        let pythons = [python(10, true), python(13, false), python(12, true)];
        for (needs, package, wanted) in [
            (9, None, Ok("python3.10")),
            (11, None, Ok("python3.13")),
            (11, Some("p"), Ok("python3.12")),
            (14, None, Err("there is no Python from 3.14 on")),
            (
                13,
                Some("p"),
                Err("there is no Python from 3.13 on that can make virtual environments"),
            ),
        ] {
            let found = Python::of(&pythons, &client(needs, package));
            let found = found.map(|python| python.program.to_string_lossy().into_owned());
            assert_eq!(found, wanted.map(str::to_owned).map_err(str::to_owned), "{needs}");
        }
        assert!(Python::of(&[], &client(9, None)).is_err());
    }

    #[test]
    fn a_probe_is_read_with_a_version_of_several_lines_or_not_at_all() {
        let said = "11\nTrue\n3.11.7 (main)\n[GCC 12.2.0]";
        let found = Python::read("p".into(), said).unwrap();
        assert_eq!((found.minor, found.makes_environments), (11, true));
        assert_eq!(found.version, "3.11.7 (main)\n[GCC 12.2.0]");
        assert!(Python::read("p".into(), "hello").is_none());
    }
}
