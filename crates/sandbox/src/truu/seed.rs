//! What TruU knows of the world.

use super::{Asset, Device, Domain, Hardware, Network, Truu, User};
use crate::clock::{Micros, YEAR_1, YEAR_1601};
use crate::world::{AccountKind, Kind, Machine, Rng, World, spelled};

impl Truu {
    pub(crate) fn new(world: &World) -> Self {
        let mut rng = Rng::new(world.seed, "truu");
        let mut truu = Self {
            domain: Domain {
                key: rng.uuid(),
                name: "Example Corporation",
                domain: "corp.example.com",
            },
            users: (0..world.accounts.len())
                .map(|number| user(world, number, &mut rng))
                .collect(),
            devices: Vec::new(),
            assets: Vec::new(),
        };
        for (number, machine) in world.machines.iter().enumerate() {
            let mut enrolled = Vec::with_capacity(machine.accounts.len());
            for &account in &machine.accounts {
                let device = truu.devices.len();
                truu.devices
                    .push(enrolment(world, machine, account, device, &mut rng));
                truu.users[account].devices.push(device);
                enrolled.push(device);
            }
            if machine.kind.is_workstation() {
                truu.assets.push(asset(machine, number, enrolled, &mut rng));
            }
        }
        truu
    }
}

fn user(world: &World, number: usize, rng: &mut Rng) -> User {
    let (account, person) = (&world.accounts[number], world.owner(number));
    let display_name = match account.kind {
        AccountKind::Main => person.name(),
        AccountKind::Admin => format!("{} - Admin", person.name()),
        AccountKind::Legacy => format!("{} (old)", person.name()),
    };
    let last_synced = match number {
        6 => Micros::of_seconds(YEAR_1, 0),
        _ => Micros::of_seconds(world.today - rng.between(60, 86_400), rng.between(0, 1_000_000)),
    };
    let created = match number {
        7 => Micros::of_seconds(YEAR_1601, 0),
        _ => Micros::of_seconds(person.joined + rng.between(0, 86_400), rng.between(0, 1_000_000)),
    };
    User {
        tuid: rng.uuid(),
        guid: account.guid.clone(),
        display_name,
        principal: spelled(&account.principal, rng),
        email: match account.kind {
            AccountKind::Legacy => String::new(),
            AccountKind::Main | AccountKind::Admin => spelled(&person.email, rng),
        },
        last_synced,
        created,
        devices: Vec::new(),
        deleted: false,
    }
}

fn enrolment(world: &World, machine: &Machine, account: usize, number: usize, rng: &mut Rng) -> Device {
    let person = world.owner(account);
    let (kind, app_id, app_version, sdk_version) = match machine.kind {
        // A kind of device that the documents do not know.
        Kind::Linux => ("LINUX_TPM", "com.truu.LinuxHost", "24.1.0-rc.2", "1.0"),
        Kind::Mac => (
            "MAC_TPM",
            "com.truu.LoginHost",
            rng.pick(&["23.4.0(673)", "24.153.1(702)"]),
            "1.0",
        ),
        Kind::Windows => (
            "WINDOWS_TPM",
            "com.truu.WindowsAgent",
            rng.pick(&["1.0.2", "1.0.7", "1.0.8"]),
            "1.0",
        ),
        Kind::Android => ("ANDROID", "com.truu.android.app", "23.142.0", "23.142.0"),
        Kind::Iphone | Kind::Ipad => ("IOS", "com.truu.ios.app", "23.150.1", "23.150.1"),
    };
    let software = match machine.kind {
        Kind::Mac => format!("Version {} (Build {})", machine.os_version, machine.os_build),
        Kind::Android => machine.os_build.to_owned(),
        _ => format!("{} {}", machine.os_name, machine.os_version),
    };
    let name = match machine.kind {
        _ if machine.friendly_name.is_empty() => machine.model.to_owned(),
        _ if rng.chance(50) => format!("{}'s {kind}", person.name()),
        _ => machine.model.to_owned(),
    };
    let last_heard = match number {
        5 => 0,
        _ => machine.last_seen * 1000 - rng.between(0, 3_600_000),
    };
    let notified = !machine.kind.is_workstation() && rng.chance(80);
    let notification_id =
        notified.then(|| format!("{}:APA91b{}", rng.alphanumeric(22), rng.alphanumeric(134)));
    let created = Micros::of_seconds(machine.first_seen, rng.between(0, 1_000_000));
    let active = number != 3 && !rng.chance(5);
    let assurance = match number {
        // No level of the documents.
        9 => 700,
        _ => rng.pick(&[100, 100, 300, 300, 300, 500]),
    };
    Device {
        id: rng.uuid(),
        // Digits that grow, so that none is given twice.
        data_id: (30_000_017 + number * 37 + rng.below(37)).to_string(),
        user: account,
        name,
        kind,
        app_version,
        sdk_version,
        app_id,
        software,
        notification_id,
        last_heard,
        created,
        assurance,
        active,
    }
}

fn asset(machine: &Machine, number: usize, devices: Vec<usize>, rng: &mut Rng) -> Asset {
    let hardware = match number {
        // A machine whose agent could read nothing.
        6 => Hardware::default(),
        _ => Hardware {
            serial_number: Some(machine.serial.clone()),
            manufacturer: (!rng.chance(20)).then_some(machine.manufacturer),
            model: Some(machine.model),
            processor: Some(machine.processor),
            bios_version: (!rng.chance(4))
                .then(|| format!("N{}ET{}W", rng.below(90) + 10, rng.below(90) + 10)),
        },
    };
    let display_name = match machine.friendly_name.as_str() {
        "" => machine.hostname.clone(),
        name => name.to_owned(),
    };
    Asset {
        machine_name: machine.hostname.clone(),
        display_name,
        kind: match machine.kind {
            Kind::Mac => "MAC_AGENT",
            Kind::Windows => "WINDOWS_AGENT",
            _ => "LINUX_AGENT",
        },
        hardware,
        network: Network {
            ip_addresses: machine.ips.clone(),
            mac_addresses: machine.macs.clone(),
        },
        last_heard: rng
            .chance(30)
            .then(|| Micros::of_seconds(machine.last_seen, rng.between(0, 1_000_000))),
        devices,
    }
}
