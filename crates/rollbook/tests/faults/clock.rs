//! A clock for tests whose runtime does not wait.

use std::time::Duration;

use async_trait::async_trait;
use rollbook::transport::Clock;
use tokio::time::Instant;

/// Tokio's clock, paused or not, which is the one that the sandbox's delays go by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokioClock(Instant);

impl TokioClock {
    /// 2026-01-15T09:00:00Z, when the sandbox's world was photographed.
    const START: Duration = Duration::from_secs(1_768_467_600);

    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> std::time::Instant {
        Instant::now().into_std()
    }

    fn unix_time(&self) -> Duration {
        Self::START + self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
