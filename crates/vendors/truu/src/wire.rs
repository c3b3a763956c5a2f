//! What TruU sends, in TruU's words (TruU guide, "Enrolled Users API", "Device Management API", "Users Data API", "Assets
//! Data API").
//!
//! Every member but the id is optional, members that the guide does not have are kept in
//! [`Native::row`](rollbook_vendor_kit::Native::row), and times keep the spelling that they came in: the system API writes
//! `lastHeardFrom` as milliseconds, the data API as RFC 3339 text.

use std::fmt;
use std::hash::Hasher;
use std::str::FromStr;

use rollbook_model::{BlankId, DeviceId, NativeRow, UserId, WorkstationId};
use rollbook_vendor_kit::lenient::{id, integer, list, rows, text};
use rollbook_vendor_kit::{Flag, Millis, Record, WireTime, identify, open_enum};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A time of TruU: a bare number is milliseconds since 1970.
pub type Time = WireTime<Millis>;

/// The envelope of every list (TruU guide, example response of the Enrolled Users API).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// This page, from 1.
    #[serde(default, deserialize_with = "integer")]
    pub page: Option<i64>,
    /// The number of the next page, not its address.
    #[serde(default, deserialize_with = "integer")]
    pub next: Option<i64>,
    /// The number of the page before.
    #[serde(default, deserialize_with = "integer")]
    pub previous: Option<i64>,
    /// The number of the last page.
    #[serde(rename = "final", default, deserialize_with = "integer")]
    pub last: Option<i64>,
    /// How many rows a page has at most: 100 for enrolled users, 25 elsewhere. It cannot be chosen.
    #[serde(default, deserialize_with = "integer")]
    pub page_size: Option<i64>,
    /// How many rows fit the filters in all.
    #[serde(default, deserialize_with = "integer")]
    pub count: Option<i64>,
    /// The rows.
    #[serde(borrow, deserialize_with = "rows")]
    pub results: Vec<&'a RawValue>,
}

/// A user who ever enrolled a device. Stays until the user is deleted, also without a live device.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// TruU's own id, a uuid.
    #[serde(deserialize_with = "id")]
    pub tuid: UserId,
    /// The directory's id: Active Directory `objectGUID`, Entra `id`, Okta `id` (not always a uuid). Case counts in paths.
    #[serde(default, deserialize_with = "text")]
    pub guid: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub display_name: Option<String>,
    /// The user principal name.
    #[serde(default, deserialize_with = "text")]
    pub user_principal: Option<String>,
    /// The e-mail address. Several users can have the same one.
    #[serde(default, deserialize_with = "text")]
    pub email: Option<String>,
    /// When TruU last read the user from the directory.
    #[serde(default)]
    pub last_synced: Option<Time>,
    /// When TruU first knew the user.
    #[serde(default)]
    pub created: Option<Time>,
    /// The tenant; only where one user is asked for (`domainusers/{guid}/`).
    #[serde(default)]
    pub domain: Option<Domain>,
    /// The enrolled devices; only in the Users Data API.
    #[serde(default, deserialize_with = "list")]
    pub devices: Vec<DataDevice>,
}

impl Record for User {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.tuid.as_str()]);
    }
}

/// The tenant that a row belongs to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Domain {
    /// The tenant's id, a uuid.
    #[serde(deserialize_with = "text")]
    pub key: Option<String>,
    /// The tenant's name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The tenant's short name.
    #[serde(deserialize_with = "text")]
    pub domain: Option<String>,
}

/// The user on a device's row. Here no member is certain, the `tuid` neither.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserRef {
    /// TruU's own id.
    #[serde(deserialize_with = "text")]
    pub tuid: Option<String>,
    /// The directory's id.
    #[serde(deserialize_with = "text")]
    pub guid: Option<String>,
    /// The name to show.
    #[serde(deserialize_with = "text")]
    pub display_name: Option<String>,
    /// The user principal name.
    #[serde(deserialize_with = "text")]
    pub user_principal: Option<String>,
    /// The e-mail address.
    #[serde(deserialize_with = "text")]
    pub email: Option<String>,
    /// When TruU last read the user from the directory.
    pub last_synced: Option<Time>,
    /// When TruU first knew the user.
    pub created: Option<Time>,
}

/// The id of a device in the system API: a uuid. Deleting a device wants this one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SystemDeviceId(DeviceId);

/// The id of a device in the data API: a number in a text. It cannot be joined with the system API's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataDeviceId(DeviceId);

