use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{Method, StatusCode};
use rollbook_model::{SourceName, Vendor};
use rollbook_transport::{Clock, Request, Response, Transport, TransportError};

/// Sees each answer of a source's API before anything is read from it: to find out what replies look like, not to keep them.
///
/// A call that was sent several times is one answer. Sign-in calls are left out, and so are calls that got no whole answer.
pub trait Observer: Send + Sync + fmt::Debug {
    /// An answer has come.
    fn answered(&self, exchange: &Exchange<'_>);
}

/// A call and its answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The source.
    pub source: &'a SourceName,
    /// The vendor of that source.
    pub vendor: &'a Vendor,
    /// The method of the call.
    pub method: &'a Method,
    /// Its path and query, behind the source's base URL.
    pub target: &'a str,
    /// The status of the answer.
    pub status: StatusCode,
    /// The body of the answer.
    pub body: &'a [u8],
    /// How long the answer was on the wire: from when the client began to send the request to when the whole body was there.
    /// Waiting for a place in a budget, for a sign-in or for another attempt is no part of it; a new connection is.
    pub took: Option<Duration>,
}

/// Marks an answer with how long it was on the wire.
#[derive(Clone, Copy, Debug)]
struct OnTheWire(Duration);

/// Measures each attempt. It stands next to the wire, where nothing waits for anything else.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) inner: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Measured {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let begun = self.clock.now();
        let mut response = self.inner.send(request).await?;
        let took = self.clock.now().saturating_duration_since(begun);
        response.extensions_mut().insert(OnTheWire(took));
        Ok(response)
    }
}

/// Tells an observer of the answers that come through.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) source: SourceName,
    pub(crate) vendor: Vendor,
    pub(crate) base_url: String,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) inner: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Observed {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (method, address) = (request.method().clone(), request.uri().to_string());
        let response = self.inner.send(request).await?;
        self.observer.answered(&Exchange {
            source: &self.source,
            vendor: &self.vendor,
            method: &method,
            target: address.strip_prefix(&self.base_url).unwrap_or(&address),
            status: response.status(),
            body: response.body(),
            took: response.extensions().get::<OnTheWire>().map(|took| took.0),
        });
        Ok(response)
    }
}
