use crate::RejectedRow;
use crate::key_set::KeySet;
use crate::page::hash_of;

/// How many are kept whole.
const KEPT: usize = 100;

/// How many bytes are kept before the last one: a hundred rows of 10 KiB, and not a hundred that are each as long as a body may
/// be.
const BYTES: usize = 1024 * 1024;

/// The rows that one reading of a list could not read: the first of them.
#[derive(Debug, Default)]
pub(crate) struct RejectedRows {
    rows: Vec<RejectedRow>,
    bytes: usize,
    seen: KeySet,
}

impl RejectedRows {
    /// Takes those of the page at `place`, and gives how many say what none before said.
    pub(crate) fn take(&mut self, rejected: Vec<RejectedRow>, place: &str) -> usize {
        let mut fresh = 0;
        for row in rejected {
            fresh += usize::from(self.seen.insert(hash_of(row.native.get())));
            if self.rows.len() < KEPT && self.bytes < BYTES {
                self.bytes += row.native.get().len();
                self.rows.push(row.on(place));
            }
        }
        fresh
    }

    pub(crate) fn rows(&self) -> &[RejectedRow] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NativeRow;

    #[test]
    fn they_are_kept_up_to_a_number_and_a_size() {
        for (size, kept) in [(1, KEPT), (BYTES / 2, 2), (BYTES + 1, 1)] {
            let native = NativeRow::parse(&"7".repeat(size)).unwrap();
            let row = || RejectedRow::new("$", "no row", native.clone());
            let mut rejected = RejectedRows::default();
            let fresh = rejected.take((0..KEPT + 1).map(|_| row()).collect(), "page 1");
            assert_eq!((rejected.rows().len(), fresh), (kept, 1), "of {size} bytes");
        }
    }
}
