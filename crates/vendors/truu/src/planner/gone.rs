use std::collections::HashSet;

use super::facts::Person;
use crate::ids;
use crate::wire::SystemDeviceId;

/// What the changes planned so far would delete.
#[derive(Debug, Default)]
pub(super) struct Gone {
    users: HashSet<String>,
    devices: HashSet<(String, String)>,
}

impl Gone {
    pub(super) fn add_user(&mut self, user: &Person) {
        self.users.extend(key(user));
    }

    pub(super) fn has_user(&self, user: &Person) -> bool {
        key(user).is_some_and(|user| self.users.contains(&user))
    }

    pub(super) fn add_device(&mut self, owner: &Person, id: &SystemDeviceId) {
        self.devices
            .extend(key(owner).map(|owner| (owner, ids::comparable(id.as_str()).into_owned())));
    }

    /// Whether the device is deleted, by itself or with its user.
    pub(super) fn has_device(&self, owner: &Person, id: &SystemDeviceId) -> bool {
        let by_itself = |owner| {
            self.devices
                .contains(&(owner, ids::comparable(id.as_str()).into_owned()))
        };
        self.has_user(owner) || key(owner).is_some_and(by_itself)
    }
}

/// What is planned has a guid, so what has none is not gone.
fn key(person: &Person) -> Option<String> {
    Some(ids::comparable(person.guid.as_ref()?).into_owned())
}
