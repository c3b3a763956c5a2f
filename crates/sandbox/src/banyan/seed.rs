//! What Banyan knows of the world.
//!
//! The members that the vendor's own client checks stay inside its sets; the mess sits in the others.

use std::collections::HashMap;

use super::trust::{FACTORS, Trust};
use super::{Banyan, Device, EndUser, Mdm};
use crate::world::{Kind, Machine, Person, Rng, Standing, World, spelled};

const SECOND: i64 = 1_000_000_000;

impl Banyan {
    pub(crate) fn new(world: &World) -> Self {
        let mut rng = Rng::new(world.seed, "banyan");
        let mut users = Vec::new();
        let mut known: HashMap<usize, usize> = HashMap::new();
        for (index, person) in world.people.iter().enumerate() {
            if person.at_banyan {
                known.insert(index, users.len());
                users.push(end_user(world, person, users.len(), &mut rng));
            }
        }
        for partner in &world.partners {
            users.push(end_user(world, partner, users.len(), &mut rng));
        }
        let mut banyan = Self {
            users,
            devices: Vec::new(),
        };
        for machine in world.machines.iter().filter(|machine| machine.at_banyan) {
            let number = banyan.devices.len();
            let mut registered: Vec<usize> = Vec::new();
            for account in &machine.accounts {
                let user = known.get(&world.accounts[*account].person).copied();
                // Two accounts of one person are one user here.
                if let Some(user) = user.filter(|user| !registered.contains(user)) {
                    registered.push(user);
                    banyan.users[user].devices.push(number);
                }
            }
            let device = device(world, machine, number, registered, &mut rng);
            banyan.devices.push(device);
        }
        banyan
    }
}

fn end_user(world: &World, person: &Person, number: usize, rng: &mut Rng) -> EndUser {
    let mut id = rng.uuid();
    if number == 3 {
        // Not hexadecimal to its end, as in the documents' sample.
        id.replace_range(id.len() - 3.., "fgx");
    }
    let last_login = match number {
        2 => 0,
        _ if person.standing == Standing::Invited => 0,
        _ => person.last_active * SECOND + rng.between(0, SECOND),
    };
    let login_count = match number {
        0 => 12_884_901_929,
        1 => 2_147_483_647,
        _ if last_login == 0 => 0,
        _ => rng.between(1, 4000),
    };
    let roles = match number {
        5 => None,
        _ if person.contractor => Some(vec!["all-contractors"]),
        _ if rng.chance(10) => Some(vec!["all-employees", "exempted-users"]),
        _ => Some(vec!["all-employees"]),
    };
    EndUser {
        id,
        name: person.name(),
        email: spelled(&person.email, rng),
        groups: groups(person, number, rng),
        roles,
        last_login,
        created: person.joined * SECOND + rng.between(0, SECOND),
        invited: if rng.chance(70) {
            0
        } else {
            (person.joined - 86_400) * SECOND
        },
        login_count,
        trust: trust(world, person.last_active, false, rng),
        active: number < 6 || person.standing != Standing::Left || rng.chance(60),
        devices: Vec::new(),
    }
}

/// The groups in one text. A name with a comma in it cannot be told from two names, as at the vendor.
fn groups(person: &Person, number: usize, rng: &mut Rng) -> String {
    let mut groups = vec![person.department.to_owned(), "Everyone".to_owned()];
    let more = if number == 4 { 140 } else { rng.below(4) };
    groups.extend((1..=more).map(|group| format!("Type{group}Employee")));
    if rng.chance(2) {
        groups.push("Payroll, EMEA".to_owned());
    }
    match number {
        6 => String::new(),
        _ => groups.join(","),
    }
}

