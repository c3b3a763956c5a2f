//! What a change at Banyan takes with it.
//!
//! A registration is the pair of a user and a device, and is one whether the two are active or not: a user whose last
//! other device is inactive still has that device.

use std::collections::BTreeSet;

use super::Banyan;
use super::list::same;

/// The members of a device that a change can replace. What is `None` stays.
#[derive(Debug, Default)]
pub(super) struct DeviceChange {
    pub(super) model: Option<String>,
    pub(super) ownership: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) banned: Option<bool>,
}

impl Banyan {
    /// The active devices with this serial number, by number. Those that are inactive are told by v2 only, and no
    /// change by serial number reaches them.
    fn active_with(&self, serial: &str) -> Vec<usize> {
        let devices = self.devices.iter().enumerate();
        devices
            .filter(|(_, device)| device.active && device.serial == serial)
            .map(|(number, _)| number)
            .collect()
    }

    /// Ends the registrations of the user with this e-mail address on the active devices with this serial number. A user
    /// who is left without a device goes, and so does a device that is left without a user.
    ///
    /// Without an e-mail address all registrations of these devices end, and all of them go.
    ///
    /// False, with nothing changed, when there is nothing of the kind.
    pub(super) fn delete_device(&mut self, serial: &str, email: Option<&str>) -> bool {
        let named = self.active_with(serial);
        let ending: Vec<(usize, usize)> = named
            .iter()
            .flat_map(|device| {
                let users = self.devices[*device].users.iter();
                users.map(move |user| (*device, *user))
            })
            .filter(|(_, user)| same(email, &self.users[*user].email))
            .collect();
        if named.is_empty() || (email.is_some() && ending.is_empty()) {
            return false;
        }
        for (device, user) in &ending {
            self.devices[*device].users.retain(|other| other != user);
            self.users[*user].devices.retain(|other| other != device);
        }
        for (device, user) in &ending {
            let (device, user) = (&mut self.devices[*device], &mut self.users[*user]);
            device.active &= !device.users.is_empty();
            user.active &= !user.devices.is_empty();
        }
        if email.is_none() {
            for device in named {
                self.devices[device].active = false;
            }
        }
        true
    }

    /// Changes every active device with this serial number. False when there is none.
    pub(super) fn update_device(&mut self, serial: &str, change: &DeviceChange) -> bool {
        let named = self.active_with(serial);
        for number in &named {
            let device = &mut self.devices[*number];
            for (member, value) in [
                (&mut device.model, &change.model),
                (&mut device.ownership, &change.ownership),
                (&mut device.platform, &change.platform),
                (&mut device.architecture, &change.architecture),
            ] {
                if let Some(value) = value {
                    *member = value.clone().into();
                }
            }
            device.banned = change.banned.unwrap_or(device.banned);
        }
        !named.is_empty()
    }

    /// Marks the users inactive, and their devices that are left without an active user. Registrations stay.
    ///
    /// False, with nothing changed, when one of the ids is not that of an active user.
    pub(super) fn deactivate_users(&mut self, ids: &[&str]) -> bool {
        let active = |id: &&str| self.users.iter().position(|user| user.active && user.id == *id);
        let Some(users) = ids.iter().map(active).collect::<Option<Vec<usize>>>() else {
            return false;
        };
        for user in &users {
            self.users[*user].active = false;
        }
        let devices: BTreeSet<usize> = users
            .iter()
            .flat_map(|user| self.users[*user].devices.iter().copied())
            .collect();
        for device in devices {
            let device = &mut self.devices[device];
            device.active &= device.users.iter().any(|user| self.users[*user].active);
        }
        true
    }
}
