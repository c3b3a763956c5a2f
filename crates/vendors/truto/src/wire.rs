//! What Truto sends in its unified form, in Truto's words (Truto API reference, "User Directory" and "MDM").
//!
//! Truto's schema is not enforced: what a provider does not map is absent or raw. Every member but the id is optional, and
//! every enum is open.

use std::fmt;
use std::hash::Hasher;

use rollbook_model::{DeviceId, NativeRow, UserId};
use rollbook_vendor_kit::lenient::{id, list, text};
use rollbook_vendor_kit::{Flag, NoUnit, Record, WireTime, identify, open_enum};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A time of Truto: ISO 8601 text.
pub type Time = WireTime<NoUnit>;

/// The envelope of a list whose rows come as an array.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "R: Default + Deserialize<'de>"))]
#[non_exhaustive]
pub struct Envelope<'a, R> {
    /// The rows: an array, or an object when `truto_key_by` was asked for. Null is none.
    #[serde(deserialize_with = "null_is_default")]
    pub result: R,
    /// The cursor of the next page; null, absent or blank at the end.
    #[serde(default, deserialize_with = "text")]
    pub next_cursor: Option<String>,
    /// The cursor of the page before.
    #[serde(default, deserialize_with = "text")]
    pub prev_cursor: Option<String>,
    /// How many rows the reply has.
    #[serde(default, borrow)]
    pub result_count: Option<&'a RawValue>,
    /// Whether the rows are only a part of what they should be.
    #[serde(default)]
    pub is_partial_response: Option<Flag>,
}

impl<R> Envelope<'_, R> {
    /// Whether rows may be missing: also by a word that is neither yes nor no.
    pub(crate) fn is_partial(&self) -> bool {
        matches!(self.is_partial_response, Some(Flag::True | Flag::Other(_)))
    }
}

fn null_is_default<'de, D: Deserializer<'de>, R: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<R, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

open_enum! {
    /// Whether an account may be used. Where Truto has no mapping, the provider's own word comes through.
    UserStatus {
        /// May be used.
        Active = "active",
        /// Switched off.
        Inactive = "inactive",
        /// Removed, but still listed.
        Deleted = "deleted",
        /// Asked to join, not there yet.
        Invited = "invited",
    }
}

/// A user of `user-directory/users`.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: UserId,
    /// The id in the provider's SCIM API.
    #[serde(default, deserialize_with = "text")]
    pub external_id: Option<String>,
    /// Further identifiers, as they came.
    #[serde(default)]
    pub identifiers: Option<NativeRow>,
    /// The first name.
    #[serde(default, deserialize_with = "text")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "text")]
    pub last_name: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// What the user signs in with.
    #[serde(default, deserialize_with = "text")]
    pub username: Option<String>,
    /// The title.
    #[serde(default, deserialize_with = "text")]
    pub title: Option<String>,
    /// The e-mail addresses.
    #[serde(default, deserialize_with = "list")]
    pub emails: Vec<Email>,
    /// The phones.
    #[serde(default, deserialize_with = "list")]
    pub phones: Vec<Phone>,
    /// The status.
    #[serde(default)]
    pub status: Option<UserStatus>,
    /// Whether the e-mail address was verified.
    #[serde(default)]
    pub is_email_verified: Option<Flag>,
    /// Whether a second factor is on.
    #[serde(default)]
    pub is_2fa_enabled: Option<Flag>,
    /// The roles.
    #[serde(default, deserialize_with = "list")]
    pub roles: Vec<Role>,
    /// The organizations.
    #[serde(default, deserialize_with = "list")]
    pub organizations: Vec<Named>,
    /// The type of user.
    #[serde(default, deserialize_with = "text")]
    pub user_type: Option<String>,
    /// The licenses.
    #[serde(default, deserialize_with = "list")]
    pub licenses: Vec<License>,
    /// The groups.
    #[serde(default, deserialize_with = "list")]
    pub groups: Vec<Group>,
    /// The workspaces.
    #[serde(default, deserialize_with = "list")]
    pub workspaces: Vec<Named>,
    /// The address of a picture. The name of this member is inferred from the reference's order.
    #[serde(default, deserialize_with = "text")]
    pub avatar: Option<String>,
    /// The time zone. The name of this member is inferred from the reference's order.
    #[serde(default, deserialize_with = "text")]
    pub timezone: Option<String>,
    /// The languages, as they came. The name of this member is inferred from the reference's order.
    #[serde(default)]
    pub languages: Option<NativeRow>,
    /// What the user says of themselves. The name of this member is inferred from the reference's order.
    #[serde(default, deserialize_with = "text")]
    pub bio: Option<String>,
    /// Addresses of the user's pages.
    #[serde(default, deserialize_with = "list")]
    pub urls: Vec<Url>,
    /// When the user was created.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// When the user was last changed.
    #[serde(default)]
    pub updated_at: Option<Time>,
    /// When the user last signed in.
    #[serde(default)]
    pub last_login_at: Option<Time>,
    /// When the user was last active.
    #[serde(default)]
    pub last_active_at: Option<Time>,
    /// When the user was activated. The name of this member is inferred from the reference's order.
    #[serde(default)]
    pub activated_at: Option<Time>,
    /// When the status last changed. The name of this member is inferred from the reference's order, and so is the other one.
    #[serde(default)]
    pub status_updated_at: Option<Time>,
    /// When the status last changed, by the other name that this member can have.
    #[serde(default)]
    pub status_changed_at: Option<Time>,
    /// What the provider answered, as it came.
    #[serde(default)]
    pub remote_data: Option<NativeRow>,
}

