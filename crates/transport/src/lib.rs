//! The one HTTP seam of Rollbook: a [`Transport`] turns a request with a whole body into a response with a whole body.
//!
//! Adapters speak to a `Transport` and know no HTTP client. Policies (retry, budgets, timeouts, sign-in) are
//! [`Layer`]s around one. What a layer has to know of a call travels with the request as a typed extension: [`Call`].
//!
//! ```
//! use async_trait::async_trait;
//! use bytes::Bytes;
//! use rollbook_transport::{Request, Response, Transport, TransportError};
//!
//! /// Answers every request with the path that was asked for.
//! #[derive(Debug)]
//! struct Echo;
//!
//! #[async_trait]
//! impl Transport for Echo {
//!     async fn send(&self, request: Request) -> Result<Response, TransportError> {
//!         Ok(Response::new(Bytes::from(request.uri().path().to_owned())))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let request = http::Request::get("http://localhost/users/").body(Bytes::new())?;
//! assert_eq!(Echo.send(request).await?.body(), "/users/");
//! # Ok(())
//! # }
//! ```

mod address;
mod call;
mod clock;
mod error;
mod redact;
mod retry_after;
mod scrub;
mod seam;
mod spare;

pub use address::{Host, check_address};
pub use call::{
    Attempts, BodyLimit, Call, Deadline, OpenAttempt, RequestId, Safety, Verdict, judge_by_status, request_id,
};
pub use clock::{Clock, SystemClock};
pub use error::{BoxError, Fate, TransportError, TransportErrorKind};
pub use redact::{REDACTED, redacted_headers, redacted_uri};
pub use retry_after::retry_after;
pub use scrub::Scrubber;
pub use seam::{Layer, Request, Response, Sent, Transport};
pub use spare::Spare;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
