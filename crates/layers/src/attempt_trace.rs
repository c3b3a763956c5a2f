use std::sync::Arc;

use rollbook_transport::{
    Attempts, Call, Clock, Layer, Request, Response, Sent, Transport, TransportError, redacted_uri,
};
use tracing::level_filters::LevelFilter;
use tracing::trace;

pub(crate) const SLOT: &str = "attempt trace";

/// Reports every attempt as it was on the wire: its number, address, status or error and the time it took.
///
/// - the level is trace, the target `rollbook::attempt`;
/// - where nobody listens at that level, the attempt is handed on as it is;
/// - query values are hidden, headers and bodies are not looked at.
#[derive(Clone, Debug)]
pub struct AttemptTraceLayer {
    clock: Arc<dyn Clock>,
}

impl AttemptTraceLayer {
    /// A trace that measures by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Layer for AttemptTraceLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(AttemptTrace {
            clock: Arc::clone(&self.clock),
            inner,
        })
    }
}

#[derive(Debug)]
struct AttemptTrace {
    clock: Arc<dyn Clock>,
    inner: Arc<dyn Transport>,
}

impl Transport for AttemptTrace {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        if LevelFilter::current() < LevelFilter::TRACE {
            return self.inner.send(request);
        }
        Box::pin(self.traced(request))
    }
}

impl AttemptTrace {
    async fn traced(&self, request: Request) -> Result<Response, TransportError> {
        let call = request.extensions().get::<Call>();
        let vendor = call.map_or("", |call| call.vendor);
        let operation = call.map_or("", |call| call.operation);
        let attempt = request
            .extensions()
            .get::<Attempts>()
            .map_or(1, Attempts::made)
            .max(1);
        let method = request.method().clone();
        let uri = request.uri().clone();
        let started = self.clock.now();

        let result = self.inner.send(request).await;

        let elapsed = self.clock.now().saturating_duration_since(started);
        match &result {
            Ok(response) => trace!(
                target: "rollbook::attempt",
                vendor,
                operation,
                attempt,
                %method,
                uri = %redacted_uri(&uri),
                status = response.status().as_u16(),
                bytes = response.body().len(),
                ?elapsed,
                "answered"
            ),
            Err(error) => trace!(
                target: "rollbook::attempt",
                vendor,
                operation,
                attempt,
                %method,
                uri = %redacted_uri(&uri),
                kind = ?error.kind(),
                fate = ?error.fate(),
                %error,
                ?elapsed,
                "failed"
            ),
        }
        result
    }
}
