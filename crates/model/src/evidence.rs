use std::collections::{BTreeSet, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::completeness::{Pass, Proof, grade};
use crate::key_set::KeySet;
use crate::page::{Keep, hash_of};
use crate::{Completeness, Grade, Page, RejectedRow, Row, UnreadMember};

/// How many rejected rows and unread members are kept whole; the others are counted.
const ISSUES_KEPT: usize = 100;

/// How many rows of a repeated key are held back until the end of the pass tells what they are.
const REPEATS_HELD: usize = 1_000;

/// So much no walk counts: a row a nanosecond takes a hundred days.
const IMPOSSIBLE: u64 = 1 << 53;

/// What a walk has counted: the part of its evidence that does not grow with the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) pages: u64,
    received: u64,
    confirmed_repeats: u64,
    rejected: u64,
    unread: u64,
    pub(crate) pass: Pass,
    first_pass: Option<Pass>,
    /// What came before the first page of this walk was not seen by any.
    pub(crate) resumed: bool,
    repair_failed: bool,
    cursor_refused: bool,
}

impl Counts {
    /// Whether they can be those of a walk, and be added up and counted on without running over.
    pub(crate) fn are_possible(&self) -> bool {
        let walk = [
            self.pages,
            self.received,
            self.confirmed_repeats,
            self.rejected,
            self.unread,
        ];
        let passes = std::iter::once(&self.pass).chain(&self.first_pass);
        let mut all = walk.into_iter().chain(passes.flat_map(Pass::counts));
        all.all(|count| count < IMPOSSIBLE)
    }
}

/// Keys that were new since the walk's progress was last taken.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) keys: Vec<u64>,
    pub(crate) repeated: Vec<u64>,
}

/// What a walk has seen, in all its passes.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) counts: Counts,
    seen: KeySet,
    /// What this pass has seen, where that is not all that was seen.
    pass_seen: Option<KeySet>,
    pub(crate) rejected: Vec<RejectedRow>,
    rejected_seen: KeySet,
    pub(crate) unread: Vec<UnreadMember>,
    repeated: BTreeSet<u64>,
    repeated_first: BTreeSet<u64>,
    repair_error: Option<String>,
    pub(crate) news: Option<News>,
}

/// Where the rows of a walk go.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    /// To be delivered now.
    pub(crate) due: VecDeque<T>,
    /// Of a repeated key: the end of the pass tells what they are.
    held: Vec<T>,
}

impl<T> Rows<T> {
    pub(crate) fn new() -> Self {
        Self {
            due: VecDeque::new(),
            held: Vec::new(),
        }
    }
}

/// What a page brought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    /// Rows in all.
    pub(crate) received: u64,
    /// Rows that no page before had, in this pass.
    pub(crate) fresh: usize,
}

/// Whether no row before had this one's key.
#[derive(Clone, Copy, Debug)]
struct Seen {
    fresh: bool,
    fresh_in_pass: bool,
}

impl Evidence {
    /// The evidence of a walk that was seen to get so far.
    pub(crate) fn restored(counts: Counts, seen: KeySet, repeated: BTreeSet<u64>) -> Self {
        Self {
            counts,
            seen,
            repeated,
            ..Self::default()
        }
    }

    fn is_repairing(&self) -> bool {
        self.counts.first_pass.is_some()
    }

    /// Whether this pass reads rows that an earlier reading may have delivered.
    pub(crate) fn is_rereading(&self) -> bool {
        self.pass_seen.is_some()
    }

    fn union(&self) -> u64 {
        self.seen.len() as u64 + self.counts.confirmed_repeats
    }

    /// Takes the rows of a page, which errors would call `place`, and puts the wanted new ones into `rows`.
    pub(crate) fn take<T>(
        &mut self,
        page: &mut Page<T>,
        place: &str,
        keep: Option<&Keep<T>>,
        rows: &mut Rows<T>,
    ) -> Brought {
        let received = (page.rows.len() + page.rejected.len()) as u64;
        self.counts.pages += 1;
        self.counts.received += received;
        let pass = &mut self.counts.pass;
        pass.saw_total(page.total);
        if page.partial {
            pass.saw_partial(place);
        }
        pass.unread += page.unread.len() as u64;
        let mut fresh = self.take_rejected(std::mem::take(&mut page.rejected), place);
        if !self.is_repairing() {
            self.counts.unread += page.unread.len() as u64;
            let room = ISSUES_KEPT.saturating_sub(self.unread.len());
            self.unread
                .extend(page.unread.drain(..).take(room).map(|unread| unread.on(place)));
        }
        tell_apart(&mut page.rows);
        rows.due.reserve(page.rows.len());
        for row in page.rows.drain(..) {
            let seen = self.see(row.key);
            fresh += usize::from(seen.fresh_in_pass);
            let wanted = !row.hidden && keep.is_none_or(|keep| keep(&row.value));
            if seen.fresh && wanted {
                rows.due.push_back(row.value);
            } else if !seen.fresh_in_pass && wanted && rows.held.len() < REPEATS_HELD {
                rows.held.push(row.value);
            }
        }
        Brought { received, fresh }
    }

