//! Users and devices of TruU, Banyan and Truto through one typed, lossless SDK.
//!
//! A [`Config`] says which sources there are, a [`Rollbook`] makes them ready over one default stack of policies, and
//! [`Walks`] reads lists of many sources at once. Every list ends with a proof of what was seen:
//! [`Completeness`](model::Completeness).
//!
//! ```
//! use std::sync::Arc;
//!
//! use rollbook::model::UserQuery;
//! use rollbook::{BaseUrl, Config, Rollbook, Secret, SourceConfig};
//! use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let base_url = BaseUrl::parse("http://127.0.0.1:1")?;
//! let truu = rollbook::truu::Config::new(base_url, "sandbox", Secret::new("sandbox-secret")?);
//! let config = Config::from_sources(vec![SourceConfig::truu("corp-truu".parse()?, truu)])?;
//!
//! // Without `transport` this is the built-in HTTP client.
//! let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
//! let rollbook = Rollbook::builder().transport(wire).build(config.sources())?;
//!
//! for mut walk in rollbook.sources()[0].users(&UserQuery::default())? {
//!     while let Some(page) = walk.next_page().await {
//!         for user in page? {
//!             assert!(user.native.is_some());
//!         }
//!     }
//!     assert!(walk.report().is_complete());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Each vendor is a feature (`truu`, `banyan`, `truto`), and so is each built-in client: `reqwest`, and `hyper`, which
//! comes with far fewer crates and knows no proxy. All but `hyper` are on by default; with both, `reqwest` is used unless
//! [`RollbookBuilder::client`] says otherwise.
//! A team that wants one vendor alone takes that vendor's crate and needs nothing of this one.

#[cfg(not(any(feature = "truu", feature = "banyan", feature = "truto")))]
compile_error!("rollbook needs at least one vendor: turn on the feature `truu`, `banyan` or `truto`");

mod adapter;
mod client;
mod config;
mod named;
mod observe;
#[cfg(feature = "contract")]
mod shapes;
mod sources;
mod stack;
#[cfg(feature = "truto")]
mod truto_budgets;
mod walk;

pub use client::HttpClient;
pub use config::{Config, ConfigError, ConfigErrors, Settings, SourceConfig};
pub use observe::{Exchange, Observer};
pub use rollbook_auth::Secret;
#[cfg(feature = "banyan")]
pub use rollbook_banyan as banyan;
/// What is relied on of each vendor, as data.
#[cfg(feature = "contract")]
pub use rollbook_contract as contract;
/// The domain model: rows, queries, errors, pagers and their completeness.
pub use rollbook_model as model;
/// The HTTP seam: for a transport or a clock of your own.
pub use rollbook_transport as transport;
#[cfg(feature = "truto")]
pub use rollbook_truto as truto;
#[cfg(feature = "truu")]
pub use rollbook_truu as truu;
pub use rollbook_vendor_kit::{BaseUrl, InvalidBaseUrl};
#[cfg(feature = "contract")]
pub use shapes::{Compared, Shapes};
pub use sources::{Rollbook, RollbookBuilder, Source};
pub use walk::{Resource, Walk, WalkEvent, WalkReport, Walks};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What the README of the project shows.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ProjectReadme;