impl User {
    /// When the status last changed, by whichever name a row says it: `status_updated_at` where it says both.
    pub fn status_changed(&self) -> Option<&Time> {
        self.status_updated_at
            .as_ref()
            .or(self.status_changed_at.as_ref())
    }
}

impl Record for User {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.id.as_str()]);
    }
}

/// An e-mail address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Email {
    /// The address.
    #[serde(deserialize_with = "text")]
    pub email: Option<String>,
    /// What kind of address it is.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
    /// Whether it is the main one.
    pub is_primary: Option<Flag>,
}

/// A phone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Phone {
    /// The number.
    #[serde(deserialize_with = "text")]
    pub number: Option<String>,
    /// The extension.
    #[serde(deserialize_with = "text")]
    pub extension: Option<String>,
    /// What kind of phone it is.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
}

/// A role. The last three say the role within a group, organization or workspace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Role {
    /// The role's id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The role's name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The role in a group.
    #[serde(deserialize_with = "text")]
    pub group: Option<String>,
    /// The role in an organization.
    #[serde(deserialize_with = "text")]
    pub organization: Option<String>,
    /// The role in a workspace.
    #[serde(deserialize_with = "text")]
    pub workspace: Option<String>,
}

/// Something with an id and a name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Named {
    /// The id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
}

/// A license, or a product that the user has access to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct License {
    /// The id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The id of the organization that the license belongs to.
    #[serde(deserialize_with = "text")]
    pub organization: Option<String>,
    /// When the user last used the license.
    pub last_active_at: Option<Time>,
}

/// A group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Group {
    /// The id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The id of the organization that the group belongs to.
    #[serde(deserialize_with = "text")]
    pub organization: Option<String>,
}

/// The address of a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Url {
    /// The address.
    #[serde(deserialize_with = "text")]
    pub url: Option<String>,
    /// What kind of page it is.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
}

