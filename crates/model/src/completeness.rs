use serde::{Deserialize, Serialize};

use crate::reading::Reading;

/// What a walk can prove about itself: what was seen, and whether that is all there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Completeness {
    /// Pages received, in all passes, but for the one that a walk looks at before it goes on from a snapshot, and for one that led
    /// nowhere and was received again after that.
    pub pages: u64,
    /// Rows received, in all passes, also those seen before and those that could not be read.
    pub received: u64,
    /// Different rows received that could be read.
    pub unique: u64,
    /// Rows that could not be read, and in a list that was read twice, not in the second pass either.
    pub rejected: u64,
    /// Members that could not be read; their rows were delivered without them. Where a list or a page of it was read twice there
    /// may be more: these are the most of one pass.
    pub unread: u64,
    /// The total that the vendor reported with the first page.
    pub reported_first: Option<u64>,
    /// The total that the vendor reported with the last page.
    pub reported: Option<u64>,
    /// Whether the list was read a second time, because it changed under the first.
    pub repaired: bool,
    /// What that proves.
    pub grade: Grade,
    /// Why the grade is what it is, in one lower-case line.
    pub reason: String,
}

/// What is proven of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Grade {
    /// The evidence closes: these are all rows that there are.
    Complete,
    /// The list changed under the walk. The rows are real; some may be missing or gone.
    Drifted,
    /// Something is missing: an error, a row that could not be read, a partial answer, a gap.
    Incomplete,
}

impl Grade {
    /// The name in `snake_case`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Drifted => "drifted",
            Self::Incomplete => "incomplete",
        }
    }
}

impl Completeness {
    /// Whether the rows are known to be all that there are. Whoever reasons from a missing row needs this.
    pub fn is_complete(&self) -> bool {
        self.grade == Grade::Complete
    }

    /// The completeness of a walk that never got a page, with the reason.
    pub fn never_started(reason: impl Into<String>) -> Self {
        Self {
            pages: 0,
            received: 0,
            unique: 0,
            rejected: 0,
            unread: 0,
            reported_first: None,
            reported: None,
            repaired: false,
            grade: Grade::Incomplete,
            reason: reason.into(),
        }
    }
}

/// What one pass over a list saw.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pass {
    pub(crate) unique: u64,
    pub(crate) repeats: u64,
    pub(crate) rejected: u64,
    pub(crate) unread: u64,
    /// The sum of the keys of the rows that are wanted.
    pub(crate) wanted: u64,
    /// The rows that it had.
    pub(crate) reading: Reading,
    pub(crate) totals: Option<(u64, u64)>,
    pub(crate) totals_moved: bool,
    /// How many pages the vendor marked as partial, and the first of them.
    #[serde(default)]
    pub(crate) partial_pages: Option<(u64, String)>,
    pub(crate) gap: Option<String>,
    /// The list became shorter than it was, or its rows stand elsewhere than before.
    pub(crate) moved: bool,
}

impl Pass {
    /// Rows received, of whatever kind.
    pub(crate) fn received(&self) -> u64 {
        self.unique + self.repeats + self.rejected
    }

    /// All that is counted one by one. What the vendor reports may be any number.
    pub(crate) fn counts(&self) -> [u64; 5] {
        let partial_pages = self.partial_pages.as_ref().map_or(0, |(pages, _)| *pages);
        [
            self.unique,
            self.repeats,
            self.rejected,
            self.unread,
            partial_pages,
        ]
    }

    /// Whether the vendor's still total counts the rows of repeated keys as rows of their own.
    pub(crate) fn repeats_are_rows(&self) -> bool {
        let still = !self.totals_moved && !self.moved && self.gap.is_none();
        self.repeats > 0
            && still
            && self
                .totals
                .is_some_and(|(_, total)| self.unique + self.rejected + self.repeats == total)
    }

    pub(crate) fn saw_partial(&mut self, place: &str) {
        let (pages, _) = self.partial_pages.get_or_insert_with(|| (0, place.to_owned()));
        *pages += 1;
    }

    pub(crate) fn saw_total(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        let (first, last) = *self.totals.get_or_insert((total, total));
        self.totals_moved |= total != last;
        self.totals = Some((first, total));
    }
}

/// How a list says where its end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It comes whole, or the vendor ends it by a missing cursor.
    VendorEnds,
    /// The vendor reports a total: the last one that it reported counts.
    Total,
}

fn times(count: u64) -> String {
    if count == 1 {
        "once".to_owned()
    } else {
        format!("{count} times")
    }
}

