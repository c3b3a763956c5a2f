//! Rows that come, go and move by themselves, as they do at a vendor with other administrators.

use crate::listing::Rows;
use crate::state::State;
use crate::world::Rng;

/// One thing that happens to a list. Places are those of the rows that the list shows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A new row stands at this place. Whatever it is not known by is that of the row which stood there.
    Insert {
        at: usize,
    },
    Remove {
        at: usize,
    },
    Move {
        from: usize,
        to: usize,
    },
}

/// The rows of one table of a vendor, whose numbers others may hold.
pub(crate) trait Table {
    /// How many there are, also of those that no list shows.
    fn len(&self) -> usize;

    /// Puts a copy with names of its own behind the last.
    fn append_copy(&mut self, number: usize, rng: &mut Rng);

    /// Takes the last away, with what hangs on it.
    fn drop_last(&mut self);

    /// Moves one, and tells all that hold numbers.
    fn relocate(&mut self, from: usize, to: usize);

    /// Carries a step out. `places` are the numbers of the rows that the list shows, in its order.
    fn step(&mut self, places: &[usize], step: Step, rng: &mut Rng) {
        let number = |place: usize| places.get(place).copied();
        match step {
            Step::Insert { at } => {
                if let Some(number) = number(at) {
                    self.append_copy(number, rng);
                    self.relocate(self.len() - 1, number);
                }
            }
            Step::Remove { at } => {
                if let Some(number) = number(at) {
                    self.relocate(number, self.len() - 1);
                    self.drop_last();
                }
            }
            Step::Move { from, to } => {
                if let (Some(from), Some(to)) = (number(from), number(to)) {
                    self.relocate(from, to);
                }
            }
        }
    }
}

impl State {
    /// The numbers of the rows that a list shows, in its order.
    pub(crate) fn places(&self, of: Rows) -> Vec<usize> {
        let chosen = |count: usize, shown: &dyn Fn(usize) -> bool| (0..count).filter(|n| shown(*n)).collect();
        let (truu, banyan, truto) = (&self.truu, &self.banyan, &self.truto);
        match of {
            Rows::TruuUsers => chosen(truu.users.len(), &|n| !truu.users[n].deleted),
            Rows::TruuDevices => chosen(truu.devices.len(), &|n| truu.is_enrolled(&truu.devices[n])),
            Rows::TruuAssets => (0..truu.assets.len()).collect(),
            Rows::BanyanActiveUsers => chosen(banyan.users.len(), &|n| banyan.users[n].active),
            Rows::BanyanUsers => (0..banyan.users.len()).collect(),
            Rows::BanyanActiveDevices => chosen(banyan.devices.len(), &|n| banyan.devices[n].active),
            Rows::BanyanDevices => (0..banyan.devices.len()).collect(),
            Rows::TrutoUsers => (0..truto.users.len()).collect(),
            Rows::TrutoMdmUsers => (0..truto.mdm_users.len()).collect(),
            Rows::TrutoMdmDevices => (0..truto.mdm_devices.len()).collect(),
        }
    }

    pub(crate) fn churn(&mut self, of: Rows, step: Step, rng: &mut Rng) {
        let places = self.places(of);
        let places = places.as_slice();
        match of {
            Rows::TruuUsers => self.truu.users_table().step(places, step, rng),
            Rows::TruuDevices => self.truu.devices_table().step(places, step, rng),
            Rows::TruuAssets => self.truu.assets_table().step(places, step, rng),
            Rows::BanyanActiveUsers | Rows::BanyanUsers => self.banyan.users_table().step(places, step, rng),
            Rows::BanyanActiveDevices | Rows::BanyanDevices => {
                self.banyan.devices_table().step(places, step, rng);
            }
            Rows::TrutoUsers => self.truto.users_table().step(places, step, rng),
            Rows::TrutoMdmUsers => self.truto.mdm_users_table().step(places, step, rng),
            Rows::TrutoMdmDevices => self.truto.mdm_devices_table().step(places, step, rng),
        }
    }
}

/// Moves an item of a list; the items between make room.
pub(crate) fn shift<T>(items: &mut [T], from: usize, to: usize) {
    if from < to {
        items[from..=to].rotate_left(1);
    } else {
        items[to..=from].rotate_right(1);
    }
}

/// What a number becomes when the item `from` is moved to `to`.
pub(crate) fn renumber(number: &mut usize, from: usize, to: usize) {
    *number = match *number {
        moved if moved == from => to,
        between if (from..=to).contains(&between) => between - 1,
        between if (to..=from).contains(&between) => between + 1,
        other => other,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_find_their_items_after_any_move() {
        for from in 0..6 {
            for to in 0..6 {
                let mut items = [0, 1, 2, 3, 4, 5];
                shift(&mut items, from, to);
                assert_eq!(items[to], from);
                for item in 0..6 {
                    let mut number = item;
                    renumber(&mut number, from, to);
                    assert_eq!(items[number], item, "{from} to {to}");
                }
            }
        }
    }
}
