//! What is generated under `fixtures/`: the requests and results of the cases, which the adapters' own tests write and
//! check, and the index of all cases, which is made here from their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::generate::ensure_file;
use crate::workspace::Workspace;
use crate::{Result, cargo};

/// The command that mends all of it.
const MEND: &str = "cargo xtask fixtures";

/// The tests that run every case. As `cargo test` of the whole workspace builds them, so that nothing is built twice.
const TESTS: &str = "test --workspace --all-features --locked --no-fail-fast --test fixtures";

const INDEX: &str = "fixtures/index.json";

/// The cases by vendor, operation and name.
type Index = BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>;

/// Writes everything that is generated, or with `check` says what is not as it would be written.
pub(crate) fn problems(workspace: &Workspace, check: bool) -> Result<Vec<String>> {
    let arguments: Vec<&str> = TESTS.split(' ').collect();
    let update = if check { "0" } else { "1" };
    let mut problems = cargo::run(workspace, &arguments, &[("UPDATE_FIXTURES", update)])?;
    if check && !problems.is_empty() {
        problems.push(format!(
            "fixtures: the requests and results named above are not as the adapters make them; if what the adapters do now is right, run `{MEND}`"
        ));
    }
    problems.extend(left_over(&workspace.root.join("fixtures")));
    match index(&workspace.root.join("fixtures")) {
        Ok(index) => problems.extend(stale_index(&workspace.root, &index, check)?),
        Err(broken) => problems.extend(broken),
    }
    Ok(problems)
}

fn stale_index(root: &Path, index: &Index, check: bool) -> Result<Option<String>> {
    let contents = serde_json::to_string_pretty(index)? + "\n";
    let stale = ensure_file(root, INDEX, &contents, check)?;
    Ok(stale.then(|| format!("{INDEX}: not up to date; run `{MEND}`")))
}

/// The index of the cases in `fixtures`, or what is wrong with those that cannot be read.
fn index(fixtures: &Path) -> std::result::Result<Index, Vec<String>> {
    let (mut index, mut problems) = (Index::new(), Vec::new());
    for vendor in folders(fixtures).into_iter().filter(|name| !is_left_over(name)) {
        for operation in folders(&fixtures.join(&vendor)) {
            for name in folders(&fixtures.join(&vendor).join(&operation)) {
                match case(&fixtures.join(&vendor).join(&operation).join(&name)) {
                    Ok(case) => {
                        let operations = index.entry(vendor.clone()).or_default();
                        let cases = operations.entry(operation.clone()).or_default();
                        cases.insert(name, case);
                    }
                    Err(error) => problems.push(format!("fixtures/{vendor}/{operation}/{name}/{error}")),
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(index)
    } else {
        Err(problems)
    }
}

/// Whether a recording that was ended early has left this folder (`put.rs` of the recorder).
fn is_left_over(name: &str) -> bool {
    name.starts_with(".record-")
}

fn left_over(fixtures: &Path) -> Vec<String> {
    let names = folders(fixtures).into_iter().filter(|name| is_left_over(name));
    let told = |name| {
        format!(
            "fixtures/{name}: left by a recording that was ended early; put the case in it back, or remove it"
        )
    };
    names.map(told).collect()
}

/// The folders in `dir`, by name. What is no folder is no part of the cases.
fn folders(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The entry of the case in `dir`, or which of its files is not as it must be.
fn case(dir: &Path) -> std::result::Result<Value, String> {
    let text = |name: &str| fs::read_to_string(dir.join(name)).map_err(|error| format!("{name}: {error}"));
    let case: toml::Table = text("case.toml")?
        .parse()
        .map_err(|error| format!("case.toml: {error}"))?;
    let requests: Vec<Value> =
        serde_json::from_str(&text("request.json")?).map_err(|error| format!("request.json: {error}"))?;
    let replies = case.get("replies").and_then(toml::Value::as_array);
    // In the order of the alphabet, as the maps around it are.
    Ok(json!({
        "facts": case.get("facts").and_then(toml::Value::as_str),
        "kind": kind(&text("result.snap")?, requests.len()),
        "replies": replies.map_or(1, Vec::len),
        "requests": requests.len(),
    }))
}

/// What came of a case, by the sections of its result: the matrix of cases needs one of each kind.
fn kind(result: &str, requests: usize) -> &'static str {
    let has = |section: &str| result.lines().any(|line| line == format!("--- {section}"));
    if has("error") {
        "error"
    } else if has("walk") && requests > 1 {
        "walk"
    } else {
        "success"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_case_is_what_came_of_it() {
        assert_eq!(kind("--- value\ndone\n", 2), "success");
        assert_eq!(kind("--- rows\nUser {\n}\n--- walk\ncomplete\n", 1), "success");
        assert_eq!(kind("--- walk\ncomplete\n", 2), "walk");
        assert_eq!(
            kind("--- rows\nUser {\n}\n--- walk\n\n--- error\nno\n", 2),
            "error"
        );
        assert_eq!(kind("--- value\n \"--- error\"\n", 1), "success");
    }

    #[test]
    fn the_index_names_every_case_is_stale_until_it_is_written_and_then_left_alone() {
        let root = std::env::temp_dir().join(format!("rollbook-xtask-fixtures-{}", std::process::id()));
        let fixtures = root.join("fixtures");
        let dir = fixtures.join("vendor/devices/two_pages");
        fs::create_dir_all(&dir).unwrap();
        for (name, contents) in [
            ("case.toml", "facts = \"Made up.\"\n[[replies]]\n[[replies]]\n"),
            ("request.json", "[{}, {}]\n"),
            ("result.snap", "--- walk\ncomplete\n"),
        ] {
            fs::write(dir.join(name), contents).unwrap();
        }
        fs::write(fixtures.join("vendor/openapi.json"), "{}").unwrap();
        // No case, as a recorder that was killed leaves it.
        fs::create_dir_all(fixtures.join(".record-7/old/part")).unwrap();
        let told = left_over(&fixtures);
        assert!(
            told.len() == 1 && told[0].starts_with("fixtures/.record-7: "),
            "{told:?}"
        );

        let made = index(&fixtures).unwrap();
        assert_eq!(
            made["vendor"]["devices"]["two_pages"],
            json!({"facts": "Made up.", "kind": "walk", "replies": 2, "requests": 2})
        );
        let stale = stale_index(&root, &made, true).unwrap().unwrap();
        assert!(stale.contains(INDEX) && stale.contains(MEND), "{stale}");
        assert_eq!(stale_index(&root, &made, false).unwrap(), None);
        assert_eq!(
            stale_index(&root, &index(&fixtures).unwrap(), true).unwrap(),
            None
        );

        fs::remove_file(dir.join("request.json")).unwrap();
        let broken = index(&fixtures).unwrap_err();
        assert!(
            broken[0].starts_with("fixtures/vendor/devices/two_pages/request.json: "),
            "{broken:?}"
        );
        fs::remove_dir_all(root).unwrap();
    }
}
