//! Rollbook's lean HTTP client: a [`Transport`](rollbook_transport::Transport) on plain hyper, rustls and ring.
//!
//! ```no_run
//! use bytes::Bytes;
//! use rollbook_transport::Transport;
//! use rollbook_transport_hyper::HyperTransport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = HyperTransport::builder().ca_file("corporate-ca.pem").build()?;
//! let request = http::Request::get("https://api.example.com/users/?page=1").body(Bytes::new())?;
//! let response = transport.send(request).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! It is 55 crates with all that it needs, where the default client, on reqwest, is 103 (on Linux, itself counted). It
//! keeps the same promises, held by the same tests: it sends one request once, as it is, and gives back what came; no
//! redirect is followed, no cookie kept, no status judged; and every failure tells its kind and the fate of the request.
//!
//! - Trusted are the system's authorities and those of [`HyperTransportBuilder::ca_file`].
//! - Plain `http` goes to loopback hosts only.
//! - An address goes over the wire as it was given. One with a `.` or `..` for a part of its path is refused: others on
//!   the way would make another path of it.
//! - `gzip` is asked for and unpacked.
//!
//! What it leaves out, and the default client has:
//!
//! - **Proxies.** Neither one that is configured nor one from the environment is used: it connects directly.
//! - **HTTP/2.** Requests that are under way together have a connection each.

mod body;
mod builder;
mod connect;
mod failure;
mod gzip;
mod tls;
mod transport;

pub use builder::{BuildError, HyperTransportBuilder};
pub use transport::HyperTransport;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
