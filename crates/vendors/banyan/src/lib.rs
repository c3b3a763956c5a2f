//! Banyan, now SonicWall Cloud Secure Edge, for Rollbook: end users and devices of one organisation.
//!
//! [`Client`] has one function for each endpoint, with native types: every documented member is typed, and every row is
//! kept byte for byte. [`BanyanDirectory`] gives the same through Rollbook's [`Directory`](rollbook_model::Directory), in
//! the words that all vendors share. Both can also ban and delete: the directory works out first what that takes with it.
//!
//! No HTTP client is named here: any [`Transport`](rollbook_transport::Transport) will do, also a fake one.
//!
//! ```
//! use std::sync::Arc;
//!
//! use rollbook_auth::Secret;
//! use rollbook_banyan::{BaseUrl, Client, Config, DEFAULT_BASE_URL, DevicesQuery};
//! use rollbook_model::SourceName;
//! use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new(BaseUrl::parse(DEFAULT_BASE_URL)?, Secret::new("sandbox-key")?);
//! let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
//! let client = Client::connect(SourceName::new("corp-banyan")?, config, wire)?;
//!
//! let mut devices = client.devices(&DevicesQuery::default());
//! let (rows, error) = devices.collect_rows().await;
//! assert!(error.is_none() && devices.completeness().is_complete());
//! assert!(rows.iter().any(|device| device.banned.is_some()));
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod auth;
mod capabilities;
mod carry_out;
mod changes;
mod config;
mod delete_path;
mod directory;
mod errors;
mod map;
mod planner;
mod reply;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use api::{
    Client, DevicesOrderBy, DevicesQuery, DevicesV2Query, EndusersOrderBy, EndusersQuery, EndusersV2Query,
    Order,
};
pub use auth::TokenCall;
pub use changes::DeviceUpdate;
pub use config::{Config, DEFAULT_BASE_URL};
pub use delete_path::DeletePath;
pub use directory::BanyanDirectory;
pub use rollbook_vendor_kit::{BaseUrl, InvalidBaseUrl, Native};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
