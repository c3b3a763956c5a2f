use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long to wait before sending again when the server does not say: a random part of a time that doubles.
///
/// ```
/// use std::time::Duration;
/// use rollbook_layers::{Backoff, Jitter};
///
/// let backoff = Backoff::default().with_jitter(Jitter::none());
/// let waits: Vec<Duration> = (1..=3).map(|retry| backoff.wait(retry)).collect();
/// assert_eq!(waits, [200, 400, 800].map(Duration::from_millis));
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    jitter: Jitter,
}

impl Backoff {
    /// Up to `base` before the first retry, twice as much before each next one, never more than `cap`.
    pub fn new(base: Duration, cap: Duration) -> Self {
        Self {
            base,
            cap,
            jitter: Jitter::random(),
        }
    }

    /// The same backoff with another source of randomness.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The longest wait before a retry; the first is number 1.
    pub fn ceiling(&self, retry: u32) -> Duration {
        let factor = 2_u32.saturating_pow(retry.saturating_sub(1));
        self.base.saturating_mul(factor).min(self.cap)
    }

    /// A wait before a retry: anything from nothing to its [`ceiling`](Self::ceiling).
    pub fn wait(&self, retry: u32) -> Duration {
        let ceiling = self.ceiling(retry);
        // The product of a very long time may round to more than a duration can hold.
        Duration::try_from_secs_f64(ceiling.as_secs_f64() * self.jitter.next())
            .map_or(ceiling, |wait| wait.min(ceiling))
    }
}

impl Default for Backoff {
    /// 200 ms, which outlasts a restart of a load balancer's backend by the fourth attempt, up to 10 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}

/// Where the random part of a [`Backoff`] comes from.
#[derive(Clone, Debug)]
pub struct Jitter(Source);

#[derive(Clone, Debug)]
enum Source {
    Random,
    Seeded(Arc<AtomicU64>),
    None,
}

impl Jitter {
    /// Full jitter, other in every process: many who failed at once do not come back at once.
    pub fn random() -> Self {
        Self(Source::Random)
    }

    /// Full jitter, the same for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(AtomicU64::new(seed))))
    }

    /// No jitter: every wait is as long as it may be.
    pub fn none() -> Self {
        Self(Source::None)
    }

    /// The next fraction, from 0 to 1.
    fn next(&self) -> f64 {
        match &self.0 {
            // The standard library keys its hash maps at random, which is all the randomness that a wait needs.
            Source::Random => fraction(RandomState::new().hash_one(0_u8)),
            Source::Seeded(state) => fraction(mixed(state.fetch_add(STEP, Ordering::Relaxed))),
            Source::None => 1.0,
        }
    }
}

/// SplitMix64's step: 2^64 divided by the golden ratio, odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// `SplitMix64`'s output function.
fn mixed(state: u64) -> u64 {
    let z = state.wrapping_add(STEP);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The upper 32 bits as a fraction: exact in an `f64`.
fn fraction(bits: u64) -> f64 {
    let upper = u32::try_from(bits >> 32).unwrap_or(u32::MAX);
    f64::from(upper) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::proptest;

    proptest! {
        #[test]
        fn a_wait_is_never_past_its_ceiling_nor_the_ceiling_past_the_cap(
            retry: u32, seed: u64, base in 0_u64..100_000, cap in 0_u64..100_000,
        ) {
            let cap = Duration::from_millis(cap);
            let backoff = Backoff::new(Duration::from_millis(base), cap).with_jitter(Jitter::seeded(seed));
            assert!(backoff.wait(retry) <= backoff.ceiling(retry));
            assert!(backoff.ceiling(retry) <= cap);
        }
    }

    #[test]
    fn one_seed_gives_one_sequence_and_random_waits_differ() {
        let waits = |jitter: Jitter| {
            let backoff = Backoff::default().with_jitter(jitter);
            (1..20).map(|retry| backoff.wait(retry)).collect::<Vec<_>>()
        };
        assert_eq!(waits(Jitter::seeded(7)), waits(Jitter::seeded(7)));
        assert_ne!(waits(Jitter::seeded(7)), waits(Jitter::seeded(8)));
        assert_ne!(waits(Jitter::random()), waits(Jitter::random()));
    }
}
