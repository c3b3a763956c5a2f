//! The data API: users with their devices, and assets with the accounts enrolled on them.

use rollbook_transport::Response;
use serde::Serialize;

use super::page::page;
use super::system::same;
use super::{Asset, Device, Hardware, Micros, Network, Refusal, Truu, User, UserRow};
use crate::call::Call;

const ROWS_ON_A_PAGE: usize = 25;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceRow<'a> {
    device_id: &'a str,
    notifications_enabled: bool,
    device_name: &'a str,
    app_version: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    last_heard_from: Micros,
    assurance_level: u16,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserRow<'a>>,
}

impl<'a> DeviceRow<'a> {
    fn of(device: &'a Device, user: Option<&'a User>) -> Self {
        Self {
            device_id: &device.data_id,
            notifications_enabled: device.notification_id.is_some(),
            device_name: &device.name,
            app_version: device.app_version,
            kind: device.kind,
            last_heard_from: Micros::of_millis(device.last_heard),
            assurance_level: device.assurance,
            active: device.active,
            user: user.map(UserRow::of),
        }
    }
}

#[derive(Serialize)]
struct UserWithDevices<'a> {
    #[serde(flatten)]
    user: UserRow<'a>,
    devices: Vec<DeviceRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssetRow<'a> {
    machine_name: &'a str,
    display_name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    hardware: &'a Hardware,
    network: &'a Network,
    last_heard_from: Option<Micros>,
    devices: Vec<DeviceRow<'a>>,
}

/// The values of a repeated parameter. None given: it does not filter.
struct AnyOf<'q>(Vec<&'q str>);

impl AnyOf<'_> {
    fn admits(&self, have: &[&str]) -> bool {
        self.0.is_empty()
            || self
                .0
                .iter()
                .any(|wanted| have.iter().any(|have| same(wanted, have)))
    }
}

/// Values of one parameter are alternatives; different parameters must all match.
pub(super) fn users(truu: &Truu, call: &Call<'_>) -> Result<Response, Refusal> {
    let principals = AnyOf(call.query.all("userPrincipals"));
    let emails = AnyOf(call.query.all("emails"));
    let guids = AnyOf(call.query.all("guids"));
    let matches = |user: &&User| {
        principals.admits(&[&user.principal]) && emails.admits(&[&user.email]) && guids.admits(&[&user.guid])
    };
    let matched: Vec<&User> = truu.enrolled_users().filter(matches).collect();
    page(call, ROWS_ON_A_PAGE, &matched, |user| UserWithDevices {
        user: UserRow::of(user),
        devices: user
            .devices
            .iter()
            .map(|device| DeviceRow::of(&truu.devices[*device], None))
            .collect(),
    })
}

pub(super) fn assets(truu: &Truu, call: &Call<'_>) -> Result<Response, Refusal> {
    let ips = AnyOf(call.query.all("ipAddresses"));
    let macs = AnyOf(call.query.all("macAddresses"));
    let matches = |asset: &&Asset| {
        admits_one_of(&ips, &asset.network.ip_addresses) && admits_one_of(&macs, &asset.network.mac_addresses)
    };
    let matched: Vec<&Asset> = truu.assets.iter().filter(matches).collect();
    page(call, ROWS_ON_A_PAGE, &matched, |asset| AssetRow {
        machine_name: &asset.machine_name,
        display_name: &asset.display_name,
        kind: asset.kind,
        hardware: &asset.hardware,
        network: &asset.network,
        last_heard_from: asset.last_heard,
        devices: asset
            .devices
            .iter()
            .map(|number| &truu.devices[*number])
            .filter(|device| truu.is_enrolled(device))
            .map(|device| DeviceRow::of(device, Some(&truu.users[device.user])))
            .collect(),
    })
}

fn admits_one_of(filter: &AnyOf<'_>, have: &[String]) -> bool {
    let have: Vec<&str> = have.iter().map(String::as_str).collect();
    filter.admits(&have)
}
