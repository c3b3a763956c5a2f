//! What the providers behind Truto know of the world.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::create::Answered;
use super::directory::{DirectoryUser, Email};
use super::mdm::{MdmDevice, MdmUser, Owner};
use super::{Row, Truto};
use crate::clock::iso_millis;
use crate::world::{AccountKind, Kind, Machine, Person, Rng, Standing, World, spelled};

impl Truto {
    pub(crate) fn new(world: &World) -> Self {
        let mut rng = Rng::new(world.seed, "truto");
        let mut users = Vec::new();
        for (number, account) in world.accounts.iter().enumerate() {
            let person = world.owner(number);
            if person.at_truto {
                let number = users.len();
                let mut user = directory_user(person, &account.guid, &account.principal, number, &mut rng);
                if account.kind == AccountKind::Admin {
                    user.name = Some(format!("{} - Admin", person.name()));
                    user.roles = vec!["admin"];
                    user.user_type = "admin";
                }
                users.push(user);
            }
        }
        for person in &world.unenrolled {
            let id = rng.uuid();
            let number = users.len();
            users.push(directory_user(person, &id, &person.email, number, &mut rng));
        }
        if !world.accounts.is_empty() {
            users.extend(services(world));
        }
        let mut rng = Rng::new(world.seed, "mdm");
        let (mdm_users, ids) = mdm_users(world, &mut rng);
        let mdm_devices = mdm_devices(world, &ids, &mut rng);
        Self {
            users,
            mdm_users_made: mdm_users.len(),
            mdm_users,
            mdm_devices,
            answered: Answered::default(),
        }
    }
}

fn directory_user(person: &Person, id: &str, login: &str, number: usize, rng: &mut Rng) -> DirectoryUser {
    let mut emails = vec![Email::new(spelled(&person.email, rng), "work", true)];
    if number == 1 || rng.chance(8) {
        let local = person.email.split(['@', '+']).next().unwrap_or_default();
        emails.push(Email::new(format!("{local}@home.example.org"), "personal", false));
    }
    if number == 9 {
        emails.clear();
    }
    let (status, remote_status) = status(person, number, rng);
    let groups = match number {
        4 => (0..150).collect(),
        5 => Vec::new(),
        _ => [0, 1 + rng.below(6), 7 + rng.below(40)]
            .into_iter()
            .take(1 + rng.below(3))
            .collect(),
    };
    DirectoryUser {
        id: id.to_owned(),
        external_id: rng.chance(20).then(|| format!("scim-{}", rng.hex(12))),
        first_name: person.given.to_owned(),
        last_name: person.family.to_owned(),
        name: (number != 10).then(|| person.name()),
        username: spelled(login, rng),
        title: (number != 11 && !rng.chance(5)).then_some(person.title),
        department: person.department,
        emails,
        phone: rng.chance(60).then(|| format!("+1-555-01{:02}", rng.below(100))),
        status,
        remote_status,
        user_type: match number {
            12 => "external_collaborator",
            _ if person.contractor => "limited",
            _ => "end_user",
        },
        // A truth value in quotes: the unified schema is not enforced.
        verified: if number == 7 {
            json!("true")
        } else {
            json!(!rng.chance(4))
        },
        second_factor: rng.chance(80).then(|| !rng.chance(10)),
        groups,
        roles: if rng.chance(5) {
            vec!["auditor", "member"]
        } else {
            vec!["member"]
        },
        timezone: rng
            .chance(70)
            .then(|| rng.pick(&["Europe/Dublin", "America/New_York", "Asia/Tokyo", "UTC"])),
        languages: vec!["en"],
        created_at: created_at(person, number),
        updated_at: json!(iso_millis(person.last_active)),
        last_login_at: last_login_at(person, number, rng),
        activated_at: rng.chance(30).then(|| json!(iso_millis(person.joined + 3600))),
    }
}

/// The unified word, or the provider's where no unified word fits.
fn status(person: &Person, number: usize, rng: &mut Rng) -> (Value, &'static str) {
    match (number, person.standing) {
        (3, _) => (json!("PASSWORD_EXPIRED"), "PASSWORD_EXPIRED"),
        (6, _) => (Value::Null, "UNKNOWN"),
        (_, Standing::Employed) if rng.chance(1) => (json!("LOCKED_OUT"), "LOCKED_OUT"),
        (_, Standing::Employed) => (json!("active"), "ACTIVE"),
        (_, Standing::Invited) => (json!("invited"), "STAGED"),
        (_, Standing::Suspended) => (json!("SUSPENDED"), "SUSPENDED"),
        (_, Standing::Left) if rng.chance(50) => (json!("deleted"), "DEPROVISIONED"),
        (_, Standing::Left) => (json!("inactive"), "DEPROVISIONED"),
    }
}

/// A timestamp; for a few an empty directory time, another zone, or a date alone.
fn created_at(person: &Person, number: usize) -> Value {
    match number {
        2 => json!("1601-01-01T00:00:00.000Z"),
        8 => json!("2021-03-04T05:06:07+02:00"),
        9 => json!("2020-02-29"),
        _ => json!(iso_millis(person.joined)),
    }
}

