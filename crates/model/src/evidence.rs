use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::boundary::Boundary;
use crate::completeness::{BEGAN_IN_THE_MIDDLE, Lacks, Pass, Proof, Whole, calls_for_repair, grade};
use crate::key_set::KeySet;
use crate::page::{Keep, hash_of};
use crate::reading::Reading;
use crate::rejected_rows::RejectedRows;
use crate::rows::{REPEATS_HELD, Rows};
use crate::{Completeness, Grade, Page, Position, RejectedRow, Row, UnreadMember};

/// How many unread members are kept; the others are counted.
const UNREAD_KEPT: usize = 100;

/// So much no walk counts: a row a nanosecond takes a hundred days.
const IMPOSSIBLE: u64 = 1 << 53;

/// What a walk has counted: the part of its evidence that does not grow with the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) pages: u64,
    received: u64,
    confirmed_repeats: u64,
    /// Rows that no reading which ended well could read.
    rejected: u64,
    /// Members that rows were delivered without: the most that one reading could not read. A row that was delivered is not
    /// delivered again with them.
    unread: u64,
    /// The first page that was marked as partial in an earlier reading. Its rows were delivered as they were, and are not again.
    partial_before: Option<String>,
    /// The sum of the keys of the rows that were delivered.
    delivered: u64,
    pub(crate) pass: Pass,
    first_pass: Option<Pass>,
    /// What the first pass of all had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_reading: Option<Reading>,
    /// What came before the first page of this walk was not seen by any.
    pub(crate) resumed: bool,
    /// What this pass had with the page that led nowhere, until that page comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nowhere: Option<Reading>,
    /// Such a page had rows, came again with others, and may have had one for another of the same key.
    came_otherwise: bool,
    repaired: bool,
    repair_failed: bool,
    cursor_refused: bool,
    /// The page with rows that was taken last.
    pub(crate) boundary: Option<Boundary>,
}

impl Counts {
    /// Whether they can be those of a walk, and be added up and counted on without running over.
    pub(crate) fn are_possible(&self) -> bool {
        let boundary = self.boundary.as_ref().map_or(0, |boundary| boundary.received);
        let walk = [
            self.pages,
            self.received,
            self.confirmed_repeats,
            self.rejected,
            self.unread,
            boundary,
        ];
        let passes = std::iter::once(&self.pass).chain(&self.first_pass);
        let mut all = walk.into_iter().chain(passes.flat_map(Pass::counts));
        all.all(|count| count < IMPOSSIBLE)
    }

    /// These without the page that came after `before`, but for its rows that were delivered, and what they were without.
    pub(crate) fn without_page(mut self, before: &Self) -> Self {
        self.note_partial();
        Self {
            unread: self.unread,
            partial_before: self.partial_before,
            delivered: self.delivered,
            nowhere: Some(self.pass.reading),
            came_otherwise: self.came_otherwise,
            ..before.clone()
        }
    }

    /// What was partial in this reading is to be so in the next.
    fn note_partial(&mut self) {
        if let Some((_, first)) = self.pass.partial_pages.take() {
            self.partial_before.get_or_insert(first);
        }
    }
}

/// Keys that were new since the walk's progress was last taken.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) keys: Vec<u64>,
    /// The keys that count since the last page.
    of_page: Vec<u64>,
    pub(crate) repeated: Vec<u64>,
}

/// What a walk has seen, in all its passes.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) counts: Counts,
    seen: KeySet,
    /// Rows of the page that is asked for next which were delivered before, as it led nowhere: they count when they come again.
    again: HashSet<u64>,
    /// What this pass has seen, where that is not all that was seen.
    pass_seen: Option<KeySet>,
    pub(crate) rejected: RejectedRows,
    /// Those of a second reading, until it has ended.
    rejected_again: Option<RejectedRows>,
    pub(crate) unread: Vec<UnreadMember>,
    /// Keys that came again on another page, in this pass.
    repeated: HashSet<u64>,
    repeated_first: HashSet<u64>,
    /// What all rows of those keys say, in this pass.
    contents: Contents,
    repair_error: Option<String>,
    pub(crate) news: Option<News>,
}

/// What the rows say whose keys an earlier reading repeated.
#[derive(Debug, Default)]
struct Contents {
    seen: HashSet<(u64, Option<u64>)>,
    /// Whether two rows of one key said the same, or one did not tell.
    alike: bool,
}