macro_rules! device_ids {
    ($($name:ident)*) => {$(
        impl $name {
            /// The id as TruU wrote it.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = BlankId;

            fn from_str(id: &str) -> Result<Self, BlankId> {
                id.parse().map(Self)
            }
        }

        impl From<DeviceId> for $name {
            fn from(id: DeviceId) -> Self {
                Self(id)
            }
        }

        impl From<$name> for DeviceId {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

device_ids! { SystemDeviceId DataDeviceId }

open_enum! {
    /// The kind of an enrolled device. The guide's samples have all but `IOS`; the set is open.
    DeviceType {
        /// A Mac.
        MacTpm = "MAC_TPM",
        /// A Windows machine.
        WindowsTpm = "WINDOWS_TPM",
        /// An Android phone.
        Android = "ANDROID",
        /// An iPhone.
        Ios = "IOS",
    }
}

impl UserRef {
    /// Whatever tells this user from others.
    fn identity(&self) -> Option<&str> {
        [&self.tuid, &self.guid, &self.user_principal, &self.email]
            .into_iter()
            .find_map(Option::as_deref)
    }
}

/// A device of the system API.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SystemDevice {
    /// The id, a uuid.
    #[serde(deserialize_with = "id")]
    pub device_id: SystemDeviceId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub device_name: Option<String>,
    /// The version of TruU's app, in free text (`23.4.0(673)`).
    #[serde(default, deserialize_with = "text")]
    pub app_version: Option<String>,
    /// The version of TruU's SDK.
    #[serde(default, deserialize_with = "text")]
    pub sdk_version: Option<String>,
    /// When TruU last heard from the device: a number of milliseconds.
    #[serde(default)]
    pub last_heard_from: Option<Time>,
    /// The operating system in free text: a line of macOS, an API level of Android.
    #[serde(default, deserialize_with = "text")]
    pub software_identifier: Option<String>,
    /// The push token of a phone. A secret: whoever has it can address the phone.
    #[serde(default, deserialize_with = "text")]
    pub notification_id: Option<String>,
    /// The app's identifier.
    #[serde(default, deserialize_with = "text")]
    pub app_id: Option<String>,
    /// The kind of device.
    #[serde(rename = "type", default)]
    pub kind: Option<DeviceType>,
    /// Whether the enrollment is live; false after a deletion.
    #[serde(default)]
    pub active: Option<Flag>,
    /// When the device was enrolled.
    #[serde(default)]
    pub created: Option<Time>,
    /// Whose device it is.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// The tenant.
    #[serde(default)]
    pub domain: Option<Domain>,
}

/// Shows whether there is a push token, and not the token.
impl fmt::Debug for SystemDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemDevice")
            .field("device_id", &self.device_id)
            .field("device_name", &self.device_name)
            .field("app_version", &self.app_version)
            .field("sdk_version", &self.sdk_version)
            .field("last_heard_from", &self.last_heard_from)
            .field("software_identifier", &self.software_identifier)
            .field(
                "notification_id",
                &self.notification_id.as_ref().map(|_| "REDACTED"),
            )
            .field("app_id", &self.app_id)
            .field("kind", &self.kind)
            .field("active", &self.active)
            .field("created", &self.created)
            .field("user", &self.user)
            .field("domain", &self.domain)
            .finish()
    }
}

/// A shared machine is one device for each of its users, so the user is part of what makes the row the same row.
impl Record for SystemDevice {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        let user = self.user.as_ref().and_then(UserRef::identity).unwrap_or_default();
        identify(hasher, &[self.device_id.as_str(), user]);
    }
}

/// How far an account is trusted on a machine (TruU guide, note on the assurance level): 100, 300 or 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AssuranceLevel {
    /// 100.
    Basic,
    /// 300.
    Trusted,
    /// 500.
    Certified,
    /// A number that the guide does not have.
    Other(i64),
}