fn device(world: &World, machine: &Machine, number: usize, users: Vec<usize>, rng: &mut Rng) -> Device {
    let (platform, architecture) = match machine.kind {
        Kind::Mac => (
            rng.pick(&["Darwin", "Darwin", "macOS"]),
            rng.pick(&["arm64", "amd64"]),
        ),
        Kind::Windows => ("Windows", "amd64"),
        Kind::Linux => ("Linux", "x86_64"),
        Kind::Android => ("Android", "i686"),
        Kind::Iphone => ("iOS", "amd64"),
        Kind::Ipad => (rng.pick(&["iOS", "iPadOS"]), "arm64"),
    };
    let os = match machine.kind {
        _ if rng.chance(25) => String::new(),
        Kind::Mac => format!("macOS {} ({})", machine.os_version, machine.os_build),
        _ => format!("{} {}", machine.os_name, machine.os_version),
    };
    let ownership = match machine.corporate {
        true if users.len() > 1 => "Corporate Shared",
        true => rng.pick(&[
            "Corporate Dedicated",
            "Corporate Dedicated",
            "Corporate Dedicated",
            "",
            "Undefined",
        ]),
        false => rng.pick(&[
            "Employee Owned",
            "Employee Owned",
            "Employee Owned",
            "Other",
            "UNKNOWN",
        ]),
    };
    let last_login = match number {
        1 => 0,
        _ => machine.last_seen * SECOND + rng.between(0, SECOND),
    };
    Device {
        id: rng.uuid(),
        id_in_v1: !((number == 9 || rng.chance(1)) && told_apart(world, machine)),
        serial: machine.serial.clone(),
        name: machine.friendly_name.clone(),
        ownership: ownership.into(),
        platform: platform.into(),
        model: machine.model.into(),
        architecture: architecture.into(),
        os,
        app_version: rng.pick(&["3.23.0", "3.22.1", "3.9.12", "", "2.1.0"]),
        registered: !rng.chance(5),
        banned: rng.chance(3),
        mdm: mdm(machine, number, rng),
        newer_trust: !rng.chance(6),
        trust: trust(world, machine.last_seen, true, rng),
        last_login,
        created: machine.first_seen * SECOND + rng.between(0, SECOND),
        login_count: if number == 0 {
            2_147_483_647
        } else {
            rng.between(0, 900)
        },
        active: number < 10 || !rng.chance(3),
        users,
    }
}

/// Whether the serial number is real and no other machine's, so that the row needs no id beside it.
fn told_apart(world: &World, machine: &Machine) -> bool {
    let real = machine.serial.len() > 5 && !machine.serial.contains(' ');
    real && world
        .machines
        .iter()
        .filter(|other| other.serial == machine.serial)
        .count()
        == 1
}

fn mdm(machine: &Machine, number: usize, rng: &mut Rng) -> Mdm {
    let managed = machine.corporate && rng.chance(60);
    let timestamp = if managed && number != 3 {
        machine.last_seen * SECOND
    } else {
        0
    };
    Mdm {
        timestamp,
        source: if managed {
            rng.pick(&["Jamf Pro", "Workspace ONE", "Intune"])
        } else {
            "BNN"
        },
        compromised: if rng.chance(1) { "TRUE" } else { "FALSE" },
        compliant: rng.pick(&["", "", "TRUE", "FALSE"]),
    }
}

fn trust(world: &World, seen: i64, of_device: bool, rng: &mut Rng) -> Trust {
    let entity = rng.pick(&[100, 100, 99, 95, 80, 60, 40, 20, 0]);
    let (level, cap, overridden) = match rng.below(100) {
        0..4 => ("AlwaysAllow", 100, true),
        4..6 => ("AlwaysDeny", 0, true),
        _ if entity >= 80 => ("High", 100, false),
        _ if entity >= 40 => ("Medium", 100, false),
        _ => ("Low", 100, false),
    };
    // The two shapes are told by two engines, which may differ.
    let newer_level = match rng.below(100) {
        0..3 => "Pending",
        _ if entity >= 80 => "High",
        _ if entity >= 40 => "Medium",
        _ => "Low",
    };
    let all = (1_u8 << FACTORS.len()) - 1;
    let reported = if of_device {
        all & !(1 << rng.below(FACTORS.len()))
    } else {
        0
    };
    let met = if entity >= 80 {
        all
    } else {
        all & !(1 << rng.below(FACTORS.len()))
    };
    Trust {
        entity,
        cap,
        overridden,
        level,
        updated: seen.min(world.today) * SECOND + rng.between(0, SECOND),
        reported,
        met,
        newer_level,
        newer_status: if rng.chance(8) {
            "Not Reporting"
        } else {
            "Reporting"
        },
    }
}
