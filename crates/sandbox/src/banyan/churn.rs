//! Users and devices that come, go and move.

use super::{Banyan, Device, EndUser};
use crate::churn::{Table, renumber, shift};
use crate::world::Rng;

impl Banyan {
    pub(crate) fn users_table(&mut self) -> impl Table {
        Users(self)
    }

    pub(crate) fn devices_table(&mut self) -> impl Table {
        Devices(self)
    }
}

struct Users<'a>(&'a mut Banyan);

impl Table for Users<'_> {
    fn len(&self) -> usize {
        self.0.users.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let copy = EndUser {
            id: rng.uuid(),
            email: format!("new.{}@example.com", rng.hex(12)),
            devices: Vec::new(),
            ..self.0.users[number].clone()
        };
        self.0.users.push(copy);
    }

    /// Its registrations end. A device that is left without a user stays.
    fn drop_last(&mut self) {
        self.0.users.pop();
        let gone = self.0.users.len();
        for device in &mut self.0.devices {
            device.users.retain(|user| *user != gone);
        }
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(&mut self.0.users, from, to);
        for user in self.0.devices.iter_mut().flat_map(|device| &mut device.users) {
            renumber(user, from, to);
        }
    }
}

struct Devices<'a>(&'a mut Banyan);

impl Table for Devices<'_> {
    fn len(&self) -> usize {
        self.0.devices.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let copy = Device {
            id: rng.uuid(),
            id_in_v1: true,
            serial: rng.serial(14),
            users: Vec::new(),
            ..self.0.devices[number].clone()
        };
        self.0.devices.push(copy);
    }

    /// Its registrations end. A user who is left without a device stays.
    fn drop_last(&mut self) {
        self.0.devices.pop();
        let gone = self.0.devices.len();
        for user in &mut self.0.users {
            user.devices.retain(|device| *device != gone);
        }
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(&mut self.0.devices, from, to);
        for device in self.0.users.iter_mut().flat_map(|user| &mut user.devices) {
            renumber(device, from, to);
        }
    }
}
