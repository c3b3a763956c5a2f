use std::sync::Arc;
use std::time::Duration;

use rollbook_transport::{
    Attempts, Clock, Deadline, Fate, Layer, Request, Sent, Transport, TransportError, TransportErrorKind,
};

use crate::alarm::within;

pub(crate) const SLOT: &str = "call deadline";

/// Ends a call that takes longer than it may, with all its retries and waits.
///
/// - the layers inside find the time with [`Deadline::of`]; one that the request brings with it holds when it is earlier;
/// - the error is `DeadlineExceeded`, with the number of attempts, and its fate is unknown: what was under way then is
///   abandoned, not undone.
#[derive(Clone, Debug)]
pub struct DeadlineLayer {
    clock: Arc<dyn Clock>,
    limit: Duration,
}

impl DeadlineLayer {
    /// Five minutes: one page of the slowest vendor with every retry and the longest wait fits in it.
    pub const DEFAULT: Duration = Duration::from_secs(300);

    /// A deadline `limit` after the start of each call.
    pub fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self { clock, limit }
    }
}

impl Layer for DeadlineLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(WithDeadline {
            clock: Arc::clone(&self.clock),
            limit: self.limit,
            inner,
        })
    }
}

#[derive(Debug)]
struct WithDeadline {
    clock: Arc<dyn Clock>,
    limit: Duration,
    inner: Arc<dyn Transport>,
}

impl Transport for WithDeadline {
    fn send<'a, 'b>(&'a self, mut request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        Box::pin(async move {
            let now = self.clock.now();
            let brought = Deadline::of(&request);
            // A limit past the end of the clock is none.
            let own = now.checked_add(self.limit).map(Deadline);
            let Some(end) = own.into_iter().chain(brought).min() else {
                return self.inner.send(request).await;
            };
            let attempts = counted_until(end, &mut request);
            let limit = end.0.saturating_duration_since(now);

            let call = self.inner.send(request);
            within(&*self.clock, limit, call).await.unwrap_or_else(|| {
                Err(TransportError::new(
                    TransportErrorKind::DeadlineExceeded,
                    Fate::Unknown,
                    format!("the call did not end within {} s", limit.as_secs_f64()),
                )
                .with_attempts(attempts.made()))
            })
        })
    }
}

/// Puts the deadline into the request, and tells its attempts. Those that it came with may be sent again after this deadline, by
/// somebody further out: theirs stays as it is.
fn counted_until(end: Deadline, request: &mut Request) -> Attempts {
    let extensions = request.extensions_mut();
    if let Some(brought) = extensions.get::<Attempts>().cloned() {
        extensions.insert(end);
        return brought;
    }
    let attempts = Attempts::until(end);
    extensions.insert(attempts.clone());
    attempts
}
