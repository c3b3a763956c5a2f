//! A set of row keys that takes about ten bytes for each, at every size.

/// A bucket is split when there are more keys than this for each.
const MEAN: usize = 64;

/// Room that a full bucket is given: an eighth of it.
const SLACK: usize = 8;

/// A set of keys that are hashes, so that their low bits are as good as random.
///
/// Each bucket is a sorted list. When there are too many keys, one bucket is split, in turn: there is no moment at which the
/// whole set is copied, so its peak is its size.
#[derive(Clone, Debug)]
pub(crate) struct KeySet {
    buckets: Vec<Vec<u64>>,
    /// How many buckets there were when this round of splits began: a power of two.
    round: usize,
    len: usize,
}

impl Default for KeySet {
    fn default() -> Self {
        Self {
            buckets: vec![Vec::new()],
            round: 1,
            len: 0,
        }
    }
}

impl KeySet {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// True when the key is new.
    pub(crate) fn insert(&mut self, key: u64) -> bool {
        let index = self.bucket_of(key);
        let bucket = &mut self.buckets[index];
        let Err(place) = bucket.binary_search(&key) else {
            return false;
        };
        if bucket.len() == bucket.capacity() {
            bucket.reserve_exact((bucket.len() / SLACK).max(4));
        }
        bucket.insert(place, key);
        self.len += 1;
        if self.len > self.buckets.len() * MEAN {
            self.split();
        }
        true
    }

    /// Buckets before the next one to be split have been, and go by one bit more.
    fn bucket_of(&self, key: u64) -> usize {
        let low = |buckets: usize| (key as usize) & (buckets - 1);
        let index = low(self.round);
        if index < self.buckets.len() - self.round {
            low(self.round * 2)
        } else {
            index
        }
    }

    fn split(&mut self) {
        let next = self.buckets.len() - self.round;
        let bit = self.round as u64;
        let whole = std::mem::take(&mut self.buckets[next]);
        let (moves, stays): (Vec<u64>, Vec<u64>) = whole.into_iter().partition(|key| key & bit != 0);
        self.buckets[next] = exact(stays);
        self.buckets.push(exact(moves));
        if self.buckets.len() == self.round * 2 {
            self.round *= 2;
        }
    }

    #[cfg(test)]
    fn allocated_bytes(&self) -> usize {
        let keys: usize = self.buckets.iter().map(Vec::capacity).sum();
        keys * size_of::<u64>() + self.buckets.capacity() * size_of::<Vec<u64>>()
    }
}

fn exact(mut keys: Vec<u64>) -> Vec<u64> {
    keys.shrink_to_fit();
    keys
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::page::hash_of;

    #[test]
    fn a_key_takes_at_most_ten_bytes_at_every_size() {
        let mut set = KeySet::default();
        for number in 0..300_000_usize {
            assert!(set.insert(hash_of(number)));
            if number > 1_000 && number.is_multiple_of(997) {
                let bytes = set.allocated_bytes() as f64 / set.len() as f64;
                assert!(bytes <= 10.0, "{bytes} bytes a key at {number} keys");
            }
        }
        assert_eq!(set.len(), 300_000);
        assert!((0..300_000_usize).all(|number| !set.insert(hash_of(number))));
    }

    proptest! {
        #[test]
        fn it_holds_what_a_hash_set_holds(keys in prop::collection::vec(any::<u64>(), 0..3_000), again in any::<u64>()) {
            let (mut set, mut plain) = (KeySet::default(), HashSet::new());
            for key in keys.iter().chain(keys.iter().rev()).chain([&again, &again]) {
                prop_assert_eq!(set.insert(*key), plain.insert(*key));
                prop_assert_eq!(set.len(), plain.len());
            }
        }

        #[test]
        fn badly_mixed_keys_are_slow_and_not_lost(keys in prop::collection::vec(0..5_000_u64, 0..3_000)) {
            let (mut set, mut plain) = (KeySet::default(), HashSet::new());
            for key in keys {
                prop_assert_eq!(set.insert(key << 40), plain.insert(key << 40));
            }
            prop_assert_eq!(set.len(), plain.len());
        }
    }
}
