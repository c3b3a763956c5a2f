//! Users, devices and workstations that come, go and move.

use super::{Asset, Device, Truu, User};
use crate::churn::{Table, renumber, shift};
use crate::world::Rng;

impl Truu {
    pub(crate) fn users_table(&mut self) -> impl Table {
        Users(self)
    }

    pub(crate) fn devices_table(&mut self) -> impl Table {
        Devices(self)
    }

    pub(crate) fn assets_table(&mut self) -> impl Table {
        Assets(&mut self.assets)
    }
}

struct Users<'a>(&'a mut Truu);

impl Table for Users<'_> {
    fn len(&self) -> usize {
        self.0.users.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let name = format!("new.{}", rng.hex(12));
        let copy = User {
            tuid: rng.uuid(),
            guid: rng.uuid(),
            principal: format!("{name}@corp.example.com"),
            email: format!("{name}@example.com"),
            devices: Vec::new(),
            ..self.0.users[number].clone()
        };
        self.0.users.push(copy);
    }

    /// All its devices go with it.
    fn drop_last(&mut self) {
        let Some(user) = self.0.users.pop() else { return };
        let mut devices = user.devices;
        devices.sort_unstable();
        for device in devices.into_iter().rev() {
            let mut table = Devices(self.0);
            table.relocate(device, table.len() - 1);
            table.drop_last();
        }
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(&mut self.0.users, from, to);
        for device in &mut self.0.devices {
            renumber(&mut device.user, from, to);
        }
    }
}

struct Devices<'a>(&'a mut Truu);

impl Table for Devices<'_> {
    fn len(&self) -> usize {
        self.0.devices.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let copy = Device {
            id: rng.uuid(),
            data_id: rng.between(90_000_000_000, 100_000_000_000).to_string(),
            ..self.0.devices[number].clone()
        };
        self.0.users[copy.user].devices.push(self.0.devices.len());
        self.0.devices.push(copy);
    }

    fn drop_last(&mut self) {
        self.0.devices.pop();
        let gone = self.0.devices.len();
        for user in &mut self.0.users {
            user.devices.retain(|device| *device != gone);
        }
        for asset in &mut self.0.assets {
            asset.devices.retain(|device| *device != gone);
        }
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(&mut self.0.devices, from, to);
        let users = self.0.users.iter_mut().map(|user| &mut user.devices);
        let assets = self.0.assets.iter_mut().map(|asset| &mut asset.devices);
        for device in users.chain(assets).flatten() {
            renumber(device, from, to);
        }
    }
}

struct Assets<'a>(&'a mut Vec<Asset>);

impl Table for Assets<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let copy = Asset {
            machine_name: format!("NEW-{}", rng.serial(10)),
            devices: Vec::new(),
            ..self.0[number].clone()
        };
        self.0.push(copy);
    }

    fn drop_last(&mut self) {
        self.0.pop();
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(self.0, from, to);
    }
}
