//! What a checkpoint is of. The properties that are fuzzed include this file, so it names no other part of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

use rollbook::model::{Filter, KeyHasher};
use serde::{Deserialize, Serialize};

/// The version of the file's shape. Grows when an older program would read it wrongly, or this one an older file.
pub(super) const VERSION: u32 = 1;

/// How every checkpoint begins.
pub(super) const OPENING: &str = "{\"rollbook_checkpoint\":";

/// The first line of the file. It holds for one command over the same lists, and for no other.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Header {
    rollbook_checkpoint: u32,
    command: String,
    /// The format and what else changes the look of a row; none where rows are only counted.
    output: Option<String>,
    /// The filters, each with the hash of its value: the value may name a person.
    filters: BTreeMap<String, String>,
    lists: Vec<List>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct List {
    pub(super) source: String,
    pub(super) vendor: String,
    pub(super) base_url: String,
    pub(super) account: Option<String>,
    pub(super) resource: String,
    pub(super) list: Option<String>,
}

impl List {
    fn name(&self) -> String {
        let list = self.list.as_deref().unwrap_or(&self.resource);
        format!("{}/{list}", self.source)
    }
}

impl Header {
    pub(super) fn of(
        command: &str,
        output: Option<String>,
        filters: &[(Filter, &str)],
        lists: Vec<List>,
    ) -> Self {
        let hashed = |(filter, value): &(Filter, &str)| (format!("--{filter}"), hash(value));
        Self {
            rollbook_checkpoint: VERSION,
            command: command.to_owned(),
            output,
            filters: filters.iter().map(hashed).collect(),
            lists,
        }
    }

    pub(super) fn line(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    pub(super) fn lists(&self) -> usize {
        self.lists.len()
    }

    /// What differs between this header of a file and the one of a run, in words; nothing when the run may go on with the file.
    pub(super) fn differences(&self, run: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let mut differ = |what: &str, before: Option<&str>, now: Option<&str>| {
            if before != now {
                let shown = |value: Option<&str>| value.map_or("not set".to_owned(), on_one_line);
                differences.push(format!("{what} was {}, and is {} now", shown(before), shown(now)));
            }
        };
        differ("the command", Some(&self.command), Some(&run.command));
        differ("the output", self.output.as_deref(), run.output.as_deref());
        let names = |header: &Self| header.lists.iter().map(List::name).collect::<Vec<_>>();
        let (file_names, run_names) = (names(self), names(run));
        if file_names == run_names {
            for (file, run) in self.lists.iter().zip(&run.lists) {
                let mut differ = |what: &str, before, now| {
                    differ(&format!("the {what} of {}", run.source), before, now);
                };
                differ("vendor", Some(&*file.vendor), Some(&*run.vendor));
                differ("base_url", Some(&file.base_url), Some(&run.base_url));
                differ("account", file.account.as_deref(), run.account.as_deref());
                differ("resource", Some(&file.resource), Some(&run.resource));
            }
        } else {
            let (file, run) = (on_one_line(&file_names.join(", ")), run_names.join(", "));
            differences.push(format!("the list was {file}, and is {run} now"));
        }
        let filters: BTreeSet<&String> = self.filters.keys().chain(run.filters.keys()).collect();
        for filter in filters {
            match (self.filters.get(filter), run.filters.get(filter)) {
                (Some(file), Some(run)) if file == run => {}
                (Some(_), Some(_)) => differences.push(format!("{filter} had another value")),
                (Some(_), None) => differences.push(format!("{filter} was given, and is not now")),
                (None, _) => differences.push(format!("{filter} was not given, and is now")),
            }
        }
        // The lists of one source differ in the same way.
        differences.dedup();
        differences
    }
}

/// What stands in a file can be anything, and goes to a terminal.
fn on_one_line(text: &str) -> String {
    text.escape_debug().to_string()
}

fn hash(value: &str) -> String {
    let mut hasher = KeyHasher::default();
    hasher.write(value.as_bytes());
    format!("{:016x}", hasher.finish())
}
