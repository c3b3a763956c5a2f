//! What reading rows and mapping them takes, in instructions and allocations: `bench/cost`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use super::{at_most, told};
use crate::Result;

/// How often a contestant runs: as much is taken off again for what comes before, which costs the same each time.
const ITERATIONS: u64 = 10;

/// The counts and their targets, and why those of instructions are missing if they are. The programs are in the folder `built`.
pub(super) fn of(built: &Path, quick: bool) -> Result<(Value, Option<String>)> {
    let mut counts = json!({"allocations": told(Command::new(built.join("allocations")).arg("rows"))?});
    let skipped = if quick {
        Some("not with --quick".to_owned())
    } else if Command::new("valgrind").arg("--version").output().is_err() {
        Some("there is no valgrind".to_owned())
    } else {
        counts["instructions"] = Value::Object(instructions(&built.join("cost"))?);
        None
    };
    counts["targets"] = Value::Array(targets(&counts)?);
    Ok((counts, skipped))
}

/// Instructions of one page, of every contestant.
fn instructions(cost: &Path) -> Result<Map<String, Value>> {
    let list = Command::new(cost).arg("--list").output()?;
    let mut instructions = Map::new();
    for name in String::from_utf8_lossy(&list.stdout).lines() {
        let twice = counted(cost, name, 2 * ITERATIONS)?;
        let each = twice.saturating_sub(counted(cost, name, ITERATIONS)?) / ITERATIONS;
        instructions.insert(name.to_owned(), json!(each));
    }
    Ok(instructions)
}

/// What has to hold of each list, beside plain structs of its rows (*owned*). What is not counted, has no targets.
fn targets(counts: &Value) -> Result<Vec<Value>> {
    let mut targets = Vec::new();
    for list in lists(counts) {
        let name = list.replace('-', ", ");
        let count = |what: &str, way: &str| -> Result<f64> {
            let counted = &counts[what][format!("{list}/{way}")];
            let count = counted.get("per_row").unwrap_or(counted).as_f64();
            count.ok_or_else(|| format!("no {what} were counted of {list}/{way}").into())
        };
        if counts["instructions"].is_object() {
            let instructions = |way| count("instructions", way);
            let owned = instructions("owned")?;
            targets.push(at_most(
                &format!("{name}: instructions of native rows by those of plain structs"),
                instructions("ours-native")? / owned,
                0.92,
                "x",
            ));
            targets.push(at_most(
                &format!("{name}: instructions that mapping to the domain adds, by those of plain structs"),
                (instructions("ours-domain")? - instructions("ours-walked")?) / owned,
                0.10,
                "x",
            ));
        }
        targets.push(at_most(
            &format!("{name}: allocations of a native row beyond those of a plain struct"),
            count("allocations", "ours-native")? - count("allocations", "owned")?,
            1.0,
            "",
        ));
    }
    Ok(targets)
}

/// The lists that were read, each once.
fn lists(counts: &Value) -> Vec<&str> {
    let names = counts["allocations"].as_object().into_iter().flatten();
    let mut lists: Vec<&str> = names
        .filter_map(|(name, _)| Some(name.split_once('/')?.0))
        .collect();
    lists.dedup();
    lists
}

fn counted(cost: &Path, name: &str, iterations: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(cost)
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

    #[test]
    fn each_list_is_held_against_plain_structs() {
        let mut counts = json!({
            "allocations": {
                "a-users/ours-native": {"per_row": 7.0, "per_page": 3.0},
                "a-users/owned": {"per_row": 5.5, "per_page": 0.0},
            },
            "instructions": {
                "a-users/ours-domain": 190, "a-users/ours-native": 90, "a-users/ours-walked": 110, "a-users/owned": 100,
            },
        });
        let seen = |counts: &Value| -> Vec<(Option<f64>, bool)> {
            let seen = |target: &Value| (target["value"].as_f64(), target["met"] == true);
            targets(counts).unwrap().iter().map(seen).collect()
        };
        assert_eq!(
            seen(&counts),
            [(Some(0.9), true), (Some(0.8), false), (Some(1.5), false)]
        );
        let renamed = counts["instructions"]
            .as_object_mut()
            .unwrap()
            .remove("a-users/owned");
        assert!(
            renamed.is_some() && targets(&counts).is_err(),
            "one that is not there"
        );
        counts["instructions"].take();
        assert_eq!(seen(&counts), [(Some(1.5), false)], "without valgrind");
    }
}
