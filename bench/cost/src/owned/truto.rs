use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Page<T> {
    pub result: Vec<T>,
    pub next_cursor: Option<String>,
    pub prev_cursor: Option<String>,
    pub result_count: Option<i64>,
    pub is_partial_response: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub struct User {
    pub id: String,
    pub external_id: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub name: Option<String>,
    pub username: Option<String>,
    pub title: Option<String>,
    pub emails: Option<Vec<Email>>,
    pub phones: Option<Vec<Phone>>,
    pub status: Option<String>,
    pub is_email_verified: Option<bool>,
    pub is_2fa_enabled: Option<bool>,
    pub roles: Option<Vec<Role>>,
    pub organizations: Option<Vec<Named>>,
    pub user_type: Option<String>,
    pub licenses: Option<Vec<License>>,
    pub groups: Option<Vec<Group>>,
    pub workspaces: Option<Vec<Named>>,
    pub avatar: Option<String>,
    pub timezone: Option<String>,
    pub bio: Option<String>,
    pub urls: Option<Vec<Url>>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
    pub last_login_at: Option<String>,
    pub last_active_at: Option<String>,
    pub activated_at: Option<String>,
    pub status_updated_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Email {
    pub email: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub is_primary: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub struct Phone {
    pub number: Option<String>,
    pub extension: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Role {
    pub id: Option<String>,
    pub name: Option<String>,
    pub group: Option<String>,
    pub organization: Option<String>,
    pub workspace: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Named {
    pub id: Option<String>,
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct License {
    pub id: Option<String>,
    pub name: Option<String>,
    pub organization: Option<String>,
    pub last_active_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Group {
    pub id: Option<String>,
    pub name: Option<String>,
    pub organization: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Url {
    pub url: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Device {
    pub id: String,
    pub name: Option<String>,
    pub hostname: Option<String>,
    pub dns_name: Option<String>,
    pub netbios_name: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub is_corporate_owned: Option<bool>,
    pub platform: Option<String>,
    pub model: Option<String>,
    pub manufacturer: Option<String>,
    pub serial_number: Option<String>,
    pub asset_tag: Option<String>,
    pub os_name: Option<String>,
    pub os_version: Option<String>,
    pub os_build: Option<String>,
    pub os_version_extra: Option<String>,
    pub tags: Option<Vec<Named>>,
    pub owner: Option<Owner>,
    pub policy: Option<Named>,
    pub organization: Option<Named>,
}

#[derive(Debug, Deserialize)]
pub struct Owner {
    pub id: Option<String>,
    pub name: Option<String>,
    pub emails: Option<Vec<Email>>,
}
