//! Rollbook's default HTTP client: a [`Transport`](rollbook_transport::Transport) on reqwest, rustls and ring.
//!
//! ```no_run
//! use bytes::Bytes;
//! use rollbook_transport::Transport;
//! use rollbook_transport_reqwest::ReqwestTransport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = ReqwestTransport::builder().ca_file("corporate-ca.pem").build()?;
//! let request = http::Request::get("https://api.example.com/users/?page=1").body(Bytes::new())?;
//! let response = transport.send(request).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! It sends one request once, as it is, and gives back what came: no redirect is followed, no cookie kept, no status
//! judged. Policies are layers around it. What it adds is TLS, a pool of connections, `gzip`, and for every failure the
//! kind and the fate of the request.
//!
//! - Trusted are the system's authorities and those of [`ReqwestTransportBuilder::ca_file`].
//! - Plain `http` goes to loopback hosts only.
//! - An address goes over the wire as it was given, or the request is refused: an escaped `..` never becomes another path.
//! - `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` are honoured, but for loopback hosts.

mod address;
mod body;
mod builder;
mod failure;
mod tls;
mod transport;

pub use builder::{BuildError, ReqwestTransportBuilder};
pub use transport::ReqwestTransport;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