/// A user of `mdm/users`.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct MdmUser {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: UserId,
    /// The name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// The first name.
    #[serde(default, deserialize_with = "text")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "text")]
    pub last_name: Option<String>,
    /// The e-mail addresses.
    #[serde(default, deserialize_with = "list")]
    pub emails: Vec<Email>,
    /// The organization.
    #[serde(default)]
    pub organization: Option<Named>,
    /// Whether the user is active.
    #[serde(default)]
    pub is_active: Option<Flag>,
    /// The address of a picture.
    #[serde(default, deserialize_with = "text")]
    pub avatar: Option<String>,
    /// When the user was created.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// When the user was last changed.
    #[serde(default)]
    pub updated_at: Option<Time>,
    /// What the provider answered, as it came.
    #[serde(default)]
    pub remote_data: Option<NativeRow>,
}

impl Record for MdmUser {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.id.as_str()]);
    }
}

/// A device of `mdm/devices`. The reference that these members are from is cut short: further members are in the row.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct MdmDevice {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: DeviceId,
    /// The name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// The host name.
    #[serde(default, deserialize_with = "text")]
    pub hostname: Option<String>,
    /// The DNS name.
    #[serde(default, deserialize_with = "text")]
    pub dns_name: Option<String>,
    /// The NetBIOS name.
    #[serde(default, deserialize_with = "text")]
    pub netbios_name: Option<String>,
    /// The kind of device: workstation, server, mobile, tablet, laptop, desktop, virtual_machine, other.
    #[serde(rename = "type", default, deserialize_with = "text")]
    pub kind: Option<String>,
    /// Whether the device is the company's.
    #[serde(default)]
    pub is_corporate_owned: Option<Flag>,
    /// The operating system family: windows, macos, linux, ios, ipados, android, chromeos, unknown.
    #[serde(default, deserialize_with = "text")]
    pub platform: Option<String>,
    /// The model.
    #[serde(default, deserialize_with = "text")]
    pub model: Option<String>,
    /// The maker.
    #[serde(default, deserialize_with = "text")]
    pub manufacturer: Option<String>,
    /// The serial number.
    #[serde(default, deserialize_with = "text")]
    pub serial_number: Option<String>,
    /// The tag that the company put on it.
    #[serde(default, deserialize_with = "text")]
    pub asset_tag: Option<String>,
    /// The operating system.
    #[serde(default, deserialize_with = "text")]
    pub os_name: Option<String>,
    /// The version of the operating system.
    #[serde(default, deserialize_with = "text")]
    pub os_version: Option<String>,
    /// The build of the operating system.
    #[serde(default, deserialize_with = "text")]
    pub os_build: Option<String>,
    /// More of the version of the operating system.
    #[serde(default, deserialize_with = "text")]
    pub os_version_extra: Option<String>,
    /// The tags.
    #[serde(default, deserialize_with = "list")]
    pub tags: Vec<Named>,
    /// The owner.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// The policy.
    #[serde(default)]
    pub policy: Option<Named>,
    /// The organization.
    #[serde(default)]
    pub organization: Option<Named>,
    /// What the provider answered, as it came.
    #[serde(default)]
    pub remote_data: Option<NativeRow>,
}

impl Record for MdmDevice {
    fn identity(&self, _: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[self.id.as_str()]);
    }
}

/// The owner of a device.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct Owner {
    /// The id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The e-mail addresses.
    #[serde(deserialize_with = "list")]
    pub emails: Vec<Email>,
}

/// Providers' objects whose one important member can also stand for the whole: `roles: ["admin"]` instead of
/// `roles: [{"name": "admin"}]`. Truto's schema is not enforced, and no row should be lost for that.
macro_rules! text_or_object {
    ($($name:ident.$member:ident)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextOrObject;

                impl<'de> Visitor<'de> for TextOrObject {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object or a text")
                    }

                    fn visit_str<E>(self, text: &str) -> Result<$name, E> {
                        Ok($name { $member: Some(text.to_owned()), ..$name::default() })
                    }

                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        // What `#[serde(remote = "Self")]` derives.
                        $name::deserialize(MapAccessDeserializer::new(map))
                    }
                }

                deserializer.deserialize_any(TextOrObject)
            }
        }
    )*};
}

text_or_object! { Email.email Phone.number Role.name Named.name License.name Group.name Url.url Owner.name }
