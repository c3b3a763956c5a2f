//! A run that goes on with what was kept of a list.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rollbook::model::{Completeness, Page, Pager, Paging, Row, Snapshot};

use crate::wire::wait;

/// A look at what was delivered last, one reading to the end, and a second one where the first did not prove enough.
const MOST_REQUESTS: u32 = 3;

/// How the lists of a run are cut into pages, each otherwise.
pub(super) fn pagings() -> [Paging; 4] {
    let (limit, ahead) = (NonZeroU32::MIN.saturating_add(2), NonZeroU32::MIN);
    [
        Paging::Cursor,
        Paging::Numbered { ahead },
        Paging::Offset { limit, ahead },
        Paging::Whole,
    ]
}

/// What became of a list that was gone on with.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    /// What the run would keep before it has asked for anything, or why it cannot go on.
    start: Result<String, String>,
    pub(super) is_over: bool,
    requests: u32,
    delivered: Vec<u64>,
    completeness: Option<Completeness>,
}

/// Goes on with a list that has these rows and one more, each time all on one page, whichever is asked for.
pub(super) fn go_on(snapshot: Snapshot, paging: Paging, rows: &BTreeSet<u64>) -> Outcome {
    let mut outcome = Outcome {
        start: Err(String::new()),
        is_over: snapshot.is_ended(),
        requests: 0,
        delivered: Vec::new(),
        completeness: None,
    };
    let list: Vec<u64> = rows.iter().copied().chain([another(rows)]).collect();
    let requests = Arc::new(AtomicU32::new(0));
    let asked = Arc::clone(&requests);
    let pager = Pager::new("list", paging, move |_| {
        asked.fetch_add(1, Ordering::Relaxed);
        let mut page = Page::new(list.iter().map(|key| Row::of_key(*key, *key)).collect());
        (page.total, page.last_page) = (Some(list.len() as u64), Some(1));
        async { Ok(page) }
    });
    let mut pager = match pager.resume_from(snapshot) {
        Ok(pager) => pager,
        Err(error) => {
            outcome.start = Err(error.to_string());
            return outcome;
        }
    };
    let progress = pager.take_progress().unwrap_or_else(|| panic!("nothing to keep"));
    let text = serde_json::to_string(&progress).unwrap_or_else(|error| panic!("not kept: {error}"));
    let again = serde_json::from_str(&text).map(|progress| Snapshot::default().add(progress));
    assert!(
        matches!(again, Ok(Ok(()))),
        "what was kept is not read again: {text}"
    );
    outcome.start = Ok(text);
    let (delivered, error) = wait(pager.collect_rows());
    assert!(error.is_none(), "a list that was given whole: {error:?}");
    outcome.delivered = delivered;
    outcome.delivered.sort_unstable();
    outcome.requests = requests.load(Ordering::Relaxed);
    outcome.completeness = Some(pager.completeness());
    outcome
}

/// The key of no row of these.
fn another(rows: &BTreeSet<u64>) -> u64 {
    (0..).find(|key| !rows.contains(key)).unwrap_or_default()
}

impl Outcome {
    /// Holds what was delivered of a list of all these rows against those that were kept.
    pub(super) fn check(&self, all: &BTreeSet<u64>, kept: &BTreeSet<u64>) {
        if let Err(problem) = &self.start {
            assert!(
                !problem.contains(['\n', '\r', '\u{1b}']),
                "more than a line: {problem:?}"
            );
        }
        assert!(self.requests <= MOST_REQUESTS, "asked for without end: {self:?}");
        assert!(
            self.requests == 0 || !self.is_over,
            "asked for after its end: {self:?}"
        );
        let mut due: BTreeSet<u64> = all.difference(kept).copied().collect();
        due.insert(another(all));
        let due: Vec<u64> = if self.requests == 0 {
            Vec::new()
        } else {
            due.into_iter().collect()
        };
        assert_eq!(self.delivered, due, "a row was left out, or came again");
    }
}