impl Contents {
    fn take(&mut self, key: u64, content: Option<u64>) {
        let fits = self.seen.len() < 2 * REPEATS_HELD;
        let differs = fits && content.is_some() && self.seen.insert((key, content));
        self.alike |= !differs;
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
    pub(crate) fn restored(
        counts: Counts,
        seen: KeySet,
        repeated: HashSet<u64>,
        again: HashSet<u64>,
    ) -> Self {
        Self {
            counts,
            seen,
            repeated,
            again,
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

    fn whole(&self) -> Whole {
        Whole {
            union: self.union(),
            delivered: self.counts.delivered,
        }
    }

    /// Takes the rows of the page at `position`, and puts the wanted new ones into `rows`.
    pub(crate) fn take<T>(
        &mut self,
        page: &mut Page<T>,
        position: &Position,
        keep: Option<&Keep<T>>,
        rows: &mut Rows<T>,
    ) -> Brought {
        let received = page.received();
        let place = position.to_string();
        // Only whoever keeps the progress may go on from it.
        if let Some(news) = &mut self.news {
            news.of_page.clear();
            if let Some(boundary) = Boundary::of(position, page) {
                self.counts.boundary = Some(boundary);
            }
        }
        self.counts.pages += 1;
        self.counts.received += received;
        let pass = &mut self.counts.pass;
        pass.saw_total(page.total);
        if page.partial {
            pass.saw_partial(&place);
        }
        pass.unread += page.unread.len() as u64;
        self.counts.unread = self.counts.unread.max(pass.unread);
        let mut fresh = self.take_rejected(std::mem::take(&mut page.rejected), &place);
        self.take_unread(std::mem::take(&mut page.unread), &place);
        self.take_contents(page);
        self.tell_apart(&mut page.rows);
        self.note_reading(page);
        let seen: Vec<Seen> = page.rows.iter().map(|row| self.see(row.key)).collect();
        // Its memory is for the rows that are due: kept until they were, it made a list of large pages take up to half as long again.
        page.forget_reply();
        rows.due.reserve(page.rows.len());
        rows.bytes = page.bytes;
        let mut repeats = Vec::new();
        for (row, seen) in page.rows.drain(..).zip(seen) {
            fresh += usize::from(seen.fresh_in_pass);
            let wanted = !row.hidden && keep.is_none_or(|keep| keep(&row.value));
            if !wanted {
                continue;
            }
            if seen.fresh_in_pass {
                let wanted = &mut self.counts.pass.wanted;
                *wanted = wanted.wrapping_add(row.key);
            }
            if seen.fresh {
                self.counts.delivered = self.counts.delivered.wrapping_add(row.key);
                rows.due.push_back(row.value);
            } else if !seen.fresh_in_pass && self.is_repairing() {
                repeats.push(row.value);
            }
        }
        rows.hold(repeats, page.bytes);
        Brought { received, fresh }
    }

    /// Takes them, and gives how many say what none before said in this pass.
    fn take_rejected(&mut self, rejected: Vec<RejectedRow>, place: &str) -> usize {
        let count = rejected.len() as u64;
        self.counts.pass.rejected += count;
        match &mut self.rejected_again {
            Some(again) => again.take(rejected, place),
            None => {
                self.counts.rejected += count;
                self.rejected.take(rejected, place)
            }
        }
    }

    fn take_unread(&mut self, unread: Vec<UnreadMember>, place: &str) {
        for member in unread {
            if self.unread.len() >= UNREAD_KEPT {
                return;
            }
            let member = member.on(place);
            if !self.is_repairing() || !self.unread.contains(&member) {
                self.unread.push(member);
            }
        }
    }

    /// Looks at what rows say whose keys were repeated before, also at two on one page.
    fn take_contents<T>(&mut self, page: &Page<T>) {
        if self.repeated_first.is_empty() {
            return;
        }
        for row in &page.rows {
            if self.repeated_first.contains(&row.key) {
                self.contents.take(row.key, page.content_of(row));
            }
        }
    }

    /// The page that was taken last is to be asked for again if it led nowhere: its rows count then. Otherwise it has been.
    pub(crate) fn settle_page(&mut self, leads_nowhere: bool) {
        match &self.news {
            Some(news) if leads_nowhere => self.again.extend(&news.of_page),
            _ => self.again.clear(),
        }
    }

    /// The keys of rows that were delivered and do not count yet.
    pub(crate) fn again(&self) -> Vec<u64> {
        let mut again: Vec<u64> = self.again.iter().copied().collect();
        again.sort_unstable();
        again
    }

    /// Gives each row of a key that a page has twice a key of its own: a page is one reading of the list. Where an earlier pass had rows
    /// of that key, nothing tells which of them these are: so many as had shared a page are taken for those. The others, and all where
    /// this pass had one, keep the key, and repeat it.
    fn tell_apart<T>(&self, rows: &mut [Row<T>]) {
        let mut keys: Vec<u64> = rows.iter().map(|row| row.key).collect();
        keys.sort_unstable();
        // Nearly every page has no key twice, and sorting tells that for less than a set of the keys costs.
        if keys.is_sorted_by(|one, next| one < next) {
            return;
        }
        let mut last_of = HashMap::new();
        for row in rows {
            let Some(last) = last_of.get_mut(&row.key) else {
                last_of.insert(row.key, row.key);
                continue;
            };
            let own = hash_of((*last, "again"));
            let is_new = !self.seen.contains(row.key);
            if is_new || self.is_first_of_pass(row.key) && self.seen.contains(own) {
                *last = own;
                row.key = own;
            }
        }
    }

    /// Notes what the page has, under the keys by which its rows are told apart, and whether that is what it had before it comes again.
    fn note_reading<T>(&mut self, page: &Page<T>) {
        let reading = &mut self.counts.pass.reading;
        for row in &page.rows {
            reading.add(row.key, page.text_of(row));
        }
        if let Some(nowhere) = self.counts.nowhere.take() {
            self.counts.came_otherwise |= nowhere != *reading && !self.again.is_empty();
        }
    }

    /// Whether no page of this pass had a row of this key, which one before it had.
    fn is_first_of_pass(&self, key: u64) -> bool {
        match &self.pass_seen {
            Some(pass_seen) => !pass_seen.contains(key),
            None => self.again.contains(&key),
        }
    }

    /// Counts a row of this key.
    fn see(&mut self, key: u64) -> Seen {
        let fresh = self.seen.insert(key);
        let counts_now = fresh || self.again.remove(&key);
        // The first pass sees what the whole walk has seen so far; only a second one needs a set of its own.
        let fresh_in_pass = match &mut self.pass_seen {
            Some(pass_seen) => pass_seen.insert(key),
            None => counts_now,
        };
        if let Some(news) = &mut self.news {
            if fresh {
                news.keys.push(key);
            }
            if counts_now {
                news.of_page.push(key);
            }
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
    /// id. When the first reading of the list had the same rows as this one, byte for byte, the vendor's total counts them all, and no
    /// two rows of such a key say the same, they are others, and are delivered now.
    pub(crate) fn settle_repeats<T>(&mut self, proof: Proof, rows: &mut Rows<T>) {
        let Some(held) = rows.take_held() else { return };
        let same = self.is_repairing()
            && !self.counts.came_otherwise
            && self.counts.first_reading == Some(self.counts.pass.reading)
            && self.repeated.is_subset(&self.repeated_first)
            && !self.contents.alike;
        let pass = &mut self.counts.pass;
        if proof == Proof::Total && same && pass.repeats <= REPEATS_HELD as u64 && pass.repeats_are_rows() {
            self.counts.confirmed_repeats += pass.repeats;
            pass.unique += pass.repeats;
            pass.repeats = 0;
            rows.due.extend(held);
        }
    }

    /// The end of a second reading: what it could read was delivered.
    pub(crate) fn settle_rejected(&mut self) {
        if let Some(again) = self.rejected_again.take() {
            self.rejected = again;
            self.counts.rejected = self.counts.pass.rejected;
        }
    }

    pub(crate) fn start_repair(&mut self) {
        self.repeated_first = std::mem::take(&mut self.repeated);
        let first = std::mem::take(&mut self.counts.pass);
        self.counts.first_reading.get_or_insert(first.reading);
        self.counts.first_pass = Some(first);
        self.counts.repaired = true;
        self.rejected_again = Some(RejectedRows::default());
        self.again.clear();
        self.pass_seen = Some(KeySet::default());
    }

    /// What the first pass proved stands, and the note says why there is no more.
    pub(crate) fn give_up_repair<T>(&mut self, error: String, rows: &mut Rows<T>) {
        self.counts.note_partial();
        if let Some(first) = &self.counts.first_pass {
            self.counts.pass = first.clone();
        }
        self.rejected_again = None;
        rows.take_held();
        self.counts.repair_failed = true;
        self.repair_error = Some(error);
    }

    /// The list is read anew from its first page, as if for the first time, but rows that were seen are not delivered again.
    pub(crate) fn start_over(&mut self) {
        self.counts.note_partial();
        self.counts.pass = Pass::default();
        self.counts.first_pass = None;
        self.counts.resumed = false;
        self.counts.rejected = 0;
        self.counts.boundary = None;
        self.again.clear();
        self.repeated.clear();
        self.pass_seen = Some(KeySet::default());
    }

    pub(crate) fn start_over_without_cursor(&mut self) {
        self.start_over();
        self.counts.cursor_refused = true;
    }

    /// Whether another reading may prove more than this one.
    pub(crate) fn calls_for_repair(&self, proof: Proof) -> bool {
        !self.counts.resumed
            && self.counts.partial_before.is_none()
            && calls_for_repair(proof, &self.counts.pass, self.whole())
    }

    pub(crate) fn grade(&self, proof: Proof) -> (Grade, String) {
        let (grade, mut reason) = if self.counts.resumed {
            (Grade::Incomplete, BEGAN_IN_THE_MIDDLE.to_owned())
        } else {
            let lacks = Lacks {
                unread: self.counts.unread,
                partial: self.counts.partial_before.as_deref(),
            };
            grade(proof, &self.counts.pass, self.whole(), lacks)
        };
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
            repaired: counts.repaired,
            grade,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::Place;
    use crate::rows::REPEATS_BYTES;

    #[test]
    fn two_rows_of_one_page_are_two_rows_whatever_their_keys() {
        let page = || Page::new(["a", "a", "b", "a"].map(|key| Row::new(key, key)).into());
        let (mut evidence, mut rows) = (Evidence::default(), Rows::new());
        let brought = evidence.take(&mut page(), &Position::Page(1), None, &mut rows);
        assert_eq!((brought.fresh, rows.due.len()), (4, 4));
        let again = evidence.take(&mut page(), &Position::Page(2), None, &mut rows);
        assert_eq!((again.fresh, rows.due.len()), (0, 4));
    }

    /// This takes minutes, and so fails by its slowness, where each row tries all the keys of those before it.
    #[test]
    fn a_page_of_nothing_but_one_key_is_read_in_one_go() {
        let rows_of_one_key = (0..65_536).map(|row| Row::new("same", row)).collect();
        let (mut evidence, mut rows) = (Evidence::default(), Rows::new());
        let brought = evidence.take(
            &mut Page::new(rows_of_one_key),
            &Position::Page(1),
            None,
            &mut rows,
        );
        assert_eq!(brought.fresh, 65_536);
    }

    #[test]
    fn rows_that_would_keep_too_many_pages_in_memory_are_not_held_and_not_claimed() {
        for (pages, size, expected) in [
            (3, REPEATS_BYTES / 2, Grade::Complete),
            (4, REPEATS_BYTES / 2, Grade::Drifted),
            (2, REPEATS_BYTES + 1, Grade::Drifted),
        ] {
            let (mut evidence, mut rows) = (Evidence::default(), Rows::new());
            static TEXT: &str = "0123";
            let mut pass = |evidence: &mut Evidence| {
                for number in 0..pages {
                    let own = &TEXT[number as usize..][..1];
                    let reply = Bytes::from_static(TEXT.as_bytes());
                    let place = Place::of(own.as_bytes(), &reply);
                    let rows_of_page = ["same", own].map(|key| Row::new(key, own).at(place));
                    let mut page = Page::new(rows_of_page.into()).of_reply(reply);
                    (page.total, page.bytes) = (Some(2 * pages), size);
                    evidence.take(&mut page, &Position::Whole, None, &mut rows);
                }
                evidence.settle_repeats(Proof::Total, &mut rows);
                rows.due.len() as u64
            };
            assert_eq!(pass(&mut evidence), pages + 1);
            evidence.start_repair();
            let delivered = pass(&mut evidence);
            assert_eq!(
                evidence.grade(Proof::Total).0,
                expected,
                "{pages} pages of {size} bytes"
            );
            let all = expected == Grade::Complete;
            assert_eq!(delivered, if all { 2 * pages } else { pages + 1 });
        }
    }
}
