use std::sync::Arc;

use rollbook_transport::{
    Attempts, Call, Clock, Layer, Request, Response, Sent, Transport, TransportError, redacted_uri,
    request_id,
};
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, debug, debug_span};

pub(crate) const SLOT: &str = "call trace";

/// Puts every call into a span and reports its end: vendor, operation, address, status or error, attempts and the time
/// it took.
///
/// - the level is debug, the target `rollbook::call`;
/// - where nobody listens at that level, the call is handed on as it is;
/// - query values are hidden, headers and bodies are not looked at.
#[derive(Clone, Debug)]
pub struct CallTraceLayer {
    clock: Arc<dyn Clock>,
}

impl CallTraceLayer {
    /// A trace that measures by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Layer for CallTraceLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(CallTrace {
            clock: Arc::clone(&self.clock),
            inner,
        })
    }
}

#[derive(Debug)]
struct CallTrace {
    clock: Arc<dyn Clock>,
    inner: Arc<dyn Transport>,
}

impl Transport for CallTrace {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        if LevelFilter::current() < LevelFilter::DEBUG {
            return self.inner.send(request);
        }
        Box::pin(self.traced(request))
    }
}

impl CallTrace {
    async fn traced(&self, mut request: Request) -> Result<Response, TransportError> {
        let counted = Attempts::of(&mut request);
        let call = request.extensions().get::<Call>();
        let vendor = call.map_or("", |call| call.vendor);
        let operation = call.map_or("", |call| call.operation);
        let method = request.method().clone();
        let uri = request.uri().clone();
        let started = self.clock.now();

        let span = debug_span!(target: "rollbook::call", "call", vendor, operation);
        let result = self.inner.send(request).instrument(span).await;

        let elapsed = self.clock.now().saturating_duration_since(started);
        match &result {
            Ok(response) => debug!(
                target: "rollbook::call",
                vendor,
                operation,
                %method,
                uri = %redacted_uri(&uri),
                status = response.status().as_u16(),
                request_id = request_id(response.headers()).map(|id| id.0),
                bytes = response.body().len(),
                attempts = counted.made(),
                ?elapsed,
                "answered"
            ),
            Err(error) => debug!(
                target: "rollbook::call",
                vendor,
                operation,
                %method,
                uri = %redacted_uri(&uri),
                kind = ?error.kind(),
                fate = ?error.fate(),
                %error,
                attempts = error.attempts(),
                ?elapsed,
                "failed"
            ),
        }
        result
    }
}
