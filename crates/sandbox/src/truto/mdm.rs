//! Users and devices of the MDM behind Truto.

use serde_json::{Value, json};

use super::Row;
use super::directory::{Email, organization};

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

impl MdmUser {
    /// The id of the user with this number, counted from 0 over all that there ever were.
    pub(super) fn id_of(number: usize) -> String {
        (1001 + number * 3).to_string()
    }

    pub(super) fn row(&self) -> Row {
        let mut row = Row::new();
        let mut put = |name: &str, value: Value| {
            row.insert(name.to_owned(), value);
        };
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("emails", self.emails.iter().map(Email::row).collect());
        put("organization", organization());
        put("created_at", json!(self.created_at));
        put("updated_at", json!(self.updated_at));
        put("is_active", json!(self.active));
        if let (Some(first), Some(last)) = (self.first_name, self.last_name) {
            put("first_name", json!(first));
            put("last_name", json!(last));
        }
        row
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

impl MdmDevice {
    pub(super) fn row(&self) -> Row {
        let mut row = Row::new();
        let mut put = |name: &str, value: Value| {
            row.insert(name.to_owned(), value);
        };
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("hostname", json!(self.hostname));
        put("dns_name", json!(format!("{}.corp.example.com", self.hostname)));
        put("type", json!(self.kind));
        put("platform", json!(self.platform));
        put("is_corporate_owned", self.corporate.clone());
        put("model", json!(self.model));
        put("manufacturer", json!(self.manufacturer));
        put("serial_number", json!(self.serial_number));
        put("os_name", json!(self.os_name));
        put("os_version", json!(self.os_version));
        put("os_build", json!(self.os_build));
        put("organization", organization());
        put("tags", json!([{"id": "tag-1", "name": "managed"}]));
        put("policy", json!({"id": "policy-1", "name": "Baseline"}));
        put("created_at", json!(self.created_at));
        put("updated_at", json!(self.updated_at));
        if let Some(asset_tag) = &self.asset_tag {
            put("asset_tag", json!(asset_tag));
        }
        if let Some(encrypted) = self.encrypted {
            put("disk_encryption_enabled", json!(encrypted));
        }
        if let Some(owner) = &self.owner {
            put(
                "owner",
                json!({"id": owner.id, "name": owner.name, "emails": [{"email": owner.email}]}),
            );
        }
        row
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
