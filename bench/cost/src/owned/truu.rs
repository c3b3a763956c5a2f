use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub page: i64,
    pub next: Option<i64>,
    pub previous: Option<i64>,
    #[serde(rename = "final")]
    pub last: i64,
    pub page_size: i64,
    pub count: i64,
    pub results: Vec<T>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub tuid: String,
    pub guid: Option<String>,
    pub display_name: Option<String>,
    pub user_principal: Option<String>,
    pub email: Option<String>,
    pub last_synced: Option<String>,
    pub created: Option<String>,
    pub domain: Option<Domain>,
}

#[derive(Debug, Deserialize)]
pub struct Domain {
    pub key: Option<String>,
    pub name: Option<String>,
    pub domain: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRef {
    pub tuid: Option<String>,
    pub guid: Option<String>,
    pub display_name: Option<String>,
    pub user_principal: Option<String>,
    pub email: Option<String>,
    pub last_synced: Option<String>,
    pub created: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub device_id: String,
    pub device_name: Option<String>,
    pub app_version: Option<String>,
    pub sdk_version: Option<String>,
    pub last_heard_from: Option<i64>,
    pub software_identifier: Option<String>,
    pub notification_id: Option<String>,
    pub app_id: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub active: Option<bool>,
    pub created: Option<String>,
    pub user: Option<UserRef>,
    pub domain: Option<Domain>,
}
