use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Request, StatusCode};
use rollbook_transport::{Fate, Response, TransportError, TransportErrorKind};

/// What a [`Rule`](crate::Rule) answers: a response, an error, or nothing for ever.
///
/// ```
/// use std::time::Duration;
/// use rollbook_testkit::Reply;
///
/// let slow = Reply::json(200, r#"{"result":[]}"#).header("x-request-id", "r-1").after(Duration::from_secs(2));
/// let busy = Reply::status(429).header("retry-after", "10");
/// let down = Reply::refused();
/// ```
///
/// What can go wrong, from the first byte of the request to the last of the reply:
///
/// | reply | what happens | fate of the request |
/// |---|---|---|
/// | [`refused`](Self::refused) | nobody listens | not sent |
/// | [`interrupted`](Self::interrupted) | the connection ends before the reply | unknown |
/// | [`timed_out`](Self::timed_out) | no reply in time | unknown, may be under way |
/// | [`pending`](Self::pending) | no reply ever: for a timeout of your own | – |
/// | [`cut_off`](Self::cut_off) | the connection ends within the reply | answered |
/// | [`truncated`](Self::truncated) | the reply's body stops early | answered |
/// | [`status`](Self::status), [`text`](Self::text) | an error, or a page that is no JSON | answered |
/// | [`after`](Self::after) | any of these, later by the clock | as above |
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) outcome: Outcome,
    pub(crate) latency: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Response(Box<Response>),
    Error(TransportError),
    Never,
}

impl Reply {
    /// A response of `status` without a body.
    ///
    /// # Panics
    ///
    /// When `status` is not a status.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else {
            panic!("{status} is not an HTTP status");
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        Self::from_outcome(Outcome::Response(Box::new(response)))
    }

    /// A JSON response; `body` is a `serde_json::Value`, or the text as the vendor wrote it.
    #[track_caller]
    pub fn json(status: u16, body: impl Display) -> Self {
        Self::status(status)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A response with a plain text body.
    #[track_caller]
    pub fn text(status: u16, body: impl Display) -> Self {
        Self::status(status)
            .header("content-type", "text/plain; charset=utf-8")
            .body(body.to_string())
    }

    /// The same reply with `body` as it is, in the place of the body it had.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        if let Outcome::Response(response) = &mut self.outcome {
            *response.body_mut() = body.into();
        }
        self
    }

    /// The same reply with no more than the first `length` bytes of its body: whole to HTTP, and broken off for who reads it.
    #[must_use]
    pub fn truncated(mut self, length: usize) -> Self {
        if let Outcome::Response(response) = &mut self.outcome {
            response.body_mut().truncate(length);
        }
        self
    }

    /// The same reply with one more header. A content type takes the place of the one before it.
    ///
    /// # Panics
    ///
    /// When the name or the value cannot be a header's, or the reply is not a response.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) else {
            panic!("`{name}: {value}` is not a header");
        };
        let Outcome::Response(response) = &mut self.outcome else {
            panic!("only a response has headers, not {:?}", self.outcome);
        };
        add(response.headers_mut(), name, value);
        self
    }

    /// The connection is refused: nothing was sent.
    pub fn refused() -> Self {
        Self::error(TransportError::new(
            TransportErrorKind::Connect,
            Fate::NotSent,
            "connection refused",
        ))
    }

    /// The connection ends before the response comes: whether the request took effect is unknown.
    pub fn interrupted() -> Self {
        Self::error(TransportError::new(
            TransportErrorKind::Interrupted,
            Fate::Unknown,
            "the connection was closed before the response came",
        ))
    }

    /// The response begins, and the connection ends before it is whole: the request arrived, and what came of it is not known.
    pub fn cut_off() -> Self {
        Self::error(TransportError::new(
            TransportErrorKind::Interrupted,
            Fate::Answered,
            "the connection ended before the response did",
        ))
    }

    /// No response in time: the request may still be under way, and take effect later.
    pub fn timed_out() -> Self {
        Self::error(TransportError::new(
            TransportErrorKind::Timeout,
            Fate::Unknown,
            "no response in time",
        ))
    }

    /// The transport fails with `error`.
    pub fn error(error: TransportError) -> Self {
        Self::from_outcome(Outcome::Error(error))
    }

    /// Never answers.
    pub fn pending() -> Self {
        Self::from_outcome(Outcome::Never)
    }

    /// The same reply, `latency` later by the fake's clock.
    #[must_use]
    pub fn after(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    fn from_outcome(outcome: Outcome) -> Self {
        Self {
            outcome,
            latency: Duration::ZERO,
        }
    }
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if name == CONTENT_TYPE {
        headers.insert(name, value);
    } else {
        headers.append(name, value);
    }
}

/// A function from request to reply.
pub(crate) type ReplyFn = dyn Fn(&Request<Bytes>) -> Reply + Send + Sync;