    fn take_rejected(&mut self, rejected: Vec<RejectedRow>, place: &str) -> usize {
        let count = rejected.len() as u64;
        self.counts.pass.rejected += count;
        let fresh = rejected
            .iter()
            .filter(|row| self.rejected_seen.insert(hash_of(row.native.get())))
            .count();
        if !self.is_repairing() {
            self.counts.rejected += count;
            let room = ISSUES_KEPT.saturating_sub(self.rejected.len());
            self.rejected
                .extend(rejected.into_iter().take(room).map(|row| row.on(place)));
        }
        fresh
    }

    /// Counts a row of this key.
    fn see(&mut self, key: u64) -> Seen {
        let fresh = self.seen.insert(key);
        // The first pass sees what the whole walk has seen so far; only a second one needs a set of its own.
        let fresh_in_pass = match &mut self.pass_seen {
            Some(pass_seen) => pass_seen.insert(key),
            None => fresh,
        };
        if let Some(news) = self.news.as_mut().filter(|_| fresh) {
            news.keys.push(key);
        }
        if fresh_in_pass {
            self.counts.pass.unique += 1;
        } else {
            self.counts.pass.repeats += 1;
            if self.repeated.len() < REPEATS_HELD
                && self.repeated.insert(key)
                && let Some(news) = &mut self.news
            {
                news.repeated.push(key);
            }
        }
        Seen { fresh, fresh_in_pass }
    }

    /// The end of a pass. A row whose key came before on another page is the same row, moved, or another one with the same
    /// id. When two readings of the list repeat the same keys and the vendor's total counts them all, they are others, and
    /// are delivered now.
    pub(crate) fn settle_repeats<T>(&mut self, proof: Proof, rows: &mut Rows<T>) {
        let held = std::mem::take(&mut rows.held);
        let same = self.is_repairing() && self.repeated == self.repeated_first;
        let pass = &mut self.counts.pass;
        if proof == Proof::Total && same && pass.repeats <= REPEATS_HELD as u64 && pass.repeats_are_rows() {
            self.counts.confirmed_repeats += pass.repeats;
            pass.unique += pass.repeats;
            pass.repeats = 0;
            rows.due.extend(held);
        }
    }

    pub(crate) fn start_repair(&mut self) {
        self.repeated_first = std::mem::take(&mut self.repeated);
        self.counts.first_pass = Some(std::mem::take(&mut self.counts.pass));
        self.pass_seen = Some(KeySet::default());
    }

    /// What the first pass proved stands, and the note says why there is no more.
    pub(crate) fn give_up_repair<T>(&mut self, error: String, rows: &mut Rows<T>) {
        if let Some(first) = &self.counts.first_pass {
            self.counts.pass = first.clone();
        }
        rows.held.clear();
        self.counts.repair_failed = true;
        self.repair_error = Some(error);
    }

    /// The list is read anew from its first page, as if for the first time, but rows that were seen are not delivered again.
    pub(crate) fn start_over(&mut self) {
        self.counts.pass = Pass::default();
        self.counts.first_pass = None;
        self.counts.resumed = false;
        self.counts.rejected = 0;
        self.counts.unread = 0;
        self.repeated.clear();
        self.pass_seen = Some(KeySet::default());
    }

    pub(crate) fn start_over_without_cursor(&mut self) {
        self.start_over();
        self.counts.cursor_refused = true;
    }

    pub(crate) fn grade(&self, proof: Proof) -> (Grade, String) {
        let (grade, mut reason) = grade(proof, &self.counts.pass, self.union(), self.counts.resumed);
        if self.counts.cursor_refused {
            reason.push_str("; its saved cursor was refused, so it was read again from its start");
        }
        match &self.repair_error {
            Some(error) => reason.push_str(&format!("; the repair pass failed: {error}")),
            None if self.counts.repair_failed => reason.push_str("; the repair pass failed"),
            None => {}
        }
        (grade, reason)
    }

    pub(crate) fn completeness(&self, grade: Grade, reason: String) -> Completeness {
        let counts = &self.counts;
        let totals = counts.pass.totals;
        let first = counts.first_pass.as_ref().map_or(totals, |pass| pass.totals);
        Completeness {
            pages: counts.pages,
            received: counts.received,
            unique: self.union(),
            rejected: counts.rejected,
            unread: counts.unread,
            reported_first: first.map(|(first, _)| first),
            reported: totals.map(|(_, last)| last),
            repaired: self.is_repairing(),
            grade,
            reason,
        }
    }
}

/// Two rows of one page are two rows, whatever their keys: a page is one reading of the list.
fn tell_apart<T>(rows: &mut [Row<T>]) {
    let mut keys: Vec<u64> = rows.iter().map(|row| row.key).collect();
    keys.sort_unstable();
    // Nearly every page has no key twice, and sorting tells that for less than a set of the keys costs.
    if keys.is_sorted_by(|one, next| one < next) {
        return;
    }
    let mut in_page = HashSet::with_capacity(rows.len());
    for row in rows {
        while !in_page.insert(row.key) {
            row.key = hash_of((row.key, "again"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_of_one_page_are_two_rows_whatever_their_keys() {
        let page = || Page::new(["a", "a", "b", "a"].map(|key| Row::new(key, key)).into());
        let (mut evidence, mut rows) = (Evidence::default(), Rows::new());
        let brought = evidence.take(&mut page(), "page 1", None, &mut rows);
        assert_eq!((brought.fresh, rows.due.len()), (4, 4));
        let again = evidence.take(&mut page(), "page 2", None, &mut rows);
        assert_eq!((again.fresh, rows.due.len()), (0, 4));
    }
}
