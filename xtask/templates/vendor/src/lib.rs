//! Acme for Rollbook: the users of one Acme tenant.
//!
//! [`Client`] has one function for each endpoint of Acme's API, with native types: every documented member is typed, and
//! every row is kept byte for byte. [`AcmeDirectory`] gives the same through Rollbook's
//! [`Directory`](rollbook_model::Directory), in the words that all vendors share.
//!
//! No HTTP client is named here: any [`Transport`](rollbook_transport::Transport) will do, also a fake one.
//!
//! ```
//! use std::sync::Arc;
//!
//! use rollbook_acme::{BaseUrl, Client, Config, DEFAULT_BASE_URL};
//! use rollbook_auth::Secret;
//! use rollbook_model::SourceName;
//! use rollbook_testkit::{FakeTransport, Reply};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new(BaseUrl::parse(DEFAULT_BASE_URL)?, Secret::new("a made-up token")?);
//! let wire = FakeTransport::answering(|_| Reply::json(200, r#"{"items":[{"id":"1","email":"ann@example.com"}]}"#));
//! let client = Client::connect(SourceName::new("corp-acme")?, config, Arc::new(wire))?;
//!
//! let mut users = client.users();
//! let (rows, error) = users.collect_rows().await;
//! assert!(error.is_none() && users.completeness().is_complete());
//! assert_eq!(rows[0].email.as_deref(), Some("ann@example.com"));
//! # Ok(())
//! # }
//! ```

mod api;
mod auth;
mod capabilities;
mod config;
mod directory;
mod errors;
mod map;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use api::Client;
pub use config::{Config, DEFAULT_BASE_URL};
pub use directory::AcmeDirectory;
pub use rollbook_vendor_kit::{BaseUrl, InvalidBaseUrl, Native};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
