//! v2, and its experimental address: members in lower case, real truth values, everything in an envelope.

use rollbook_transport::Response;
use serde::Serialize;

use super::errors::Refusal;
use super::list::Window;
use super::{Banyan, Device, EndUser, OK};
use crate::call::{Call, Query};
use crate::reply;
use crate::sandbox::Core;

#[derive(Serialize)]
struct Envelope<T> {
    request_id: &'static str,
    error_code: u16,
    error_description: &'static str,
    data: T,
}

/// A good answer.
pub(super) fn envelope<T: Serialize>(data: T) -> Response {
    reply::json(
        OK,
        &Envelope {
            request_id: "",
            error_code: 0,
            error_description: "",
            data,
        },
    )
}

#[derive(Serialize)]
struct UserPage<'a> {
    endusers: Vec<UserRow<'a>>,
    count: usize,
}

#[derive(Serialize)]
struct UserRow<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    invited_at: i64,
    created_at: i64,
    last_login: i64,
    status: &'static str,
    security_roles: Option<&'a [&'static str]>,
}

#[derive(Serialize)]
struct DevicePage<'a> {
    devices: Vec<DeviceRow<'a>>,
    count: usize,
}

#[derive(Serialize)]
struct DeviceRow<'a> {
    id: &'a str,
    name: &'a str,
    serial_number: &'a str,
    ownership: &'a str,
    platform: &'a str,
    model: &'a str,
    os: &'a str,
    architecture: &'a str,
    app_version: &'a str,
    banned: bool,
    mdm_present: bool,
    mdm_vendor_name: &'a str,
    trust_level: &'a str,
    trust_status: &'a str,
    trust_profile_display_name: &'a str,
    threat_profile_display_name: &'a str,
    created_at: i64,
    last_login: i64,
}

impl<'a> UserRow<'a> {
    fn of(user: &'a EndUser) -> Self {
        Self {
            id: &user.id,
            name: &user.name,
            email: &user.email,
            invited_at: user.invited,
            created_at: user.created,
            last_login: user.last_login,
            status: if user.active { "Active" } else { "Inactive" },
            security_roles: user.roles.as_deref(),
        }
    }
}

impl<'a> DeviceRow<'a> {
    fn of(device: &'a Device) -> Self {
        let managed = device.mdm.source != "BNN";
        Self {
            id: &device.id,
            name: &device.name,
            serial_number: &device.serial,
            ownership: &device.ownership,
            platform: &device.platform,
            model: &device.model,
            os: &device.os,
            architecture: &device.architecture,
            app_version: device.app_version,
            banned: device.banned,
            mdm_present: managed,
            mdm_vendor_name: if managed { device.mdm.source } else { "" },
            trust_level: device.trust.newer_level,
            trust_status: device.trust.newer_status,
            trust_profile_display_name: "Default Trust Profile",
            threat_profile_display_name: "",
            created_at: device.created,
            last_login: device.last_login,
        }
    }
}

/// Whether only active rows are asked for.
fn active_only(query: &Query) -> Result<bool, Refusal> {
    match query
        .last_ignoring_case("active")
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::bad_request("active must be true or false")),
    }
}

pub(super) fn users(core: &Core, banyan: &Banyan, call: &Call<'_>) -> Result<Response, Refusal> {
    let query = &call.query;
    let active = active_only(query)?;
    let cap = call.page_cap(core.config.banyan_page_cap);
    let window = Window::of(query, cap)?.unwrap_or(Window::first(cap));
    let matched: Vec<&EndUser> = banyan
        .users
        .iter()
        .filter(|user| user.active || !active)
        .collect();
    let endusers = window
        .cut(&matched)
        .iter()
        .map(|user| UserRow::of(user))
        .collect();
    Ok(envelope(UserPage {
        endusers,
        count: matched.len(),
    }))
}

pub(super) fn devices(core: &Core, banyan: &Banyan, call: &Call<'_>) -> Result<Response, Refusal> {
    let query = &call.query;
    let active = active_only(query)?;
    let serial = query.last_ignoring_case("serial_number");
    let cap = call.page_cap(core.config.banyan_page_cap);
    let window = Window::of(query, cap)?.unwrap_or(Window::first(cap));
    let matched: Vec<&Device> = banyan
        .devices
        .iter()
        .filter(|device| device.active || !active)
        .filter(|device| serial.is_none_or(|serial| device.serial == serial))
        .collect();
    let devices = window
        .cut(&matched)
        .iter()
        .map(|device| DeviceRow::of(device))
        .collect();
    Ok(envelope(DevicePage {
        devices,
        count: matched.len(),
    }))
}
