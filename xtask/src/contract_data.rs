//! The data that the crate `rollbook-contract` embeds: copies, as a published crate holds no file from outside its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Result;

/// Where the copies are.
const COPIES: &str = "crates/contract/data";

/// The copies of what stands under `fixtures/`, with their paths: for each vendor with a contract the contract, and the files
/// of all cases.
pub(crate) fn copies(root: &Path) -> Result<Vec<(String, String)>> {
    let mut copies = Vec::new();
    for vendor in vendors(root)? {
        let dir = root.join("fixtures").join(&vendor);
        let (document, cases) = (text(&dir.join("openapi.json"))?, cases(&dir)?);
        let cases = serde_json::to_string_pretty(&cases)? + "\n";
        copies.push((format!("{COPIES}/{vendor}.openapi.json"), document));
        copies.push((format!("{COPIES}/{vendor}.cases.json"), cases));
    }
    Ok(copies)
}

/// Copies of a vendor that is there no more.
pub(crate) fn left_over(root: &Path) -> Result<Vec<String>> {
    let vendors = vendors(root)?;
    let is_of = |name: &str, vendor: &String| name.split('.').next() == Some(vendor);
    let mut names = names(&root.join(COPIES))?;
    names.retain(|name| !vendors.iter().any(|vendor| is_of(name, vendor)));
    Ok(names.into_iter().map(|name| format!("{COPIES}/{name}")).collect())
}

/// The vendors that have a contract, by name. An adapter that was just begun has none yet.
fn vendors(root: &Path) -> Result<Vec<String>> {
    let fixtures = root.join("fixtures");
    let mut names = names(&fixtures)?;
    names.retain(|name| fixtures.join(name).join("openapi.json").is_file());
    Ok(names)
}

/// The files of all cases of a vendor, by their path below the vendor's folder.
fn cases(vendor: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for operation in names(vendor)? {
        if !vendor.join(&operation).is_dir() {
            continue;
        }
        for case in names(&vendor.join(&operation))? {
            let dir = vendor.join(&operation).join(&case);
            for file in names(&dir)? {
                files.insert(format!("{operation}/{case}/{file}"), text(&dir.join(&file))?);
            }
        }
    }
    Ok(files)
}

/// What is in a folder, in order.
fn names(dir: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(dir).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// A checkout may have turned line ends; that is not a change of contents.
fn text(path: &Path) -> Result<String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copies_are_those_of_the_folders_with_a_contract_and_a_copy_of_none_is_named() {
        let root = std::env::temp_dir().join(format!("rollbook-xtask-copies-{}", std::process::id()));
        for (path, contents) in [
            ("fixtures/a/openapi.json", "{}\r\n"),
            ("fixtures/a/rows/whole/case.toml", "facts = \"x\"\n"),
            ("fixtures/a/rows/whole/result.snap", "--- rows\n"),
            ("fixtures/begun/rows/whole/case.toml", "facts = \"x\"\n"),
            ("fixtures/README.md", "x"),
            ("crates/contract/data/a.openapi.json", "{}\n"),
            ("crates/contract/data/gone.cases.json", "{}\n"),
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), contents).unwrap();
        }
        let copies = copies(&root).unwrap();
        let copies: Vec<(&str, &str)> = copies
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            copies,
            [
                ("crates/contract/data/a.openapi.json", "{}\n"),
                (
                    "crates/contract/data/a.cases.json",
                    "{\n  \"rows/whole/case.toml\": \"facts = \\\"x\\\"\\n\",\n  \"rows/whole/result.snap\": \"--- rows\\n\"\n}\n"
                ),
            ]
        );
        assert_eq!(
            left_over(&root).unwrap(),
            ["crates/contract/data/gone.cases.json"]
        );
        fs::remove_dir_all(root).unwrap();
    }
}
