//! Generators for property tests: Truto's rows as JSON text and as typed values.
//!
//! ```
//! use proptest::{prop_assert_eq, proptest};
//! use rollbook_model::testing::json::Care;
//! use rollbook_truto::testing;
//!
//! proptest!(|(user in testing::user(), row in testing::mdm_device_row(Care::AsSent))| {
//!     prop_assert_eq!(user.row().get().contains("id"), true);
//!     let reply = testing::page(&[row.clone()]);
//!     prop_assert_eq!(reply.contains(&row), true);
//! });
//! ```

use std::fmt::Debug;

use bytes::Bytes;
use proptest::prelude::{BoxedStrategy, Strategy};
use rollbook_model::testing::json::{Care, Kind, Member, row};
use rollbook_vendor_kit::{Native, Record, decode_value};

use crate::wire::{MdmDevice, MdmUser, User};

/// A user of `user-directory/users` (Truto API reference, "Unified User Directory API").
pub const USER: &[Member] = &[
    Member::id("id", Kind::Text),
    Member::new("external_id", Kind::Text),
    Member::new("identifiers", Kind::Anything),
    Member::new("first_name", Kind::Text),
    Member::new("last_name", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("username", Kind::Text),
    Member::new("title", Kind::Text),
    Member::new("emails", Kind::NamedList(EMAIL)),
    Member::new("phones", Kind::NamedList(PHONE)),
    Member::new(
        "status",
        Kind::Words(&["active", "inactive", "deleted", "invited"]),
    ),
    Member::new("is_email_verified", Kind::Flag),
    Member::new("is_2fa_enabled", Kind::Flag),
    Member::new("roles", Kind::NamedList(ROLE)),
    Member::new("organizations", Kind::NamedList(NAMED)),
    Member::new("user_type", Kind::Text),
    Member::new("licenses", Kind::NamedList(LICENSE)),
    Member::new("groups", Kind::NamedList(GROUP)),
    Member::new("workspaces", Kind::NamedList(NAMED)),
    Member::new("avatar", Kind::Text),
    Member::new("timezone", Kind::Text),
    Member::new("languages", Kind::Anything),
    Member::new("bio", Kind::Text),
    Member::new("urls", Kind::NamedList(URL)),
    Member::new("created_at", Kind::Rfc3339),
    Member::new("updated_at", Kind::Rfc3339),
    Member::new("last_login_at", Kind::Rfc3339),
    Member::new("last_active_at", Kind::Rfc3339),
    Member::new("activated_at", Kind::Rfc3339),
    Member::new("status_updated_at", Kind::Rfc3339),
    Member::new("status_changed_at", Kind::Rfc3339),
    Member::new("remote_data", Kind::Anything),
];

const EMAIL: &[Member] = &[
    Member::new("email", Kind::Address),
    Member::new("type", Kind::Words(&["primary", "work", "home"])),
    Member::new("is_primary", Kind::Flag),
];

const PHONE: &[Member] = &[
    Member::new("number", Kind::Text),
    Member::new("extension", Kind::Text),
    Member::new("type", Kind::Text),
];

const ROLE: &[Member] = &[
    Member::new("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("group", Kind::Text),
    Member::new("organization", Kind::Text),
    Member::new("workspace", Kind::Text),
];

const NAMED: &[Member] = &[Member::new("id", Kind::Text), Member::new("name", Kind::Text)];

const LICENSE: &[Member] = &[
    Member::new("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("organization", Kind::Text),
    Member::new("last_active_at", Kind::Rfc3339),
];

const GROUP: &[Member] = &[
    Member::new("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("organization", Kind::Text),
];

const URL: &[Member] = &[Member::new("url", Kind::Text), Member::new("type", Kind::Text)];

const OWNER: &[Member] = &[
    Member::new("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("emails", Kind::NamedList(EMAIL)),
];

/// A user of `mdm/users` (Truto API reference, "Unified MDM API").
pub const MDM_USER: &[Member] = &[
    Member::id("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("first_name", Kind::Text),
    Member::new("last_name", Kind::Text),
    Member::new("emails", Kind::NamedList(EMAIL)),
    Member::new("organization", Kind::Named(NAMED)),
    Member::new("is_active", Kind::Flag),
    Member::new("avatar", Kind::Text),
    Member::new("created_at", Kind::Rfc3339),
    Member::new("updated_at", Kind::Rfc3339),
    Member::new("remote_data", Kind::Anything),
];

/// A device of `mdm/devices` (Truto API reference, "Unified MDM API").
pub const MDM_DEVICE: &[Member] = &[
    Member::id("id", Kind::Text),
    Member::new("name", Kind::Text),
    Member::new("hostname", Kind::Text),
    Member::new("dns_name", Kind::Text),
    Member::new("netbios_name", Kind::Text),
    Member::new(
        "type",
        Kind::Words(&["laptop", "mobile", "desktop", "server", "other"]),
    ),
    Member::new("is_corporate_owned", Kind::Flag),
    Member::new(
        "platform",
        Kind::Words(&["windows", "macos", "ios", "android", "unknown"]),
    ),
    Member::new("model", Kind::Text),
    Member::new("manufacturer", Kind::Text),
    Member::new("serial_number", Kind::Text),
    Member::new("asset_tag", Kind::Text),
    Member::new("os_name", Kind::Text),
    Member::new("os_version", Kind::Text),
    Member::new("os_build", Kind::Text),
    Member::new("os_version_extra", Kind::Text),
    Member::new("tags", Kind::NamedList(NAMED)),
    Member::new("owner", Kind::Named(OWNER)),
    Member::new("policy", Kind::Named(NAMED)),
    Member::new("organization", Kind::Named(NAMED)),
    Member::new("remote_data", Kind::Anything),
];

/// The row of a user of `user-directory/users`.
pub fn user_row(care: Care) -> BoxedStrategy<String> {
    row(USER, care)
}

/// A user of `user-directory/users`, as Truto sends it and as the client gives it.
pub fn user() -> BoxedStrategy<Native<User>> {
    read(user_row(Care::AsSent))
}

/// The row of a user of `mdm/users`.
pub fn mdm_user_row(care: Care) -> BoxedStrategy<String> {
    row(MDM_USER, care)
}

/// A user of `mdm/users`, as Truto sends it and as the client gives it.
pub fn mdm_user() -> BoxedStrategy<Native<MdmUser>> {
    read(mdm_user_row(Care::AsSent))
}

/// The row of a device of `mdm/devices`.
pub fn mdm_device_row(care: Care) -> BoxedStrategy<String> {
    row(MDM_DEVICE, care)
}

/// A device of `mdm/devices`, as Truto sends it and as the client gives it.
pub fn mdm_device() -> BoxedStrategy<Native<MdmDevice>> {
    read(mdm_device_row(Care::AsSent))
}

/// The reply of a list that these rows are the only page of.
pub fn page(rows: &[String]) -> String {
    let (count, rows) = (rows.len(), rows.join(" ,\n "));
    format!("{{\"result\": [ {rows} ], \"next_cursor\": null, \"result_count\": {count}}}")
}

fn read<T: Record + Debug + 'static>(rows: BoxedStrategy<String>) -> BoxedStrategy<Native<T>> {
    rows.prop_filter_map("no row", |row| decode_value(&Bytes::from(row)).ok())
        .boxed()
}