/// Why a walk from a cursor alone proves nothing.
pub(crate) const BEGAN_IN_THE_MIDDLE: &str =
    "the walk began in the middle of the list: the pages before were not seen";

/// What all passes did together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    /// The different rows that they saw.
    pub(crate) union: u64,
    /// The sum of the keys of the rows that they delivered.
    pub(crate) delivered: u64,
}

/// Whether the list changed under the pass, as far as its numbers tell: then another reading may prove more. What a partial page
/// or a gap lacks, it would not bring.
pub(crate) fn calls_for_repair(proof: Proof, pass: &Pass, whole: Whole) -> bool {
    loss(proof, pass).is_none() && drift(proof, pass, whole).is_some()
}

/// What the rows that were delivered lack, in whichever pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lacks<'a> {
    /// Members that could not be read.
    pub(crate) unread: u64,
    /// The first page that was marked as partial in an earlier pass.
    pub(crate) partial: Option<&'a str>,
}

/// The grade of a pass that reached the end, with the reason.
pub(crate) fn grade(proof: Proof, pass: &Pass, whole: Whole, lacks: Lacks<'_>) -> (Grade, String) {
    if let Some(loss) = loss(proof, pass).or_else(|| lacks.partial.map(partial)) {
        return (Grade::Incomplete, loss);
    }
    let drift = drift(proof, pass, whole);
    if let Some(unreadable) = unreadable(pass.rejected, lacks.unread) {
        let reasons = std::iter::once(unreadable).chain(drift);
        return (Grade::Incomplete, reasons.collect::<Vec<_>>().join("; "));
    }
    match (drift, proof) {
        (Some(drift), _) => (Grade::Drifted, drift),
        (None, Proof::Total) => (Grade::Complete, "as many rows as the vendor reports".to_owned()),
        (None, Proof::VendorEnds) => (Grade::Complete, "the vendor ended the list".to_owned()),
    }
}

/// What is known to be missing, however still the list stood.
fn loss(proof: Proof, pass: &Pass) -> Option<String> {
    if let Some((pages, first)) = &pass.partial_pages {
        return Some(match pages {
            1 => partial(first),
            more => partial(&format!("{more} pages, the first of them {first},")),
        });
    }
    if pass.gap.is_some() {
        return pass.gap.clone();
    }
    let seen = pass.unique + pass.rejected;
    match (proof, pass.totals) {
        (Proof::VendorEnds, Some((_, total))) if seen != total && !pass.totals_moved => {
            Some(format!("{seen} rows received, {total} reported"))
        }
        (Proof::Total, None) => {
            Some("the vendor reported no total, on no page: nothing shows that all rows came".to_owned())
        }
        _ => None,
    }
}

fn partial(which: &str) -> String {
    format!("the vendor marked {which} as partial: rows or members are missing there")
}

/// How the pass differs from one over a list that stood still.
fn drift(proof: Proof, pass: &Pass, whole: Whole) -> Option<String> {
    numbers(proof, pass, whole.union).or_else(|| {
        (pass.wanted != whole.delivered)
            .then(|| "rows came to be wanted, or ceased to, while the list was read".to_owned())
    })
}

/// How its numbers do.
fn numbers(proof: Proof, pass: &Pass, union: u64) -> Option<String> {
    let Some((first, last)) = pass.totals else {
        let off_by = union.abs_diff(pass.unique);
        return match (proof, pass.repeats) {
            (Proof::Total, _) => None,
            (Proof::VendorEnds, 0) => {
                (off_by > 0).then(|| format!("two readings of the list differ: off by {off_by}"))
            }
            (Proof::VendorEnds, repeats) => Some(format!(
                "an id came again on another page, {}: rows may have moved past others that were not read",
                times(repeats)
            )),
        };
    };
    let (seen, union) = (pass.unique + pass.rejected, union + pass.rejected);
    let off_by = last.abs_diff(seen).max(last.abs_diff(union));
    (off_by > 0 || pass.totals_moved || pass.moved).then(|| {
        if off_by == 0 && first == last {
            format!("{union} rows seen, {last} reported, and the list moved while it was read")
        } else if first == last {
            format!("{union} rows seen, {last} reported: off by {off_by}")
        } else {
            format!(
                "the total went from {first} to {last}, {union} rows seen: off by {}",
                off_by.max(1)
            )
        }
    })
}

/// What came and could not be read.
fn unreadable(rows: u64, members: u64) -> Option<String> {
    let counts = [(rows, "row"), (members, "member")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
        .collect();
    (!counts.is_empty()).then(|| format!("{} could not be read", counts.join(" and ")))
}
