//! Users and devices that come, go and move. No row knows another by its number.

use super::Truto;
use super::directory::DirectoryUser;
use super::mdm::{MdmDevice, MdmUser};
use crate::churn::{Table, shift};
use crate::world::Rng;

impl Truto {
    pub(crate) fn users_table(&mut self) -> impl Table {
        Rows(&mut self.users, |user: &DirectoryUser, rng: &mut Rng| {
            let name = format!("new.{}@example.com", rng.hex(12));
            DirectoryUser {
                id: format!("00u{}", rng.alphanumeric(17)),
                username: name,
                ..user.clone()
            }
        })
    }

    pub(crate) fn mdm_users_table(&mut self) -> impl Table {
        let made = &mut self.mdm_users_made;
        Rows(&mut self.mdm_users, |user: &MdmUser, _: &mut Rng| {
            *made += 1;
            MdmUser {
                id: MdmUser::id_of(*made - 1),
                ..user.clone()
            }
        })
    }

    pub(crate) fn mdm_devices_table(&mut self) -> impl Table {
        Rows(&mut self.mdm_devices, |device: &MdmDevice, rng: &mut Rng| {
            MdmDevice {
                id: rng.between(900_000, 1_000_000_000).to_string(),
                serial_number: Some(rng.serial(12)),
                ..device.clone()
            }
        })
    }
}

/// The rows, and how a new one is made of another.
struct Rows<'a, T, F>(&'a mut Vec<T>, F);

impl<T, F: FnMut(&T, &mut Rng) -> T> Table for Rows<'_, T, F> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn append_copy(&mut self, number: usize, rng: &mut Rng) {
        let copy = (self.1)(&self.0[number], rng);
        self.0.push(copy);
    }

    fn drop_last(&mut self) {
        self.0.pop();
    }

    fn relocate(&mut self, from: usize, to: usize) {
        shift(self.0, from, to);
    }
}
