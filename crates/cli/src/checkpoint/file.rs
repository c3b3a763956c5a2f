use std::io::{BufRead as _, BufReader};

use rollbook::model::{Progress, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::header::{Header, OPENING, VERSION};
use super::{CheckpointArgs, Delivered};
use crate::failure::Failure;
use crate::lines::LineFile;

const HINT: &str = "run the command as it was run before, name another file, or begin anew with --restart";

/// A line of the file after the first: what one page added.
#[derive(Debug, Deserialize, Serialize)]
struct Record<P, V> {
    list: usize,
    #[serde(flatten)]
    delivered: Delivered,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tally: Option<V>,
    progress: P,
}

/// What the file says of one walk.
#[derive(Debug, Default)]
pub(super) struct Saved {
    pub(super) snapshot: Snapshot,
    pub(super) delivered: Delivered,
    pub(super) tally: Option<Value>,
}

/// The version alone: the rest of another version may look otherwise.
#[derive(Deserialize)]
struct Opening {
    rollbook_checkpoint: u32,
}

/// A checkpoint on the disk. Lines are only added, so that a million rows cost what they weigh, and each is on the disk before
/// the next page is written.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    lines: LineFile,
}

impl CheckpointFile {
    /// Opens the file, and reads how far the earlier runs got. A last line that was cut off is dropped.
    pub(super) fn open(
        path: &std::path::Path,
        args: &CheckpointArgs,
        header: &Header,
    ) -> Result<(Self, Vec<Saved>), Failure> {
        let mut file = Self {
            lines: LineFile::open(path)?,
        };
        let mut saved: Vec<Saved> = Vec::new();
        saved.resize_with(header.lists(), Saved::default);
        let whole = file.read(args, header, &mut saved)?;
        file.lines.cut(whole)?;
        if whole == 0 {
            #[cfg(unix)]
            file.lines.make_private()?;
            let header = serde_json::to_string(header).map_err(|error| file.lines.fail(error.into()))?;
            file.lines.append(&format!("{header}\n"))?;
            #[cfg(unix)]
            file.lines.sync_name()?;
        }
        Ok((file, saved))
    }

    /// Reads all whole lines, and gives how many bytes of the file are to stay.
    fn read(&self, args: &CheckpointArgs, header: &Header, saved: &mut [Saved]) -> Result<u64, Failure> {
        let path = self.lines.path().display().to_string();
        let mut reader = BufReader::new(self.lines.reader());
        let (mut line, mut whole, mut number) = (Vec::new(), 0, 0);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let read = read.map_err(|error| self.lines.fail(error))?;
            number += 1;
            if number == 1 && !(line.starts_with(OPENING.as_bytes()) || OPENING.as_bytes().starts_with(&line))
            {
                return Err(Failure::usage(
                    format!("{path} is no checkpoint"),
                    "name a file that an earlier run of this command wrote, or one that does not exist yet",
                ));
            }
            // What is cut off is of a run that was killed in the middle of writing it.
            if args.restart || line.last() != Some(&b'\n') {
                return Ok(whole);
            }
            if number == 1 {
                check(&path, &line, header)?;
            } else {
                take(&line, saved).map_err(|problem| {
                    Failure::usage(format!("{path}:{number}: {problem}"), "begin anew with --restart")
                })?;
            }
            whole += read as u64;
        }
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
        let line = serde_json::to_string(&record).map_err(|error| self.lines.fail(error.into()))?;
        self.lines.append(&format!("{line}\n"))
    }
}

fn check(path: &str, line: &[u8], run: &Header) -> Result<(), Failure> {
    let damaged = |error| Failure::usage(format!("{path}:1: it cannot be read ({error})"), HINT);
    let opening: Opening = serde_json::from_slice(line).map_err(damaged)?;
    if opening.rollbook_checkpoint != VERSION {
        let problem = format!(
            "{path} is a checkpoint of version {}, and this program writes version {VERSION}",
            opening.rollbook_checkpoint
        );
        return Err(Failure::usage(problem, HINT));
    }
    let file: Header = serde_json::from_slice(line).map_err(damaged)?;
    let differences = file.differences(run);
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "{path} is a checkpoint of another run: {}",
            differences.join("; ")
        ),
        HINT,
    ))
}

fn take(line: &[u8], saved: &mut [Saved]) -> Result<(), String> {
    let record: Record<Progress, Value> =
        serde_json::from_slice(line).map_err(|error| format!("it cannot be read ({error})"))?;
    let walk = saved
        .get_mut(record.list)
        .ok_or("it is of a list that is not there")?;
    let added = walk.snapshot.add(record.progress);
    added.map_err(|error| error.message().to_owned())?;
    walk.delivered = record.delivered;
    walk.tally = record.tally;
    Ok(())
}
