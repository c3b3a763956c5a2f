use std::sync::Arc;
use std::time::Duration;

use rollbook_transport::{Clock, Fate, Layer, Request, Sent, Transport, TransportError, TransportErrorKind};

use crate::alarm::within;

pub(crate) const SLOT: &str = "attempt timeout";

/// Ends one attempt that takes longer than it may.
///
/// The error is `Timeout`, and its fate is unknown: from here it cannot be seen whether the request had arrived.
#[derive(Clone, Debug)]
pub struct TimeoutLayer {
    clock: Arc<dyn Clock>,
    limit: Duration,
}

impl TimeoutLayer {
    /// Half a minute, which is also what the published clients of Truto (`truto-ts`) and Banyan (`pybanyan` after 0.29.4) wait for one
    /// reply.
    pub const DEFAULT: Duration = Duration::from_secs(30);

    /// A timeout of `limit` for each attempt.
    pub fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self { clock, limit }
    }
}

impl Layer for TimeoutLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(WithTimeout {
            clock: Arc::clone(&self.clock),
            limit: self.limit,
            inner,
        })
    }
}

#[derive(Debug)]
struct WithTimeout {
    clock: Arc<dyn Clock>,
    limit: Duration,
    inner: Arc<dyn Transport>,
}

impl Transport for WithTimeout {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        let attempt = self.inner.send(request);
        Box::pin(async move {
            within(&*self.clock, self.limit, attempt)
                .await
                .unwrap_or_else(|| {
                    Err(TransportError::new(
                        TransportErrorKind::Timeout,
                        Fate::Unknown,
                        format!("no whole response within {} s", self.limit.as_secs_f64()),
                    ))
                })
        })
    }
}
