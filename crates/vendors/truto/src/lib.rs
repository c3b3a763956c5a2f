//! Truto for Rollbook: the user-directory and MDM of one integrated account.
//!
//! [`Client`] has one function for each endpoint, with native types: every documented member is typed, and every row is
//! kept byte for byte. What changes the shape of a reply is a function of its own: [`Client::users_keyed_by`],
//! [`Client::users_in_format`]. The one change that is documented, [`Client::create_mdm_user`], carries an
//! [`IdempotencyKey`], always. [`TrutoDirectory`] gives the same through Rollbook's
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
//! use rollbook_truto::{BaseUrl, Client, Config, DEFAULT_BASE_URL, UsersQuery};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let account = "00000000-0000-4000-8000-000000000001";
//! let config = Config::new(BaseUrl::parse(DEFAULT_BASE_URL)?, account, Secret::new("sandbox-token")?);
//! let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
//! let client = Client::connect(SourceName::new("hr-okta")?, config, wire)?;
//!
//! let mut users = client.users(&UsersQuery::default());
//! let (rows, error) = users.collect_rows().await;
//! assert!(error.is_none() && users.completeness().is_complete());
//! assert!(rows.iter().any(|user| user.username.is_some()));
//! # Ok(())
//! # }
//! ```

mod api;
mod capabilities;
mod carry_out;
mod changes;
mod config;
mod directory;
mod errors;
mod idempotency_key;
mod map;
mod planner;
mod query;
mod reply;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use api::{Client, Keyed, RawReply};
pub use changes::{NewEmail, NewMdmUser};
pub use config::{Config, DEFAULT_BASE_URL, Model, UnknownModel};
pub use directory::TrutoDirectory;
pub use idempotency_key::{IdempotencyKey, InvalidIdempotencyKey};
pub use query::{
    Common, EmailFilter, GroupFilter, MdmDevicesQuery, MdmUsersQuery, NamedFilter, OwnerFilter, Product,
    ResponseFormat, RoleFilter, SortField, SortOrder, TimeFilter, UsersQuery,
};
pub use rollbook_vendor_kit::{BaseUrl, InvalidBaseUrl, Native};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
