//! The checkpoint files of the program.

mod seeds;
mod walk;

use std::collections::BTreeSet;

use rollbook::model::{Filter, Paging, Progress};
use serde::Deserialize;
use serde_json::Value;

use self::header::{Header, List};
use self::log::{Delivered, Log, Record, Saved, Unread};
use self::tally::{Facts, Tally, TrustCounts};
use self::walk::{Outcome, go_on, pagings};
use crate::lists::selected;
use crate::mutate::places;

#[path = "../../../../crates/cli/src/checkpoint/header.rs"]
mod header;
#[path = "../../../../crates/cli/src/checkpoint/log.rs"]
mod log;
#[expect(dead_code, reason = "the program uses more of it")]
#[path = "../../../../crates/cli/src/commands/inventory/tally.rs"]
mod tally;

pub(crate) use self::seeds::seeds;

/// What the file is called in what is told of it.
const NAME: &str = "c";

/// The runs that a file can be of.
const RUNS: &[fn() -> Header] = &[listing, inventory];

fn listing() -> Header {
    let filters = [(Filter::Email, "ann@example.com")];
    Header::of("users list", Some("ndjson".to_owned()), &filters, vec![list(0)])
}

fn inventory() -> Header {
    Header::of("inventory", None, &[], (0..pagings().len()).map(list).collect())
}

/// The list of a run with this number, which has the paging of that number.
fn list(number: usize) -> List {
    List {
        source: format!("corp-{number}"),
        vendor: "banyan".to_owned(),
        base_url: "https://example.com/".to_owned(),
        account: (number == 1).then(|| "ann".to_owned()),
        resource: "devices".to_owned(),
        list: Some(format!("devices {number}")),
    }
}

/// A file is gone on with or refused with its reason, and what was cut off it is not there: no row is left out that was not
/// written, and no row that the file has comes again.
pub(crate) fn check(input: &[u8]) {
    let Some((run, file)) = selected(RUNS, input) else {
        return;
    };
    let run = run();
    let anew = log::read(file, NAME, &run, true).map_err(told);
    match read(file, &run) {
        Ok(log) => {
            let whole: usize = lines(file).map(<[u8]>::len).sum();
            assert_eq!(log.whole, whole as u64, "other than the whole lines was read");
            check_last(&log, file);
            check_numbers(&log);
            check_header(file, &run);
            check_written_again(file, &run);
            check_cuts(file, &run);
            assert_eq!(anew.map(|log| log.whole), Ok(0), "what is begun anew goes on");
        }
        Err(problem) => {
            check_refusal(&problem, file, &run);
            let is_checkpoint = problem != "c is no checkpoint";
            assert_eq!(anew.is_ok(), is_checkpoint, "overwritten in spite of {problem}");
        }
    }
}

/// What the file says, or why it is refused.
fn read(file: &[u8], run: &Header) -> Result<Log, String> {
    log::read(file, NAME, run, false).map_err(told)
}

fn told(unread: Unread) -> String {
    match unread {
        Unread::Io(error) => panic!("bytes that could not be read: {error}"),
        Unread::Refused { problem, hint } => {
            assert!(!hint.is_empty(), "{problem}: and now?");
            problem
        }
    }
}

/// The lines that were not cut off.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.ends_with(b"\n"))
}

fn text(line: serde_json::Result<String>) -> String {
    line.unwrap_or_else(|error| panic!("what was read cannot be written: {error}"))
}

/// A refusal says what is wrong with the file, or with which of its lines: the first that is wrong.
fn check_refusal(problem: &str, file: &[u8], run: &Header) {
    let line = problem.strip_prefix("c:").and_then(|rest| rest.split_once(':'));
    let Some((number, _)) = line else {
        let of_file = [
            "no checkpoint",
            "a checkpoint of version ",
            "a checkpoint of another run: ",
        ];
        let is_of_file = problem
            .strip_prefix("c is ")
            .is_some_and(|problem| of_file.iter().any(|known| problem.starts_with(known)));
        assert!(is_of_file, "no place: {problem}");
        return;
    };
    let number: usize = number.parse().unwrap_or_else(|_| panic!("no line: {problem}"));
    let until = |count: usize| lines(file).take(count).collect::<Vec<_>>().concat();
    assert!(
        (1..=lines(file).count()).contains(&number),
        "no such line: {problem}"
    );
    assert!(
        read(&until(number - 1), run).is_ok(),
        "an earlier line is wrong: {problem}"
    );
    let again = read(&until(number), run).map(|log| log.whole);
    assert_eq!(again, Err(problem.to_owned()), "another line is wrong");
}

/// The file is of this run, and of no other.
fn check_header(file: &[u8], run: &Header) {
    let Some(line) = lines(file).next() else {
        return;
    };
    let header: serde_json::Result<Header> = serde_json::from_slice(line);
    let header = header.and_then(|header| header.line());
    assert_eq!(text(header), text(run.line()), "the file of another run");
    for other in others(run) {
        let refused = read(line, &other).map(|log| log.whole);
        let is_refused =
            refused.is_err_and(|problem| problem.starts_with("c is a checkpoint of another run: "));
        assert!(is_refused, "taken for {other:?}");
    }
}

/// Runs that differ from this one in one place.
fn others(run: &Header) -> Vec<Header> {
    let whole: Value = serde_json::from_str(&text(run.line())).unwrap_or_default();
    let places = places(&whole, |value| value.is_string() || value.is_null());
    let other = |place: &String| {
        let mut whole = whole.clone();
        *whole.pointer_mut(place)? = "another".into();
        serde_json::from_value(whole).ok()
    };
    let others: Vec<Header> = places.iter().filter_map(other).collect();
    assert_eq!(others.len(), places.len(), "a place that cannot be another");
    others
}

