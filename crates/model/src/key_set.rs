//! A set of row keys that takes about ten bytes for each at every size, beside what is left of the last 64 KiB.

/// A bucket is split when there are more keys than this for each.
const MEAN: usize = 64;

/// Keys of a block, which has 128 bytes with its length and its link.
const BLOCK_KEYS: usize = 15;

/// Blocks that are asked for at once. Small pieces of memory that stay, while pages come and go between them, leave no room for the
/// next page.
const SLAB_BLOCKS: usize = 512;

/// The link behind the last block.
const END: u32 = u32::MAX;

/// A set of keys that are hashes, so that their low bits are as good as random.
///
/// Each bucket is a chain of blocks, of which all but the first are full. When there are too many keys, one bucket is split, in
/// turn: there is no moment at which the whole set is copied, so its peak is its size.
#[derive(Debug)]
pub(crate) struct KeySet {
    /// The first block of each bucket.
    buckets: Vec<u32>,
    blocks: Blocks,
    /// How many buckets there were when this round of splits began: a power of two.
    round: usize,
    len: usize,
}

impl Default for KeySet {
    fn default() -> Self {
        Self {
            buckets: vec![END],
            blocks: Blocks::default(),
            round: 1,
            len: 0,
        }
    }
}

impl KeySet {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn contains(&self, key: u64) -> bool {
        let first = self.buckets[self.bucket_of(key)];
        self.blocks.chain(first).any(|block| block.keys().contains(&key))
    }

    /// True when the key is new.
    pub(crate) fn insert(&mut self, key: u64) -> bool {
        if self.contains(key) {
            return false;
        }
        let bucket = self.bucket_of(key);
        self.blocks.push(&mut self.buckets[bucket], key);
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
        let (mut whole, mut stays, mut moves) = (self.buckets[next], END, END);
        while let Some(block) = self.blocks.pop(&mut whole) {
            for &key in block.keys() {
                let half = if key & bit == 0 { &mut stays } else { &mut moves };
                self.blocks.push(half, key);
            }
        }
        self.buckets[next] = stays;
        self.buckets.push(moves);
        if self.buckets.len() == self.round * 2 {
            self.round *= 2;
        }
    }

    #[cfg(test)]
    fn bytes_in_use(&self) -> usize {
        self.blocks.count as usize * size_of::<Block>() + self.buckets.capacity() * size_of::<u32>()
    }
}

#[derive(Clone, Copy, Debug)]
struct Block {
    keys: [u64; BLOCK_KEYS],
    len: u32,
    next: u32,
}

impl Block {
    fn keys(&self) -> &[u64] {
        &self.keys[..self.len as usize]
    }
}

/// Chains of blocks, each known by its first one.
#[derive(Debug)]
struct Blocks {
    slabs: Vec<Vec<Block>>,
    count: u32,
    /// The chain of those that are not in use.
    spare: u32,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            slabs: Vec::new(),
            count: 0,
            spare: END,
        }
    }
}

impl Blocks {
    fn chain(&self, first: u32) -> impl Iterator<Item = &Block> {
        std::iter::successors(self.get(first), |block| self.get(block.next))
    }

    fn get(&self, number: u32) -> Option<&Block> {
        self.slabs
            .get(number as usize / SLAB_BLOCKS)?
            .get(number as usize % SLAB_BLOCKS)
    }

    fn get_mut(&mut self, number: u32) -> Option<&mut Block> {
        self.slabs
            .get_mut(number as usize / SLAB_BLOCKS)?
            .get_mut(number as usize % SLAB_BLOCKS)
    }

    /// Puts a key into the first block of the chain, or into one before it.
    fn push(&mut self, first: &mut u32, key: u64) {
        if let Some(block) = self.get_mut(*first)
            && let Some(free) = block.keys.get_mut(block.len as usize)
        {
            *free = key;
            block.len += 1;
            return;
        }
        let mut block = Block {
            keys: [0; BLOCK_KEYS],
            len: 1,
            next: *first,
        };
        block.keys[0] = key;
        *first = self.add(block);
    }

    fn add(&mut self, block: Block) -> u32 {
        let number = self.spare;
        if let Some(spare) = self.get_mut(number) {
            let next = std::mem::replace(spare, block).next;
            self.spare = next;
            return number;
        }
        match self.slabs.last_mut() {
            Some(slab) if slab.len() < SLAB_BLOCKS => slab.push(block),
            _ => {
                let mut slab = Vec::with_capacity(SLAB_BLOCKS);
                slab.push(block);
                self.slabs.push(slab);
            }
        }
        self.count += 1;
        self.count - 1
    }

    /// Takes the first block out of the chain.
    fn pop(&mut self, first: &mut u32) -> Option<Block> {
        let spare = self.spare;
        let taken = self.get_mut(*first)?;
        let block = *taken;
        taken.next = spare;
        self.spare = std::mem::replace(first, block.next);
        Some(block)
    }
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
                let bytes = set.bytes_in_use() as f64 / set.len() as f64;
                assert!(bytes <= 10.0, "{bytes} bytes a key at {number} keys");
                let slabs = &set.blocks.slabs;
                assert_eq!(slabs.len(), (set.blocks.count as usize).div_ceil(SLAB_BLOCKS));
                assert!(slabs.iter().all(|slab| slab.capacity() == SLAB_BLOCKS));
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
