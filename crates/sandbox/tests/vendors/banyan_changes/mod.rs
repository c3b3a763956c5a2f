//! The changes of Banyan, and what their tests ask with.

mod delete_device;
mod delete_users;
mod update_device;

use serde_json::{Value, json};

use crate::support::{banyan, banyan_send, body, escaped, good};
use rollbook_sandbox::{BanyanRegistration, Sandbox, Truth};
use rollbook_transport::Response;

pub(crate) const DOUBLED: &str = "/api/v1/v1/delete_device";
pub(crate) const SINGLE: &str = "/api/v1/delete_device";
pub(crate) const UPDATE: &str = "/api/v1/mdm/update_device";
pub(crate) const USERS: &str = "/api/v2/endusers";

pub(crate) fn delete(sandbox: &Sandbox, serial: &str, email: Option<&str>) -> Response {
    let mut target = format!("{DOUBLED}?SerialNumber={}", escaped(serial));
    if let Some(email) = email {
        target.push_str(&format!("&Email={}", escaped(email)));
    }
    banyan_send(sandbox, "DELETE", &target, "")
}

pub(crate) fn delete_users(sandbox: &Sandbox, ids: &[&str]) -> Response {
    banyan_send(
        sandbox,
        "DELETE",
        USERS,
        &json!({ "enduser_ids": ids }).to_string(),
    )
}

pub(crate) fn update(sandbox: &Sandbox, serial: &str, change: &Value) -> Response {
    let target = format!("{UPDATE}?SerialNumber={}", escaped(serial));
    banyan_send(sandbox, "POST", &target, &json!([change]).to_string())
}

pub(crate) fn refused(response: &Response) {
    assert_eq!(response.status(), 400, "{:?}", response.body());
}

pub(crate) fn unknown(response: &Response) {
    refused(response);
    assert_eq!(body(response)["error_code"], 400);
    assert_eq!(body(response)["error_description"], "record not found");
}

pub(crate) fn rows(sandbox: &Sandbox, target: &str) -> Vec<Value> {
    good(&banyan(sandbox, target)).as_array().unwrap().clone()
}

/// A device as v1 tells of it: its key in the truth, its serial number and its users.
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) serial: String,
    pub(crate) emails: Vec<String>,
}

pub(crate) fn devices(sandbox: &Sandbox) -> Vec<Device> {
    let rows = rows(sandbox, "/api/v1/devices");
    let device = |row: &Value| {
        let serial = row["SerialNumber"].as_str().unwrap();
        Device {
            key: row["DeviceID"].as_str().unwrap_or(serial).to_owned(),
            serial: serial.to_owned(),
            emails: row["Emails"]
                .as_array()
                .unwrap()
                .iter()
                .map(|email| email.as_str().unwrap().to_owned())
                .collect(),
        }
    };
    rows.iter().map(device).collect()
}

/// The serial numbers that v1 tells of for this user, one for each registration.
pub(crate) fn serials(sandbox: &Sandbox, email: &str) -> Vec<String> {
    let rows = rows(sandbox, &format!("/api/v1/endusers?email={}", escaped(email)));
    let user = rows.iter().find(|row| row["Email"] == email);
    let serials = user.and_then(|row| row["SerialNumbers"].as_array().cloned());
    serials
        .unwrap_or_default()
        .iter()
        .map(|serial| serial.as_str().unwrap().to_owned())
        .collect()
}

/// A serial number that is real and that one active device has alone.
pub(crate) fn told_apart(devices: &[Device], device: &Device) -> bool {
    device.serial.len() > 5
        && devices
            .iter()
            .filter(|other| other.serial == device.serial)
            .count()
            == 1
}

/// A serial number that several active devices share.
pub(crate) fn shared(devices: &[Device]) -> String {
    let serials = devices.iter().map(|device| &device.serial);
    let several = |serial: &&String| devices.iter().filter(|other| other.serial == **serial).count() > 1;
    let mut shared = serials.filter(|serial| !serial.is_empty()).filter(several);
    shared.next().unwrap().clone()
}

pub(crate) fn find(sandbox: &Sandbox, wanted: impl Fn(&Device) -> bool) -> Device {
    let devices = devices(sandbox);
    let found = devices
        .iter()
        .position(|device| told_apart(&devices, device) && wanted(device));
    devices.into_iter().nth(found.unwrap()).unwrap()
}

/// The truth without these registrations.
pub(crate) fn without(truth: &Truth, serial: &str, email: Option<&str>) -> Truth {
    let mut truth = truth.clone();
    let ends = |pair: &BanyanRegistration| {
        pair.serial_number == serial && email.is_none_or(|email| pair.email.eq_ignore_ascii_case(email))
    };
    truth.banyan_registrations.retain(|pair| !ends(pair));
    truth
}

pub(crate) fn forget(list: &mut Vec<String>, gone: &str) {
    let before = list.len();
    list.retain(|id| id != gone);
    assert!(list.len() < before, "{gone} was there");
}

pub(crate) fn v2_id(sandbox: &Sandbox, email: &str) -> String {
    let users = good(&banyan(sandbox, "/api/v2/enduser"));
    let users = users["data"]["endusers"].as_array().unwrap().clone();
    let user = users.iter().find(|row| row["email"] == email).unwrap();
    user["id"].as_str().unwrap().to_owned()
}

pub(crate) fn v2_status(sandbox: &Sandbox, id: &str) -> String {
    let users = good(&banyan(sandbox, "/api/v2/enduser"));
    let users = users["data"]["endusers"].as_array().unwrap().clone();
    let user = users.iter().find(|row| row["id"] == id).unwrap();
    user["status"].as_str().unwrap().to_owned()
}
