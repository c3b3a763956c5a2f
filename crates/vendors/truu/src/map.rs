//! TruU's rows in the words of the model. Pure and total: every row maps, and what TruU does not say stays absent.

use rollbook_model::{
    Device, DeviceOwner, Email, Enrollment, EnrollmentUser, Hardware, Network, Platform, SourceName, Trust,
    TrustLevel, User, Vendor, Workstation,
};
use rollbook_vendor_kit::Native;
use rollbook_vendor_kit::mapping::{filled, moment, yes};

use crate::wire::{self, AssuranceLevel, DeviceType};

pub(crate) fn user(source: &SourceName, native: Native<wire::User>) -> User {
    let (row, raw, unread) = native.into_parts();
    let tuid = row.tuid.as_str().to_owned();
    let mut user = User::new(source.clone(), Vendor::TRUU, row.tuid);
    user.vendor_ids.insert("tuid", tuid);
    if let Some(guid) = filled(row.guid) {
        user.vendor_ids.insert("guid", guid);
    }
    user.user_name = filled(row.user_principal);
    user.display_name = filled(row.display_name);
    // TruU knows one address, so it is the main one.
    if let Some(email) = filled(row.email) {
        user.emails = vec![Email::new(email, Some(true), None)];
    }
    user.created_at = moment(row.created);
    user.last_synced_at = moment(row.last_synced);
    user.native = Some(raw);
    user.unread = unread;
    user
}

pub(crate) fn device(source: &SourceName, native: Native<wire::SystemDevice>) -> Device {
    let (row, raw, unread) = native.into_parts();
    let mut device = Device::new(source.clone(), Vendor::TRUU, row.device_id.into());
    device.name = filled(row.device_name);
    device.platform = row.kind.as_ref().and_then(platform);
    device.kind = filled(row.kind.map(|kind| kind.as_str().to_owned()));
    device.os_version = filled(row.software_identifier);
    device.app_version = filled(row.app_version);
    device.active = yes(row.active);
    if let Some(user) = row.user {
        if let Some(guid) = filled(user.guid) {
            device.vendor_ids.insert("user_guid", guid);
        }
        let owner = DeviceOwner::new(filled(user.tuid), filled(user.email), filled(user.user_principal));
        if owner != DeviceOwner::default() {
            device.users = vec![owner];
        }
    }
    device.created_at = moment(row.created);
    device.last_seen_at = moment(row.last_heard_from);
    device.native = Some(raw);
    device.unread = unread;
    device
}

/// The operating system family that a kind of device names.
fn platform(kind: &DeviceType) -> Option<Platform> {
    let word = kind.as_str().split('_').next().unwrap_or_default();
    match Platform::read(word) {
        Platform::Other(_) => None,
        platform => Some(platform),
    }
}

pub(crate) fn workstation(source: &SourceName, native: Native<wire::Asset>) -> Workstation {
    let (row, raw, unread) = native.into_parts();
    let mut workstation = Workstation::new(source.clone(), Vendor::TRUU, row.machine_name);
    workstation.display_name = filled(row.display_name);
    workstation.kind = filled(row.kind);
    workstation.hardware = row.hardware.map(hardware).unwrap_or_default();
    workstation.network = row.network.map(network).unwrap_or_default();
    workstation.enrollments = row.devices.into_iter().map(enrollment).collect();
    workstation.last_seen_at = moment(row.last_heard_from);
    workstation.native = Some(raw);
    workstation.unread = unread;
    workstation
}

fn hardware(row: wire::Hardware) -> Hardware {
    let mut hardware = Hardware::default();
    hardware.serial_number = filled(row.serial_number);
    hardware.manufacturer = filled(row.manufacturer);
    hardware.model = filled(row.model);
    hardware.processor = filled(row.processor);
    hardware.bios_version = filled(row.bios_version);
    hardware
}

fn network(row: wire::Network) -> Network {
    let mut network = Network::default();
    network.ip_addresses = row.ip_addresses;
    network.mac_addresses = row.mac_addresses;
    network
}

fn enrollment(row: wire::DataDevice) -> Enrollment {
    let mut enrollment = Enrollment::default();
    enrollment.device_id = row.device_id.map(|id| id.to_string());
    enrollment.device_name = filled(row.device_name);
    enrollment.kind = filled(row.kind.map(|kind| kind.as_str().to_owned()));
    enrollment.app_version = filled(row.app_version);
    enrollment.active = yes(row.active);
    enrollment.last_seen_at = moment(row.last_heard_from);
    enrollment.trust = row.assurance_level.map(|level| {
        let mut trust = trust(level);
        // TruU dates the report and not the level: the level is as old as the last report.
        trust.observed_at = enrollment.last_seen_at;
        trust
    });
    enrollment.user = row.user.map(|row| {
        let mut user = EnrollmentUser::default();
        user.id = filled(row.tuid);
        user.guid = filled(row.guid);
        user.email = filled(row.email);
        user.user_name = filled(row.user_principal);
        user.display_name = filled(row.display_name);
        user
    });
    enrollment
}

fn trust(level: AssuranceLevel) -> Trust {
    let mut trust = Trust::of_native(level.number().into());
    trust.level = match level {
        AssuranceLevel::Basic => Some(TrustLevel::Low),
        AssuranceLevel::Trusted => Some(TrustLevel::Medium),
        AssuranceLevel::Certified => Some(TrustLevel::High),
        AssuranceLevel::Other(_) => None,
    };
    trust
}