fn last_login_at(person: &Person, number: usize, rng: &mut Rng) -> Option<Value> {
    match number {
        0 => Some(json!("0001-01-01T00:00:00Z")),
        1 => Some(json!("1970-01-01T00:00:00.000Z")),
        _ if person.standing == Standing::Invited => Some(Value::Null),
        _ if rng.chance(10) => None,
        _ => Some(json!(iso_millis(person.last_active))),
    }
}

/// Accounts that are nobody's. Their ids hold what an address must not.
fn services(world: &World) -> Vec<DirectoryUser> {
    [
        ("svc/backup", "Backup"),
        ("auth0|5f7c8ec7c33c6c004bbafe82", "Scanner"),
        ("ldap:cn=mail relay?#%41", "Mail Relay"),
    ]
    .into_iter()
    .map(|(id, name)| DirectoryUser {
        id: id.to_owned(),
        external_id: None,
        first_name: String::new(),
        last_name: String::new(),
        name: Some(name.to_owned()),
        username: id.to_owned(),
        title: None,
        department: "",
        emails: Vec::new(),
        phone: None,
        status: json!("active"),
        remote_status: "ACTIVE",
        user_type: "machine",
        verified: Value::Null,
        second_factor: None,
        groups: Vec::new(),
        roles: Vec::new(),
        timezone: None,
        languages: Vec::new(),
        created_at: json!(iso_millis(world.today - 90_000_000)),
        updated_at: json!(iso_millis(world.today - 9000)),
        last_login_at: None,
        activated_at: None,
    })
    .collect()
}

/// The people whom the MDM knows, and the id of each there by number.
fn mdm_users(world: &World, rng: &mut Rng) -> (Vec<MdmUser>, HashMap<usize, String>) {
    let (mut users, mut ids) = (Vec::new(), HashMap::new());
    for (index, person) in world.people.iter().enumerate() {
        if index > 5 && rng.chance(6) {
            continue;
        }
        let number = users.len();
        let id = MdmUser::id_of(number);
        ids.insert(index, id.clone());
        let named = !rng.chance(10);
        users.push(MdmUser {
            id,
            name: person.name(),
            first_name: named.then_some(person.given),
            last_name: named.then_some(person.family),
            emails: vec![Email::new(spelled(&person.email, rng), "work", true)],
            active: (number != 2).then_some(person.standing != Standing::Left),
            created_at: iso_millis(person.joined),
            updated_at: (number != 3).then(|| iso_millis(person.last_active)),
            remote: Row::new(),
        });
    }
    (users, ids)
}

fn mdm_devices(world: &World, users: &HashMap<usize, String>, rng: &mut Rng) -> Vec<MdmDevice> {
    let mut devices = Vec::new();
    for machine in world.machines.iter().filter(|machine| machine.at_truto) {
        let owner = machine
            .accounts
            .first()
            .map(|account| world.accounts[*account].person);
        let owner = owner.and_then(|person| users.get(&person).map(|id| (&world.people[person], id)));
        let device = mdm_device(machine, owner, devices.len(), rng);
        devices.push(device);
    }
    devices
}

fn mdm_device(
    machine: &Machine,
    owner: Option<(&Person, &String)>,
    number: usize,
    rng: &mut Rng,
) -> MdmDevice {
    let (kind, platform) = match machine.kind {
        // Outside the documented sets, as a provider's own word comes through.
        _ if number == 5 => ("wearable", "tvos"),
        Kind::Mac => (
            if machine.model == "Mac mini" {
                "desktop"
            } else {
                "laptop"
            },
            "macos",
        ),
        Kind::Windows => (rng.pick(&["laptop", "laptop", "workstation"]), "windows"),
        Kind::Linux => (rng.pick(&["laptop", "virtual_machine"]), "linux"),
        Kind::Android => ("mobile", "android"),
        Kind::Iphone => ("mobile", "ios"),
        Kind::Ipad => ("tablet", "ipados"),
    };
    let serial = match machine.serial.as_str() {
        "" => None,
        serial if rng.chance(4) => Some(serial.to_lowercase()),
        serial => Some(serial.to_owned()),
    };
    let name = if machine.friendly_name.is_empty() {
        &machine.hostname
    } else {
        &machine.friendly_name
    };
    MdmDevice {
        id: if number % 7 == 3 {
            rng.uuid()
        } else {
            (17 + number * 2).to_string()
        },
        name: name.clone(),
        hostname: machine.hostname.clone(),
        kind,
        platform,
        corporate: if number == 8 {
            Value::Null
        } else {
            json!(machine.corporate)
        },
        model: machine.model,
        manufacturer: machine.manufacturer,
        serial_number: serial,
        asset_tag: rng.chance(30).then(|| format!("A-{:05}", number + 100)),
        os_name: machine.os_name,
        os_version: machine.os_version,
        os_build: machine.os_build,
        encrypted: (!rng.chance(15)).then(|| !rng.chance(10)),
        owner: owner.map(|(person, id)| Owner {
            id: id.clone(),
            name: person.name(),
            email: spelled(&person.email, rng),
        }),
        created_at: iso_millis(machine.first_seen),
        updated_at: iso_millis(machine.last_seen),
        last_check_in: if number == 6 { 0 } else { machine.last_seen },
    }
}
