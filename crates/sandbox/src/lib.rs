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
//! All three vendors share one root, as their paths do not collide. Every read, both token calls and the changes below
//! are served; another method is answered with 405.
//!
//! | vendor | paths |
//! |---|---|
//! | TruU | `/oauth/token`, `/api/v1/system/{enrolled/users,devices,domainusers/...}/`, `/data/api/v1/{users,assets}/` |
//! | Banyan | `/api/v1/{refresh_token,endusers,devices}`, `/api/v2/{enduser,devices}`, `/api/experimental/v2/{enduser,devices}` |
//! | Truto | `/ping`, `/unified/user-directory/users[/ID]`, `/unified/mdm/{users,devices}[/ID]` |
//!
//! A change is checked in full before anything is touched, and what is refused changes nothing:
//!
//! | change | what it does |
//! |---|---|
//! | `DELETE /api/v1/system/domainusers/GUID/` | the user is gone from every list, with all its devices: 204 without a body |
//! | `DELETE /api/v1/system/domainusers/GUID/devices/ID/` | the device is inactive; it stays listed, and its user enrolled |
//! | `DELETE /api/v1/v1/delete_device`, or [`/api/v1/delete_device`](BanyanDeletePath) | registrations end, by `SerialNumber` and perhaps `Email`; who is left without a device goes, and so does what is left without a user. Without `Email` the device goes in any case |
//! | `POST /api/v1/mdm/update_device` | every active device with the `SerialNumber` has the members that are sent, and keeps the others |
//! | `DELETE /api/v2/endusers` | the users are inactive, and their devices that have no active user left |
//! | `POST /unified/mdm/users` | a new user; none when the `Idempotency-Key` was used before |
//!
//! [`Truth`] shows what these add, take away and ban, and [`Sandbox::request_log`] what was asked and when. The sandbox
//! misbehaves on request, in the ways that [`fault`] lists; [`Sandbox::truths`] has what was true in turn while rows changed
//! by themselves.
//!
//! # Where the vendors' documents are silent
//!
//! - TruU: errors are `{"detail": "..."}`; a page that does not exist is a 404, but page 1 of an empty list is not an
//!   error; filters of the enrolled users are AND'd, and the last of a repeated one counts; an empty filter value
//!   matches an empty member only; MAC addresses compare without case; unknown parameters are ignored; the slash is
//!   looked at before the token, the token before the method; a device that is deleted again answers as before, a user a
//!   404; a workstation stays when its last user is deleted.
//! - Banyan: one of `skip` and `limit` is enough for the paged shape; `limit=0` is an empty page; a `limit` above the
//!   cap is clamped to it; `Email` compares without case, `Serialnumber` with it, `Name`, `Model` and
//!   `DeviceFriendlyName` match a part without case; an unknown `OrderBy` is a 400; users and devices that are inactive
//!   are told by v2 only; an access token lasts an hour.
//! - Banyan's changes: the names of parameters are exact, and one with another name is ignored as any unknown one; a
//!   parameter that is blank or repeated is a 400; what is named but not there is a 400, `record not found`; a deleted
//!   user or device is one that is inactive; a change by serial number reaches active devices only; a registration is
//!   one whether its user or its device is active or not, so a user whose last other device is inactive stays; an
//!   unknown member of a body is a 400; one unknown or inactive id refuses a whole `DELETE /api/v2/endusers`, and a
//!   repeated id counts once; the experimental address serves that change too; the key has the rights of an admin.
//! - Truto: an account that is a UUID but unknown is a 404; an unknown cursor or filter value of the wrong form is a
//!   400; unknown filters are ignored; `truto_ignore_limit` leaves the default page size, not one endless page; `raw`
//!   is the provider's own array, with the next page in a `Link` header; budgets are told and not enforced.
//! - Truto's create: the status is 200; an address that is blank or a member that is `null` is a 400; members that the
//!   unified model does not know are left out, and those of `remote_data` are seen again in the provider's row; a key
//!   stands for the document, not for the query or the spaces between; a refusal leaves its key free, as it created
//!   nothing; a key is remembered for as long as its user.

mod answer;
mod banyan;
#[cfg(feature = "server")]
mod body;
mod call;
mod churn;
mod clock;
mod config;
pub mod credentials;
pub mod fault;
mod listing;
mod log;
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
mod vendor;
mod world;

pub use answer::{Answer, Pace, Sent};
pub use config::{BanyanDeletePath, SandboxConfig};
pub use log::LoggedRequest;
pub use sandbox::Sandbox;
#[cfg(feature = "server")]
pub use server::Server;
pub use transport::SandboxTransport;
pub use truth::{BanyanRegistration, Truth};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
