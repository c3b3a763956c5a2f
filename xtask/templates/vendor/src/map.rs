//! Acme's rows in the words of the model. Pure and total: every row maps, and what Acme does not say stays absent.

use rollbook_model::{Email, SourceName, User, UserStatus, Vendor};
use rollbook_vendor_kit::Native;
use rollbook_vendor_kit::mapping::{filled, moment, yes};

use crate::wire;

/// The name by which every row and every message calls Acme.
pub(crate) const VENDOR: Vendor = Vendor::other("acme");

pub(crate) fn user(source: &SourceName, native: Native<wire::User>) -> User {
    let (row, raw, unread) = native.into_parts();
    let mut user = User::new(source.clone(), VENDOR, row.id);
    user.display_name = filled(row.name);
    // Acme knows one address, so it is the main one.
    user.emails = filled(row.email)
        .map(|email| Email::new(email, Some(true), None))
        .into_iter()
        .collect();
    user.status = yes(row.active).map(|active| match active {
        true => UserStatus::Active,
        false => UserStatus::Inactive,
    });
    user.created_at = moment(row.created_at);
    user.native = Some(raw);
    user.unread = unread;
    user
}
