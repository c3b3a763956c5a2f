//! A sandbox that is served by the program itself, and runs that are stopped on their way.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Done, finish, program, wait_for_line};

/// Stopped with the test.
pub(crate) struct Served {
    pub(crate) process: Child,
    pub(crate) directory: TempDir,
}

impl Served {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let directory = TempDir::new().unwrap();
        let process = program()
            .args(["sandbox", "serve", "--write-config", "sandbox.toml"])
            .args(arguments)
            .current_dir(directory.path())
            .stdout(File::create(directory.path().join("stdout")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let served = Self { process, directory };
        wait_for_line(&served.path("stdout"), "config=");
        served
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = program();
        command
            .current_dir(self.directory.path())
            .args(["--config", "sandbox.toml"])
            .args(line.split_whitespace());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Done {
        finish(&mut self.command(line))
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(name, &self.process);
    }

    /// Runs the program, sends it this signal once so many lines have come, and reads what else it writes. A run that was over
    /// before is the same as any other.
    pub(crate) fn run_and_signal(&self, line: &str, name: &str, lines: usize) -> Done {
        let mut child = self
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut stdout = String::new();
        for _ in 0..lines {
            out.read_line(&mut stdout).unwrap();
        }
        signal(name, &child);
        out.read_to_string(&mut stdout).unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let exit = child.wait().unwrap().code().unwrap_or(KILLED);
        Done { exit, stdout, stderr }
    }
}

/// What stands for the exit code of a program that had no say in its end.
pub(crate) const KILLED: i32 = -1;

/// By the shell, which has it built in. The child is not waited for yet, so its number is still its own.
pub(crate) fn signal(name: &str, process: &Child) {
    let line = format!("kill -s {name} {}", process.id());
    let status = Command::new("sh").args(["-c", &line]).status().unwrap();
    assert!(status.success());
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
