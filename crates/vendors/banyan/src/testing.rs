//! Generators for property tests: Banyan's rows as JSON text and as typed values.
//!
//! ```
//! use proptest::{prop_assert_eq, proptest};
//! use rollbook_banyan::testing;
//! use rollbook_model::testing::json::Care;
//!
//! proptest!(|(user in testing::enduser(), row in testing::device_row(Care::AsSent))| {
//!     prop_assert_eq!(user.row().get().contains("Email"), true);
//!     let reply = testing::page("devices", &[row.clone()]);
//!     prop_assert_eq!(reply.contains(&row), true);
//! });
//! ```

use std::fmt::Debug;

use bytes::Bytes;
use proptest::prelude::{BoxedStrategy, Strategy};
use rollbook_model::testing::json::{Care, Kind, Member, row};
use rollbook_vendor_kit::{Native, Record, decode_value};

use crate::wire::{Device, DeviceV2, EndUser, EndUserV2};

const LEVELS: &[&str] = &["AlwaysAllow", "AlwaysDeny", "Low", "Medium", "High"];
const PLATFORMS: &[&str] = &["Android", "Darwin", "iOS", "Windows", "Linux"];
const OWNERSHIPS: &[&str] = &[
    "Corporate Dedicated",
    "CorporateShared",
    "Employee Owned",
    "Other",
    "",
];

/// An end user of `v1/endusers` (Banyan API guide, "UsersDevices").
pub const END_USER: &[Member] = &[
    Member::id("Email", Kind::Address),
    Member::new("Name", Kind::Text),
    Member::new("Groups", Kind::Text),
    Member::new("LastLogin", Kind::Nanos),
    Member::new("LoginCount", Kind::Integer),
    Member::new("SerialNumbers", Kind::Texts),
    Member::new("TrustData", Kind::Object(TRUST_DATA)),
    Member::new("Roles", Kind::Texts),
    Member::new("CreatedAt", Kind::Nanos),
    Member::new("is_deleted", Kind::LoudFlag),
];

const TRUST_DATA: &[Member] = &[
    Member::new("EntityTrustscore", Kind::Integer),
    Member::new("OverrideTrustscore", Kind::Integer),
    Member::new("AccessTrustscore", Kind::Integer),
    Member::new("OverrideActive", Kind::LoudFlag),
    Member::new("Level", Kind::Words(LEVELS)),
    Member::new("UpdatedAt", Kind::Nanos),
    Member::new("Factors", Kind::Objects(FACTOR)),
];

const FACTOR: &[Member] = &[
    Member::new("Name", Kind::Text),
    Member::new("Value", Kind::Words(&["true", "false", "10.15"])),
    Member::new("Type", Kind::Text),
    Member::new("Source", Kind::Text),
    Member::new("Description", Kind::Text),
    Member::new("RemediationDescription", Kind::Text),
    Member::new("RemediationURL", Kind::Text),
];

/// A device of `v1/devices` (Banyan API guide, "UsersDevices"). The guide has a device whose `DeviceID` is null.
pub const DEVICE: &[Member] = &[
    Member::new("DeviceID", Kind::Uuid),
    Member::id("SerialNumber", Kind::Uuid),
    Member::new("DeviceFriendlyName", Kind::Text),
    Member::new("Emails", Kind::Texts),
    Member::new("LastLogin", Kind::Nanos),
    Member::new("LoginCount", Kind::Integer),
    Member::new("Ownership", Kind::Words(OWNERSHIPS)),
    Member::new("Platform", Kind::Words(PLATFORMS)),
    Member::new("Model", Kind::Text),
    Member::new("Architecture", Kind::Text),
    Member::new("RegisteredStatus", Kind::LoudFlag),
    Member::new("MdmData", Kind::Object(MDM_DATA)),
    Member::new("trust", Kind::Object(DEVICE_TRUST)),
    Member::new("TrustData", Kind::Object(TRUST_DATA)),
    Member::new("Roles", Kind::Texts),
    Member::new("Banned", Kind::LoudFlag),
    Member::new("OS", Kind::Text),
    Member::new("AppVersion", Kind::Text),
    Member::new("CreatedAt", Kind::Nanos),
];

const MDM_DATA: &[Member] = &[
    Member::new("Timestamp", Kind::Nanos),
    Member::new("Source", Kind::Text),
    Member::new("CompromisedStatus", Kind::LoudFlag),
    Member::new("CompliantStatus", Kind::LoudFlag),
];

const DEVICE_TRUST: &[Member] = &[
    Member::new("value", Kind::Integer),
    Member::new("level", Kind::Words(LEVELS)),
    Member::new("status", Kind::Words(&["Reporting"])),
    Member::new("last_evaluated", Kind::Object(LAST_EVALUATED)),
    Member::new("expired_at", Kind::Millis),
    Member::new("factors", Kind::Objects(TRUST_FACTOR)),
];