impl AssuranceLevel {
    /// The number that TruU sends.
    pub fn number(self) -> i64 {
        match self {
            Self::Basic => 100,
            Self::Trusted => 300,
            Self::Certified => 500,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for AssuranceLevel {
    fn from(number: i64) -> Self {
        match number {
            100 => Self::Basic,
            300 => Self::Trusted,
            500 => Self::Certified,
            _ => Self::Other(number),
        }
    }
}

fn assurance<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<AssuranceLevel>, D::Error> {
    Ok(integer(deserializer)?.map(AssuranceLevel::from))
}

/// A number is taken as its text; a blank is no id. The device is not the row, so it need not have one.
fn data_device_id<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DataDeviceId>, D::Error> {
    Ok(text(deserializer)?
        .and_then(|id| DeviceId::new(id).ok())
        .map(DataDeviceId))
}

/// A device of the data API, inside a user or an asset.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DataDevice {
    /// The id, a number in a text. Not the system API's.
    #[serde(default, deserialize_with = "data_device_id")]
    pub device_id: Option<DataDeviceId>,
    /// Whether the device takes push messages.
    #[serde(default)]
    pub notifications_enabled: Option<Flag>,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub device_name: Option<String>,
    /// The version of TruU's app, in free text.
    #[serde(default, deserialize_with = "text")]
    pub app_version: Option<String>,
    /// The kind of device.
    #[serde(rename = "type", default)]
    pub kind: Option<DeviceType>,
    /// When TruU last heard from the device: RFC 3339 text.
    #[serde(default)]
    pub last_heard_from: Option<Time>,
    /// How far the account is trusted on this device.
    #[serde(default, deserialize_with = "assurance")]
    pub assurance_level: Option<AssuranceLevel>,
    /// Whether the enrollment is live.
    #[serde(default)]
    pub active: Option<Flag>,
    /// Whose account it is; only inside an asset.
    #[serde(default)]
    pub user: Option<UserRef>,
}

/// A workstation with the accounts enrolled on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Asset {
    /// The machine's name, which is also its id. It can be a uuid.
    #[serde(deserialize_with = "id")]
    pub machine_name: WorkstationId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub display_name: Option<String>,
    /// The kind of agent (`MAC_AGENT`, `WINDOWS_AGENT`).
    #[serde(rename = "type", default, deserialize_with = "text")]
    pub kind: Option<String>,
    /// What the machine is made of.
    #[serde(default)]
    pub hardware: Option<Hardware>,
    /// How the machine is reached.
    #[serde(default)]
    pub network: Option<Network>,
    /// When TruU last heard from the machine; null in every sample of the guide.
    #[serde(default)]
    pub last_heard_from: Option<Time>,
    /// The accounts on the machine. The assurance level belongs to the account, not to the machine.
    #[serde(default, deserialize_with = "list")]
    pub devices: Vec<DataDevice>,
}

impl Record for Asset {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        let serial = self
            .hardware
            .as_ref()
            .and_then(|hardware| hardware.serial_number.as_deref());
        identify(hasher, &[self.machine_name.as_str(), serial.unwrap_or_default()]);
    }
}

/// What a machine is made of, all in free text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Hardware {
    /// The serial number.
    #[serde(deserialize_with = "text")]
    pub serial_number: Option<String>,
    /// The maker; missing in one of the guide's two samples.
    #[serde(deserialize_with = "text")]
    pub manufacturer: Option<String>,
    /// The model.
    #[serde(deserialize_with = "text")]
    pub model: Option<String>,
    /// The processor.
    #[serde(deserialize_with = "text")]
    pub processor: Option<String>,
    /// The version of the BIOS.
    #[serde(deserialize_with = "text")]
    pub bios_version: Option<String>,
}

/// How a machine is reached. Text, since the guide's own sample has a MAC address with a dot in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Network {
    /// IP addresses.
    #[serde(deserialize_with = "list")]
    pub ip_addresses: Vec<String>,
    /// MAC addresses.
    #[serde(deserialize_with = "list")]
    pub mac_addresses: Vec<String>,
}

/// The answer of the token call.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct TokenReply {
    // Kept inside: the type is of a version before 1.0.
    pub(crate) access_token: secrecy::SecretString,
    /// The kind of token, `Bearer`.
    #[serde(default, deserialize_with = "text")]
    pub token_type: Option<String>,
    /// For how many seconds the token is good, from its issue.
    #[serde(default, deserialize_with = "integer")]
    pub expires_in: Option<i64>,
    /// The scope that was given.
    #[serde(default, deserialize_with = "text")]
    pub scope: Option<String>,
    /// The tenant's id, a uuid; elsewhere `domain` is an object.
    #[serde(default, deserialize_with = "text")]
    pub domain: Option<String>,
    /// The version of the token, `2.0`.
    #[serde(default, deserialize_with = "text")]
    pub ver: Option<String>,
    /// The token's own id.
    #[serde(default, deserialize_with = "text")]
    pub jti: Option<String>,
}

/// Shows what is not secret.
impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReply")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
