//! What Banyan sends, in Banyan's words (Banyan API guide, "UsersDevices"; the v2 rows as Banyan's own client reads them).
//!
//! Every member but the id is optional: paged rows lack members that whole lists have. Yes and no are `"TRUE"` and
//! `"FALSE"`. Times are nanoseconds since 1970, but for those inside [`DeviceTrust`], which are milliseconds; zero is never.

use std::hash::Hasher;
use std::ops::Deref;

use rollbook_model::{DeviceId, NativeRow, UserId};
use rollbook_vendor_kit::lenient::{compact_list, id, integer, list, text};
use rollbook_vendor_kit::{Flag, Millis, Nanos, Record, WireTime, identify, open_enum};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A time of Banyan: a bare number is nanoseconds since 1970.
pub type Time = WireTime<Nanos>;

/// A time inside [`DeviceTrust`]: a bare number is milliseconds since 1970.
pub type TrustTime = WireTime<Millis>;

open_enum! {
    /// A level of trust, or a person's decision that stands above it.
    Level {
        /// Always let in: a decision, not a level.
        AlwaysAllow = "AlwaysAllow",
        /// Always kept out: a decision, not a level.
        AlwaysDeny = "AlwaysDeny",
        /// Little trusted.
        Low = "Low",
        /// Somewhat trusted.
        Medium = "Medium",
        /// Trusted.
        High = "High",
    }
}

/// A list of texts, told apart from none; nulls in it are left out.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let texts: Option<Vec<Option<String>>> = Option::deserialize(deserializer)?;
    Ok(texts.map(|texts| texts.into_iter().flatten().collect()))
}

/// An end user of `v1/endusers`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct EndUser {
    /// The e-mail address: the only id that these rows have.
    #[serde(deserialize_with = "id")]
    pub email: UserId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// The groups, joined by commas. A comma inside a name cannot be told apart.
    #[serde(default, deserialize_with = "text")]
    pub groups: Option<String>,
    /// When the user last signed in, in nanoseconds.
    #[serde(default)]
    pub last_login: Option<Time>,
    /// How often the user signed in. Past 32 bits, and not to be relied on.
    #[serde(default, deserialize_with = "integer")]
    pub login_count: Option<i64>,
    /// The serial numbers of the user's devices; missing from paged rows.
    #[serde(default, deserialize_with = "texts")]
    pub serial_numbers: Option<Vec<String>>,
    /// How far the user is trusted.
    #[serde(default)]
    pub trust_data: Option<TrustData>,
    /// The roles.
    #[serde(default, deserialize_with = "list")]
    pub roles: Vec<String>,
    /// When the user was first known, in nanoseconds.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// Whether the user was deleted.
    #[serde(rename = "is_deleted", default)]
    pub is_deleted: Option<Flag>,
}

impl Record for EndUser {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.email.as_str()]);
    }
}

/// How far a user or a device is trusted, with nanoseconds. Stands beside [`DeviceTrust`], and the two can disagree.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct TrustData {
    /// What was measured, from 0 to 100.
    #[serde(rename = "EntityTrustscore", deserialize_with = "integer")]
    pub entity_trust_score: Option<i64>,
    /// What a person set, from 0 to 100.
    #[serde(rename = "OverrideTrustscore", deserialize_with = "integer")]
    pub override_trust_score: Option<i64>,
    /// What counts for access, from 0 to 100.
    #[serde(rename = "AccessTrustscore", deserialize_with = "integer")]
    pub access_trust_score: Option<i64>,
    /// Whether a person's score is in force.
    pub override_active: Option<Flag>,
    /// The level, or the decision above it.
    pub level: Option<Level>,
    /// When this was worked out, in nanoseconds.
    pub updated_at: Option<Time>,
    /// What it was worked out from.
    #[serde(deserialize_with = "compact_list")]
    pub factors: Vec<Factor>,
}

/// One thing that a level of trust was worked out from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Factor {
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The value, often `"true"` in lower case.
    #[serde(deserialize_with = "text")]
    pub value: Option<String>,
    /// The kind.
    #[serde(rename = "Type", deserialize_with = "text")]
    pub kind: Option<String>,
    /// Who measured it.
    #[serde(deserialize_with = "text")]
    pub source: Option<String>,
    /// What it means.
    #[serde(deserialize_with = "text")]
    pub description: Option<String>,
    /// What to do about it.
    #[serde(deserialize_with = "text")]
    pub remediation_description: Option<String>,
    /// Where that is described.
    #[serde(rename = "RemediationURL", deserialize_with = "text")]
    pub remediation_url: Option<String>,
}

/// A device of `v1/devices`: its members, and the id that they make.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "DeviceMembers")]
pub struct Device {
    id: DeviceId,
    members: DeviceMembers,
}

