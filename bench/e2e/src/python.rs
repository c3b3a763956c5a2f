//! The vendors' own clients in Python: a process that reads the list whenever it is told to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Result;

const BANYAN: &str = include_str!("../python/banyan.py");
const TRUTO: &str = include_str!("../python/truto.py");

/// Which of the clients.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    Pybanyan,
    TrutoSdk,
}

pub(crate) struct Python {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Python {
    pub(crate) fn start(interpreter: &Path, client: Client, base_url: &str) -> Result<Self> {
        let script = match client {
            Client::Pybanyan => BANYAN,
            Client::TrutoSdk => TRUTO,
        };
        let mut child = Command::new(interpreter)
            .args(["-B", "-c", script, base_url])
            .env_remove("PYTHONPATH")
            // A proxy does not reach this machine's own loopback.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let stdin = child.stdin.take().ok_or("no stdin")?;
        let stdout = child.stdout.take().map(BufReader::new).ok_or("no stdout")?;
        Ok(Self { child, stdin, stdout })
    }

    /// Reads the list once: how long that took as the client's own process saw it, and how many rows came.
    pub(crate) fn read(&mut self) -> Result<(Duration, u64)> {
        self.stdin.write_all(b"go\n")?;
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let seconds = words.next().and_then(|word| word.parse().ok());
        let rows = words.next().and_then(|word| word.parse().ok());
        match (seconds, rows) {
            (Some(seconds), Some(rows)) => Ok((Duration::from_secs_f64(seconds), rows)),
            _ => Err("the Python client ended early".into()),
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // An error says that it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
