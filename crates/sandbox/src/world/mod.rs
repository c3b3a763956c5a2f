//! The people and machines behind the rows. Each vendor tells of them in its own words.

mod machines;
mod names;
mod people;
mod rng;

pub(crate) use machines::{Kind, Machine};
pub(crate) use people::{Account, AccountKind, Person, Standing, spelled};
pub(crate) use rng::Rng;

use crate::SandboxConfig;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// Seconds since 1970. Nothing happened after it.
    pub(crate) today: i64,
    pub(crate) people: Vec<Person>,
    pub(crate) accounts: Vec<Account>,
    /// People whom Banyan alone knows.
    pub(crate) partners: Vec<Person>,
    /// People whom the directory behind Truto alone knows.
    pub(crate) unenrolled: Vec<Person>,
    pub(crate) machines: Vec<Machine>,
}

impl World {
    pub(crate) fn new(config: &SandboxConfig) -> Self {
        let today = config.photographed_at;
        let mut rng = Rng::new(config.seed, "people");
        let mut crowd = people::Crowd::new(&mut rng, today);
        let (people, accounts) = crowd.accounts(config.users);
        let strangers = config.users.div_ceil(40);
        let partners = crowd.outsiders(strangers);
        let unenrolled = crowd.outsiders(strangers);
        let mut rng = Rng::new(config.seed, "machines");
        let machines = machines::machines(&mut rng, today, &people, &accounts, config.devices);
        Self {
            seed: config.seed,
            today,
            people,
            accounts,
            partners,
            unenrolled,
            machines,
        }
    }

    /// The person who has the account.
    pub(crate) fn owner(&self, account: usize) -> &Person {
        &self.people[self.accounts[account].person]
    }
}
