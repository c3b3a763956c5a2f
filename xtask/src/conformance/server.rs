//! The program that is judged, and what is true of the world that it serves.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::workspace::Workspace;
use crate::{Result, cargo};

/// The seed, the users and the devices: small, but with several pages of every list.
pub(super) const WORLD: [&str; 3] = ["7", "120", "160"];

/// The sandbox behind its command, and the example that prints its truth.
#[derive(Debug)]
pub(super) struct Programs {
    rollbook: PathBuf,
    truth: PathBuf,
}

impl Programs {
    /// Builds as `cargo test` does, so that nothing is built twice; `None` when that fails.
    pub(super) fn build(workspace: &Workspace) -> Result<Option<Self>> {
        let arguments = [
            "--workspace",
            "--bin",
            "rollbook",
            "--examples",
            "--all-features",
            "--locked",
        ];
        let Some(built) = cargo::build(workspace, &arguments)? else {
            return Ok(None);
        };
        let find = |name: &str| {
            let mut built = built.iter();
            built
                .find(|(artifact, _)| artifact.target.name == name)
                .map(|(_, program)| program.clone())
                .ok_or_else(|| format!("cargo built no `{name}`"))
        };
        Ok(Some(Self {
            rollbook: find("rollbook")?,
            truth: find("truth")?,
        }))
    }

    /// What a client that misses nothing has to find.
    pub(super) fn truth(&self) -> Result<Value> {
        let output = Command::new(&self.truth).args(WORLD).output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Serves the world, with nothing in it changed yet.
    pub(super) fn serve(&self) -> Result<Server> {
        Server::start(&self.rollbook)
    }
}

/// A running sandbox, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) base_url: String,
}

impl Server {
    fn start(program: &Path) -> Result<Self> {
        let [seed, users, devices] = WORLD;
        let child = Command::new(program)
            .args(["sandbox", "serve", "--seed", seed])
            .args(["--users", users, "--devices", devices])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut server = Self {
            child,
            base_url: String::new(),
        };
        let mut line = String::new();
        if let Some(stdout) = &mut server.child.stdout {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix("base_url=");
        server.base_url = address
            .ok_or("`rollbook sandbox serve` did not say where it listens")?
            .to_owned();
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error says that it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
