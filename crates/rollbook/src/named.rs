use std::sync::Arc;

use async_trait::async_trait;
use rollbook_model::SourceName;
use rollbook_transport::{Request, Response, Transport, TransportError};
use tracing::{Instrument as _, debug_span};

/// Names the source of every call in the trace: a person may have five of one vendor.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) source: SourceName,
    pub(crate) inner: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Named {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let span = debug_span!("source", name = %self.source);
        self.inner.send(request).instrument(span).await
    }
}
