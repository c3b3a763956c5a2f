use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;

/// Where time comes from. Nothing else in the libraries reads a clock or sleeps, so a test can own time.
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    /// A reading that never goes back, for measuring how long things take.
    fn now(&self) -> Instant;

    /// The time of day, as the time since 1970-01-01T00:00:00Z, for dates in headers and tokens.
    fn unix_time(&self) -> Duration;

    /// Waits for `duration`.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock; sleeps on tokio's timer, and measures by it: where a test has paused that, both stand still.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn unix_time(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
