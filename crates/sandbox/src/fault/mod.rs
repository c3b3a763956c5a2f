//! Misbehaviour on request: what goes wrong, with which requests, and how often.
//!
//! A fault is written `kind[:key=value,...]`. [`KINDS`] lists the kinds, each with its own keys; the keys that say which
//! requests are hit are common to all of them and listed in [`COMMON_KEYS`]. A comma begins another key only where a name
//! and `=` follow it at once, so the date `Wed, 21 Oct 2026 07:28:00 GMT` is one value.
//!
//! ```
//! use bytes::Bytes;
//! use rollbook_sandbox::{Sandbox, SandboxConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fault = "status:code=503,retry-after=2,path=/ping,times=1".parse()?;
//! let sandbox = Sandbox::new(SandboxConfig::default().with_fault(fault));
//! let ping = || http::Request::get("/ping").body(Bytes::new());
//! assert_eq!(sandbox.handle(ping()?).status(), 503);
//! assert_eq!(sandbox.handle(ping()?).status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! Some kinds work beside others ([`FaultKind::composes`]): they change the world or how it is seen before a request is
//! carried out, or how its reply comes. All of those that are due do. The others answer in the vendor's place or change
//! what it answered: of those that are due at one request, the one that was added first hits it.
//!
//! A fault acts on the true reply, so that all else stays as the vendor has it. One that finds nothing there to act on
//! (no row on the page, no cursor that could repeat) does nothing and uses up none of its `times`; then the next that is
//! due may, unless it would keep the request from being carried out, as that has happened by then. Each fault counts every
//! request that it matches and that its kind is about ([`FaultKind::reach`]).
//!
//! A call for a token is hit only by a fault whose `path` names it: `/oauth/token`, `/api/v1/refresh_token`. `clock-skew`
//! without a `path` hits it too: a server has one clock.

mod active;
mod delivery;
mod error;
mod form;
mod kinds;
mod paging;
mod pairs;
mod replies;
mod rows;
mod scope;
mod spec;
mod tokens;
mod turn;
mod worlds;

pub(crate) use active::Faults;
pub use error::FaultError;
pub use kinds::{FaultKey, FaultKind, KINDS};
pub use scope::COMMON_KEYS;
pub use spec::FaultSpec;
pub(crate) use turn::Turn;
