use std::io::Read as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use rollbook_transport::{
    BodyLimit, Fate, Request, Response, Transport, TransportError, TransportErrorKind as Kind,
};

use crate::answer::padded;
use crate::{Answer, Sandbox, Sent};

/// A [`Transport`] that ends at a sandbox in the same process. The host of a request does not matter.
///
/// What faults make of an answer is what a client on a socket makes of it: delays on tokio's timer, and errors of the same
/// kind with the same fate. A [`BodyLimit`] holds, and a compressed body is unpacked.
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
        wait(self.latency).await;
        let limit = request.extensions().get::<BodyLimit>().map(|limit| limit.0);
        let answer = self.sandbox.answer(request);
        wait(answer.delay).await;
        let pace = answer.pace;
        match answer.sent {
            Sent::Whole(response) => {
                let packed = response.headers().contains_key(CONTENT_ENCODING);
                let length = response.body().len() as u64;
                if !packed {
                    check(Some(length), limit)?;
                }
                wait(Answer::time_of(pace, length)).await;
                if packed {
                    unpack(response, limit)
                } else {
                    Ok(response)
                }
            }
            Sent::Nothing => Err(TransportError::new(
                Kind::Interrupted,
                Fate::Unknown,
                "the sandbox closed the connection before it answered",
            )),
            Sent::Cut { response, announced } => {
                check(Some(announced), limit)?;
                let came = response.body().len();
                wait(Answer::time_of(pace, came as u64)).await;
                Err(TransportError::new(
                    Kind::Interrupted,
                    Fate::Answered,
                    format!(
                        "the sandbox closed the connection after {came} bytes, before the response ended"
                    ),
                ))
            }
            Sent::Padded {
                response,
                bytes,
                announced,
            } => {
                check(announced.then_some(bytes), limit)?;
                let read = limit.map_or(bytes, |limit| bytes.min(limit.saturating_add(1)));
                wait(Answer::time_of(pace, read)).await;
                check(Some(bytes), limit)?;
                Ok(padded(response, bytes))
            }
        }
    }
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// A body of this length, if it is known, against the limit.
fn check(length: Option<u64>, limit: Option<u64>) -> Result<(), TransportError> {
    match (length, limit) {
        (Some(length), Some(limit)) if length > limit => Err(TransportError::new(
            Kind::BodyTooLarge,
            Fate::Answered,
            format!("the response of the sandbox is larger than the {limit} bytes that it may have"),
        )),
        _ => Ok(()),
    }
}

/// The response with its body unpacked, as far as it may be long.
fn unpack(response: Response, limit: Option<u64>) -> Result<Response, TransportError> {
    let (mut head, packed) = response.into_parts();
    let mut body = Vec::new();
    let most = limit.unwrap_or(u64::MAX).saturating_add(1);
    let read = GzDecoder::new(&*packed).take(most).read_to_end(&mut body);
    check(Some(body.len() as u64), limit)?;
    if let Err(error) = read {
        return Err(TransportError::new(
            Kind::Protocol,
            Fate::Answered,
            "the response of the sandbox cannot be decompressed",
        )
        .with_source(error));
    }
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(head, Bytes::from(body)))
}
