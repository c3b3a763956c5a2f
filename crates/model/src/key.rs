use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// The hash by which a walk knows a row again: SipHash-1-3 with a fixed key, of numbers in little-endian order.
///
/// It stays what it is over versions and machines, because checkpoints hold its results. With a hash that is made for speed
/// alone, somebody who may choose the id of a row could choose one that hides another row.
///
/// ```
/// use std::hash::Hasher;
///
/// use rollbook_model::KeyHasher;
///
/// let mut hasher = KeyHasher::default();
/// hasher.write(b"ann@example.com");
/// assert_eq!(hasher.finish(), 0xd487_3a40_4155_2133);
/// ```
#[derive(Clone, Debug)]
pub struct KeyHasher(SipHasher13);

impl Default for KeyHasher {
    fn default() -> Self {
        Self(SipHasher13::new_with_keys(0, 0))
    }
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.write(&number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hash as _;

    use super::*;

    #[test]
    fn keys_are_the_same_in_every_version() {
        let key = |write: &dyn Fn(&mut KeyHasher)| {
            let mut hasher = KeyHasher::default();
            write(&mut hasher);
            hasher.finish()
        };
        assert_eq!(key(&|_| ()), 0xd1fb_a762_150c_532c);
        assert_eq!(key(&|hasher| "ann".hash(hasher)), 0x2115_73c8_4e36_5e46);
        assert_eq!(
            key(&|hasher| hasher.write_usize(7)),
            key(&|hasher| hasher.write(&[7, 0, 0, 0, 0, 0, 0, 0]))
        );
    }
}
