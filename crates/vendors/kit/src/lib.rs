//! What every adapter of a vendor needs, written once.
//!
//! - [`BaseUrl`], [`Path`] and [`Query`]: an address that no id and no filter can turn into another one.
//! - [`Api`]: sends a call through a [`Transport`](rollbook_transport::Transport) and turns every way in which it can fail
//!   into the model's [`Error`](rollbook_model::Error), by the vendor's own table.
//! - [`Native`], [`Record`] and [`decode_list`]: rows that are typed *and* kept byte for byte; a row that cannot be read
//!   does not sink its page.
//! - [`WireTime`], [`Flag`] and the functions of [`lenient`]: members as vendors really send them; [`mapping`] for what
//!   becomes of them.
//! - [`Outgoing`], [`whole`] and [`settle`]: a change as it is shown in a plan and sent, the lists that a plan is made on,
//!   and what became of the change.
//!
//! ```
//! use rollbook_vendor_kit::{BaseUrl, Path, Query};
//!
//! let base = BaseUrl::parse("https://global.platform.truu.ai")?;
//! let path = Path::of("/api/v1/system/domainusers/").segment("a/../b")?.then("/");
//! let query = Query::new().with("email", "foo+carly@example.com");
//! assert_eq!(
//!     base.join(&path, &query),
//!     "https://global.platform.truu.ai/api/v1/system/domainusers/a%2F..%2Fb/?email=foo%2Bcarly%40example.com",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod api;
mod decode;
mod error_body;
mod errors;
pub mod lenient;
mod listed;
mod lists;
pub mod mapping;
mod open;
mod outgoing;
mod parts;
mod reply;
mod settle;
mod sign_in;

pub use address::{BaseUrl, InvalidBaseUrl, InvalidSegment, Path, Query};
pub use api::{Answer, Api, CallPlace, Refusal, refusal_by_status};
pub use decode::{Members, Native, Record, RowMap, decode_page, decode_value, identify, wrong_shape};
pub use error_body::ErrorBody;
pub use errors::{describe_json_error, transport_error};
pub use lenient::{Flag, Millis, Nanos, NoUnit, TimeUnit, WireTime};
pub use listed::decode_list;
pub use lists::{DEFAULT_PAGES_AHEAD, find_one, pager_from};
pub use outgoing::Outgoing;
pub use reply::Reply;
#[doc(hidden)]
pub use serde as __serde;
pub use settle::{each_step, not_ours, settle, whole};
pub use sign_in::{check_sign_in, no_token, read_sign_in};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
