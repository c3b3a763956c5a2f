//! Rollbook's test kit: a scripted transport that is strict about what it is asked, and a clock that tests own.
//!
//! - [`FakeTransport`] answers from [`Rule`]s and fails the test on a request that no rule is for, and on a rule that no
//!   request was for. What was sent can be had back as a transcript for a snapshot, with credentials hidden.
//! - [`FakeClock`] moves only when it is told to, or, when it is automatic, to the next sleeper's time as soon as
//!   nothing else can go on. Nobody waits for real.
//! - [`generators`]: strategies for property tests, for every type of the model and for vendors' rows as they really come.
//! - [`render`]: what was sent, rows, plans, outcomes and walks as stable text for snapshots.
//! - [`suite`]: the behaviours that every [`Directory`](rollbook_model::Directory) promises, as named tests.
//! - [`fixtures`]: cases of what a vendor is asked and answers, as folders, and what each becomes.
//! - `sandbox` (feature of that name): the three vendors in this process, as a transport with state.
//! - `embedded` (feature `fixtures`): the cases of the three vendors as data, and a fake transport that plays one.
//!
//! ```
//! use rollbook_testkit::{FakeTransport, Reply, Rule};
//! use rollbook_transport::Transport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fake = FakeTransport::ordered([
//!     Rule::get("/v1/devices?skip=0&limit=2").reply(Reply::json(200, r#"{"devices":[],"count":0}"#)),
//! ]);
//!
//! let request = http::Request::get("https://vendor.test/v1/devices?limit=2&skip=0").body(Default::default())?;
//! assert_eq!(fake.send(request).await?.status(), 200);
//!
//! assert_eq!(fake.transcript(), "GET /v1/devices?limit=2&skip=0\n");
//! fake.finish();
//! # Ok(())
//! # }
//! ```
//!
//! This crate is for tests: it panics where a test should fail.
#![expect(
    clippy::panic,
    reason = "a test kit reports a broken expectation by failing the test"
)]

mod clock;
#[cfg(feature = "fixtures")]
pub mod embedded;
mod fake;
pub mod fixtures;
pub mod render;
mod reply;
mod rule;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod suite;
mod transcript;

pub use clock::FakeClock;
pub use fake::FakeTransport;
pub use reply::Reply;
/// Strategies for property tests: every type of the model, and vendors' rows from tables of their members. Each vendor's own rows
/// are in its crate's module `testing`, behind the feature of that name.
pub use rollbook_model::testing as generators;
pub use rule::Rule;

/// Compiles and runs what the guide shows.
#[cfg(all(doctest, feature = "sandbox", feature = "fixtures"))]
#[doc = include_str!("../../../docs/guides/testing.md")]
#[derive(Debug)]
pub struct Guide;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
