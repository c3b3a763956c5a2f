//! JSON as vendors send it, as text: spellings count, so nothing here goes through a JSON value.
//!
//! A vendor crate says in tables what its documents have, and gets its rows from them:
//!
//! ```
//! use proptest::proptest;
//! use rollbook_model::NativeRow;
//! use rollbook_model::testing::json::{Care, Kind, Member, row};
//!
//! const DEVICE: &[Member] = &[
//!     Member::id("deviceId", Kind::Uuid),
//!     Member::new("active", Kind::Flag),
//!     Member::new("lastHeardFrom", Kind::Millis),
//! ];
//!
//! proptest!(|(text in row(DEVICE, Care::AsSent))| {
//!     assert_eq!(NativeRow::parse(&text).expect("JSON").get(), text);
//! });
//! ```

mod member;
mod value;

pub use member::{Care, Kind, Member, names, row};
pub use value::{gap, object, quoted, scalar, value};
