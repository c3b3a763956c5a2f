use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use rollbook_transport::Response;

use crate::reply;

/// What web servers log for a connection that they closed without a reply.
const NO_REPLY: u16 = 444;

/// What comes of a request, and when.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// How long it is held back. The request has been carried out by then.
    pub delay: Duration,
    /// How its body comes, unless it comes at once.
    pub pace: Option<Pace>,
    /// What is sent.
    pub sent: Sent,
}

/// How a body comes that comes slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// How many bytes come together, at least one.
    pub bytes: usize,
    /// How long is waited before each such piece.
    pub pause: Duration,
}

/// What is sent in answer to a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Sent {
    /// A whole reply.
    Whole(Response),
    /// No reply: the connection ends.
    Nothing,
    /// A reply whose body ends before its announced length, with the connection.
    Cut {
        /// Its head, and what comes of its body.
        response: Response,
        /// The length that its head announces.
        announced: u64,
    },
    /// A reply that goes on with spaces.
    Padded {
        /// Its head, and the beginning of its body.
        response: Response,
        /// The length of its body with the spaces.
        bytes: u64,
        /// Whether its head announces that length.
        announced: bool,
    },
}

impl Answer {
    /// The status of the reply; 444 when there is none.
    pub fn status(&self) -> StatusCode {
        match &self.sent {
            Sent::Whole(response) | Sent::Cut { response, .. } | Sent::Padded { response, .. } => {
                response.status()
            }
            Sent::Nothing => StatusCode::from_u16(NO_REPLY).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The reply with as much of its body as comes, all at once; where there is none, a response with the status 444 and
    /// without a body.
    pub fn into_response(self) -> Response {
        let status = self.status();
        match self.sent {
            Sent::Whole(response) | Sent::Cut { response, .. } => response,
            Sent::Padded { response, bytes, .. } => padded(response, bytes),
            Sent::Nothing => reply::empty(status),
        }
    }

    /// How long the body takes to come, when `bytes` of it come.
    pub(crate) fn time_of(pace: Option<Pace>, bytes: u64) -> Duration {
        let Some(pace) = pace else {
            return Duration::ZERO;
        };
        let pieces = bytes.div_ceil(pace.bytes.max(1) as u64);
        pace.pause
            .saturating_mul(u32::try_from(pieces).unwrap_or(u32::MAX))
    }
}

impl Sent {
    /// The head of what is sent.
    pub(crate) fn response_mut(&mut self) -> Option<&mut Response> {
        match self {
            Self::Whole(response) | Self::Cut { response, .. } | Self::Padded { response, .. } => {
                Some(response)
            }
            Self::Nothing => None,
        }
    }
}

/// The response with spaces after its body, up to this length.
pub(crate) fn padded(response: Response, bytes: u64) -> Response {
    response.map(|body| {
        let mut body = Vec::from(body);
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        body.resize(bytes.max(body.len()), b' ');
        Bytes::from(body)
    })
}
