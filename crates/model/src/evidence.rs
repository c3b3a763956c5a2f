use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::completeness::{Pass, Proof, grade};
use crate::page::{Keep, hash_of};
use crate::{Completeness, Grade, Page, RejectedRow, Row, UnreadMember};

/// How many rejected rows and unread members are kept whole; the others are counted.
const ISSUES_KEPT: usize = 100;

/// How many rows of a repeated key are held back until the end of the pass tells what they are.
const REPEATS_HELD: usize = 1_000;

/// What a walk has seen, in all its passes.
#[derive(Debug)]
pub(crate) struct Evidence<T> {
    pub(crate) pages: u64,
    received: u64,
    seen: HashSet<u64>,
    confirmed_repeats: u64,
    pub(crate) rejected: Vec<RejectedRow>,
    rejected_count: u64,
    rejected_seen: HashSet<u64>,
    pub(crate) unread: Vec<UnreadMember>,
    unread_count: u64,
    first_pass: Option<Pass>,
    pub(crate) pass: Pass,
    pass_seen: HashSet<u64>,
    held: Vec<T>,
    repeated: BTreeSet<u64>,
    repeated_first: BTreeSet<u64>,
    note: Option<String>,
}

/// What a page brought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    /// Rows in all.
    pub(crate) received: u64,
    /// Rows that no page before had, in this pass.
    pub(crate) fresh: usize,
}

impl<T> Evidence<T> {
    pub(crate) fn new() -> Self {
        Self {
            pages: 0,
            received: 0,
            seen: HashSet::new(),
            confirmed_repeats: 0,
            rejected: Vec::new(),
            rejected_count: 0,
            rejected_seen: HashSet::new(),
            unread: Vec::new(),
            unread_count: 0,
            first_pass: None,
            pass: Pass::default(),
            pass_seen: HashSet::new(),
            held: Vec::new(),
            repeated: BTreeSet::new(),
            repeated_first: BTreeSet::new(),
            note: None,
        }
    }

    fn is_repairing(&self) -> bool {
        self.first_pass.is_some()
    }

    fn union(&self) -> u64 {
        self.seen.len() as u64 + self.confirmed_repeats
    }

    /// Takes the rows of a page, which errors would call `place`, and puts the wanted new ones into `buffer`.
    pub(crate) fn take(
        &mut self,
        page: &mut Page<T>,
        place: &str,
        keep: Option<&Keep<T>>,
        buffer: &mut VecDeque<T>,
    ) -> Brought {
        let received = (page.rows.len() + page.rejected.len()) as u64;
        self.pages += 1;
        self.received += received;
        self.pass.saw_total(page.total);
        self.pass.partial |= page.partial;
        let mut fresh = self.take_rejected(std::mem::take(&mut page.rejected), place);
        self.pass.unread += page.unread.len() as u64;
        if !self.is_repairing() {
            self.unread_count += page.unread.len() as u64;
            let room = ISSUES_KEPT.saturating_sub(self.unread.len());
            self.unread
                .extend(page.unread.drain(..).take(room).map(|unread| unread.on(place)));
        }
        let mut in_page = HashSet::with_capacity(page.rows.len());
        for row in page.rows.drain(..) {
            // Two rows of one page are two rows, whatever their keys: a page is one reading of the list.
            let mut key = row.key;
            while !in_page.insert(key) {
                key = hash_of((key, "again"));
            }
            fresh += usize::from(self.take_row(row, key, keep, buffer));
        }
        Brought { received, fresh }
    }

    fn take_rejected(&mut self, rejected: Vec<RejectedRow>, place: &str) -> usize {
        let count = rejected.len() as u64;
        self.pass.rejected += count;
        let fresh = rejected
            .iter()
            .filter(|row| self.rejected_seen.insert(hash_of(row.native.get())))
            .count();
        if !self.is_repairing() {
            self.rejected_count += count;
            let room = ISSUES_KEPT.saturating_sub(self.rejected.len());
            self.rejected
                .extend(rejected.into_iter().take(room).map(|row| row.on(place)));
        }
        fresh
    }

    /// True when no row of this pass had this key before.
    fn take_row(&mut self, row: Row<T>, key: u64, keep: Option<&Keep<T>>, buffer: &mut VecDeque<T>) -> bool {
        let fresh = self.seen.insert(key);
        // The first pass sees what the whole walk has seen so far; only a second one needs a set of its own.
        let fresh_in_pass = if self.is_repairing() {
            self.pass_seen.insert(key)
        } else {
            fresh
        };
        let wanted = !row.hidden && keep.is_none_or(|keep| keep(&row.value));
        if fresh_in_pass {
            self.pass.unique += 1;
        } else {
            self.pass.repeats += 1;
            if self.repeated.len() < REPEATS_HELD {
                self.repeated.insert(key);
            }
        }
        if fresh && wanted {
            buffer.push_back(row.value);
        } else if !fresh_in_pass && wanted && self.held.len() < REPEATS_HELD {
            self.held.push(row.value);
        }
        fresh_in_pass
    }

    /// The end of a pass. A row whose key came before on another page is the same row, moved, or another one with the same
    /// id. When two readings of the list repeat the same keys and the vendor's total counts them all, they are others, and
    /// are delivered now.
    pub(crate) fn settle_repeats(&mut self, proof: Proof, buffer: &mut VecDeque<T>) {
        let held = std::mem::take(&mut self.held);
        let same = self.is_repairing() && self.repeated == self.repeated_first;
        let pass = &mut self.pass;
        if proof == Proof::Total && same && pass.repeats <= REPEATS_HELD as u64 && pass.repeats_are_rows() {
            self.confirmed_repeats += pass.repeats;
            pass.unique += pass.repeats;
            pass.repeats = 0;
            buffer.extend(held);
        }
    }

    pub(crate) fn start_repair(&mut self) {
        self.repeated_first = std::mem::take(&mut self.repeated);
        self.first_pass = Some(std::mem::take(&mut self.pass));
    }

    /// What the first pass proved stands, and the note says why there is no more.
    pub(crate) fn give_up_repair(&mut self, note: String) {
        if let Some(first) = &self.first_pass {
            self.pass = first.clone();
        }
        self.held.clear();
        self.note = Some(note);
    }

    pub(crate) fn grade(&self, proof: Proof, resumed: bool) -> (Grade, String) {
        let (grade, reason) = grade(proof, &self.pass, self.union(), resumed);
        match &self.note {
            Some(note) => (grade, format!("{reason}; {note}")),
            None => (grade, reason),
        }
    }

    pub(crate) fn completeness(&self, grade: Grade, reason: String) -> Completeness {
        let totals = self.pass.totals;
        let first = self.first_pass.as_ref().map_or(totals, |pass| pass.totals);
        Completeness {
            pages: self.pages,
            received: self.received,
            unique: self.union(),
            rejected: self.rejected_count,
            unread: self.unread_count,
            reported_first: first.map(|(first, _)| first),
            reported: totals.map(|(_, last)| last),
            repaired: self.is_repairing(),
            grade,
            reason,
        }
    }
}
