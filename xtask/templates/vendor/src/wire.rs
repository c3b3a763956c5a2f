//! What Acme sends, in Acme's words. Made up: name the document and its section here.
//!
//! Every member but the id is optional, and members that the documents do not have are kept in
//! [`Native::row`](rollbook_vendor_kit::Native::row).

use std::hash::Hasher;

use rollbook_model::{NativeRow, UserId};
use rollbook_vendor_kit::lenient::{id, rows, text};
use rollbook_vendor_kit::{Flag, NoUnit, Record, WireTime, identify};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A time of Acme: text.
pub type Time = WireTime<NoUnit>;

/// The envelope of a list.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// The rows.
    #[serde(borrow, deserialize_with = "rows")]
    pub items: Vec<&'a RawValue>,
    /// The cursor of the next page; null or absent at the end.
    #[serde(default, deserialize_with = "text")]
    pub next: Option<String>,
}

/// A user.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: UserId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default, deserialize_with = "text")]
    pub email: Option<String>,
    /// Whether the account may be used.
    #[serde(default)]
    pub active: Option<Flag>,
    /// When the account came to be.
    #[serde(default)]
    pub created_at: Option<Time>,
}

impl Record for User {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.id.as_str()]);
    }
}
