//! A user of the directory behind Truto: the unified row, and the row as the provider wrote it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};

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

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Email {
    pub(crate) email: String,
    #[serde(rename = "is_primary", skip_serializing_if = "Option::is_none")]
    pub(crate) primary: Option<bool>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<Cow<'static, str>>,
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
}

/// What is known by an id and a name.
#[derive(Serialize)]
pub(super) struct Named {
    id: Cow<'static, str>,
    name: Cow<'static, str>,
}

impl Named {
    pub(super) const fn new(id: &'static str, name: &'static str) -> Self {
        Self {
            id: Cow::Borrowed(id),
            name: Cow::Borrowed(name),
        }
    }
}

/// The one organisation of the provider.
pub(super) const ORGANIZATION: Named = Named::new("org-1", "Example Corporation");

#[derive(Serialize)]
struct Group {
    id: String,
    name: String,
    organization: &'static str,
}

#[derive(Serialize)]
struct Phone<'a> {
    extension: (),
    number: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Every member that the user has, in the order of the names. What it has not is absent, or `null`, as it falls.
#[derive(Serialize)]
pub(super) struct UserRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_at: Option<&'a Value>,
    created_at: &'a Value,
    emails: &'a [Email],
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    first_name: &'a str,
    groups: Vec<Group>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_2fa_enabled: Option<bool>,
    is_email_verified: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<&'a [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_active_at: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login_at: Option<&'a Value>,
    last_name: &'a str,
    name: Option<&'a str>,
    organizations: [Named; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    phones: Option<[Phone<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_data: Option<Value>,
    roles: Vec<Named>,
    status: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'static str>,
    title: Option<&'static str>,
    updated_at: &'a Value,
    user_type: &'static str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspaces: Option<[Named; 1]>,
}

impl DirectoryUser {
    /// The unified row, and in it what the provider said, if that is asked for.
    pub(super) fn row(&self, remote_data: bool) -> UserRow<'_> {
        let groups = self.groups.iter().map(|number| Group {
            id: format!("00g{number:017}"),
            name: group_name(*number),
            organization: "org-1",
        });
        let roles = self.roles.iter().map(|role| Named {
            id: format!("role-{role}").into(),
            name: (*role).into(),
        });
        let phone = |number| Phone {
            extension: (),
            number,
            kind: "mobile",
        };
        UserRow {
            activated_at: self.activated_at.as_ref(),
            created_at: &self.created_at,
            emails: &self.emails,
            external_id: self.external_id.as_deref(),
            first_name: &self.first_name,
            groups: groups.collect(),
            id: &self.id,
            is_2fa_enabled: self.second_factor,
            is_email_verified: &self.verified,
            languages: self.timezone.map(|_| self.languages.as_slice()),
            last_active_at: self.last_login_at.as_ref(),
            last_login_at: self.last_login_at.as_ref(),
            last_name: &self.last_name,
            name: self.name.as_deref(),
            organizations: [ORGANIZATION],
            phones: self.phone.as_deref().map(|number| [phone(number)]),
            remote_data: remote_data.then(|| self.remote()),
            roles: roles.collect(),
            status: &self.status,
            timezone: self.timezone,
            title: self.title,
            updated_at: &self.updated_at,
            user_type: self.user_type,
            username: &self.username,
            workspaces: self.timezone.map(|_| [Named::new("ws-1", "Main")]),
        }
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
