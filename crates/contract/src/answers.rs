use std::time::Duration;

use serde_json::Value;

use crate::baseline::Baseline;
use crate::drift::{Drift, DriftKind, Severity};
use crate::operation::Operation;
use crate::page::Page;
use crate::place::Place;
use crate::request::Request;
use crate::shape::Shape;

/// An answer that takes longer is told where no baseline says what is usual: a third of the 30 s that one attempt may take
/// unless configured otherwise.
const SLOW: Duration = Duration::from_secs(10);

/// How many times as long as before an answer has to take to be told. The same call differs by a factor of two from one
/// minute to the next.
const SLOWER: u64 = 3;

/// What is never slow beside a baseline, however fast that was: a handshake and a hiccup of the network.
const NEVER_SLOW: Duration = Duration::from_secs(1);

/// How many rows a list had at least when that it has less than half of them now is told.
const A_LIST: u64 = 20;

/// Answers of one operation: their [`Shape`], how full the first page is, and how long they took. Of a person it holds
/// nothing.
///
/// ```
/// use std::time::Duration;
///
/// use rollbook_contract::{Contract, Request};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let banyan = Contract::of("banyan").ok_or("no such vendor")?;
/// let request = Request::new("GET", "/api/v1/devices?skip=0&limit=100");
/// let mut answers = banyan.operation_of(&request).ok_or("no such operation")?.answers();
/// answers.add(&request, br#"{"devices": [], "count": 250}"#, Some(Duration::from_secs(12)));
/// let drifts: Vec<String> = answers.compare(None).iter().map(ToString::to_string).collect();
/// assert_eq!(drifts, [
///     "breaking: $: no row on the page, of 250 in the list (1 of 1)",
///     "notable: $: 12000 ms on the wire, more than 10000 (1 of 1)",
/// ]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Answers<'c> {
    operation: &'c Operation,
    shape: Shape<'c>,
    count: u64,
    unreadable: u64,
    rows: u64,
    page: Option<Page>,
    slowest: Option<Duration>,
}

impl Operation {
    /// No answers yet. Those are added that came when all was well: an error has another shape.
    pub fn answers(&self) -> Answers<'_> {
        Answers {
            operation: self,
            shape: self.shape(),
            count: 0,
            unreadable: 0,
            rows: 0,
            page: None,
            slowest: None,
        }
    }
}

impl Answers<'_> {
    /// Adds the answer to a request; `took` is how long it was on the wire, where that is known.
    pub fn add(&mut self, request: &Request, body: &[u8], took: Option<Duration>) {
        self.count += 1;
        self.slowest = self.slowest.max(took);
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            self.unreadable += 1;
            return;
        };
        self.rows += self.operation.rows_in(&body).unwrap_or(0);
        // Of several first pages the one that lacks most is kept.
        let page = self.operation.first_page(request, &body);
        self.page = match (self.page, page) {
            (Some(kept), Some(page)) if page.lacks() <= kept.lacks() => Some(kept),
            (kept, page) => page.or(kept),
        };
        self.shape.add(&body);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many rows are in them.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The first page of the list.
    pub fn page(&self) -> Option<Page> {
        self.page
    }

    /// How long the slowest took on the wire.
    pub fn slowest(&self) -> Option<Duration> {
        self.slowest
    }

    /// What they look like.
    pub fn shape(&self) -> &Shape<'_> {
        &self.shape
    }

    /// For a comparison at another time.
    pub fn baseline(&self) -> Baseline {
        let mut baseline = Baseline {
            page: self.page,
            slowest_ms: self.slowest.map(millis),
            ..Baseline::default()
        };
        if let Some(schema) = self.operation.answer() {
            let (root, place) = (&self.shape.root, Place::Root("$"));
            root.fill(schema, &place, &mut baseline.members);
        }
        baseline
    }

    /// In what they differ from the contract, and from what `before` was: the worst first.
    pub fn compare(&self, before: Option<&Baseline>) -> Vec<Drift> {
        let mut drifts = self.operation.compare_since(&self.shape, before);
        let mut say = |severity, kind, seen| {
            drifts.push(Drift {
                operation: self.operation.id.clone(),
                place: "$".to_owned(),
                severity,
                kind,
                seen,
                of: self.count,
            });
        };
        if self.unreadable > 0 {
            say(Severity::Breaking, DriftKind::NoJson, self.unreadable);
        }
        if let Some(page) = self.page
            && let Some((severity, kind)) = page.compare(before.and_then(|before| before.page))
        {
            say(severity, kind, 1);
        }
        if let Some(took) = self.slowest {
            let usual = before.and_then(|before| before.slowest_ms);
            let limit = usual.map_or(millis(SLOW), |usual| (usual * SLOWER).max(millis(NEVER_SLOW)));
            let ms = millis(took);
            if ms > limit {
                say(Severity::Notable, DriftKind::SlowPage { ms, limit }, 1);
            }
        }
        drifts.sort_by_key(|drift| std::cmp::Reverse(drift.severity));
        drifts
    }
}

impl Page {
    /// How many rows are not there that were expected, where there are more.
    fn lacks(&self) -> u64 {
        match self.expected {
            Some(expected) if self.goes_on => expected.saturating_sub(self.rows),
            _ => 0,
        }
    }

    /// How many rows the list has, as far as the page tells.
    fn size(&self) -> Option<u64> {
        self.total.or((!self.goes_on).then_some(self.rows))
    }

    fn compare(&self, before: Option<Page>) -> Option<(Severity, DriftKind)> {
        let rows = self.rows;
        if let Some(total) = self.total.filter(|total| rows == 0 && *total > 0) {
            return Some((Severity::Breaking, DriftKind::EmptyPage { total }));
        }
        let had = before.map_or(0, |before| before.size().unwrap_or(before.rows));
        if let Some(size) = self.size().filter(|size| had >= A_LIST && 2 * size < had) {
            return Some((Severity::Notable, DriftKind::SmallerList { rows: size, had }));
        }
        // What the server gave before is what is expected of it, where that was less.
        let given = before.filter(|before| before.goes_on).map(|before| before.rows);
        match (self.expected, given) {
            (Some(expected), given) if self.lacks() > 0 => {
                let is_known = given.is_some_and(|given| given < expected && 2 * rows >= given);
                let severity = if is_known {
                    Severity::Info
                } else {
                    Severity::Notable
                };
                Some((severity, DriftKind::SmallerPage { rows, expected }))
            }
            (None, Some(expected)) if self.goes_on && 2 * rows < expected => {
                Some((Severity::Notable, DriftKind::SmallerPage { rows, expected }))
            }
            _ => None,
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
