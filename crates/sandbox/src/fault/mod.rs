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
//! Each fault counts every request that it matches. Of several that are due at one request, the one that was added first
//! hits it, and only that one uses up one of its `times`.
//!
//! A call for a token is hit only by a fault whose `path` names it: `/oauth/token`, `/api/v1/refresh_token`.

mod active;
mod error;
mod kinds;
mod pairs;
mod scope;
mod spec;

pub(crate) use active::Faults;
pub use error::FaultError;
pub use kinds::{COMMON_KEYS, FaultKey, FaultKind, KINDS};
pub use spec::FaultSpec;
