//! Generated files: each is written, or checked against what would be written.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::workspace::Workspace;
use crate::{Result, contract_data, layers_page};

/// The command that mends every generated file.
const MEND: &str = "cargo xtask generate";

/// Writes every generated file, or with `check` says which are not what would be written.
pub(crate) fn problems(workspace: &Workspace, check: bool) -> Result<Vec<String>> {
    let mut files = vec![("docs/generated/layers.md".to_owned(), layers_page::render())];
    files.extend(contract_data::copies(&workspace.root)?);
    let mut problems = Vec::new();
    for (path, contents) in files {
        if ensure_file(&workspace.root, &path, &contents, check)? {
            problems.push(format!("{path}: not up to date; run `{MEND}`"));
        }
    }
    for path in contract_data::left_over(&workspace.root)? {
        problems.push(format!(
            "{path}: there is no vendor of this name under fixtures/; delete it"
        ));
    }
    Ok(problems)
}

/// Makes the file at `name`, from the root, hold `contents`; with `check` nothing is written, and true says that it holds something else.
///
/// A file that is right already is left alone, so that running a generator twice changes nothing, not even a time.
pub(crate) fn ensure_file(root: &Path, name: &str, contents: &str, check: bool) -> Result<bool> {
    let path = root.join(name);
    let present = match fs::read_to_string(&path) {
        // A checkout may have turned line ends; that is not a change of contents.
        Ok(text) => Some(text.replace("\r\n", "\n")),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(format!("cannot read {name}: {error}").into()),
    };
    if present.as_deref() == Some(contents) {
        return Ok(false);
    }
    if !check {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, contents).map_err(|error| format!("cannot write {name}: {error}"))?;
        println!("wrote {name}");
    }
    Ok(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_stale_until_it_is_written_and_then_left_alone() {
        let dir = std::env::temp_dir().join(format!("rollbook-xtask-{}", std::process::id()));
        let name = "deep/page.md";
        let path = dir.join(name);
        assert!(ensure_file(&dir, name, "a\n", true).unwrap());
        assert!(!path.exists());
        assert!(!ensure_file(&dir, name, "a\n", false).unwrap());
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        assert!(!ensure_file(&dir, name, "a\n", true).unwrap());
        assert!(!ensure_file(&dir, name, "a\n", false).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
        assert!(ensure_file(&dir, name, "b\n", true).unwrap());
        fs::write(&path, "a\r\n").unwrap();
        assert!(!ensure_file(&dir, name, "a\n", true).unwrap());
        fs::remove_dir_all(dir).unwrap();
    }
}
