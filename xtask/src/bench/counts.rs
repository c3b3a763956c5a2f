//! What decoding takes, in instructions and allocations: `bench/decode`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use super::told;
use crate::Result;

/// How often a contestant runs: as much is taken off again for what comes before, which costs the same each time.
const ITERATIONS: u64 = 10;

/// The counts, and why those of instructions are missing if they are.
pub(super) fn of(decode: &Path, quick: bool) -> Result<(Value, Option<String>)> {
    let mut counts = json!({"allocations": told(Command::new(decode).arg("--allocations"))?});
    if quick {
        return Ok((counts, Some("not with --quick".to_owned())));
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok((counts, Some("there is no valgrind".to_owned())));
    }
    let list = Command::new(decode).arg("--list").output()?;
    let mut instructions = Map::new();
    for name in String::from_utf8_lossy(&list.stdout).lines() {
        let twice = counted(decode, name, 2 * ITERATIONS)?;
        let each = twice.saturating_sub(counted(decode, name, ITERATIONS)?) / ITERATIONS;
        instructions.insert(name.to_owned(), json!(each));
    }
    counts["instructions"] = Value::Object(instructions);
    Ok((counts, None))
}

fn counted(decode: &Path, name: &str, iterations: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(decode)
        .args([name, "--iterations", &iterations.to_string()])
        .stdout(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = collected(&said).filter(|_| output.status.success());
    collected.ok_or_else(|| format!("valgrind counted nothing of {name}:\n{said}").into())
}

/// The number in callgrind's last words: `==7== Collected : 123`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_callgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 1234567\n==7== \n";
        assert_eq!(collected(said), Some(1_234_567));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }
}
