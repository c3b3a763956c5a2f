//! What several of these tests need.

use async_trait::async_trait;
use bytes::Bytes;
use rollbook_transport::{Request, Response, Transport, TransportError};

/// Answers every request with one body.
#[derive(Debug)]
pub(crate) struct Canned(pub(crate) Bytes);

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Ok(http::Response::new(self.0.clone()))
    }
}
