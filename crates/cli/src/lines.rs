//! A file of lines that only grows: for its owner alone, and for one run at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct LineFile {
    path: PathBuf,
    file: File,
}

impl LineFile {
    /// Opens the file at `path`, and makes it if there is none. While a run has it open, no other run can.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let fail = |error| Failure::File {
            path: path.to_owned(),
            error,
        };
        let file = options.open(path).map_err(fail)?;
        if !file.metadata().map_err(fail)?.is_file() {
            return Err(Failure::usage(
                format!("{} is no file", path.display()),
                "name a file, or one that does not exist yet",
            ));
        }
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::usage(
                format!("another run writes to {}", path.display()),
                "wait for it to end, or name another file",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// For reading from the start.
    pub(crate) fn reader(&self) -> &File {
        &self.file
    }

    /// Adds whole lines, and waits until they are on the disk.
    pub(crate) fn append(&mut self, lines: &str) -> Result<(), Failure> {
        let written = self
            .file
            .write_all(lines.as_bytes())
            .and_then(|()| self.file.sync_data());
        written.map_err(|error| self.fail(error))
    }

    /// Drops what stands after the first so many bytes.
    pub(crate) fn cut(&mut self, length: u64) -> Result<(), Failure> {
        self.file.set_len(length).map_err(|error| self.fail(error))
    }

    /// Takes the file from everybody but its owner, who may have made it otherwise.
    #[cfg(unix)]
    pub(crate) fn make_private(&self) -> Result<(), Failure> {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        self.file.set_permissions(mode).map_err(|error| self.fail(error))
    }

    /// Waits until the folder knows the file too, where a folder can be waited for.
    #[cfg(unix)]
    pub(crate) fn sync_name(&self) -> Result<(), Failure> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| self.fail(error))
    }

    pub(crate) fn fail(&self, error: io::Error) -> Failure {
        Failure::File {
            path: self.path.clone(),
            error,
        }
    }
}
