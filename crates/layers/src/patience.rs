use std::time::{Duration, Instant};

/// A call that is refused while others are served is given up after so many times its patience.
const MOST_PATIENCE: u32 = 3;

/// For how long the refusals of one call cost it no attempt.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Duration,
    started: Instant,
    /// Since when no other call is known to have been served.
    since: Instant,
    /// What was waited for since then.
    waited: Duration,
    /// How many calls had been served by then.
    served: u64,
}

impl Patience {
    pub(crate) fn new(limit: Duration, now: Instant, served: u64) -> Self {
        Self {
            limit,
            started: now,
            since: now,
            waited: Duration::ZERO,
            served,
        }
    }

    /// Whether a refusal at this time costs nothing. A call that was served before it shows that this one may be too.
    pub(crate) fn excuses(&mut self, now: Instant, served: u64) -> bool {
        if self.served != served {
            (self.since, self.waited, self.served) = (now, Duration::ZERO, served);
        }
        let passed = |since| now.saturating_duration_since(since);
        // What was waited for further in, for a place, counts too.
        self.waited.max(passed(self.since)) < self.limit
            && passed(self.started) < self.limit.saturating_mul(MOST_PATIENCE)
    }

    /// An excused refusal is waited for this long.
    pub(crate) fn waits(&mut self, wait: Duration) {
        self.waited = self.waited.saturating_add(wait);
    }
}
