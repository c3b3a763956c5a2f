//! TruU, Banyan and Truto in one process with state, for tests and first runs.
//!
//! A [`Sandbox`] is a function from request to response over a seeded world: the same people and machines appear at the
//! three vendors, spelled and numbered as each vendor does it, with the mess that real tenants have. It reads no clock
//! and does no I/O; the same code is a [`Transport`](rollbook_transport::Transport) for fast tests
//! ([`SandboxTransport`]) and a server on a socket (`Server`, feature `server`). It shares no code with the adapters:
//! it was written from the vendors' documents alone, so that it can witness against them.
//!
//! ```
//! use bytes::Bytes;
//! use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::new(SandboxConfig::default());
//! let request = http::Request::get("/api/v1/endusers?skip=0&limit=2")
//!     .header("authorization", format!("Bearer {}", credentials::BANYAN_KEY))
//!     .body(Bytes::new())?;
//! let page: serde_json::Value = serde_json::from_slice(sandbox.handle(request).body())?;
//! assert_eq!(page["endusers"].as_array().map(Vec::len), Some(2));
//! assert_eq!(page["count"], sandbox.truth().banyan_users.len());
//! # Ok(())
//! # }
//! ```
//!
//! # What is served
//!
//! All three vendors share one root, as their paths do not collide. Every read and both token calls are served; a
//! change is answered with 405.
//!
//! | vendor | paths |
//! |---|---|
//! | TruU | `/oauth/token`, `/api/v1/system/{enrolled/users,devices,domainusers/...}/`, `/data/api/v1/{users,assets}/` |
//! | Banyan | `/api/v1/{refresh_token,endusers,devices}`, `/api/v2/{enduser,devices}`, `/api/experimental/v2/{enduser,devices}` |
//! | Truto | `/ping`, `/unified/user-directory/users[/ID]`, `/unified/mdm/{users,devices}[/ID]` |
//!
//! # Where the vendors' documents are silent
//!
//! - TruU: errors are `{"detail": "..."}`; a page that does not exist is a 404, but page 1 of an empty list is not an
//!   error; filters of the enrolled users are AND'd, and the last of a repeated one counts; an empty filter value
//!   matches an empty member only; MAC addresses compare without case; unknown parameters are ignored; the slash is
//!   looked at before the token, the token before the method.
//! - Banyan: one of `skip` and `limit` is enough for the paged shape; `limit=0` is an empty page; a `limit` above the
//!   cap is clamped to it; `Email` compares without case, `Serialnumber` with it, `Name`, `Model` and
//!   `DeviceFriendlyName` match a part without case; an unknown `OrderBy` is a 400; users and devices that are inactive
//!   are told by v2 only; an access token lasts an hour.
//! - Truto: an account that is a UUID but unknown is a 404; an unknown cursor or filter value of the wrong form is a
//!   400; unknown filters are ignored; `truto_ignore_limit` leaves the default page size, not one endless page; `raw`
//!   is the provider's own array, with the next page in a `Link` header; budgets are told and not enforced.

mod banyan;
mod call;
mod clock;
mod config;
pub mod credentials;
mod reply;
mod sandbox;
#[cfg(feature = "server")]
mod server;
mod state;
mod tokens;
mod transport;
mod truth;
mod truto;
mod truu;
mod world;

pub use config::SandboxConfig;
pub use sandbox::{LoggedRequest, Sandbox};
#[cfg(feature = "server")]
pub use server::Server;
pub use transport::SandboxTransport;
pub use truth::Truth;
