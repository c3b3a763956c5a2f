//! Carrying out the steps of a plan, and reading back what became of one whose answer leaves it open.

use rollbook_model::{Action, Found, Outcome, SerialNumber, Text};
use rollbook_vendor_kit::{not_ours, settle};

use crate::plan::{Reader, State, World, fold};
use crate::{Client, DeviceUpdate};

/// Carries out one step of a plan that asked for so many effects.
pub(crate) async fn carry_out(client: &Client, asked: usize, action: &Action) -> Outcome {
    match action {
        Action::SetBanned { serial, banned } => {
            let result = client.update_device(serial, &DeviceUpdate::of_ban(*banned)).await;
            let left = still(client, serial, |world| others_than(world, serial, *banned));
            settle(result, async { found(left.await, asked) }).await.0
        }
        Action::DeleteDevice { device, user } => {
            let (serial, email) = match (SerialNumber::new(device.clone()), Text::new(user.clone())) {
                (Ok(serial), Ok(email)) => (serial, email),
                (Err(error), _) => return not_ours(client.api(), error.to_string()),
                (_, Err(error)) => return not_ours(client.api(), error.to_string()),
            };
            let result = client.delete_device(&serial, &email).await;
            let left = still(client, &serial, |world| registrations(world, &serial, &email));
            settle(result, async { found(left.await, asked) }).await.0
        }
        Action::DeleteDeviceEverywhere { serial } => {
            let result = client.delete_device_everywhere(serial).await;
            let left = still(client, serial, |world| everything(world, serial));
            settle(result, async { found(left.await, asked) }).await.0
        }
        Action::DeleteUser { key, .. } => {
            let id = match Text::new(key.clone()) {
                Ok(id) => id,
                Err(error) => return not_ours(client.api(), error.to_string()),
            };
            let result = client.delete_endusers(std::slice::from_ref(&id)).await;
            settle(result, is_inactive(client, &id)).await.0
        }
        _ => not_ours(client.api(), "Banyan knows no such change"),
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
    reader.devices(serial.as_str()).await.ok()?;
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
