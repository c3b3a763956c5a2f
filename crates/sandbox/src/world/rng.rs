/// SplitMix64. It is written here so that no upgrade of a dependency can change the world of a seed.
#[derive(Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream of `purpose`: one part of the world can change without moving the others.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a spreads the purpose over the state.
        let tag = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ tag)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        match u64::try_from(end) {
            Ok(0) | Err(_) => 0,
            Ok(end) => usize::try_from(self.next() % end).unwrap_or(0),
        }
    }

    /// A number from `start` up to, and without, `end`.
    pub(crate) fn between(&mut self, start: i64, end: i64) -> i64 {
        let width = usize::try_from(end - start).unwrap_or(0);
        start + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A random (version 4) UUID in lower case.
    pub(crate) fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// `length` characters out of `alphabet`.
    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length).map(|_| char::from(self.pick(letters))).collect()
    }

    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        self.text(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            length,
        )
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text("0123456789abcdef", length)
    }

    pub(crate) fn serial(&mut self, length: usize) -> String {
        self.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_fix_the_stream() {
        assert_eq!(Rng::new(7, "a").uuid(), Rng::new(7, "a").uuid());
        assert_ne!(Rng::new(7, "a").next(), Rng::new(7, "b").next());
        assert_ne!(Rng::new(7, "a").next(), Rng::new(8, "a").next());
    }
}
