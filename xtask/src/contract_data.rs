//! The data that the crate `rollbook-contract` embeds: copies, as a published crate holds no file from outside its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::workspace::Workspace;

/// The contract of a vendor, as it stands in the folder of its fixtures.
pub(crate) fn document(workspace: &Workspace, vendor: &str) -> Result<String> {
    let name = format!("fixtures/{vendor}/openapi.json");
    text(&workspace.root.join(&name)).map_err(|error| format!("cannot read {name}: {error}").into())
}

/// The files of all cases of a vendor, by their path below the vendor's folder. What Rollbook makes of them is left out.
pub(crate) fn cases(workspace: &Workspace, vendor: &str) -> Result<String> {
    let root = workspace.root.join("fixtures").join(vendor);
    let mut files = BTreeMap::new();
    for operation in names(&root)? {
        if !root.join(&operation).is_dir() {
            continue;
        }
        for case in names(&root.join(&operation))? {
            let dir = root.join(&operation).join(&case);
            for file in names(&dir)?.into_iter().filter(|file| file != "result.snap") {
                files.insert(format!("{operation}/{case}/{file}"), text(&dir.join(&file))?);
            }
        }
    }
    Ok(serde_json::to_string_pretty(&files)? + "\n")
}

fn names(dir: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// A checkout may have turned line ends; that is not a change of contents.
fn text(path: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(path)?.replace("\r\n", "\n"))
}
