//! What the tests of several parts need.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rollbook_auth::{Secret, Token, TokenSource};
use rollbook_testkit::FakeClock;
use rollbook_transport::{Clock as _, Fate, TransportError, TransportErrorKind};

/// A token call that takes a second and gives `token-1`, `token-2` and so on.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    clock: FakeClock,
    lifetime: Option<Duration>,
    /// How many of the next calls fail.
    failing: Arc<AtomicUsize>,
    /// When each call was made.
    calls: Arc<Mutex<Vec<Duration>>>,
    under_way: Arc<AtomicUsize>,
}

impl SignIn {
    pub(crate) fn new(clock: &FakeClock, lifetime: Option<Duration>) -> Self {
        Self {
            clock: clock.clone(),
            lifetime,
            failing: Arc::default(),
            calls: Arc::default(),
            under_way: Arc::default(),
        }
    }

    pub(crate) fn failing(self, times: usize) -> Self {
        self.failing.store(times, Ordering::Relaxed);
        self
    }

    pub(crate) fn calls(&self) -> Vec<Duration> {
        self.calls.lock().unwrap().clone()
    }
}

/// Counts down also when the call is dropped.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl TokenSource for SignIn {
    async fn fetch(&self) -> Result<Token, TransportError> {
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        let _under_way = UnderWay(Arc::clone(&self.under_way));
        assert_eq!(before, 0, "two sign-ins at once");
        self.calls.lock().unwrap().push(self.clock.elapsed());
        let number = self.calls.lock().unwrap().len();
        self.clock.sleep(Duration::from_secs(1)).await;
        let fails = self
            .failing
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if fails.is_ok() {
            return Err(TransportError::new(
                TransportErrorKind::SignIn,
                Fate::Answered,
                format!("sign-in {number} was refused"),
            )
            .with_status(401));
        }
        let token = Token::new(Secret::new(format!("token-{number}")).unwrap());
        Ok(match self.lifetime {
            Some(lifetime) => token.with_lifetime(lifetime),
            None => token,
        })
    }
}
