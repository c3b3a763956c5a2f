//! Generators for property tests: Acme's rows as JSON text and as typed values.
//!
//! ```
//! use proptest::{prop_assert, proptest};
//! use rollbook_acme::testing;
//! use rollbook_model::testing::json::Care;
//!
//! proptest!(|(user in testing::user(), row in testing::user_row(Care::AsSent))| {
//!     prop_assert!(user.row().get().contains("id"));
//!     prop_assert!(testing::page(&[row.clone()]).contains(&row));
//! });
//! ```

use std::fmt::Debug;

use bytes::Bytes;
use proptest::prelude::{BoxedStrategy, Strategy};
use rollbook_model::testing::json::{Care, Kind, Member, row};
use rollbook_vendor_kit::{Native, Record, decode_value};

use crate::wire::User;

/// A user. Made up: name the document and its section here.
pub const USER: &[Member] = &[
    Member::id("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("email", Kind::Address),
    Member::new("active", Kind::Flag),
    Member::new("created_at", Kind::Rfc3339),
];

/// The row of a user.
pub fn user_row(care: Care) -> BoxedStrategy<String> {
    row(USER, care)
}

/// A user, as Acme sends it and as the client gives it.
pub fn user() -> BoxedStrategy<Native<User>> {
    read(user_row(Care::AsSent))
}

/// The reply of a list that these rows are the only page of.
pub fn page(rows: &[String]) -> String {
    format!("{{\"items\": [ {} ], \"next\": null}}", rows.join(" ,\n "))
}

fn read<T: Record + Debug + 'static>(rows: BoxedStrategy<String>) -> BoxedStrategy<Native<T>> {
    rows.prop_filter_map("no row", |row| decode_value(&Bytes::from(row)).ok())
        .boxed()
}