/// What was read and is written again says the same.
fn check_written_again(file: &[u8], run: &Header) {
    let mut again = String::new();
    for (number, line) in lines(file).enumerate() {
        let line = match number {
            0 => run.line(),
            _ => serde_json::from_slice(line).and_then(|record: Record<Progress, Value>| record.line()),
        };
        again.push_str(&text(line));
    }
    let rows = rows(file, run);
    assert_eq!(
        states(file, run, &rows),
        states(again.as_bytes(), run, &rows),
        "another state came back"
    );
}

/// Wherever the file is cut off, it says what its whole lines say, and that is no more than the whole file does.
fn check_cuts(file: &[u8], run: &Header) {
    let all = rows(file, run);
    let mut later = states(file, run, &all);
    check_outcomes(&later, &all, &all);
    let mut start = file.len();
    for line in file.split_inclusive(|byte| *byte == b'\n').rev() {
        start -= line.len();
        let whole = &file[..start];
        let earlier = states(whole, run, &all);
        check_outcomes(&earlier, &all, &rows(whole, run));
        let torn = states(&file[..start + line.len() / 2], run, &all);
        assert_eq!(earlier, torn, "half a line was read");
        for (earlier, later) in earlier.iter().zip(&later) {
            assert!(
                earlier.is_before(later),
                "what was at {earlier:?} was then at {later:?}"
            );
        }
        later = earlier;
    }
}

fn check_outcomes(states: &[State], all: &[BTreeSet<u64>], kept: &[BTreeSet<u64>]) {
    for (state, (all, kept)) in states.iter().zip(all.iter().zip(kept)) {
        state.outcome.check(all, kept);
    }
}

/// How far a list was read, and what another run makes of it.
#[derive(Debug, PartialEq)]
struct State {
    delivered: Delivered,
    tally: Option<Value>,
    outcome: Outcome,
}

impl State {
    fn is_before(&self, later: &Self) -> bool {
        let (one, other) = (self.delivered, later.delivered);
        one.pages <= other.pages
            && one.rows <= other.rows
            && one.ended <= other.ended
            && self.outcome.is_over <= later.outcome.is_over
    }
}

/// The state of each list, where a run goes on with the file and finds these rows in the list, and one more.
fn states(file: &[u8], run: &Header, rows: &[BTreeSet<u64>]) -> Vec<State> {
    let log = read(file, run).unwrap_or_else(|problem| panic!("a part of what was read: {problem}"));
    assert_eq!(log.saved.len(), run.lists(), "other lists");
    let state = |saved: Saved, paging: Paging, rows| {
        let outcome = go_on(saved.snapshot, paging, rows);
        assert!(
            outcome.is_over || !saved.delivered.ended,
            "what has ended goes on"
        );
        State {
            delivered: saved.delivered,
            tally: saved.tally,
            outcome,
        }
    };
    let lists = log.saved.into_iter().zip(pagings()).zip(rows);
    lists
        .map(|((saved, paging), rows)| state(saved, paging, rows))
        .collect()
}

/// The rows that a line adds.
#[derive(Deserialize)]
struct Keys {
    keys: Vec<u64>,
}

/// The lines after the first.
fn records(file: &[u8]) -> impl Iterator<Item = Record<Keys, Value>> {
    lines(file).skip(1).map(|line| {
        serde_json::from_slice(line).unwrap_or_else(|error| panic!("read, and no record: {error}"))
    })
}

/// The keys that the lines have of each list.
fn rows(file: &[u8], run: &Header) -> Vec<BTreeSet<u64>> {
    let mut rows = vec![BTreeSet::new(); run.lists()];
    for record in records(file) {
        rows[record.list].extend(record.progress.keys);
    }
    rows
}

/// The last line of a list says what was delivered of it.
fn check_last(log: &Log, file: &[u8]) {
    let mut last = vec![(Delivered::default(), None); log.saved.len()];
    for record in records(file) {
        last[record.list] = (record.delivered, record.tally);
    }
    for (saved, (delivered, tally)) in log.saved.iter().zip(last) {
        assert_eq!(saved.delivered, delivered, "not what was delivered");
        assert_eq!(saved.tally, tally, "not the numbers of the last line");
    }
}

/// What was delivered can be added up, and counted on.
fn check_numbers(log: &Log) {
    let mut sum = Some(1_u64);
    for saved in &log.saved {
        let Delivered { pages, rows, .. } = saved.delivered;
        sum = sum.and_then(|sum| sum.checked_add(pages)?.checked_add(rows));
        check_tally(saved.tally.as_ref());
    }
    assert!(sum.is_some(), "more than can be counted");
}

/// Numbers of an inventory survive, and can be counted on.
fn check_tally(kept: Option<&Value>) {
    let of_value = |value: &Value| serde_json::from_value::<Tally>(value.clone()).ok();
    let Some(mut tally) = kept.and_then(of_value) else {
        return;
    };
    let written = serde_json::to_value(&tally).unwrap_or_default();
    let again = of_value(&written).map(|tally| serde_json::to_value(&tally).unwrap_or_default());
    assert_eq!(again, Some(written), "other numbers came back");
    tally.count(&Facts {
        trust: TrustCounts::of(None),
        enrollments: 1,
        banned: Some(true),
        inactive: Some(true),
    });
    tally.add(&tally.clone());
}
