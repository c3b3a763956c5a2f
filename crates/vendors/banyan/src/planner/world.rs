use std::collections::{BTreeMap, BTreeSet};

use rollbook_model::{Error, Subject};
use rollbook_vendor_kit::mapping::{filled, yes};

use crate::wire;

/// An e-mail address as it is compared: without case.
pub(crate) fn fold(email: &str) -> String {
    email.to_lowercase()
}

/// What is known of the users, the devices and the links between them; every list in it was read whole.
///
/// Serial numbers are plain texts here: a junk one on another device of a user is a link like any other.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// The devices with a serial number, blank ones included.
    pub(super) devices: BTreeMap<String, Vec<Record>>,
    /// The end users of v1 with an address, by the folded address.
    pub(super) users: BTreeMap<String, Vec<EndUser>>,
    /// Who lists a serial number, by their folded addresses. Candidates: what holds now is in `users`.
    pub(super) holders: BTreeMap<String, BTreeSet<String>>,
    /// The serial numbers of the devices that name an address. Candidates: what holds now is in `devices`.
    pub(super) named_on: BTreeMap<String, Vec<String>>,
    /// The end users of v2.
    pub(super) accounts: Option<Accounts>,
    /// Addresses that a change before this one marks inactive: whether devices then still name them is documented nowhere.
    pub(super) left: BTreeSet<String>,
}

/// A device of `v1/devices`.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(super) id: String,
    pub(super) serial: String,
    pub(super) name: Option<String>,
    pub(super) banned: Option<bool>,
    /// Not known where the row lacks them.
    pub(super) emails: Option<Vec<String>>,
}

/// An end user of `v1/endusers`.
#[derive(Clone, Debug)]
pub(crate) struct EndUser {
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) serials: Vec<String>,
}

/// An end user of `v2/enduser`.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(super) id: Option<String>,
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(crate) state: State,
}

/// The end users of v2, found by their folded address.
#[derive(Debug)]
pub(crate) struct Accounts {
    rows: Vec<Account>,
    by_address: BTreeMap<String, Vec<usize>>,
}

impl Accounts {
    pub(super) fn new(rows: Vec<Account>) -> Self {
        let mut by_address: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, account) in rows.iter().enumerate() {
            by_address.entry(fold(&account.email)).or_default().push(place);
        }
        Self { rows, by_address }
    }

    pub(super) fn at(&self, place: usize) -> &Account {
        &self.rows[place]
    }

    /// Those with this folded address, each with its place.
    pub(super) fn with_address(&self, key: &str) -> impl Iterator<Item = (usize, &Account)> {
        let places = self.by_address.get(key).into_iter().flatten();
        places.map(|place| (*place, self.at(*place)))
    }

    /// Those with this id, each with its place.
    pub(crate) fn with_id(&self, id: &str) -> impl Iterator<Item = (usize, &Account)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(move |(_, account)| account.id.as_deref() == Some(id))
    }

    /// Makes those with this folded address inactive whose place is one of `places`.
    fn end(&mut self, key: &str, places: impl Fn(usize) -> bool) {
        for place in self.by_address.get(key).into_iter().flatten() {
            if places(*place) {
                self.rows[*place].state = State::Inactive;
            }
        }
    }
}

/// Whether an end user is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Inactive,
    /// The words do not say it.
    Unclear(String),
}

impl State {
    pub(crate) fn read(status: Option<&str>) -> Self {
        let status = status.unwrap_or_default().trim();
        match status.to_lowercase().as_str() {
            "active" => Self::Active,
            "inactive" | "deactivated" | "deleted" | "disabled" => Self::Inactive,
            "" => Self::Unclear("it has no status".to_owned()),
            _ => Self::Unclear(format!("its status is `{status}`")),
        }
    }

    fn is_active(&self) -> bool {
        *self == Self::Active
    }

    fn is_unclear(&self) -> bool {
        matches!(self, Self::Unclear(_))
    }
}

impl Record {
    pub(super) fn of(row: wire::Device) -> Self {
        let (id, row) = row.into_parts();
        Self {
            id: id.as_str().to_owned(),
            serial: row.serial_number.unwrap_or_default(),
            name: filled(row.device_friendly_name),
            banned: yes(row.banned),
            emails: row.emails.map(named),
        }
    }

    pub(crate) fn banned(&self) -> Option<bool> {
        self.banned
    }

    /// The addresses of its users.
    ///
    /// # Errors
    ///
    /// `Refused` when its row does not tell them.
    pub(crate) fn emails(&self) -> Result<&[String], Error> {
        self.emails
            .as_deref()
            .ok_or_else(|| Error::refused(format!("the row of {} does not tell its users", self.subject())))
    }

    /// The addresses in it that are `key` when folded: none, or one in one or several spellings.
    pub(crate) fn spellings(&self, key: &str) -> Result<impl Iterator<Item = &str>, Error> {
        let emails = self.emails()?.iter().map(String::as_str);
        Ok(emails.filter(move |email| fold(email) == key))
    }

    /// Takes the address out; true when it was the last.
    pub(super) fn loses_last(&mut self, key: &str) -> bool {
        let Some(emails) = &mut self.emails else {
            return false;
        };
        let before = emails.len();
        emails.retain(|email| fold(email) != key);
        emails.len() < before && emails.is_empty()
    }

