//! What must hold of any bytes that come from outside, written once: the fuzz targets call it, and so do tests with a few
//! hundred cases each.
//!
//! A [`Target`] is a reader of such bytes, the properties that it must have, and the inputs to start from, which are made of
//! the fixture cases. A property that does not hold panics.
//!
//! ```
//! // A list of two rows: neither is lost.
//! rollbook_fuzz::check("truu_lists", br#"0{"count": 2, "results": [{"tuid": "a"}, 7]}"#);
//! ```
#![expect(
    clippy::panic,
    reason = "a property that does not hold fails the test or the fuzzer by panicking"
)]

mod bulk;
mod checkpoint;
mod credential;
mod lists;
mod mutate;
mod pages;
mod records;
mod seeds;
mod settings;
mod targets;
mod texts;
mod wire;

pub use credential::CREDENTIAL;
pub use mutate::{Edit, mutated};
pub use targets::{TARGETS, Target, check, target};
