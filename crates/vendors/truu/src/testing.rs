//! Generators for property tests: TruU's rows as JSON text and as typed values.
//!
//! ```
//! use proptest::{prop_assert_eq, proptest};
//! use rollbook_model::testing::json::Care;
//! use rollbook_truu::testing;
//!
//! proptest!(|(user in testing::user(), row in testing::system_device_row(Care::AsSent))| {
//!     prop_assert_eq!(user.row().get().contains(user.tuid.as_str()), true);
//!     let reply = testing::page(&[row.clone()]);
//!     prop_assert_eq!(reply.contains(&row), true);
//! });
//! ```

use std::fmt::Debug;

use bytes::Bytes;
use proptest::prelude::{BoxedStrategy, Strategy};
use rollbook_model::testing::json::{Care, Kind, Member, row};
use rollbook_vendor_kit::{Native, Record, decode_value};

use crate::wire::{Asset, SystemDevice, User};

const DEVICE_TYPES: &[&str] = &["MAC_TPM", "WINDOWS_TPM", "ANDROID", "IOS"];

/// A user of the enrolled users and the Users Data API (TruU guide, "Enrolled Users API", "Users Data API").
pub const USER: &[Member] = &[
    Member::id("tuid", Kind::Uuid),
    Member::new("guid", Kind::Uuid),
    Member::new("displayName", Kind::Text),
    Member::new("userPrincipal", Kind::Address),
    Member::new("email", Kind::Address),
    Member::new("lastSynced", Kind::Rfc3339),
    Member::new("created", Kind::Rfc3339),
    Member::new("domain", Kind::Object(DOMAIN)),
    Member::new("devices", Kind::Objects(USER_DEVICE)),
];

const DOMAIN: &[Member] = &[
    Member::new("key", Kind::Uuid),
    Member::new("name", Kind::Text),
    Member::new("domain", Kind::Text),
];

/// The user on the row of a device.
const USER_REF: &[Member] = &[
    Member::new("tuid", Kind::Uuid),
    Member::new("guid", Kind::Uuid),
    Member::new("displayName", Kind::Text),
    Member::new("userPrincipal", Kind::Address),
    Member::new("email", Kind::Address),
    Member::new("lastSynced", Kind::Rfc3339),
    Member::new("created", Kind::Rfc3339),
];

/// A device of the system API (TruU guide, "Device Management API").
pub const SYSTEM_DEVICE: &[Member] = &[
    Member::id("deviceId", Kind::Uuid),
    Member::new("deviceName", Kind::Text),
    Member::new("appVersion", Kind::Text),
    Member::new("sdkVersion", Kind::Text),
    Member::new("lastHeardFrom", Kind::Millis),
    Member::new("softwareIdentifier", Kind::Text),
    Member::new("notificationId", Kind::Text),
    Member::new("appId", Kind::Text),
    Member::new("type", Kind::Words(DEVICE_TYPES)),
    Member::new("active", Kind::Flag),
    Member::new("created", Kind::Millis),
    Member::new("user", Kind::Object(USER_REF)),
    Member::new("domain", Kind::Object(DOMAIN)),
];

/// A device inside a user of the Users Data API.
const USER_DEVICE: &[Member] = &[
    Member::new("deviceId", Kind::Digits),
    Member::new("notificationsEnabled", Kind::Flag),
    Member::new("deviceName", Kind::Text),
    Member::new("appVersion", Kind::Text),
    Member::new("type", Kind::Words(DEVICE_TYPES)),
    Member::new("lastHeardFrom", Kind::Rfc3339),
    Member::new("assuranceLevel", Kind::Integer),
    Member::new("active", Kind::Flag),
];

/// A device inside an asset, with the account that is on it.
const ASSET_DEVICE: &[Member] = &[
    Member::new("deviceId", Kind::Digits),
    Member::new("deviceName", Kind::Text),
    Member::new("appVersion", Kind::Text),
    Member::new("type", Kind::Words(DEVICE_TYPES)),
    Member::new("lastHeardFrom", Kind::Rfc3339),
    Member::new("assuranceLevel", Kind::Integer),
    Member::new("active", Kind::Flag),
    Member::new("user", Kind::Object(USER_REF)),
];

/// A workstation (TruU guide, "Assets Data API").
pub const ASSET: &[Member] = &[
    Member::id("machineName", Kind::Text),
    Member::new("displayName", Kind::Text),
    Member::new("type", Kind::Words(&["MAC_AGENT", "WINDOWS_AGENT"])),
    Member::new("hardware", Kind::Object(HARDWARE)),
    Member::new("network", Kind::Object(NETWORK)),
    Member::new("lastHeardFrom", Kind::Rfc3339),
    Member::new("devices", Kind::Objects(ASSET_DEVICE)),
];

const HARDWARE: &[Member] = &[
    Member::new("serialNumber", Kind::Text),
    Member::new("manufacturer", Kind::Text),
    Member::new("model", Kind::Text),
    Member::new("processor", Kind::Text),
    Member::new("biosVersion", Kind::Text),
];

const NETWORK: &[Member] = &[
    Member::new("ipAddresses", Kind::Texts),
    Member::new("macAddresses", Kind::Texts),
];

/// The row of a user.
pub fn user_row(care: Care) -> BoxedStrategy<String> {
    row(USER, care)
}

/// A user, as TruU sends it and as the client gives it.
pub fn user() -> BoxedStrategy<Native<User>> {
    read(user_row(Care::AsSent))
}

/// The row of a device of the system API.
pub fn system_device_row(care: Care) -> BoxedStrategy<String> {
    row(SYSTEM_DEVICE, care)
}

/// A device of the system API, as TruU sends it and as the client gives it.
pub fn system_device() -> BoxedStrategy<Native<SystemDevice>> {
    read(system_device_row(Care::AsSent))
}

/// The row of a workstation.
pub fn asset_row(care: Care) -> BoxedStrategy<String> {
    row(ASSET, care)
}

/// A workstation, as TruU sends it and as the client gives it.
pub fn asset() -> BoxedStrategy<Native<Asset>> {
    read(asset_row(Care::AsSent))
}

/// The reply of a list that these rows are the only page of.
pub fn page(rows: &[String]) -> String {
    let (count, rows) = (rows.len(), rows.join(" ,\n "));
    format!("{{\"page\": 1, \"next\": null, \"final\": 1, \"count\": {count}, \"results\": [ {rows} ]}}")
}

fn read<T: Record + Debug + 'static>(rows: BoxedStrategy<String>) -> BoxedStrategy<Native<T>> {
    rows.prop_filter_map("no row", |row| decode_value(&Bytes::from(row)).ok())
        .boxed()
}
