//! The system API: enrolled users, devices, domain users.

use http::StatusCode;
use rollbook_transport::Response;
use serde::Serialize;

use super::page::page;
use super::{Device, Domain, Micros, Refusal, Truu, User, UserRow};
use crate::call::Call;
use crate::reply;

const USERS_ON_A_PAGE: usize = 100;
const DEVICES_ON_A_PAGE: usize = 25;

#[derive(Serialize)]
struct UserWithDomain<'a> {
    #[serde(flatten)]
    user: UserRow<'a>,
    domain: &'a Domain,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceRow<'a> {
    device_id: &'a str,
    device_name: &'a str,
    app_version: &'a str,
    sdk_version: &'a str,
    last_heard_from: i64,
    software_identifier: &'a str,
    notification_id: Option<&'a str>,
    app_id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    active: bool,
    created: Micros,
    user: UserRow<'a>,
    domain: &'a Domain,
}

impl<'a> DeviceRow<'a> {
    fn of(truu: &'a Truu, device: &'a Device) -> Self {
        Self {
            device_id: &device.id,
            device_name: &device.name,
            app_version: device.app_version,
            sdk_version: device.sdk_version,
            last_heard_from: device.last_heard,
            software_identifier: &device.software,
            notification_id: device.notification_id.as_deref(),
            app_id: device.app_id,
            kind: device.kind,
            active: device.active,
            created: device.created,
            user: UserRow::of(&truu.users[device.user]),
            domain: &truu.domain,
        }
    }
}

/// Every filter matches in full and without case; several of them must all match.
pub(super) fn enrolled_users(truu: &Truu, call: &Call<'_>) -> Result<Response, Refusal> {
    type Member = fn(&User) -> &str;
    let filters: [(Option<&str>, Member); 4] = [
        (call.query.last("upn"), |user| &user.principal),
        (call.query.last("email"), |user| &user.email),
        (call.query.last("guid"), |user| &user.guid),
        (call.query.last("tuid"), |user| &user.tuid),
    ];
    let matches = |user: &&User| {
        filters
            .iter()
            .all(|(wanted, member)| wanted.is_none_or(|wanted| same(wanted, member(user))))
    };
    let matched: Vec<&User> = truu.enrolled_users().filter(matches).collect();
    page(call, USERS_ON_A_PAGE, &matched, UserRow::of)
}

pub(super) fn devices(truu: &Truu, call: &Call<'_>) -> Result<Response, Refusal> {
    let all: Vec<&Device> = truu.enrolled_devices().collect();
    page(call, DEVICES_ON_A_PAGE, &all, |device| {
        DeviceRow::of(truu, device)
    })
}

/// The directory id in a path matches with case.
pub(super) fn domain_user(truu: &Truu, guid: &str) -> Result<Response, Refusal> {
    let user = &truu.users[by_guid(truu, guid)?];
    let row = UserWithDomain {
        user: UserRow::of(user),
        domain: &truu.domain,
    };
    Ok(reply::json(StatusCode::OK, &row))
}

pub(super) fn domain_user_device(truu: &Truu, guid: &str, id: &str) -> Result<Response, Refusal> {
    let device = &truu.devices[by_guid_and_id(truu, guid, id)?];
    Ok(reply::json(StatusCode::OK, &DeviceRow::of(truu, device)))
}

/// All devices of the user go with it.
pub(super) fn delete_user(truu: &mut Truu, guid: &str) -> Result<Response, Refusal> {
    let user = by_guid(truu, guid)?;
    truu.users[user].deleted = true;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// "In the DELETE API response the active value is now false": the row stays, and so does the user.
pub(super) fn delete_device(truu: &mut Truu, guid: &str, id: &str) -> Result<Response, Refusal> {
    let device = by_guid_and_id(truu, guid, id)?;
    truu.devices[device].active = false;
    domain_user_device(truu, guid, id)
}

/// The number of the user.
fn by_guid(truu: &Truu, guid: &str) -> Result<usize, Refusal> {
    truu.users
        .iter()
        .position(|user| !user.deleted && user.guid == guid)
        .ok_or(Refusal::NotFound)
}

/// The number of the device, which must be one of the user's own.
fn by_guid_and_id(truu: &Truu, guid: &str, id: &str) -> Result<usize, Refusal> {
    let user = &truu.users[by_guid(truu, guid)?];
    let mut devices = user.devices.iter().copied();
    devices
        .find(|device| truu.devices[*device].id == id)
        .ok_or(Refusal::NotFound)
}

/// Whether two texts are the same but for their case, in any script.
pub(super) fn same(wanted: &str, have: &str) -> bool {
    wanted.eq_ignore_ascii_case(have)
        || (!(wanted.is_ascii() && have.is_ascii()) && wanted.to_lowercase() == have.to_lowercase())
}
