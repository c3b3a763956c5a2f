//! A transport that always has the same answer.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use rollbook_transport::{Request, Response, Transport, TransportError};

/// Answers every request with one body, at once.
#[derive(Debug)]
pub struct Canned(pub Bytes);

impl Canned {
    /// The transport as clients take it.
    pub fn transport(body: &Bytes) -> Arc<dyn Transport> {
        Arc::new(Self(body.clone()))
    }
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Ok(http::Response::new(self.0.clone()))
    }
}