    pub(crate) fn names(&self, key: &str) -> Result<bool, Error> {
        Ok(self.spellings(key)?.next().is_some())
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::Device {
            id: self.id.clone(),
            serial: filled(Some(self.serial.clone())),
            name: self.name.clone(),
        }
    }
}

fn named(emails: Vec<String>) -> Vec<String> {
    emails
        .into_iter()
        .filter(|email| !email.trim().is_empty())
        .collect()
}

impl EndUser {
    pub(super) fn lists(&self, serial: &str) -> bool {
        self.serials.iter().any(|listed| listed == serial)
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::User {
            id: Some(self.email.clone()),
            name: self.name.clone(),
            email: Some(self.email.clone()),
        }
    }
}

impl World {
    /// The devices with this serial number.
    pub(crate) fn records(&self, serial: &str) -> Result<&[Record], Error> {
        let records = self.devices.get(serial).map(Vec::as_slice);
        records.ok_or_else(|| unread("devices with a serial number"))
    }

    pub(super) fn records_mut(&mut self, serial: &str) -> Result<&mut Vec<Record>, Error> {
        let records = self.devices.get_mut(serial);
        records.ok_or_else(|| unread("devices with a serial number"))
    }

    /// The end users of v1 with this folded address.
    pub(super) fn users(&self, key: &str) -> Result<&[EndUser], Error> {
        let users = self.users.get(key).map(Vec::as_slice);
        users.ok_or_else(|| unread("end users with an address"))
    }

    /// The one end user of v1 with this folded address, if it is one.
    pub(super) fn user(&self, key: &str) -> Result<Option<&EndUser>, Error> {
        match self.users(key)? {
            [] => Ok(None),
            [user] => Ok(Some(user)),
            several => Err(Error::refused(format!(
                "{} end users have the e-mail address `{key}`",
                several.len()
            ))),
        }
    }

    pub(super) fn holders(&self, serial: &str) -> Result<&BTreeSet<String>, Error> {
        let holders = self.holders.get(serial);
        holders.ok_or_else(|| unread("end users with a serial number"))
    }

    pub(super) fn named_on(&self, key: &str) -> Result<&[String], Error> {
        let serials = self.named_on.get(key).map(Vec::as_slice);
        serials.ok_or_else(|| unread("devices of an address"))
    }

    /// Whether a device with this serial number names the address, also after the changes before this one.
    pub(super) fn is_named_on(&self, key: &str, serial: &str) -> Result<bool, Error> {
        if !self.named_on(key)?.iter().any(|named| named == serial) {
            return Ok(false);
        }
        let Some(records) = self.devices.get(serial) else {
            return Ok(true);
        };
        for record in records {
            if record.names(key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The end users of v2.
    pub(crate) fn accounts(&self) -> Result<&Accounts, Error> {
        self.accounts.as_ref().ok_or_else(|| unread("v2 end users"))
    }

    /// Whether anybody with this folded address is active, by v2, once the accounts at `leaving` are not.
    pub(super) fn state(&self, key: &str, leaving: &[usize]) -> Result<State, Error> {
        let accounts = self.accounts()?.with_address(key);
        let states: Vec<&State> = accounts
            .map(|(place, account)| match leaving.contains(&place) {
                true => &State::Inactive,
                false => &account.state,
            })
            .collect();
        if states.is_empty() {
            return Ok(State::Unclear("v2 does not know it".to_owned()));
        }
        let strongest = [State::is_active, State::is_unclear]
            .into_iter()
            .find_map(|is| states.iter().find(|state| is(state)));
        Ok(strongest.map_or(State::Inactive, |state| (*state).clone()))
    }

    /// The devices at these places are gone.
    pub(super) fn remove_records(&mut self, serial: &str, places: &[usize]) {
        let records = self.devices.entry(serial.to_owned()).or_default();
        let mut place = 0..;
        records.retain(|_| !place.next().is_some_and(|place| places.contains(&place)));
    }

    /// The user is gone.
    pub(super) fn remove_user(&mut self, key: &str) {
        if let Some(users) = self.users.get_mut(key) {
            users.clear();
        }
        if let Some(accounts) = &mut self.accounts {
            accounts.end(key, |_| true);
        }
    }

    /// The accounts are inactive, and so is their user once none of them is active.
    pub(super) fn deactivate(&mut self, key: &str, leaving: &[usize]) {
        if let Some(accounts) = &mut self.accounts {
            accounts.end(key, |place| leaving.contains(&place));
        }
        if matches!(self.state(key, &[]), Ok(State::Active)) {
            return;
        }
        self.left.insert(key.to_owned());
        self.remove_user(key);
    }

    /// The user with this folded address has no device with this serial number any more.
    pub(super) fn unlist(&mut self, key: &str, serial: &str) {
        for user in self.users.get_mut(key).into_iter().flatten() {
            user.serials.retain(|listed| listed != serial);
        }
    }
}

/// A list that the reader forgot must not pass for an empty one.
fn unread(list: &str) -> Error {
    Error::refused(format!("the list of {list} was not read"))
}
