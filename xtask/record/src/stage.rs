//! A case on its way: it stands in a folder of its own until it has been run, and only then among the others.

use std::fs;
use std::path::{Path, PathBuf};

use xtask_record::{Case, put};

use crate::Result;
use crate::arguments::Place;

/// A folder with one sanitized case, which ends with this value.
pub(crate) struct Stage {
    root: PathBuf,
    dir: PathBuf,
}

impl Stage {
    /// Writes the files of a case that was sanitized.
    pub(crate) fn fill(place: &Place, case: &Case) -> Result<Self> {
        let root = std::env::temp_dir().join(format!("rollbook-record-{}", std::process::id()));
        // Not one that another has made.
        fs::create_dir(&root)?;
        let dir = root.join(&place.vendor).join(&place.operation).join(&place.case);
        let stage = Self { root, dir };
        fs::create_dir_all(&stage.dir)?;
        for (name, contents) in &case.files {
            fs::write(stage.dir.join(name), contents)?;
        }
        Ok(stage)
    }

    /// What has the form of `fixtures/`, with the one case in it.
    pub(crate) fn fixtures(&self) -> PathBuf {
        self.root.clone()
    }

    /// Puts the case where it belongs in `root`, with what running it has made, and gives the names of its files.
    pub(crate) fn move_to(&self, root: &Path, target: &Path, case: &Case) -> Result<Vec<String>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let contents = fs::read_to_string(self.dir.join(&name))?;
            case.canaries.search(&name, &contents)?;
            files.push((name, contents));
        }
        files.sort();
        put(root, target, &files)?;
        Ok(files.into_iter().map(|(name, _)| name).collect())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What stays behind is a temporary folder in which nobody is named.
        let _ = fs::remove_dir_all(&self.root);
    }
}
