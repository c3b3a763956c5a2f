//! The drivers of the clients: what each needs, and what it says.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::evidence::Seen;
use super::python::Python;
use super::ready::Ready;
use super::server::Programs;
use super::table::Client;
use crate::Result;

/// Where drivers and requirements are, from the root.
const DRIVERS: &str = "xtask/conformance";

/// The driver of one client.
#[derive(Debug)]
pub(super) struct Driver {
    /// What the client is called: its name and version.
    pub(super) label: String,
    script: PathBuf,
    /// The packages that the client needs, itself among them, and the file that lists them.
    requirements: Option<(PathBuf, String)>,
    /// Where the environment of the client is made.
    environment: PathBuf,
}

impl Driver {
    pub(super) fn of(client: &Client, root: &Path) -> Result<Self> {
        let script = root.join(DRIVERS).join(client.driver).with_extension("py");
        let (label, requirements) = match client.package {
            None => ("curl".to_owned(), None),
            Some(package) => {
                let file = script.with_extension("txt");
                let lines = fs::read_to_string(&file)?;
                let version = version(package, &lines)
                    .ok_or_else(|| format!("{DRIVERS}/{}.txt: no version of {package}", client.driver))?;
                (format!("{package} {version}"), Some((file, lines)))
            }
        };
        Ok(Self {
            label,
            script,
            requirements,
            environment: root.join("target/conformance").join(client.driver),
        })
    }

    /// Makes the client ready to be run by one of `pythons`.
    pub(super) fn ready(&self, client: &Client, pythons: &[Python]) -> Result<Ready> {
        let python = match Python::of(pythons, client) {
            Ok(python) => python,
            Err(why) => return Ok(Ready::Skipped(why)),
        };
        match &self.requirements {
            Some((file, lines)) => python.environment(&self.environment, file, lines),
            None if Command::new("curl").arg("--version").output().is_err() => {
                Ok(Ready::Skipped("there is no curl".to_owned()))
            }
            None => Ok(Ready::Runs(python.program.clone())),
        }
    }

    /// What the client shows of a sandbox of its own, as changes last; and what is wrong with the driver.
    pub(super) fn run(
        &self,
        interpreter: &Path,
        programs: &Programs,
        truth: &Value,
    ) -> Result<(Vec<Seen>, Vec<String>)> {
        let server = programs.serve()?;
        let mut child = Command::new(interpreter)
            // No compiled files beside the sources.
            .arg("-B")
            .arg(&self.script)
            .env_remove("PYTHONPATH")
            .env("PYTHONUTF8", "1")
            // A proxy does not reach this machine's own loopback.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            let given = json!({"base_url": server.base_url, "truth": truth});
            // A driver that ends before it has read all is told of below.
            let _ = stdin.write_all(given.to_string().as_bytes());
        }
        let output = child.wait_with_output()?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let seen = stdout.lines().filter_map(Seen::parse).collect();
        if output.status.success() {
            return Ok((seen, Vec::new()));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let problem = format!("{}: the driver ended with {}:\n{said}", self.label, output.status);
        Ok((seen, vec![problem]))
    }
}

/// The version of `package` that is required.
fn version<'a>(package: &str, requirements: &'a str) -> Option<&'a str> {
    requirements
        .lines()
        .find_map(|line| line.strip_prefix(package)?.strip_prefix("=="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_whole_name() {
        let requirements = "# a\nbanyan-more==1\npybanyan==2\nbanyan==3\n";
        assert_eq!(version("banyan", requirements), Some("3"));
        assert_eq!(version("more", requirements), None);
    }
}
