//! The outcomes file: one JSON object a line, written as things happen, so that the same command again does only what is
//! left, also after it was killed.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rollbook::model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wanted::Wanted;
use crate::failure::Failure;
use crate::lines::LineFile;

/// What the file says last of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    /// It is done: there is nothing left to do.
    pub(crate) done: bool,
    /// An own attempt was begun and its end is not known.
    pub(crate) open: bool,
    /// The key that the attempt carried.
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Line {
    command: String,
    source: String,
    selector: Value,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default)]
    at: String,
}

/// How every line begins.
const OPENING: &[u8] = b"{\"command\":\"";

/// The word for a request that is about to be sent.
const STARTED: &str = "started";

/// The outcomes file of a run; without a file, nothing is kept.
#[derive(Debug)]
pub(crate) struct Journal {
    command: String,
    source: String,
    lines: Option<LineFile>,
    past: HashMap<String, Past>,
}

impl Journal {
    /// Opens the file for `command` at `source`, and reads what it says. A last line that was cut off is dropped. While a run
    /// writes to the file, no other run can.
    pub(crate) fn open(
        path: Option<&Path>,
        command: &str,
        source: &str,
        writes: bool,
    ) -> Result<Self, Failure> {
        let mut journal = Self {
            command: command.to_owned(),
            source: source.to_owned(),
            lines: None,
            past: HashMap::new(),
        };
        let Some(path) = path else { return Ok(journal) };
        let mut bytes = Vec::new();
        let unreadable = |error| Failure::File {
            path: path.to_owned(),
            error,
        };
        let mut lines = None;
        if writes {
            let file = lines.insert(LineFile::open(path)?);
            file.reader().read_to_end(&mut bytes).map_err(unreadable)?;
        } else {
            match fs::read(path) {
                Ok(read) => bytes = read,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(error)),
            }
        }
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        for (index, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate() {
            if !line.is_empty() {
                journal
                    .read(line)
                    .map_err(|problem| wrong_file(format!("{}:{}: {problem}", path.display(), index + 1)))?;
            }
        }
        // What was cut off when an earlier run was killed began like every line here; anything else is not ours to drop.
        let tail = &bytes[whole..];
        if !(tail.starts_with(OPENING) || OPENING.starts_with(tail)) {
            return Err(wrong_file(format!(
                "{}: its last line is no outcome",
                path.display()
            )));
        }
        if let Some(file) = lines.as_mut().filter(|_| !tail.is_empty()) {
            file.cut(whole as u64)?;
        }
        journal.lines = lines;
        Ok(journal)
    }

    fn read(&mut self, line: &[u8]) -> Result<(), String> {
        let line: Line =
            serde_json::from_slice(line).map_err(|error| format!("this is no outcome ({error})"))?;
        // A ban that is done says nothing once an unban of the same device is done too.
        if line.command != self.command || line.source != self.source {
            return Err(format!(
                "it is of `{}` at {}, and one file is for one command at one source",
                line.command, line.source
            ));
        }
        let past = self.past.entry(line.selector.to_string()).or_default();
        past.done = line.outcome == "done";
        past.open = matches!(line.outcome.as_str(), STARTED | "unknown");
        if line.idempotency_key.is_some() {
            past.idempotency_key = line.idempotency_key;
        }
        Ok(())
    }

    /// What is known of the row.
    pub(crate) fn past(&self, wanted: &Wanted) -> Past {
        self.past.get(&wanted.identity()).cloned().unwrap_or_default()
    }

