//! *naive*: what somebody would write who needs one list today. Page after page with `reqwest`, the documented members in
//! plain types, unknown members lost, no retry.
#![expect(dead_code, reason = "rows are read and dropped, as for all contestants")]

use std::collections::HashMap;

use reqwest::Client;
use rollbook_sandbox::credentials::{
    BANYAN_KEY, TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN, TRUU_CLIENT_ID, TRUU_CLIENT_SECRET, TRUU_SCOPE,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Result;
use crate::lists::List;

/// Reads the list and gives the number of rows.
pub(crate) async fn read(client: &Client, base_url: &str, list: List) -> Result<u64> {
    let url = format!("{base_url}{}", list.path());
    match list {
        List::Truu => {
            let form = [
                ("grant_type", "client_credentials"),
                ("scope", TRUU_SCOPE),
                ("client_id", TRUU_CLIENT_ID),
                ("client_secret", TRUU_CLIENT_SECRET),
            ];
            let request = client.post(format!("{base_url}/oauth/token")).form(&form);
            let token: Token = request.send().await?.error_for_status()?.json().await?;
            let (mut rows, mut next) = (0, Some(1));
            while let Some(page) = next {
                let query = [("page", page.to_string())];
                let page: TruuPage = get(client, &url, &token.access_token, &query).await?;
                rows += page.results.len() as u64;
                next = page.next;
            }
            Ok(rows)
        }
        List::Banyan => {
            let (mut rows, mut total) = (0, u64::MAX);
            while rows < total {
                let query = [("skip", rows.to_string()), ("limit", "1000".to_owned())];
                let page: BanyanPage = get(client, &url, BANYAN_KEY, &query).await?;
                rows += page.devices.len() as u64;
                total = page.count;
            }
            Ok(rows)
        }
        List::Truto => {
            let (mut rows, mut cursor) = (0, None);
            loop {
                let mut query = vec![
                    ("integrated_account_id", TRUTO_INTEGRATED_ACCOUNT.to_owned()),
                    ("limit", "1000".to_owned()),
                ];
                query.extend(cursor.map(|cursor| ("next_cursor", cursor)));
                let page: TrutoPage = get(client, &url, TRUTO_TOKEN, &query).await?;
                rows += page.result.len() as u64;
                cursor = page.next_cursor;
                if cursor.is_none() {
                    return Ok(rows);
                }
            }
        }
    }
}

async fn get<T: DeserializeOwned>(
    client: &Client,
    url: &str,
    token: &str,
    query: &[(&str, String)],
) -> Result<T> {
    let request = client.get(url).query(query).bearer_auth(token);
    Ok(request.send().await?.error_for_status()?.json().await?)
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Deserialize)]
struct TruuPage {
    next: Option<u32>,
    results: Vec<TruuDevice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TruuDevice {
    device_id: String,
    device_name: Option<String>,
    app_version: Option<String>,
    sdk_version: Option<String>,
    last_heard_from: Option<i64>,
    software_identifier: Option<String>,
    notification_id: Option<String>,
    app_id: Option<String>,
    r#type: Option<String>,
    active: Option<bool>,
    created: Option<String>,
    user: Option<TruuUser>,
    domain: Option<HashMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TruuUser {
    tuid: Option<String>,
    guid: Option<String>,
    display_name: Option<String>,
    user_principal: Option<String>,
    email: Option<String>,
    last_synced: Option<String>,
    created: Option<String>,
}

#[derive(Deserialize)]
struct BanyanPage {
    count: u64,
    devices: Vec<BanyanDevice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BanyanDevice {
    #[serde(rename = "DeviceID")]
    device_id: Option<String>,
    serial_number: Option<String>,
    device_friendly_name: Option<String>,
    emails: Option<Vec<String>>,
    last_login: Option<i64>,
    login_count: Option<i64>,
    created_at: Option<i64>,
    ownership: Option<String>,
    platform: Option<String>,
    model: Option<String>,
    architecture: Option<String>,
    registered_status: Option<String>,
    mdm_data: Option<MdmData>,
    #[serde(rename = "trust")]
    trust: Option<Trust>,
    trust_data: Option<TrustData>,
    roles: Option<Vec<String>>,
    banned: Option<String>,
    #[serde(rename = "OS")]
    os: Option<String>,
    app_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MdmData {
    timestamp: Option<i64>,
    source: Option<String>,
    compromised_status: Option<String>,
    compliant_status: Option<String>,
}

#[derive(Deserialize)]
struct Trust {
    value: Option<i64>,
    level: Option<String>,
    status: Option<String>,
    last_evaluated: Option<LastEvaluated>,
    expired_at: Option<i64>,
    factors: Option<Vec<TrustFactor>>,
}

#[derive(Deserialize)]
struct LastEvaluated {
    last_evaluated_at: Option<i64>,
    last_evaluated_value: Option<i64>,
    last_evaluated_level: Option<String>,
    last_evaluated_factors: Option<Vec<TrustFactor>>,
}

#[derive(Deserialize)]
struct TrustFactor {
    name: Option<String>,
    value: Option<String>,
    r#type: Option<String>,
    source: Option<String>,
    description: Option<String>,
    remediation: Option<Remediation>,
}

#[derive(Deserialize)]
struct Remediation {
    description: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TrustData {
    #[serde(rename = "EntityTrustscore")]
    entity_trust_score: Option<i64>,
    #[serde(rename = "OverrideTrustscore")]
    override_trust_score: Option<i64>,
    #[serde(rename = "AccessTrustscore")]
    access_trust_score: Option<i64>,
    override_active: Option<String>,
    level: Option<String>,
    updated_at: Option<i64>,
    factors: Option<Vec<Factor>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Factor {
    name: Option<String>,
    value: Option<String>,
    r#type: Option<String>,
    source: Option<String>,
    description: Option<String>,
    remediation_description: Option<String>,
    #[serde(rename = "RemediationURL")]
    remediation_url: Option<String>,
}

#[derive(Deserialize)]
struct TrutoPage {
    next_cursor: Option<String>,
    result: Vec<TrutoUser>,
}

#[derive(Deserialize)]
struct TrutoUser {
    id: String,
    external_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    name: Option<String>,
    username: Option<String>,
    title: Option<String>,
    emails: Option<Vec<Email>>,
    phones: Option<Vec<Phone>>,
    status: Option<String>,
    /// Some providers write it as a text.
    is_email_verified: Option<serde_json::Value>,
    is_2fa_enabled: Option<bool>,
    roles: Option<Vec<Named>>,
    organizations: Option<Vec<Named>>,
    user_type: Option<String>,
    licenses: Option<Vec<Named>>,
    groups: Option<Vec<Group>>,
    workspaces: Option<Vec<Named>>,
    timezone: Option<String>,
    languages: Option<Vec<String>>,
    created_at: Option<String>,
    updated_at: Option<String>,
    last_login_at: Option<String>,
    last_active_at: Option<String>,
    activated_at: Option<String>,
}

#[derive(Deserialize)]
struct Email {
    email: Option<String>,
    r#type: Option<String>,
    is_primary: Option<bool>,
}

#[derive(Deserialize)]
struct Phone {
    number: Option<String>,
    r#type: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Group {
    id: Option<String>,
    name: Option<String>,
    organization: Option<String>,
}
