use std::time::Duration;

use async_trait::async_trait;
use rollbook_transport::{Fate, Request, Response, Transport, TransportError, TransportErrorKind};

use crate::{Answer, Sandbox};

/// A [`Transport`] that ends at a sandbox in the same process. The host of a request does not matter. A connection that a
/// fault ends is an error: interrupted, with an unknown fate, as it would be on a socket.
///
/// ```
/// use bytes::Bytes;
/// use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};
/// use rollbook_transport::Transport as _;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = SandboxTransport::new(Sandbox::new(SandboxConfig::default()));
/// let request = http::Request::get("https://api.truto.one/ping").body(Bytes::new())?;
/// assert_eq!(transport.send(request).await?.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SandboxTransport {
    sandbox: Sandbox,
    latency: Duration,
}

impl SandboxTransport {
    /// A transport that answers at once.
    pub fn new(sandbox: Sandbox) -> Self {
        Self {
            sandbox,
            latency: Duration::ZERO,
        }
    }

    /// The same transport with each answer held back by `latency`, on tokio's timer.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The sandbox behind it.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }
}

#[async_trait]
impl Transport for SandboxTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        match self.sandbox.answer(request) {
            Answer::Reply(response) => Ok(response),
            Answer::Reset => Err(TransportError::new(
                TransportErrorKind::Interrupted,
                Fate::Unknown,
                "the sandbox closed the connection without a reply",
            )),
        }
    }
}
