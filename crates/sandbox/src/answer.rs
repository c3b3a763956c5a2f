use http::StatusCode;
use rollbook_transport::Response;

use crate::reply;

/// What web servers log for a connection that they closed without a reply.
const NO_REPLY: u16 = 444;

/// What comes of a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// A reply.
    Reply(Response),
    /// The connection ends without one.
    Reset,
}

impl Answer {
    /// The status of the reply; 444 when there is none.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Reply(response) => response.status(),
            Self::Reset => StatusCode::from_u16(NO_REPLY).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The reply; where there is none, a response with the status 444 and without a body.
    pub fn into_response(self) -> Response {
        let status = self.status();
        match self {
            Self::Reply(response) => response,
            Self::Reset => reply::empty(status),
        }
    }

    /// The answer with its reply changed.
    pub(crate) fn map(self, change: impl FnOnce(Response) -> Response) -> Self {
        match self {
            Self::Reply(response) => Self::Reply(change(response)),
            Self::Reset => Self::Reset,
        }
    }
}