const LAST_EVALUATED: &[Member] = &[
    Member::new("last_evaluated_at", Kind::Millis),
    Member::new("last_evaluated_value", Kind::Integer),
    Member::new("last_evaluated_level", Kind::Words(LEVELS)),
    Member::new("last_evaluated_factors", Kind::Objects(TRUST_FACTOR)),
];

const TRUST_FACTOR: &[Member] = &[
    Member::new("name", Kind::Text),
    Member::new("value", Kind::Words(&["true", "false"])),
    Member::new("type", Kind::Text),
    Member::new("source", Kind::Text),
    Member::new("description", Kind::Text),
    Member::new("remediation", Kind::Object(REMEDIATION)),
];

const REMEDIATION: &[Member] = &[
    Member::new("description", Kind::Text),
    Member::new("url", Kind::Text),
];

/// An end user of `v2/enduser`, as Banyan's own client reads it.
pub const END_USER_V2: &[Member] = &[
    Member::new("id", Kind::Uuid),
    Member::id("email", Kind::Address),
    Member::new("name", Kind::Text),
    Member::new("invited_at", Kind::Nanos),
    Member::new("created_at", Kind::Nanos),
    Member::new("last_login", Kind::Nanos),
    Member::new("status", Kind::Words(&["Active", "Inactive"])),
    Member::new("security_roles", Kind::Texts),
];

/// A device of `v2/devices`, as Banyan's own client reads it.
pub const DEVICE_V2: &[Member] = &[
    Member::id("id", Kind::Uuid),
    Member::new("name", Kind::Text),
    Member::new("serial_number", Kind::Text),
    Member::new("ownership", Kind::Words(OWNERSHIPS)),
    Member::new("platform", Kind::Words(PLATFORMS)),
    Member::new("model", Kind::Text),
    Member::new("os", Kind::Text),
    Member::new("architecture", Kind::Text),
    Member::new("app_version", Kind::Text),
    Member::new("banned", Kind::Flag),
    Member::new("mdm_present", Kind::Flag),
    Member::new("mdm_vendor_name", Kind::Text),
    Member::new("trust_level", Kind::Words(LEVELS)),
    Member::new("trust_status", Kind::Words(&["Reporting"])),
    Member::new("trust_profile_display_name", Kind::Text),
    Member::new("threat_profile_display_name", Kind::Text),
    Member::new("created_at", Kind::Nanos),
    Member::new("last_login", Kind::Nanos),
];

/// The row of an end user of `v1/endusers`.
pub fn enduser_row(care: Care) -> BoxedStrategy<String> {
    row(END_USER, care)
}

/// An end user of `v1/endusers`, as Banyan sends it and as the client gives it.
pub fn enduser() -> BoxedStrategy<Native<EndUser>> {
    read(enduser_row(Care::AsSent))
}

/// The row of a device of `v1/devices`.
pub fn device_row(care: Care) -> BoxedStrategy<String> {
    row(DEVICE, care)
}

/// A device of `v1/devices`, as Banyan sends it and as the client gives it.
pub fn device() -> BoxedStrategy<Native<Device>> {
    read(device_row(Care::AsSent))
}

/// The row of an end user of `v2/enduser`.
pub fn enduser_v2_row(care: Care) -> BoxedStrategy<String> {
    row(END_USER_V2, care)
}

/// An end user of `v2/enduser`, as Banyan sends it and as the client gives it.
pub fn enduser_v2() -> BoxedStrategy<Native<EndUserV2>> {
    read(enduser_v2_row(Care::AsSent))
}

/// The row of a device of `v2/devices`.
pub fn device_v2_row(care: Care) -> BoxedStrategy<String> {
    row(DEVICE_V2, care)
}

/// A device of `v2/devices`, as Banyan sends it and as the client gives it.
pub fn device_v2() -> BoxedStrategy<Native<DeviceV2>> {
    read(device_v2_row(Care::AsSent))
}

/// The reply of a v1 list (`endusers`, `devices`) that these rows are the only page of.
pub fn page(list: &str, rows: &[String]) -> String {
    let (count, rows) = (rows.len(), rows.join(" ,\n "));
    format!("{{\"{list}\": [ {rows} ], \"count\": {count}}}")
}

/// The reply of a v2 list that these rows are the only page of.
pub fn page_v2(list: &str, rows: &[String]) -> String {
    let data = page(list, rows);
    format!("{{\"request_id\": \"\", \"error_code\": 0, \"error_description\": \"\", \"data\": {data}}}")
}

fn read<T: Record + Debug + 'static>(rows: BoxedStrategy<String>) -> BoxedStrategy<Native<T>> {
    rows.prop_filter_map("no row", |row| decode_value(&Bytes::from(row)).ok())
        .boxed()
}
