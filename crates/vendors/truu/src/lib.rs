//! TruU for Rollbook: users, devices and workstations of one TruU tenant.
//!
//! [`Client`] has one function for each endpoint of TruU's user management and data APIs, with native types: every
//! documented member is typed, and every row is kept byte for byte. [`TruuDirectory`] gives the same through Rollbook's
//! [`Directory`](rollbook_model::Directory), in the words that all vendors share.
//!
//! No HTTP client is named here: any [`Transport`](rollbook_transport::Transport) will do, also a fake one.
//!
//! ```
//! use std::sync::Arc;
//!
//! use rollbook_auth::Secret;
//! use rollbook_model::SourceName;
//! use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};
//! use rollbook_truu::{BaseUrl, Client, Config, DEFAULT_BASE_URL, EnrolledUsersQuery};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new(BaseUrl::parse(DEFAULT_BASE_URL)?, "sandbox", Secret::new("sandbox-secret")?);
//! let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
//! let client = Client::connect(SourceName::new("corp-truu")?, config, wire)?;
//!
//! let mut users = client.enrolled_users(&EnrolledUsersQuery::default());
//! let (rows, error) = users.collect_rows().await;
//! assert!(error.is_none() && users.completeness().is_complete());
//! assert!(rows.iter().all(|user| user.guid.is_some()));
//! # Ok(())
//! # }
//! ```

mod api;
mod auth;
mod capabilities;
mod carry_out;
mod changes;
mod config;
mod directory;
mod errors;
mod ids;
mod map;
mod planner;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use api::{AssetsQuery, Client, DataUsersQuery, EnrolledUsersQuery};
pub use auth::TokenCall;
pub use config::{Config, DEFAULT_BASE_URL};
pub use directory::TruuDirectory;
pub use rollbook_vendor_kit::{BaseUrl, InvalidBaseUrl, Native};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
