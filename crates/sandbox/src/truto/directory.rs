//! A user of the directory behind Truto: the unified row, and the row as the provider wrote it.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Row;

#[derive(Clone, Debug)]
pub(crate) struct DirectoryUser {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) name: Option<String>,
    pub(crate) username: String,
    pub(crate) title: Option<&'static str>,
    pub(crate) department: &'static str,
    pub(crate) emails: Vec<Email>,
    pub(crate) phone: Option<String>,
    /// As the unified model has it, or as the provider has it where nothing fits.
    pub(crate) status: Value,
    pub(crate) remote_status: &'static str,
    pub(crate) user_type: &'static str,
    pub(crate) verified: Value,
    pub(crate) second_factor: Option<bool>,
    /// Numbers of groups.
    pub(crate) groups: Vec<usize>,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) timezone: Option<&'static str>,
    pub(crate) languages: Vec<&'static str>,
    pub(crate) created_at: Value,
    pub(crate) updated_at: Value,
    /// `None`: the member is absent. It can be `null` too.
    pub(crate) last_login_at: Option<Value>,
    pub(crate) activated_at: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Email {
    pub(crate) email: String,
    pub(crate) kind: Option<Cow<'static, str>>,
    pub(crate) primary: Option<bool>,
}

impl Email {
    /// An address that somebody has for work or at home.
    pub(super) fn new(email: String, kind: &'static str, primary: bool) -> Self {
        Self {
            email,
            kind: Some(kind.into()),
            primary: Some(primary),
        }
    }

    pub(super) fn row(&self) -> Value {
        let mut row = Row::new();
        row.insert("email".to_owned(), json!(self.email));
        if let Some(kind) = &self.kind {
            row.insert("type".to_owned(), json!(kind));
        }
        if let Some(primary) = self.primary {
            row.insert("is_primary".to_owned(), json!(primary));
        }
        Value::Object(row)
    }
}

/// The one organisation of the provider.
pub(super) fn organization() -> Value {
    json!({"id": "org-1", "name": "Example Corporation"})
}

impl DirectoryUser {
    fn group_rows(&self) -> Vec<Value> {
        self.groups
            .iter()
            .map(|number| json!({"id": format!("00g{number:017}"), "name": group_name(*number), "organization": "org-1"}))
            .collect()
    }

    /// Every member that the user has. What it has not is absent, or `null`, as it falls.
    pub(super) fn row(&self) -> Row {
        let mut row = Row::new();
        let mut put = |name: &str, value: Value| {
            row.insert(name.to_owned(), value);
        };
        put("id", json!(self.id));
        put("first_name", json!(self.first_name));
        put("last_name", json!(self.last_name));
        put("name", json!(self.name));
        put("username", json!(self.username));
        put("emails", self.emails.iter().map(Email::row).collect());
        put("status", self.status.clone());
        put("user_type", json!(self.user_type));
        put("is_email_verified", self.verified.clone());
        put("groups", Value::Array(self.group_rows()));
        put(
            "roles",
            self.roles
                .iter()
                .map(|role| json!({"id": format!("role-{role}"), "name": role}))
                .collect(),
        );
        put("organizations", json!([organization()]));
        put("created_at", self.created_at.clone());
        put("updated_at", self.updated_at.clone());
        put("title", json!(self.title));
        if let Some(external_id) = &self.external_id {
            put("external_id", json!(external_id));
        }
        if let Some(phone) = &self.phone {
            put(
                "phones",
                json!([{"number": phone, "type": "mobile", "extension": null}]),
            );
        }
        if let Some(second_factor) = self.second_factor {
            put("is_2fa_enabled", json!(second_factor));
        }
        if let Some(timezone) = self.timezone {
            put("timezone", json!(timezone));
            put("languages", json!(self.languages));
            put("workspaces", json!([{"id": "ws-1", "name": "Main"}]));
        }
        if let Some(last_login_at) = &self.last_login_at {
            put("last_login_at", last_login_at.clone());
            put("last_active_at", last_login_at.clone());
        }
        if let Some(activated_at) = &self.activated_at {
            put("activated_at", activated_at.clone());
        }
        row
    }

    pub(super) fn remote(&self) -> Value {
        let address = self.emails.first().map(|email| email.email.as_str());
        json!({
            "id": self.id,
            "status": self.remote_status,
            "created": self.created_at,
            "lastUpdated": self.updated_at,
            "lastLogin": self.last_login_at,
            "profile": {
                "login": self.username,
                "email": address,
                "firstName": self.first_name,
                "lastName": self.last_name,
                "department": self.department,
                "title": self.title,
            },
        })
    }
}

/// The first groups are the departments; then come the teams.
pub(super) fn group_name(number: usize) -> String {
    const LARGE: &[&str] = &[
        "Everyone",
        "Engineering",
        "Sales",
        "Finance",
        "People",
        "IT Operations",
        "Legal",
    ];
    LARGE
        .get(number)
        .map_or_else(|| format!("Team {number}"), |name| (*name).to_owned())
}