    /// What the file leaves open, as it was written.
    pub(crate) fn open_rows(&self) -> impl Iterator<Item = Value> + '_ {
        self.past
            .iter()
            .filter(|(_, past)| past.open)
            .filter_map(|(selector, _)| serde_json::from_str(selector).ok())
    }

    /// Keeps that a request for the row is about to be sent, with its key.
    pub(crate) fn started(&mut self, wanted: &Wanted, key: Option<&str>) -> Result<(), Failure> {
        self.write(wanted, STARTED, key, None)
    }

    /// Keeps the outcome of the row.
    pub(crate) fn ended(
        &mut self,
        wanted: &Wanted,
        outcome: &str,
        message: Option<&str>,
    ) -> Result<(), Failure> {
        self.write(wanted, outcome, None, message)
    }

    fn write(
        &mut self,
        wanted: &Wanted,
        outcome: &str,
        key: Option<&str>,
        message: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(lines) = &mut self.lines else {
            return Ok(());
        };
        let line = Line {
            command: self.command.clone(),
            source: self.source.clone(),
            selector: serde_json::from_str(&wanted.identity()).unwrap_or_default(),
            outcome: outcome.to_owned(),
            idempotency_key: key.map(str::to_owned),
            message: message.map(str::to_owned),
            at: now(),
        };
        let line = serde_json::to_string(&line).map_err(|error| lines.fail(error.into()))?;
        lines.append(&format!("{line}\n"))
    }
}

fn wrong_file(problem: String) -> Failure {
    Failure::usage(
        problem,
        "name a file that an earlier run of this command wrote, or one that does not exist yet",
    )
}

fn now() -> String {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok());
    millis
        .and_then(Timestamp::from_unix_millis)
        .map(|time| time.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;

    use rollbook::model::{Change, SerialNumber};

    use super::*;

    fn wanted(serial: &str) -> Wanted {
        Wanted {
            line: None,
            change: Change::ban(SerialNumber::new(serial).unwrap()),
        }
    }

    fn open(path: &Path) -> Journal {
        Journal::open(Some(path), "devices ban", "b", true).unwrap()
    }

    #[test]
    fn what_is_done_is_done_and_what_was_begun_is_open() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("outcomes.ndjson");
        let mut journal = open(&path);
        journal.started(&wanted("C02A"), Some("key-1")).unwrap();
        journal.ended(&wanted("C02A"), "done", None).unwrap();
        journal.started(&wanted("C02B"), Some("key-2")).unwrap();
        journal
            .ended(&wanted("C02C"), "not_done", Some("no such device"))
            .unwrap();
        // Killed in the middle of a line.
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"command\":\"dev\xc3").unwrap();
        drop(journal);

        let mut journal = open(&path);
        assert!(journal.past(&wanted("C02A")).done);
        let begun = journal.past(&wanted("C02B"));
        assert!(begun.open && !begun.done);
        assert_eq!(begun.idempotency_key.as_deref(), Some("key-2"));
        let failed = journal.past(&wanted("C02C"));
        assert!(!failed.open && !failed.done);
        journal.ended(&wanted("C02B"), "done", None).unwrap();
        drop(journal);
        assert!(open(&path).past(&wanted("C02B")).done);
        let journal = open(&path);
        drop(journal);
        // Another source's outcomes are not these, and another command's neither.
        for (command, source) in [("devices ban", "c"), ("devices unban", "b")] {
            assert!(Journal::open(Some(&path), command, source, false).is_err());
        }
    }

    #[test]
    fn two_runs_do_not_share_a_file() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("outcomes.ndjson");
        let first = open(&path);
        let second = Journal::open(Some(&path), "devices ban", "b", true).unwrap_err();
        assert!(matches!(second, Failure::Usage { problem, .. } if problem.starts_with("another run")));
        drop(first);
        open(&path);
    }

    #[test]
    fn a_file_of_something_else_is_refused_and_left_alone() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("notes.txt");
        for (text, place) in [("serial\nC02\n", "notes.txt:1:"), ("serial", "notes.txt:")] {
            std::fs::write(&path, text).unwrap();
            let failure = Journal::open(Some(&path), "devices ban", "b", true).unwrap_err();
            assert!(matches!(failure, Failure::Usage { problem, .. } if problem.contains(place)));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