impl Device {
    /// `DeviceID`, or the serial number where there is none.
    pub fn id(&self) -> &DeviceId {
        &self.id
    }

    /// The id and the members.
    pub fn into_parts(self) -> (DeviceId, DeviceMembers) {
        (self.id, self.members)
    }
}

impl Deref for Device {
    type Target = DeviceMembers;

    fn deref(&self) -> &DeviceMembers {
        &self.members
    }
}

impl TryFrom<DeviceMembers> for Device {
    type Error = &'static str;

    fn try_from(members: DeviceMembers) -> Result<Self, &'static str> {
        let id = [&members.device_id, &members.serial_number].into_iter().flatten();
        let id = id.filter_map(|id| DeviceId::new(id.clone()).ok()).next();
        let id = id.ok_or("the row has neither a DeviceID nor a SerialNumber")?;
        Ok(Self { id, members })
    }
}

/// Rows without a `DeviceID` can share a junk serial number. When each was first known tells them apart, and stays when all else
/// in the row changes; without that there is only the whole text.
impl Record for Device {
    fn identity(&self, row: &NativeRow, hasher: &mut dyn Hasher) {
        if let Some(id) = self.device_id.as_deref().filter(|id| !id.trim().is_empty()) {
            return identify(hasher, &[id]);
        }
        match self.created_at.as_ref().and_then(Time::timestamp) {
            Some(created) => identify(hasher, &[self.id.as_str(), &created.to_string()]),
            None => identify(hasher, &[row.get()]),
        }
    }
}

/// The members of a device of `v1/devices`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct DeviceMembers {
    /// The id, a uuid; can be null.
    #[serde(rename = "DeviceID", deserialize_with = "text")]
    pub device_id: Option<String>,
    /// The serial number, by which devices are changed. Case counts. Junk and duplicates occur.
    #[serde(deserialize_with = "text")]
    pub serial_number: Option<String>,
    /// The name to show; often blank.
    #[serde(deserialize_with = "text")]
    pub device_friendly_name: Option<String>,
    /// The e-mail addresses of the users; missing from paged rows.
    #[serde(deserialize_with = "texts")]
    pub emails: Option<Vec<String>>,
    /// When a user last signed in on it, in nanoseconds.
    pub last_login: Option<Time>,
    /// How often users signed in on it. Past 32 bits, and not to be relied on.
    #[serde(deserialize_with = "integer")]
    pub login_count: Option<i64>,
    /// Whose device it is (`Employee Owned`, `Corporate Dedicated`); blank for not known.
    #[serde(deserialize_with = "text")]
    pub ownership: Option<String>,
    /// The operating system family in free text (`Android`, `Darwin`, `iOS`).
    #[serde(deserialize_with = "text")]
    pub platform: Option<String>,
    /// The model.
    #[serde(deserialize_with = "text")]
    pub model: Option<String>,
    /// The processor architecture in free text. An iPhone can say `amd64`.
    #[serde(deserialize_with = "text")]
    pub architecture: Option<String>,
    /// Whether the device is registered.
    pub registered_status: Option<Flag>,
    /// What a device manager says.
    pub mdm_data: Option<MdmData>,
    /// How far the device is trusted, with milliseconds.
    #[serde(rename = "trust")]
    pub trust: Option<DeviceTrust>,
    /// How far the device is trusted, with nanoseconds.
    pub trust_data: Option<TrustData>,
    /// The roles.
    #[serde(deserialize_with = "list")]
    pub roles: Vec<String>,
    /// Whether the device is banned.
    pub banned: Option<Flag>,
    /// The operating system and its version; blank for not known.
    #[serde(rename = "OS", deserialize_with = "text")]
    pub os: Option<String>,
    /// The version of Banyan's app; blank for not known.
    #[serde(deserialize_with = "text")]
    pub app_version: Option<String>,
    /// When the device was first known, in nanoseconds.
    pub created_at: Option<Time>,
}

/// What a device manager says of a device.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct MdmData {
    /// When it said so, in nanoseconds; zero for never.
    pub timestamp: Option<Time>,
    /// Which device manager.
    #[serde(deserialize_with = "text")]
    pub source: Option<String>,
    /// Whether the device is compromised.
    pub compromised_status: Option<Flag>,
    /// Whether the device is compliant; blank for not known.
    pub compliant_status: Option<Flag>,
}

/// How far a device is trusted, in the newer spelling, with milliseconds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DeviceTrust {
    /// The score, from 0 to 100.
    #[serde(deserialize_with = "integer")]
    pub value: Option<i64>,
    /// The level.
    pub level: Option<Level>,
    /// Whether the device reports (`Reporting`).
    #[serde(deserialize_with = "text")]
    pub status: Option<String>,
    /// How the level was last worked out.
    pub last_evaluated: Option<LastEvaluated>,
    /// When the level runs out, in milliseconds. Can lie before it was worked out.
    pub expired_at: Option<TrustTime>,
    /// What it was worked out from.
    #[serde(deserialize_with = "compact_list")]
    pub factors: Vec<TrustFactor>,
}

