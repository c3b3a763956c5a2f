use std::collections::{BTreeMap, BTreeSet};

use rollbook_model::{Change, DeviceSelector, Error, ErrorKind, Pager, UserSelector};
use rollbook_vendor_kit::mapping::yes;
use rollbook_vendor_kit::{Native, whole};

use super::accounts::choose;
use super::world::{Account, Accounts, EndUser, Record, State, World, fold};
use crate::{Client, DevicesQuery, EndusersQuery, EndusersV2Query, wire};

/// Reads what the changes of one call are worked out from, each list once. Lists are asked for without paging and with the
/// filter that fits, since only those rows carry the links; what the filter means is settled here.
pub(crate) struct Reader<'a> {
    client: &'a Client,
    pub(crate) world: World,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self {
            client,
            world: World::default(),
        }
    }

    /// Reads what `change` is worked out from.
    ///
    /// # Errors
    ///
    /// Whatever a request can fail with; `Refused` when a list is not complete, or the links of a user are not told.
    pub(crate) async fn read(&mut self, change: &Change) -> Result<(), Error> {
        match change {
            Change::BanDevice(device) | Change::UnbanDevice(device) => {
                self.devices(device.serial.as_str()).await
            }
            Change::DeleteDevice(DeviceSelector::Registration { serial, email }) => {
                self.devices(serial.as_str()).await?;
                match self.spelling(serial.as_str(), &fold(email.as_str()))? {
                    Some(email) => self.user_on(&email, serial.as_str()).await,
                    None => Ok(()),
                }
            }
            Change::DeleteDeviceEverywhere(device) => self.links(device.serial.as_str()).await,
            Change::DeleteUser(selector) => self.account(selector).await,
            _ => Ok(()),
        }
    }

    /// The devices with this serial number.
    pub(crate) async fn devices(&mut self, serial: &str) -> Result<(), Error> {
        if self.world.devices.contains_key(serial) {
            return Ok(());
        }
        let query = DevicesQuery {
            // A blank serial number is no filter; those who have one are in the whole list.
            serial_number: (!serial.is_empty()).then(|| serial.to_owned()),
            ..DevicesQuery::default()
        };
        let rows = self.rows(self.client.devices_at_once(&query)).await?;
        let records = rows.into_iter().map(|row| Record::of(row.into_parts().0));
        let records = records.filter(|record| record.serial == serial).collect();
        self.world.devices.insert(serial.to_owned(), records);
        Ok(())
    }

    /// The end users of v2.
    pub(crate) async fn accounts(&mut self) -> Result<(), Error> {
        if self.world.accounts.is_none() {
            let rows = self
                .rows(self.client.endusers_v2(&EndusersV2Query::default()))
                .await?;
            let accounts = rows.into_iter().map(|row| row.into_parts().0);
            let accounts = accounts.map(|row| Account {
                state: State::read(row.status.as_deref()),
                id: row.id,
                email: row.email.as_str().to_owned(),
                name: row.name,
            });
            self.world.accounts = Some(Accounts::new(accounts.collect()));
        }
        Ok(())
    }

    /// The user with this address, and where the user's row lists other devices than that with this serial number, the
    /// devices that name the user: a device that only one side knows decides nothing.
    async fn user_on(&mut self, email: &str, serial: &str) -> Result<(), Error> {
        self.user(email).await?;
        let mut users = self.world.users(&fold(email))?.iter();
        if users.any(|user| user.serials.iter().any(|listed| listed != serial)) {
            self.devices_of(email).await?;
        }
        Ok(())
    }

    /// The user with this address, and the serial numbers of the user's devices.
    async fn user(&mut self, email: &str) -> Result<(), Error> {
        let key = fold(email);
        if self.world.users.contains_key(&key) {
            return Ok(());
        }
        let query = EndusersQuery {
            email: Some(email.to_owned()),
            ..EndusersQuery::default()
        };
        let rows = self.rows(self.client.endusers_at_once(&query)).await?;
        let mut users = Vec::new();
        for row in rows.into_iter().filter(is_user) {
            if fold(row.email.as_str()) != key {
                continue;
            }
            let serials = match &row.serial_numbers {
                Some(serials) => serials.clone(),
                None => {
                    self.devices_of(email).await?;
                    self.world.named_on(&key)?.to_vec()
                }
            };
            users.push(end_user(&row, serials));
        }
        self.world.users.insert(key, users);
        Ok(())
    }

    /// The serial numbers of the devices that name this address.
    async fn devices_of(&mut self, email: &str) -> Result<(), Error> {
        let key = fold(email);
        if self.world.named_on.contains_key(&key) {
            return Ok(());
        }
        let query = DevicesQuery {
            email: Some(email.to_owned()),
            ..DevicesQuery::default()
        };
        let mut serials = Vec::new();
        let mut untold = BTreeSet::new();
        for row in self.rows(self.client.devices_at_once(&query)).await? {
            let record = Record::of(row.into_parts().0);
            match record.emails {
                Some(_) if record.names(&key)? => serials.push(record.serial),
                Some(_) => {}
                None => drop(untold.insert(record.serial)),
            }
        }
        for serial in untold {
            self.devices(&serial).await?;
            for record in self.world.records(&serial)? {
                if record.names(&key)? {
                    serials.push(serial.clone());
                }
            }
        }
        self.world.named_on.insert(key, serials);
        Ok(())
    }

    /// The devices with this serial number, and everybody who is on one of them by either side's account.
    async fn links(&mut self, serial: &str) -> Result<(), Error> {
        self.devices(serial).await?;
        if self.world.records(serial)?.is_empty() {
            return Ok(());
        }
        let mut emails = BTreeMap::new();
        for record in self.world.records(serial)? {
            emails.extend(record.emails()?.iter().map(|email| (fold(email), email.clone())));
        }
        if !self.world.holders.contains_key(serial) {
            let query = EndusersQuery {
                serial_number: Some(serial.to_owned()),
                ..EndusersQuery::default()
            };
            let rows = self.rows(self.client.endusers_at_once(&query)).await?;
            let mut holders: BTreeMap<String, Vec<Native<wire::EndUser>>> = BTreeMap::new();
            for row in rows.into_iter().filter(is_user) {
                let lists = |serials: &Vec<String>| serials.iter().any(|listed| listed == serial);
                if row.serial_numbers.as_ref().is_none_or(lists) {
                    holders.entry(fold(row.email.as_str())).or_default().push(row);
                }
            }
            for (key, rows) in &holders {
                emails.insert(key.clone(), rows[0].email.as_str().to_owned());
                let users = rows
                    .iter()
                    .map(|row| Some(end_user(row, row.serial_numbers.clone()?)));
                if let Some(users) = users.collect() {
                    self.world.users.entry(key.clone()).or_insert(users);
                }
            }
            let holders = holders.into_keys().collect();
            self.world.holders.insert(serial.to_owned(), holders);
        }
        for email in emails.values() {
            self.user_on(email, serial).await?;
        }
        Ok(())
    }

    /// The end users of v2, and of the chosen one the user and all devices.
    async fn account(&mut self, selector: &UserSelector) -> Result<(), Error> {
        self.accounts().await?;
        let Ok(chosen) = choose(&self.world, selector) else {
            // There is nobody to work anything out for; the plan says why.
            return Ok(());
        };
        self.user(&chosen.email).await?;
        self.devices_of(&chosen.email).await?;
        let key = fold(&chosen.email);
        let mut serials: BTreeSet<String> = self.world.named_on(&key)?.iter().cloned().collect();
        let listed = self.world.users(&key)?.iter().flat_map(|user| &user.serials);
        serials.extend(listed.cloned());
        for serial in serials {
            self.devices(&serial).await?;
        }
        Ok(())
    }

    /// How the devices with this serial number spell the address, if one names it.
    fn spelling(&self, serial: &str, key: &str) -> Result<Option<String>, Error> {
        for record in self.world.records(serial)? {
            if let Some(spelling) = record.spellings(key)?.next() {
                return Ok(Some(spelling.to_owned()));
            }
        }
        Ok(None)
    }

    /// The rows of a whole list.
    async fn rows<T: Send + 'static>(&self, pager: Pager<Native<T>>) -> Result<Vec<Native<T>>, Error> {
        match whole(pager).await {
            // "record not found" is the vendor's word that nothing fits; a 404 says that the list is not there.
            Err(error) if error.is_not_found() && error.status() == Some(404) => {
                Err(error.with_kind(ErrorKind::InvalidRequest))
            }
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            rows => rows,
        }
    }
}

/// Whether the row is of somebody who is still there.
fn is_user(row: &Native<wire::EndUser>) -> bool {
    yes(row.is_deleted.clone()) != Some(true)
}

fn end_user(row: &wire::EndUser, serials: Vec<String>) -> EndUser {
    EndUser {
        email: row.email.as_str().to_owned(),
        name: row.name.clone().filter(|name| !name.trim().is_empty()),
        serials,
    }
}
