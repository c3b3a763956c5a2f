//! Users and devices of the MDM behind Truto.

use serde::Serialize;
use serde_json::{Value, json};

use super::Row;
use super::directory::{Email, Named, ORGANIZATION};

#[derive(Clone, Debug)]
pub(crate) struct MdmUser {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) first_name: Option<&'static str>,
    pub(crate) last_name: Option<&'static str>,
    pub(crate) emails: Vec<Email>,
    pub(crate) active: Option<bool>,
    pub(crate) created_at: String,
    pub(crate) updated_at: Option<String>,
    /// What the provider was told beyond the unified members.
    pub(crate) remote: Row,
}

#[derive(Serialize)]
pub(super) struct UserRow<'a> {
    created_at: &'a str,
    emails: &'a [Email],
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'static str>,
    id: &'a str,
    is_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'static str>,
    name: &'a str,
    organization: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_data: Option<Value>,
    updated_at: Option<&'a str>,
}

impl MdmUser {
    /// The id of the user with this number, counted from 0 over all that there ever were.
    pub(super) fn id_of(number: usize) -> String {
        (1001 + number * 3).to_string()
    }

    /// The unified row, and in it what the provider said, if that is asked for.
    pub(super) fn row(&self, remote_data: bool) -> UserRow<'_> {
        let names = self.first_name.zip(self.last_name);
        UserRow {
            created_at: &self.created_at,
            emails: &self.emails,
            first_name: names.map(|(first, _)| first),
            id: &self.id,
            is_active: self.active,
            last_name: names.map(|(_, last)| last),
            name: &self.name,
            organization: ORGANIZATION,
            remote_data: remote_data.then(|| self.remote()),
            updated_at: self.updated_at.as_deref(),
        }
    }

    /// The provider's own members stand before those that it was told.
    pub(super) fn remote(&self) -> Value {
        let address = self.emails.first().map(|email| email.email.as_str());
        let mut remote = self.remote.clone();
        for (name, value) in [
            ("id", json!(self.id.parse::<u64>().ok())),
            ("name", json!(self.name)),
            ("email_address", json!(address)),
        ] {
            remote.insert(name.to_owned(), value);
        }
        Value::Object(remote)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct MdmDevice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) hostname: String,
    pub(crate) kind: &'static str,
    pub(crate) platform: &'static str,
    pub(crate) corporate: Value,
    pub(crate) model: &'static str,
    pub(crate) manufacturer: &'static str,
    pub(crate) serial_number: Option<String>,
    pub(crate) asset_tag: Option<String>,
    pub(crate) os_name: &'static str,
    pub(crate) os_version: &'static str,
    pub(crate) os_build: &'static str,
    pub(crate) encrypted: Option<bool>,
    pub(crate) owner: Option<Owner>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    /// Seconds since 1970; 0 is never.
    pub(crate) last_check_in: i64,
}

/// The owner is copied into the row, as the provider keeps it: it may be spelled otherwise than the user.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

#[derive(Serialize)]
struct OwnerRow<'a> {
    emails: [OwnersEmail<'a>; 1],
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct OwnersEmail<'a> {
    email: &'a str,
}

#[derive(Serialize)]
pub(super) struct DeviceRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_tag: Option<&'a str>,
    created_at: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_encryption_enabled: Option<bool>,
    dns_name: String,
    hostname: &'a str,
    id: &'a str,
    is_corporate_owned: &'a Value,
    manufacturer: &'static str,
    model: &'static str,
    name: &'a str,
    organization: Named,
    os_build: &'static str,
    os_name: &'static str,
    os_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<OwnerRow<'a>>,
    platform: &'static str,
    policy: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_data: Option<Value>,
    serial_number: Option<&'a str>,
    tags: [Named; 1],
    #[serde(rename = "type")]
    kind: &'static str,
    updated_at: &'a str,
}

impl MdmDevice {
    /// The unified row, and in it what the provider said, if that is asked for.
    pub(super) fn row(&self, remote_data: bool) -> DeviceRow<'_> {
        let owner = self.owner.as_ref().map(|owner| OwnerRow {
            emails: [OwnersEmail { email: &owner.email }],
            id: &owner.id,
            name: &owner.name,
        });
        DeviceRow {
            asset_tag: self.asset_tag.as_deref(),
            created_at: &self.created_at,
            disk_encryption_enabled: self.encrypted,
            dns_name: format!("{}.corp.example.com", self.hostname),
            hostname: &self.hostname,
            id: &self.id,
            is_corporate_owned: &self.corporate,
            manufacturer: self.manufacturer,
            model: self.model,
            name: &self.name,
            organization: ORGANIZATION,
            os_build: self.os_build,
            os_name: self.os_name,
            os_version: self.os_version,
            owner,
            platform: self.platform,
            policy: Named::new("policy-1", "Baseline"),
            remote_data: remote_data.then(|| self.remote()),
            serial_number: self.serial_number.as_deref(),
            tags: [Named::new("tag-1", "managed")],
            kind: self.kind,
            updated_at: &self.updated_at,
        }
    }

    pub(super) fn remote(&self) -> Value {
        json!({
            "id": self.id,
            "general": {
                "name": self.name,
                "serial_number": self.serial_number,
                "last_contact_time_epoch": self.last_check_in * 1000,
            },
        })
    }
}
