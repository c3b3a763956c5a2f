//! The files of the project, and their text.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use crate::Result;

/// The files that are, or are about to be, part of the project, from the root and with `/` on every platform.
///
/// Git knows them; where there is no git (an unpacked archive), everything but hidden and built files is taken.
pub(crate) fn list(root: &Path) -> Result<Vec<String>> {
    let mut files = match from_git(root) {
        Some(files) => files,
        None => walk(root)?,
    };
    files.sort();
    files.dedup();
    Ok(files)
}

/// The text of a file; `None` for one that is not there or is not text.
pub(crate) fn text(root: &Path, file: &str) -> Result<Option<String>> {
    match fs::read(root.join(file)) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
        // Deleted or a directory (a submodule): git still lists it.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => Ok(None),
        Err(error) => Err(format!("cannot read {file}: {error}").into()),
    }
}

fn from_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Some(
        names
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

fn walk(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let kind = entry.file_type()?;
            if kind.is_dir() && name != "target" && !name.starts_with('.') {
                open.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                let path = path.strip_prefix(root)?;
                files.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_the_sources_are_found_and_what_is_built_is_not() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = walk(root).unwrap();
        assert!(files.contains(&"src/tidy/files.rs".to_owned()), "{files:?}");
        assert!(!files.iter().any(|file| file.starts_with("target/")));
    }

    #[test]
    fn a_file_that_is_not_there_has_no_text() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(text(root, "no-such-file").unwrap(), None);
        assert!(text(root, "Cargo.toml").unwrap().is_some());
    }
}
