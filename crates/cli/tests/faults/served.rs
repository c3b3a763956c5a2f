//! The sandbox as it is served: it is told the time before each request.

use async_trait::async_trait;
use rollbook::transport::{Clock as _, Request, Response, Transport, TransportError};
use rollbook_sandbox::{Sandbox, SandboxTransport};

use crate::clock::TokioClock;

#[derive(Debug)]
pub(crate) struct Served {
    wire: SandboxTransport,
    clock: TokioClock,
}

impl Served {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self {
            wire: SandboxTransport::new(sandbox),
            clock: TokioClock::new(),
        }
    }
}

#[async_trait]
impl Transport for Served {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let now = self.clock.unix_time().as_secs();
        self.wire.sandbox().set_unix_time(now);
        self.wire.send(request).await
    }
}
