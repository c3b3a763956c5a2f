//! What asking for one row gives: that row, or an error that is not "not found".

use rollbook::model::{DeviceId, DeviceLookup, Error, ErrorKind, Operation, UserId};

use crate::cell::Told;
use crate::exit::Outcome;
use crate::specs::Spec;
use crate::world::{BANYAN, TRUU, World};

pub(crate) async fn told(world: &World, place: usize, operation: Operation, spec: Spec) -> Told {
    let directory = world.source(place).directory();
    let truth = world.sandbox.truth();
    let (users, devices) = match place {
        TRUU => (&truth.truu_users, &truth.truu_devices),
        BANYAN => (&truth.banyan_users, &truth.banyan_devices),
        _ => (&truth.truto_users, &truth.truto_mdm_devices),
    };
    // Neither the first nor on the first page.
    let answer = if operation == Operation::GetUser {
        let id = &users[users.len() / 2];
        let found = directory.get_user(&UserId::new(id.as_str()).unwrap()).await;
        found.map(|user| (user.id.to_string() == *id, user.unread.is_empty()))
    } else {
        let id = &devices[devices.len() / 2];
        let lookup = DeviceLookup::new(DeviceId::new(id.as_str()).unwrap());
        let found = directory.get_device(&lookup).await;
        let is_it = |device: &rollbook::model::Device| {
            device.id.as_str() == id || device.vendor_ids.iter().any(|(_, known)| known == id)
        };
        found.map(|device| (is_it(&device), device.unread.is_empty()))
    };
    let (mut outcome, mut lies) = (Outcome::default(), Vec::new());
    let what = match answer {
        Ok((is_it, whole)) => {
            if !is_it {
                lies.push("another row was found".to_owned());
            }
            outcome.delivered(1);
            if !whole {
                outcome.unreadable();
            }
            if whole { "found" } else { "found, not whole" }.to_owned()
        }
        Err(error) => {
            if !may_be_not_found(&error, spec) {
                lies.push(format!("it is there: {error}"));
            }
            outcome.failed(&error);
            error.kind().to_string()
        }
    };
    Told {
        what,
        exit: outcome.exit(),
        lies,
    }
}

/// Only a vendor that says so itself may be believed, or one whose list has lost the row meanwhile.
fn may_be_not_found(error: &Error, spec: Spec) -> bool {
    error.kind() != ErrorKind::NotFound || spec.0.contains("404") || spec.moves_rows()
}
