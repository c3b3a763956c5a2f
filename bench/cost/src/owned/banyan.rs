use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Users {
    pub endusers: Vec<User>,
    pub count: i64,
}

#[derive(Debug, Deserialize)]
pub struct Devices {
    pub devices: Vec<Device>,
    pub count: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    pub email: String,
    pub name: Option<String>,
    pub groups: Option<String>,
    pub last_login: Option<i64>,
    pub login_count: Option<i64>,
    pub serial_numbers: Option<Vec<String>>,
    pub trust_data: Option<TrustData>,
    pub roles: Option<Vec<String>>,
    pub created_at: Option<i64>,
    #[serde(rename = "is_deleted")]
    pub is_deleted: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TrustData {
    #[serde(rename = "EntityTrustscore")]
    pub entity_trust_score: Option<i64>,
    #[serde(rename = "OverrideTrustscore")]
    pub override_trust_score: Option<i64>,
    #[serde(rename = "AccessTrustscore")]
    pub access_trust_score: Option<i64>,
    pub override_active: Option<String>,
    pub level: Option<String>,
    pub updated_at: Option<i64>,
    pub factors: Option<Vec<Factor>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Factor {
    pub name: Option<String>,
    pub value: Option<String>,
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    pub source: Option<String>,
    pub description: Option<String>,
    pub remediation_description: Option<String>,
    #[serde(rename = "RemediationURL")]
    pub remediation_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Device {
    #[serde(rename = "DeviceID")]
    pub device_id: Option<String>,
    pub serial_number: Option<String>,
    pub device_friendly_name: Option<String>,
    pub emails: Option<Vec<String>>,
    pub last_login: Option<i64>,
    pub login_count: Option<i64>,
    pub ownership: Option<String>,
    pub platform: Option<String>,
    pub model: Option<String>,
    pub architecture: Option<String>,
    pub registered_status: Option<String>,
    pub mdm_data: Option<MdmData>,
    #[serde(rename = "trust")]
    pub trust: Option<DeviceTrust>,
    pub trust_data: Option<TrustData>,
    pub roles: Option<Vec<String>>,
    pub banned: Option<String>,
    #[serde(rename = "OS")]
    pub os: Option<String>,
    pub app_version: Option<String>,
    pub created_at: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MdmData {
    pub timestamp: Option<i64>,
    pub source: Option<String>,
    pub compromised_status: Option<String>,
    pub compliant_status: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct DeviceTrust {
    pub value: Option<i64>,
    pub level: Option<String>,
    pub status: Option<String>,
    pub last_evaluated: Option<LastEvaluated>,
    pub expired_at: Option<i64>,
    pub factors: Option<Vec<TrustFactor>>,
}

#[derive(Debug, Deserialize)]
pub struct LastEvaluated {
    #[serde(rename = "last_evaluated_at")]
    pub at: Option<i64>,
    #[serde(rename = "last_evaluated_value")]
    pub value: Option<i64>,
    #[serde(rename = "last_evaluated_level")]
    pub level: Option<String>,
    #[serde(rename = "last_evaluated_factors")]
    pub factors: Option<Vec<TrustFactor>>,
}

#[derive(Debug, Deserialize)]
pub struct TrustFactor {
    pub name: Option<String>,
    pub value: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub source: Option<String>,
    pub description: Option<String>,
    pub remediation: Option<Remediation>,
}

#[derive(Debug, Deserialize)]
pub struct Remediation {
    pub description: Option<String>,
    pub url: Option<String>,
}
