//! Users, devices and workstations.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::sample::select;

use super::{
    address, device_id, email, native_row, ownership, platform, source_name, timestamp, trust, user_id,
    user_status, vendor, words, workstation_id,
};
use crate::{
    Device, DeviceOwner, Enrollment, EnrollmentUser, Hardware, Network, User, VendorIds, Workstation,
};

fn maybe_words() -> BoxedStrategy<Option<String>> {
    option::of(words()).boxed()
}

fn vendor_ids() -> BoxedStrategy<VendorIds> {
    btree_map(
        select(vec!["guid", "tuid", "v2", "external_id"]),
        "[a-z0-9]{1,8}",
        0..3,
    )
    .prop_map(VendorIds::from_iter)
    .boxed()
}

/// A user: each member there or not.
pub fn user() -> BoxedStrategy<User> {
    let ids = (
        source_name(),
        vendor(),
        user_id(),
        vendor_ids(),
        option::of(native_row()),
    );
    let names = (
        option::of(address()),
        maybe_words(),
        maybe_words(),
        maybe_words(),
        vec(email(), 0..3),
    );
    let rest = (
        option::of(user_status()),
        vec(words(), 0..3),
        vec(words(), 0..2),
        [
            option::of(timestamp()),
            option::of(timestamp()),
            option::of(timestamp()),
            option::of(timestamp()),
        ],
        option::of(trust()),
    );
    (ids, names, rest)
        .prop_map(|(ids, names, rest)| {
            let mut user = User::new(ids.0, ids.1, ids.2);
            (user.vendor_ids, user.native) = (ids.3, ids.4);
            (
                user.user_name,
                user.display_name,
                user.given_name,
                user.family_name,
                user.emails,
            ) = names;
            (user.status, user.groups, user.roles) = (rest.0, rest.1, rest.2);
            [
                user.created_at,
                user.updated_at,
                user.last_login_at,
                user.last_synced_at,
            ] = rest.3;
            user.trust = rest.4;
            user
        })
        .boxed()
}

/// A user of a device, as far as the device's row says.
pub fn device_owner() -> BoxedStrategy<DeviceOwner> {
    (maybe_words(), option::of(address()), option::of(address()))
        .prop_map(|(id, email, user_name)| DeviceOwner::new(id, email, user_name))
        .boxed()
}

/// A device: each member there or not.
pub fn device() -> BoxedStrategy<Device> {
    let ids = (
        source_name(),
        vendor(),
        device_id(),
        vendor_ids(),
        option::of(native_row()),
    );
    let texts = (
        option::of("[A-Z0-9]{1,12}"),
        maybe_words(),
        maybe_words(),
        maybe_words(),
        maybe_words(),
        maybe_words(),
    );
    let rest = (
        option::of(platform()),
        option::of(ownership()),
        any::<[Option<bool>; 3]>(),
        vec(device_owner(), 0..3),
        option::of(trust()),
        [option::of(timestamp()), option::of(timestamp())],
    );
    (ids, texts, rest)
        .prop_map(|(ids, texts, rest)| {
            let mut device = Device::new(ids.0, ids.1, ids.2);
            (device.vendor_ids, device.native) = (ids.3, ids.4);
            (device.serial_number, device.name, device.kind) = (texts.0, texts.1, texts.2);
            (device.os_version, device.model, device.app_version) = (texts.3, texts.4, texts.5);
            (device.platform, device.ownership, device.users, device.trust) =
                (rest.0, rest.1, rest.3, rest.4);
            [device.active, device.banned, device.registered] = rest.2;
            [device.created_at, device.last_seen_at] = rest.5;
            device
        })
        .boxed()
}

/// What a machine is made of.
pub fn hardware() -> BoxedStrategy<Hardware> {
    let parts = (
        maybe_words(),
        maybe_words(),
        maybe_words(),
        maybe_words(),
        maybe_words(),
    );
    parts
        .prop_map(
            |(serial_number, manufacturer, model, processor, bios_version)| Hardware {
                serial_number,
                manufacturer,
                model,
                processor,
                bios_version,
            },
        )
        .boxed()
}

/// How a machine is reached: addresses of both kinds, one malformed now and then.
pub fn network() -> BoxedStrategy<Network> {
    let ip = "(10\\.[0-9]{1,2}\\.[0-9]{1,2}\\.[1-9]|2001:db8::[0-9a-f]{1,4}|no address)";
    let mac = "[0-9a-f]{2}(:[0-9a-f]{2}){2}[:.-][0-9a-f]{2}(:[0-9a-f]{2}){2}";
    (vec(ip, 0..3), vec(mac, 0..3))
        .prop_map(|(ip_addresses, mac_addresses)| Network {
            ip_addresses,
            mac_addresses,
        })
        .boxed()
}

/// Who is enrolled.
pub fn enrollment_user() -> BoxedStrategy<EnrollmentUser> {
    let parts = (
        maybe_words(),
        maybe_words(),
        option::of(address()),
        option::of(address()),
        maybe_words(),
    );
    parts
        .prop_map(|(id, guid, email, user_name, display_name)| EnrollmentUser {
            id,
            guid,
            email,
            user_name,
            display_name,
        })
        .boxed()
}

/// A user on a machine.
pub fn enrollment() -> BoxedStrategy<Enrollment> {
    let parts = (
        option::of("[0-9]{1,4}"),
        maybe_words(),
        maybe_words(),
        maybe_words(),
        any::<Option<bool>>(),
        option::of(enrollment_user()),
        option::of(trust()),
        option::of(timestamp()),
    );
    parts
        .prop_map(
            |(device_id, device_name, kind, app_version, active, user, trust, last_seen_at)| Enrollment {
                device_id,
                device_name,
                kind,
                app_version,
                active,
                user,
                trust,
                last_seen_at,
            },
        )
        .boxed()
}

/// A workstation: each member there or not.
pub fn workstation() -> BoxedStrategy<Workstation> {
    let ids = (
        source_name(),
        vendor(),
        workstation_id(),
        option::of(native_row()),
    );
    let rest = (
        maybe_words(),
        maybe_words(),
        hardware(),
        network(),
        vec(enrollment(), 0..3),
        option::of(timestamp()),
    );
    (ids, rest)
        .prop_map(|(ids, rest)| {
            let mut workstation = Workstation::new(ids.0, ids.1, ids.2);
            workstation.native = ids.3;
            (workstation.display_name, workstation.kind) = (rest.0, rest.1);
            (workstation.hardware, workstation.network) = (rest.2, rest.3);
            (workstation.enrollments, workstation.last_seen_at) = (rest.4, rest.5);
            workstation
        })
        .boxed()
}
