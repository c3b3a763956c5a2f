//! A case is put in its place as a whole, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Writes the files as the folder `target`, in the place of what is there.
///
/// They are written into a folder of their own in `root`, which is on the same disk, and that is renamed. What was there is
/// removed once the new folder is in its place. So nobody ever finds a half case, also not after a crash: at the worst, a whole
/// old and a whole new one are left in a folder `.record-*` of `root`.
///
/// ```
/// let root = std::env::temp_dir().join(format!("put-{}", std::process::id()));
/// std::fs::create_dir_all(&root)?;
/// let files = [("case.toml".to_owned(), String::new())];
/// xtask_record::put(&root, &root.join("truu/devices/empty"), &files)?;
/// assert!(root.join("truu/devices/empty/case.toml").exists());
/// # std::fs::remove_dir_all(root)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// When the disk refuses a step. Then `target` is as it was.
pub fn put(root: &Path, target: &Path, files: &[(String, String)]) -> io::Result<()> {
    let dir = root.join(format!(".record-{}", std::process::id()));
    let (new, old) = (dir.join("new"), dir.join("old"));
    // Not one that a crash has left: an old case may be in there.
    fs::create_dir(&dir)?;
    let _beside = Beside(dir);
    fs::create_dir(&new)?;
    for (name, contents) in files {
        fs::write(new.join(name), contents)?;
    }
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let replaces = target.exists();
    if replaces {
        fs::rename(target, &old)?;
    }
    let moved = fs::rename(&new, target);
    if moved.is_err() && replaces {
        fs::rename(&old, target)?;
    }
    moved
}

/// A folder that goes with this value, unless the old case is the only one left.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        let only_one_left = self.0.join("old").exists() && self.0.join("new").exists();
        if !only_one_left {
            // What stays behind names nobody.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Root(PathBuf);

    impl Root {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("rollbook-put-{name}-{}", std::process::id()));
            fs::create_dir_all(&root).unwrap();
            Self(root)
        }

        fn put(&self, target: &str, files: &[(&str, &str)]) -> io::Result<()> {
            let owned = |(name, contents): &(&str, &str)| ((*name).to_owned(), (*contents).to_owned());
            let files: Vec<_> = files.iter().map(owned).collect();
            put(&self.0, &self.0.join(target), &files)
        }

        /// All files, and the folders that hold none.
        fn all(&self) -> Vec<String> {
            let mut found = Vec::new();
            let mut folders = vec![self.0.clone()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    let name = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
                    match path.is_dir() {
                        true => folders.push(path),
                        false => found.push(format!("{name}: {}", fs::read_to_string(path).unwrap())),
                    }
                    if name.starts_with('.') && !name.contains('/') {
                        found.push(name);
                    }
                }
            }
            found.sort();
            found
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_case_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let root = Root::new("whole");
        root.put("v/o/c", &[("a", "old"), ("b", "old")]).unwrap();
        root.put("v/o/c", &[("a", "new")]).unwrap();
        assert_eq!(root.all(), ["v/o/c/a: new"]);
    }

    #[test]
    fn a_case_that_cannot_be_written_whole_leaves_the_old_one_as_it_was() {
        let root = Root::new("half");
        root.put("v/o/c", &[("a", "old"), ("b", "old")]).unwrap();
        root.put("v/o/c", &[("a", "new"), ("no/such/folder", "")])
            .unwrap_err();
        assert_eq!(root.all(), ["v/o/c/a: old", "v/o/c/b: old"]);
        root.put("v/o/c/a/d", &[("a", "new")]).unwrap_err();
        assert_eq!(root.all(), ["v/o/c/a: old", "v/o/c/b: old"]);
    }

    #[test]
    fn what_a_crash_has_left_of_an_old_case_is_not_removed_by_the_next() {
        let root = Root::new("crash");
        let left = format!(".record-{}", std::process::id());
        fs::create_dir_all(root.0.join(&left).join("old")).unwrap();
        fs::write(root.0.join(&left).join("old/a"), "old").unwrap();
        root.put("v/o/c", &[("a", "new")]).unwrap_err();
        assert_eq!(root.all(), [left.clone(), format!("{left}/old/a: old")]);
    }
}
