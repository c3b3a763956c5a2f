//! What a change would do: [`read`] gathers the facts, [`devices`] and [`accounts`] work on them without asking anybody, and
//! here that becomes a [`Plan`] with its requests.

mod accounts;
mod devices;
mod read;
mod world;

use rollbook_model::{
    Action, BySerial, Change, DeviceSelector, Effect, Error, ErrorKind, Fate, Plan, SerialNumber, Step,
    Target, Text, UserSelector, Vendor,
};
use rollbook_vendor_kit::CallPlace;

use crate::{Client, DeviceUpdate, changes};

pub(crate) use read::Reader;
pub(crate) use world::{State, World, fold};

/// What of a plan is worked out from the facts.
#[derive(Debug, Default)]
struct Draft {
    targets: Vec<Target>,
    asked: Vec<Effect>,
    implied: Vec<Effect>,
    /// Addresses on a device that v1 lists no end user for.
    strangers: Vec<String>,
}

impl Draft {
    /// What is worth knowing of those whom v1 does not list: an inactive end user can be one.
    fn note(&self) -> Option<String> {
        (!self.strangers.is_empty()).then(|| {
            format!(
                "on the device, and not among the end users that v1 lists: {}; what happens to an inactive end user is not documented",
                self.strangers.join(", ")
            )
        })
    }
}

/// Refuses a selector that does not fit Banyan, before any request.
pub(crate) fn check(change: &Change) -> Result<(), Error> {
    match change {
        Change::DeleteUser(UserSelector::Guid(_) | UserSelector::Tuid(_)) => Err(Error::unsupported(
            "Banyan deletes a user by --email or --id: it knows no guid and no tuid",
        )),
        Change::DeleteDevice(DeviceSelector::Enrollment { .. }) => Err(Error::unsupported(
            "Banyan deletes a device by --serial and --email, not by its id",
        )),
        _ => Ok(()),
    }
}

/// Plans one change on the world as the changes before it leave it, and makes it there.
pub(crate) fn plan(client: &Client, world: &mut World, change: &Change) -> Result<Plan, Error> {
    let (operation, result) = match change {
        Change::BanDevice(BySerial { serial, .. }) => ("update_device", ban(world, serial, true)),
        Change::UnbanDevice(BySerial { serial, .. }) => ("update_device", ban(world, serial, false)),
        Change::DeleteDevice(DeviceSelector::Registration { serial, email }) => {
            ("delete_device", delete_device(client, world, serial, email))
        }
        Change::DeleteDeviceEverywhere(BySerial { serial, .. }) => (
            "delete_device_everywhere",
            delete_everywhere(client, world, serial),
        ),
        Change::DeleteUser(selector) => ("delete_endusers", delete_user(world, selector)),
        _ => ("plan", Err(Error::unsupported("Banyan knows no such change"))),
    };
    let (draft, steps, notes) = result.map_err(|error| client.api().at(&CallPlace::of(operation), error))?;
    let mut plan = Plan::new(client.api().source().clone(), Vendor::BANYAN, change.clone());
    plan.targets = draft.targets;
    plan.asked = draft.asked;
    plan.implied = draft.implied;
    plan.steps = steps;
    plan.notes = notes;
    Ok(plan)
}

type Worked = Result<(Draft, Vec<Step>, Vec<String>), Error>;

fn ban(world: &mut World, serial: &SerialNumber, banned: bool) -> Worked {
    let draft = devices::set_banned(world, serial, banned)?;
    if draft.asked.is_empty() {
        let note = match banned {
            true => "all devices with this serial number are banned already",
            false => "no device with this serial number is banned",
        };
        return Ok((draft, Vec::new(), vec![note.to_owned()]));
    }
    let action = Action::SetBanned {
        serial: serial.clone(),
        banned,
    };
    let call = changes::update_device(serial, &DeviceUpdate::of_ban(banned));
    Ok((draft, vec![call.step(action)], Vec::new()))
}

fn delete_device(client: &Client, world: &mut World, serial: &SerialNumber, email: &Text) -> Worked {
    let (draft, email) = devices::unregister(world, serial, email)?;
    let action = Action::DeleteDevice {
        device: serial.as_str().to_owned(),
        user: email.as_str().to_owned(),
    };
    let (step, mut notes) = deletion(client, serial, Some(&email), action);
    notes.insert(0, "the certificates of this registration are revoked".to_owned());
    notes.extend(draft.note());
    Ok((draft, vec![step], notes))
}

fn delete_everywhere(client: &Client, world: &mut World, serial: &SerialNumber) -> Worked {
    let draft = devices::delete_everywhere(world, serial)?;
    let action = Action::DeleteDeviceEverywhere {
        serial: serial.clone(),
    };
    let (step, mut notes) = deletion(client, serial, None, action);
    notes.insert(0, "all certificates of the device are revoked".to_owned());
    notes.extend(draft.note());
    Ok((draft, vec![step], notes))
}

/// The request at the address that is tried first, and a note of the one at the other.
fn deletion(
    client: &Client,
    serial: &SerialNumber,
    email: Option<&Text>,
    action: Action,
) -> (Step, Vec<String>) {
    let paths = client.delete_paths();
    let step = |path| changes::delete_device(path, serial, email).step(action.clone());
    let notes = paths.otherwise().map(|path| {
        let step = step(path);
        format!("if that address does not exist: {} {}", step.method, step.target)
    });
    (step(paths.first()), notes.into_iter().collect())
}

fn delete_user(world: &mut World, selector: &UserSelector) -> Worked {
    let (draft, ids) = accounts::deactivate(world, selector)?;
    let steps = ids.into_iter().map(|(id, email)| {
        let call = changes::delete_endusers(std::slice::from_ref(&id));
        call.step(Action::DeleteUser {
            key: id.as_str().to_owned(),
            id: email,
        })
    });
    let notes = vec!["an end user that is deleted is marked inactive, and stays on record".to_owned()];
    Ok((draft, steps.collect(), notes))
}

/// Nothing fits what was named.
fn not_found(message: String) -> Error {
    Error::new(ErrorKind::NotFound, Fate::Answered, message)
}
