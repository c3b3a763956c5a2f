//! v1: capitalised members, nanoseconds, truth values as text.

use rollbook_transport::Response;
use serde::Serialize;

use super::errors::Refusal;
use super::list::{Key, Window, holds, same, sort};
use super::trust::{NewerTrust, TrustData, spelled};
use super::{Banyan, Device, EndUser, OK};
use crate::call::Call;
use crate::reply::{self, Rows};
use crate::sandbox::Core;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow<'a> {
    name: &'a str,
    email: &'a str,
    groups: &'a str,
    last_login: i64,
    login_count: i64,
    created_at: i64,
    /// Absent, not empty, for a user without devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    serial_numbers: Vec<&'a str>,
    trust_data: TrustData<'a>,
    roles: Option<&'a [&'static str]>,
}

impl<'a> UserRow<'a> {
    fn of(banyan: &'a Banyan, user: &'a EndUser) -> Self {
        Self {
            name: &user.name,
            email: &user.email,
            groups: &user.groups,
            last_login: user.last_login,
            login_count: user.login_count,
            created_at: user.created,
            serial_numbers: user
                .devices
                .iter()
                .map(|device| banyan.devices[*device].serial.as_str())
                .collect(),
            trust_data: user.trust.data(),
            roles: user.roles.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceRow<'a> {
    #[serde(rename = "DeviceID")]
    device_id: Option<&'a str>,
    serial_number: &'a str,
    device_friendly_name: &'a str,
    emails: Vec<&'a str>,
    last_login: i64,
    login_count: i64,
    created_at: i64,
    ownership: &'a str,
    platform: &'a str,
    model: &'a str,
    architecture: &'a str,
    registered_status: &'a str,
    mdm_data: MdmRow<'a>,
    #[serde(rename = "trust", skip_serializing_if = "Option::is_none")]
    newer_trust: Option<NewerTrust>,
    trust_data: TrustData<'a>,
    roles: Option<Vec<&'static str>>,
    banned: &'a str,
    #[serde(rename = "OS")]
    os: &'a str,
    app_version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MdmRow<'a> {
    timestamp: i64,
    source: &'a str,
    compromised_status: &'a str,
    compliant_status: &'a str,
}

impl<'a> DeviceRow<'a> {
    fn of(banyan: &'a Banyan, device: &'a Device) -> Self {
        let roles = device
            .users
            .first()
            .and_then(|user| banyan.users[*user].roles.clone());
        Self {
            device_id: device.id_in_v1.then_some(device.id.as_str()),
            serial_number: &device.serial,
            device_friendly_name: &device.name,
            emails: device
                .users
                .iter()
                .map(|user| banyan.users[*user].email.as_str())
                .collect(),
            last_login: device.last_login,
            login_count: device.login_count,
            created_at: device.created,
            ownership: &device.ownership,
            platform: &device.platform,
            model: &device.model,
            architecture: &device.architecture,
            registered_status: spelled(device.registered),
            mdm_data: MdmRow {
                timestamp: device.mdm.timestamp,
                source: device.mdm.source,
                compromised_status: device.mdm.compromised,
                compliant_status: device.mdm.compliant,
            },
            newer_trust: device.newer_trust.then(|| device.trust.newer()),
            trust_data: device.trust.data(),
            roles,
            banned: spelled(device.banned),
            os: &device.os,
            app_version: device.app_version,
        }
    }
}

#[derive(Serialize)]
struct UserPage<T> {
    endusers: T,
    count: usize,
}

#[derive(Serialize)]
struct DevicePage<T> {
    devices: T,
    count: usize,
}

pub(super) fn users(core: &Core, banyan: &Banyan, call: &Call<'_>) -> Result<Response, Refusal> {
    let query = &call.query;
    let email = query.last_ignoring_case("email");
    let name = query.last_ignoring_case("name");
    let serial = query.last_ignoring_case("serialnumber");
    let mut matched: Vec<&EndUser> = banyan
        .active_users()
        .filter(|user| same(email, &user.email) && holds(name, &user.name))
        .filter(|user| {
            serial.is_none_or(|serial| {
                user.devices
                    .iter()
                    .any(|device| banyan.devices[*device].serial == serial)
            })
        })
        .collect();
    let keys: [(&str, Key<EndUser>); 2] = [("name", |user| &user.name), ("email", |user| &user.email)];
    sort(query, &keys, &mut matched)?;
    let row = |user| UserRow::of(banyan, user);
    Ok(
        match Window::of(query, call.page_cap(core.config.banyan_page_cap))? {
            None => reply::json(OK, &Rows(matched.iter().copied().map(row))),
            Some(window) => {
                let page = UserPage {
                    endusers: Rows(window.cut(&matched).iter().copied().map(row)),
                    count: matched.len(),
                };
                reply::json(OK, &page)
            }
        },
    )
}

pub(super) fn devices(core: &Core, banyan: &Banyan, call: &Call<'_>) -> Result<Response, Refusal> {
    let query = &call.query;
    let email = query.last_ignoring_case("email");
    let serial = query.last_ignoring_case("serialnumber");
    let model = query.last_ignoring_case("model");
    let name = query.last_ignoring_case("devicefriendlyname");
    let mut matched: Vec<&Device> = banyan
        .active_devices()
        .filter(|device| serial.is_none_or(|serial| device.serial == serial))
        .filter(|device| holds(model, &device.model) && holds(name, &device.name))
        .filter(|device| {
            email.is_none()
                || device
                    .users
                    .iter()
                    .any(|user| same(email, &banyan.users[*user].email))
        })
        .collect();
    let keys: [(&str, Key<Device>); 3] = [
        ("serialnumber", |device| &device.serial),
        ("devicefriendlyname", |device| &device.name),
        ("model", |device| &device.model),
    ];
    sort(query, &keys, &mut matched)?;
    let row = |device| DeviceRow::of(banyan, device);
    Ok(
        match Window::of(query, call.page_cap(core.config.banyan_page_cap))? {
            None => reply::json(OK, &Rows(matched.iter().copied().map(row))),
            Some(window) => {
                let page = DevicePage {
                    devices: Rows(window.cut(&matched).iter().copied().map(row)),
                    count: matched.len(),
                };
                reply::json(OK, &page)
            }
        },
    )
}
