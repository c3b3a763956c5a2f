//! Carrying out the steps of a plan, and reading back what became of one whose answer leaves it open.

use rollbook_model::{Action, Error, Found, Outcome, SerialNumber, Step, Text};
use rollbook_vendor_kit::{Outgoing, not_ours, settle};

use crate::planner::{Reader, State, World, fold};
use crate::{Client, DeletePath, DeviceUpdate, changes};

/// Carries out one step of a plan that asked for so many effects, if its call is the one that the plan shows.
pub(crate) async fn carry_out(client: &Client, asked: usize, step: &Step) -> Outcome {
    match Sent::of(&step.action) {
        Ok(sent) if sent.calls().iter().any(|call| call.is(step)) => sent.carry_out(client, asked).await,
        Ok(_) => not_ours(client.api(), "this step was not planned here"),
        Err(error) => not_ours(client.api(), error.message()),
    }
}

/// An action, with what it names in types that cannot be blank.
enum Sent {
    Ban { serial: SerialNumber, banned: bool },
    DeviceOf { serial: SerialNumber, email: Text },
    Device { serial: SerialNumber },
    User { id: Text },
}

impl Sent {
    fn of(action: &Action) -> Result<Self, Error> {
        let text = |text: &str| Text::new(text).map_err(|error| Error::invalid_argument(error.to_string()));
        Ok(match action {
            Action::SetBanned { serial, banned } => Self::Ban {
                serial: serial.clone(),
                banned: *banned,
            },
            Action::DeleteDevice { device, user } => Self::DeviceOf {
                serial: SerialNumber::new(device.as_str())
                    .map_err(|error| Error::invalid_argument(error.to_string()))?,
                email: text(user)?,
            },
            Action::DeleteDeviceEverywhere { serial } => Self::Device {
                serial: serial.clone(),
            },
            Action::DeleteUser { key, .. } => Self::User { id: text(key)? },
            _ => return Err(Error::unsupported("Banyan knows no such change")),
        })
    }

    /// The calls that it may be: a device is deleted at one of two addresses.
    fn calls(&self) -> Vec<Outgoing> {
        let at_either = |serial, email| {
            [DeletePath::Documented, DeletePath::Undoubled]
                .map(|path| changes::delete_device(path, serial, email))
                .into()
        };
        match self {
            Self::Ban { serial, banned } => {
                vec![changes::update_device(serial, &DeviceUpdate::of_ban(*banned))]
            }
            Self::DeviceOf { serial, email } => at_either(serial, Some(email)),
            Self::Device { serial } => at_either(serial, None),
            Self::User { id } => vec![changes::delete_endusers(std::slice::from_ref(id))],
        }
    }

    async fn carry_out(&self, client: &Client, asked: usize) -> Outcome {
        match self {
            Self::Ban { serial, banned } => {
                let result = client.update_device(serial, &DeviceUpdate::of_ban(*banned)).await;
                let left = still(client, serial, |world| others_than(world, serial, *banned));
                settle(result, async { found(left.await, asked) }).await.0
            }
            Self::DeviceOf { serial, email } => {
                let result = client.delete_device(serial, email).await;
                let left = still(client, serial, |world| registrations(world, serial, email));
                settle(result, async { found(left.await, asked) }).await.0
            }
            Self::Device { serial } => {
                let result = client.delete_device_everywhere(serial).await;
                let left = still(client, serial, |world| everything(world, serial));
                settle(result, async { found(left.await, asked) }).await.0
            }
            Self::User { id } => {
                let result = client.delete_endusers(std::slice::from_ref(id)).await;
                settle(result, is_inactive(client, id)).await.0
            }
        }
    }
}

/// What `left` of the things that a change takes away says of it, when there were `asked`.
fn found(left: Option<usize>, asked: usize) -> Found {
    match left {
        Some(0) => Found::Changed,
        Some(left) if left == asked => Found::Unchanged,
        _ => Found::Unclear,
    }
}

/// What `count` makes of the devices with this serial number, as they are now; none when they cannot be read.
async fn still(
    client: &Client,
    serial: &SerialNumber,
    count: impl FnOnce(&World) -> Option<usize>,
) -> Option<usize> {
    let mut reader = Reader::new(client);
    // A walk in progress is large, and few changes have to look.
    Box::pin(reader.devices(serial.as_str())).await.ok()?;
    count(&reader.world)
}

/// The devices whose ban is still to be set or lifted. Without a device, or with one that does not say, it cannot be told.
fn others_than(world: &World, serial: &SerialNumber, banned: bool) -> Option<usize> {
    let records = world.records(serial.as_str()).ok()?;
    let states: Vec<bool> = records
        .iter()
        .map(|record| record.banned())
        .collect::<Option<_>>()?;
    (!states.is_empty()).then(|| states.iter().filter(|state| **state != banned).count())
}

/// The registrations of the user that are left.
fn registrations(world: &World, serial: &SerialNumber, email: &Text) -> Option<usize> {
    let key = fold(email.as_str());
    let mut left = 0;
    for record in world.records(serial.as_str()).ok()? {
        left += usize::from(record.names(&key).ok()?);
    }
    Some(left)
}

/// The devices and their registrations that are left.
fn everything(world: &World, serial: &SerialNumber) -> Option<usize> {
    let mut left = 0;
    for record in world.records(serial.as_str()).ok()? {
        left += 1 + record.emails().ok()?.len();
    }
    Some(left)
}

/// Whether the end user with this v2 id is inactive now, or gone.
async fn is_inactive(client: &Client, id: &Text) -> Found {
    let mut reader = Reader::new(client);
    if reader.accounts().await.is_err() {
        return Found::Unclear;
    }
    let Ok(accounts) = reader.world.accounts() else {
        return Found::Unclear;
    };
    let states: Vec<&State> = accounts
        .with_id(id.as_str())
        .map(|(_, account)| &account.state)
        .collect();
    if states.iter().all(|state| **state == State::Inactive) {
        Found::Changed
    } else if states.contains(&&State::Active) {
        Found::Unchanged
    } else {
        Found::Unclear
    }
}
