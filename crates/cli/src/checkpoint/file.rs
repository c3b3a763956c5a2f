use std::io::BufReader;
use std::path::Path;

use rollbook::model::Progress;
use serde_json::Value;

use super::header::Header;
use super::log::{self, Delivered, Record, Saved, Unread};
use crate::failure::Failure;
use crate::lines::LineFile;

/// A checkpoint on the disk. Lines are only added, so that a million rows cost what they weigh, and each is on the disk before
/// the next page is written.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    lines: LineFile,
}

impl CheckpointFile {
    /// Opens the file, and reads how far the earlier runs got. A last line that was cut off is dropped, and so are all for a
    /// run that begins anew.
    pub(super) fn open(path: &Path, anew: bool, header: &Header) -> Result<(Self, Vec<Saved>), Failure> {
        let mut file = Self {
            lines: LineFile::open(path)?,
        };
        let reader = BufReader::new(file.lines.reader());
        let log =
            log::read(reader, &path.display().to_string(), header, anew).map_err(|unread| match unread {
                Unread::Io(error) => file.lines.fail(error),
                Unread::Refused { problem, hint } => Failure::usage(problem, hint),
            })?;
        file.lines.cut(log.whole)?;
        if log.whole == 0 {
            #[cfg(unix)]
            file.lines.make_private()?;
            file.append(header.line())?;
            #[cfg(unix)]
            file.lines.sync_name()?;
        }
        Ok((file, log.saved))
    }

    /// Keeps what one page added.
    pub(super) fn keep(
        &mut self,
        list: usize,
        delivered: Delivered,
        tally: Option<&Value>,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let record = Record {
            list,
            delivered,
            tally,
            progress,
        };
        self.append(record.line())
    }

    fn append(&mut self, line: serde_json::Result<String>) -> Result<(), Failure> {
        let line = line.map_err(|error| self.lines.fail(error.into()))?;
        self.lines.append(&line)
    }
}
