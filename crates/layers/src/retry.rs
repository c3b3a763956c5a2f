use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rollbook_transport::{
    Attempts, Call, Clock, Deadline, Fate, Layer, OpenAttempt, Request, Response, Sent, Spare, Transport,
    TransportError, TransportErrorKind, retry_after,
};

use crate::Backoff;
use crate::patience::Patience;
use crate::verdict::judge;

pub(crate) const SLOT: &str = "retry";

/// How often and how patiently a [`RetryLayer`] sends again.
///
/// ```
/// use rollbook_layers::RetryConfig;
///
/// let config = RetryConfig::default().with_max_attempts(2);
/// assert_eq!(config.max_wait.as_secs(), 60);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryConfig {
    /// How many times one call may be sent in all, replays after a rejected token included and refusals within
    /// [`patience`](Self::patience) not. At least once.
    pub max_attempts: u32,
    /// The wait before sending again when the server does not say.
    pub backoff: Backoff,
    /// The longest wait that a server may ask for; a call that is asked for more ends.
    pub max_wait: Duration,
    /// For how long a refusal costs a call no attempt: the server says that it did not do what was asked, and that it may later (429).
    /// It begins anew with a refusal before which another call of the same stack was served, and is three times as long in all. A
    /// refusal after that is an attempt like any other.
    pub patience: Duration,
}

impl RetryConfig {
    /// The same with another number of attempts in all.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The same with another backoff.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }
}

impl Default for RetryConfig {
    /// Four attempts; a minute's wait at most, six times what Truto's own client takes for a refusal without a word; and a minute's
    /// patience, after which a quota for each minute is there again.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            backoff: Backoff::default(),
            max_wait: Duration::from_secs(60),
            patience: Duration::from_secs(60),
        }
    }
}

/// Sends a call again, where that can do no harm and may help.
///
/// - a change is not sent again after an unknown fate; a read and a change with a key are;
/// - what was not sent, or not done by the server's word, is sent again whatever it is;
/// - a refusal (429) is no failure: it costs no attempt during the call's patience, which is longer while others are served, so that
///   a list is not given up because others ask for much at the same time;
/// - a call without a [`Call`] is taken for a change;
/// - the attempts are in the request as [`Attempts`], so that a replay further in takes from the same number; those that
///   the request brings with it hold. The response has them too;
/// - the wait is what the server asked for and a random backoff on top; without a word from the server the backoff
///   alone;
/// - a call that is asked to wait longer than it may, or past its [`Deadline`], ends at once with what it has;
/// - a change that may have taken effect in an earlier attempt never ends as not sent: the error's fate is unknown, and a
///   response has an [`OpenAttempt`]. Both tell when one of these attempts may still be under way.
#[derive(Clone, Debug)]
pub struct RetryLayer {
    clock: Arc<dyn Clock>,
    config: RetryConfig,
}

impl RetryLayer {
    /// A retry that waits by `clock`.
    pub fn new(clock: Arc<dyn Clock>, config: RetryConfig) -> Self {
        Self { clock, config }
    }
}

impl Layer for RetryLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(WithRetry {
            policy: self.clone(),
            inner,
            served: AtomicU64::new(0),
        })
    }
}

impl RetryLayer {
    /// How long to wait before the retry, or nothing when there is no time for it.
    fn wait(
        &self,
        retry: u32,
        result: &Result<Response, TransportError>,
        deadline: Option<Deadline>,
    ) -> Option<Duration> {
        let asked = result
            .as_ref()
            .ok()
            .and_then(|response| retry_after(response.headers(), Some(self.clock.unix_time())))
            .unwrap_or_default();
        if asked > self.config.max_wait {
            return None;
        }
        let wait = asked.saturating_add(self.config.backoff.wait(retry));
        let left = deadline.map(|end| end.0.saturating_duration_since(self.clock.now()));
        left.is_none_or(|left| wait < left).then_some(wait)
    }
}

#[derive(Debug)]
struct WithRetry {
    policy: RetryLayer,
    inner: Arc<dyn Transport>,
    /// How many requests were served. While there are more, a refusal is no sign that there will be no more.
    served: AtomicU64,
}

impl Transport for WithRetry {
    fn send<'a, 'b>(&'a self, mut request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        Box::pin(async move {
            let attempts = Attempts::of(&mut request);
            attempts.bound(self.policy.config.max_attempts.max(1));
            attempts.will_be_in_the_response();
            let call = request.extensions().get::<Call>().copied();
            let deadline = Deadline::of(&request);

            let mut open: Option<OpenAttempt> = None;
            let mut retry = 0;
            let now = || self.policy.clock.now();
            let served = || self.served.load(Ordering::Relaxed);
            let mut patience = Patience::new(self.policy.config.patience, now(), served());
            if !attempts.take() {
                return Err(no_attempt_left());
            }
            loop {
                let spare = Spare::of(&request);
                let result = self.inner.send(request).await;
                if result
                    .as_ref()
                    .is_ok_and(|response| response.status().is_success())
                {
                    self.served.fetch_add(1, Ordering::Relaxed);
                }
                let judgement = judge(call.as_ref(), &result);
                retry += 1;
                let excused = judgement.refused && patience.excuses(now(), served());
                if judgement.again
                    && (excused || attempts.made() < attempts.max())
                    && let Some(wait) = self.policy.wait(retry, &result, deadline)
                {
                    if excused {
                        attempts.excuse();
                        patience.waits(wait);
                    }
                    self.policy.clock.sleep(wait).await;
                    if attempts.take() {
                        open = either(open, judgement.open);
                        request = spare.into_request();
                        continue;
                    }
                }
                return concluded(result, attempts, open);
            }
        })
    }
}

/// What two attempts leave open together.
fn either(one: Option<OpenAttempt>, other: Option<OpenAttempt>) -> Option<OpenAttempt> {
    match (one, other) {
        (Some(one), Some(other)) => Some(OpenAttempt {
            under_way: one.under_way || other.under_way,
        }),
        (one, other) => one.or(other),
    }
}

/// The end of the call: with its attempts, and with what an earlier attempt left open.
fn concluded(
    result: Result<Response, TransportError>,
    attempts: Attempts,
    open: Option<OpenAttempt>,
) -> Result<Response, TransportError> {
    match result {
        Ok(mut response) => {
            response.extensions_mut().insert(attempts);
            if let Some(open) = open {
                response.extensions_mut().insert(open);
            }
            Ok(response)
        }
        Err(error) => {
            let fate = if open.is_some() {
                Fate::Unknown
            } else {
                error.fate()
            };
            let error = match open {
                Some(OpenAttempt { under_way: true }) => error.under_way(),
                _ => error,
            };
            // A failed sign-in tells its own attempts: the request itself was never sent.
            let made = if error.is_in_sign_in() {
                error.attempts()
            } else {
                attempts.made()
            };
            Err(error.with_fate(fate).with_attempts(made))
        }
    }
}

fn no_attempt_left() -> TransportError {
    TransportError::new(
        TransportErrorKind::InvalidRequest,
        Fate::NotSent,
        "the call came with no attempt left to make",
    )
    .with_attempts(0)
}
