//! The lines of a checkpoint, without the file that they stand in. The properties that are fuzzed include this file, so it
//! names no other part of the program but its neighbour.

use std::io::{self, BufRead};

use rollbook::model::{Progress, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::header::{Header, OPENING, VERSION};

const WHAT_ELSE: &str =
    "run the command as it was run before, name another file, or begin anew with --restart";
const ANEW: &str = "begin anew with --restart";

/// So much is never counted: numbers below can be added up and counted on without running over.
const IMPOSSIBLE: u64 = 1 << 53;

/// What of a walk has been written, in all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Delivered {
    pub(crate) pages: u64,
    pub(crate) rows: u64,
    pub(crate) ended: bool,
}

impl Delivered {
    fn is_behind(self, before: Self) -> bool {
        self.pages < before.pages || self.rows < before.rows || (before.ended && !self.ended)
    }
}

/// A line after the first: what one page added.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Record<P, V> {
    pub(super) list: usize,
    #[serde(flatten)]
    pub(super) delivered: Delivered,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tally: Option<V>,
    pub(super) progress: P,
}

impl<P: Serialize, V: Serialize> Record<P, V> {
    pub(super) fn line(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}

/// What the lines say of one walk.
#[derive(Debug, Default)]
pub(super) struct Saved {
    pub(super) snapshot: Snapshot,
    pub(super) delivered: Delivered,
    pub(super) tally: Option<Value>,
}

/// All lines together.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) saved: Vec<Saved>,
    /// How many bytes are whole lines: what stands behind them was cut off when a run was killed.
    pub(super) whole: u64,
}

/// Why the lines cannot be gone on with.
#[derive(Debug)]
pub(super) enum Unread {
    Io(io::Error),
    Refused { problem: String, hint: &'static str },
}

impl Unread {
    fn refused(problem: String, hint: &'static str) -> Self {
        Self::Refused { problem, hint }
    }
}

/// The version alone: the rest of another version may look otherwise.
#[derive(Deserialize)]
struct Opening {
    rollbook_checkpoint: u32,
}

/// Reads how far the runs got that wrote the file of this name, for a run with this header. One that begins anew reads nothing
/// of a checkpoint, but does not overwrite what is none.
pub(super) fn read(mut file: impl BufRead, name: &str, run: &Header, anew: bool) -> Result<Log, Unread> {
    let mut log = Log {
        saved: Vec::new(),
        whole: 0,
    };
    log.saved.resize_with(run.lists(), Saved::default);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let length = file.read_until(b'\n', &mut line).map_err(Unread::Io)?;
        if number == 1 && !(line.starts_with(OPENING.as_bytes()) || OPENING.as_bytes().starts_with(&line)) {
            return Err(Unread::refused(
                format!("{name} is no checkpoint"),
                "name a file that an earlier run of this command wrote, or one that does not exist yet",
            ));
        }
        if anew || line.last() != Some(&b'\n') {
            break;
        }
        if number == 1 {
            check(name, &line, run)?;
        } else {
            take(&line, &mut log.saved)
                .map_err(|problem| Unread::refused(format!("{name}:{number}: {problem}"), ANEW))?;
        }
        log.whole += length as u64;
    }
    Ok(log)
}

fn check(name: &str, line: &[u8], run: &Header) -> Result<(), Unread> {
    let damaged = |error| Unread::refused(format!("{name}:1: it cannot be read ({error})"), WHAT_ELSE);
    let opening: Opening = serde_json::from_slice(line).map_err(damaged)?;
    if opening.rollbook_checkpoint != VERSION {
        let problem = format!(
            "{name} is a checkpoint of version {}, and this program writes version {VERSION}",
            opening.rollbook_checkpoint
        );
        return Err(Unread::refused(problem, WHAT_ELSE));
    }
    let file: Header = serde_json::from_slice(line).map_err(damaged)?;
    let differences = file.differences(run);
    if differences.is_empty() {
        return Ok(());
    }
    let problem = format!(
        "{name} is a checkpoint of another run: {}",
        differences.join("; ")
    );
    Err(Unread::refused(problem, WHAT_ELSE))
}

fn take(line: &[u8], saved: &mut [Saved]) -> Result<(), String> {
    let record: Record<Progress, Value> =
        serde_json::from_slice(line).map_err(|error| format!("it cannot be read ({error})"))?;
    let walk = saved
        .get_mut(record.list)
        .ok_or("it is of a list that is not there")?;
    let added = walk.snapshot.add(record.progress);
    added.map_err(|error| error.message().to_owned())?;
    let delivered = record.delivered;
    if delivered.is_behind(walk.delivered) {
        return Err("it is behind an earlier line".to_owned());
    }
    if delivered.ended && !walk.snapshot.is_ended() {
        return Err("its list has ended, and is to go on".to_owned());
    }
    let tallied = record.tally.as_ref().map_or(0, largest);
    if delivered.pages.max(delivered.rows).max(tallied) >= IMPOSSIBLE {
        return Err("it counts what no list can have".to_owned());
    }
    walk.delivered = delivered;
    walk.tally = record.tally;
    Ok(())
}

/// The largest number in what was tallied. What is no count, as it is negative, a fraction or too large, is above them all.
fn largest(tally: &Value) -> u64 {
    match tally {
        Value::Number(number) => number.as_u64().unwrap_or(u64::MAX),
        Value::Array(items) => items.iter().map(largest).max().unwrap_or(0),
        Value::Object(members) => members.values().map(largest).max().unwrap_or(0),
        _ => 0,
    }
}