/// How a device's level was last worked out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LastEvaluated {
    /// When, in milliseconds.
    #[serde(rename = "last_evaluated_at")]
    pub at: Option<TrustTime>,
    /// The score then.
    #[serde(rename = "last_evaluated_value", deserialize_with = "integer")]
    pub value: Option<i64>,
    /// The level then.
    #[serde(rename = "last_evaluated_level")]
    pub level: Option<Level>,
    /// What it was worked out from.
    #[serde(rename = "last_evaluated_factors", deserialize_with = "compact_list")]
    pub factors: Vec<TrustFactor>,
}

/// One thing that a device's level was worked out from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustFactor {
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The value.
    #[serde(deserialize_with = "text")]
    pub value: Option<String>,
    /// The kind.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
    /// Who measured it.
    #[serde(deserialize_with = "text")]
    pub source: Option<String>,
    /// What it means.
    #[serde(deserialize_with = "text")]
    pub description: Option<String>,
    /// What to do about it.
    pub remediation: Option<Remediation>,
}

/// What to do about a factor.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Remediation {
    /// In words.
    #[serde(deserialize_with = "text")]
    pub description: Option<String>,
    /// Where it is described.
    #[serde(deserialize_with = "text")]
    pub url: Option<String>,
}

/// An end user of `v2/enduser`. These rows can carry the id that deleting an end user wants.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct EndUserV2 {
    /// The id that deleting wants. Opaque: the guide's own samples are no uuids. That these rows carry it is inferred: Banyan's own
    /// client does not read it.
    #[serde(default, deserialize_with = "text")]
    pub id: Option<String>,
    /// The e-mail address.
    #[serde(deserialize_with = "id")]
    pub email: UserId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// When the user was invited, in nanoseconds.
    #[serde(default)]
    pub invited_at: Option<Time>,
    /// When the user was first known, in nanoseconds.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// When the user last signed in, in nanoseconds; zero for never.
    #[serde(default)]
    pub last_login: Option<Time>,
    /// The status.
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    /// The roles.
    #[serde(default, deserialize_with = "list")]
    pub security_roles: Vec<String>,
}

impl Record for EndUserV2 {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(
            hasher,
            &[self.id.as_deref().unwrap_or_default(), self.email.as_str()],
        );
    }
}

/// A device of `v2/devices`.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct DeviceV2 {
    /// The id, a uuid.
    #[serde(deserialize_with = "id")]
    pub id: DeviceId,
    /// The name to show.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// The serial number.
    #[serde(default, deserialize_with = "text")]
    pub serial_number: Option<String>,
    /// Whose device it is.
    #[serde(default, deserialize_with = "text")]
    pub ownership: Option<String>,
    /// The operating system family.
    #[serde(default, deserialize_with = "text")]
    pub platform: Option<String>,
    /// The model.
    #[serde(default, deserialize_with = "text")]
    pub model: Option<String>,
    /// The operating system and its version.
    #[serde(default, deserialize_with = "text")]
    pub os: Option<String>,
    /// The processor architecture.
    #[serde(default, deserialize_with = "text")]
    pub architecture: Option<String>,
    /// The version of Banyan's app.
    #[serde(default, deserialize_with = "text")]
    pub app_version: Option<String>,
    /// Whether the device is banned: here a real boolean.
    #[serde(default)]
    pub banned: Option<Flag>,
    /// Whether a device manager knows the device.
    #[serde(default)]
    pub mdm_present: Option<Flag>,
    /// Which device manager.
    #[serde(default, deserialize_with = "text")]
    pub mdm_vendor_name: Option<String>,
    /// The level of trust.
    #[serde(default)]
    pub trust_level: Option<Level>,
    /// Whether the device reports.
    #[serde(default, deserialize_with = "text")]
    pub trust_status: Option<String>,
    /// The profile that trust is worked out by.
    #[serde(default, deserialize_with = "text")]
    pub trust_profile_display_name: Option<String>,
    /// The profile that threats are worked out by.
    #[serde(default, deserialize_with = "text")]
    pub threat_profile_display_name: Option<String>,
    /// When the device was first known, in nanoseconds.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// When a user last signed in on it, in nanoseconds.
    #[serde(default)]
    pub last_login: Option<Time>,
}

impl Record for DeviceV2 {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.id.as_str()]);
    }
}

impl Level {
    /// The word as a JSON value.
    pub(crate) fn to_value(&self) -> Value {
        Value::from(self.as_str())
    }
}
