//! What one reading of a list had, as one number.

use serde::{Deserialize, Serialize};

/// Odd, so that nothing is lost of what came before.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// All rows in their order, with all that they say. Two readings of one number had the same, but by a chance of one in 2^64.
///
/// It is taken of every row, and kept: so it is a sum that costs a cycle for eight bytes, and not a hash that may change. No one gains
/// by two that agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Reading(u64);

impl Reading {
    pub(crate) fn add(&mut self, key: u64, text: &[u8]) {
        for part in [key, sum_of(text)] {
            self.0 = next(self.0, part);
        }
    }
}

/// A product carries upwards alone: what stands at the top is brought down before the next.
fn next(sum: u64, part: u64) -> u64 {
    (sum.rotate_left(26) ^ part).wrapping_mul(FACTOR)
}

/// Four sums side by side, since each product waits for the one before it.
fn sum_of(text: &[u8]) -> u64 {
    let mut sums = [text.len() as u64; 4];
    let (blocks, rest) = text.as_chunks::<32>();
    for block in blocks {
        for (sum, word) in sums.iter_mut().zip(block.as_chunks::<8>().0) {
            *sum = next(*sum, u64::from_le_bytes(*word));
        }
    }
    let sum = sums.into_iter().fold(0, next);
    rest.iter().fold(sum, |sum, byte| next(sum, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_byte_counts_and_so_does_its_place() {
        let of = |text: &[u8]| {
            let mut reading = Reading::default();
            reading.add(1, text);
            reading
        };
        for length in [0, 1, 7, 8, 31, 32, 33, 100] {
            let text: Vec<u8> = (0..length).collect();
            let mut seen = HashSet::from([of(&text).0]);
            for place in 0..text.len() {
                let mut other = text.clone();
                other[place] ^= 0x80;
                assert!(seen.insert(of(&other).0), "{place} of {length}");
                other.copy_from_slice(&text);
                other.rotate_left(place);
                assert!(place == 0 || seen.insert(of(&other).0), "{place} of {length}");
            }
            assert!(seen.insert(of(&[&text[..], b"\0"].concat()).0), "{length}");
        }
    }

    #[test]
    fn rows_in_another_order_are_another_reading() {
        let mut readings = [Reading::default(); 3];
        for (reading, keys) in readings.iter_mut().zip([[1, 2], [2, 1], [1, 1]]) {
            keys.iter().for_each(|key| reading.add(*key, b"same"));
        }
        assert!(readings[0] != readings[1] && readings[0] != readings[2]);
    }
}
