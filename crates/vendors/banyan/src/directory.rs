use std::fmt;

use async_trait::async_trait;
use rollbook_model::{
    ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Error, Filter,
    Operation, Outcome, Pager, Plan, SourceName, User, UserId, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_vendor_kit::{CallPlace, Native, each_step, find_one, pager_from};

use crate::capabilities::capabilities;
use crate::carry_out::carry_out;
use crate::planner::{self, Reader};
use crate::{Client, DevicesQuery, EndusersQuery, EndusersV2Query, map, wire};

/// One Banyan organisation in the words that all vendors share.
pub struct BanyanDirectory {
    client: Client,
    capabilities: Capabilities,
}

impl BanyanDirectory {
    /// The organisation behind `client`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            capabilities: capabilities(),
        }
    }

    /// The native client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn allow(&self, operation: Operation, filters: &[Filter]) -> Result<(), Error> {
        self.client.api().allow(&self.capabilities, operation, filters)
    }

    /// Refuses a change that Banyan cannot make, before any request.
    fn accept(&self, change: &Change) -> Result<(), Error> {
        self.allow(change.operation(), &[])?;
        planner::check(change)
    }

    fn at(&self, operation: &'static str, error: Error) -> Error {
        self.client.api().at(&CallPlace::of(operation), error)
    }

    async fn user_by_email(&self, email: &str) -> Result<User, Error> {
        let query = EndusersQuery {
            email: Some(email.to_owned()),
            ..EndusersQuery::default()
        };
        let (source, wanted) = (self.source().clone(), email.to_lowercase());
        let pager = self
            .client
            .endusers_at_once(&query)
            .map(move |row| map::user(&source, row))
            .filter(move |user| user.id.as_str().to_lowercase() == wanted);
        find_one(pager, "user", |user| user.id.to_string())
            .await
            .map_err(|error| self.at("endusers", error))
    }

    /// The e-mail address of the user whose v2 id this is.
    async fn email_of(&self, id: &str) -> Result<UserId, Error> {
        let wanted = id.to_owned();
        let pager = self
            .client
            .endusers_v2(&EndusersV2Query::default())
            .filter(move |user: &Native<wire::EndUserV2>| user.id.as_deref() == Some(&wanted));
        let user = find_one(pager, "user", |user| user.email.to_string()).await;
        user.map(|user| user.email.clone())
            .map_err(|error| self.at("endusers_v2", error))
    }

    fn devices(&self, query: &DevicesQuery) -> Pager<Device> {
        let source = self.source().clone();
        self.client
            .devices_as(query, move |row| map::device(&source, row))
    }

    fn devices_at_once(&self, query: &DevicesQuery) -> Pager<Device> {
        let source = self.source().clone();
        self.client
            .devices_at_once(query)
            .map(move |row| map::device(&source, row))
    }
}

impl fmt::Debug for BanyanDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BanyanDirectory")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Directory for BanyanDirectory {
    fn source(&self) -> &SourceName {
        self.client.api().source()
    }

    fn vendor(&self) -> Vendor {
        Vendor::BANYAN
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.allow(Operation::ListUsers, &query.filters())?;
        let native = EndusersQuery {
            serial_number: query.serial.clone(),
            email: query.email.clone(),
            ..EndusersQuery::default()
        };
        // A filter by address or serial number gives few rows, and only a reply without paging carries the links.
        let few = query.email.is_some() || query.serial.is_some();
        let source = self.source().clone();
        let user = move |row| map::user(&source, row);
        let pager = if few {
            let serial = query.serial.clone();
            let has_serial = move |row: &Native<wire::EndUser>| {
                serial.as_ref().is_none_or(|serial| {
                    row.serial_numbers
                        .iter()
                        .flatten()
                        .any(|of_user| of_user == serial)
                })
            };
            self.client.endusers_at_once(&native).filter(has_serial).map(user)
        } else {
            self.client.endusers_as(&native, user)
        };
        let wanted = query.clone();
        let pager = pager.filter(move |user| wanted.matches(user));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        match self.user_by_email(id.as_str()).await {
            // Only an e-mail address has an `@`: the list of v2 ids need not be read for one.
            Err(error) if error.is_not_found() && !id.as_str().contains('@') => {}
            other => return other,
        }
        let email = self.email_of(id.as_str()).await?;
        let mut user = self.user_by_email(email.as_str()).await?;
        user.vendor_ids.insert("v2", id.as_str().to_owned());
        Ok(user)
    }

    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.allow(Operation::ListDevices, &query.filters())?;
        let native = DevicesQuery {
            serial_number: query.serial.clone(),
            email: query.email.clone(),
            ..DevicesQuery::default()
        };
        let few = query.email.is_some() || query.serial.is_some();
        let pager = if few {
            self.devices_at_once(&native)
        } else {
            self.devices(&native)
        };
        let wanted = query.clone();
        let pager = pager.filter(move |device| wanted.matches(device));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_device(&self, lookup: &DeviceLookup) -> Result<Device, Error> {
        let name = |device: &Device| device.id.to_string();
        let serial = lookup.id.as_str().to_owned();
        let query = DevicesQuery {
            serial_number: Some(serial.clone()),
            ..DevicesQuery::default()
        };
        let by_serial = self
            .devices_at_once(&query)
            .filter(move |device| device.serial_number.as_deref() == Some(&serial));
        match find_one(by_serial, "device", name).await {
            Err(error) if error.is_not_found() => {}
            other => return other.map_err(|error| self.at("devices", error)),
        }
        // Banyan has no filter by `DeviceID`: the whole list must tell.
        let id = lookup.id.clone();
        let by_id = self
            .devices(&DevicesQuery::default())
            .filter(move |device| device.id == id);
        find_one(by_id, "device", name)
            .await
            .map_err(|error| self.at("devices", error))
    }

    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.allow(Operation::ListWorkstations, &query.filters())?;
        Ok(Vec::new())
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        let mut reader = Reader::new(&self.client);
        let mut facts = Vec::with_capacity(changes.len());
        for change in changes {
            facts.push(match self.accept(change) {
                Ok(()) => reader.read(change).await,
                refused => refused,
            });
        }
        // All is read before anything is worked out: what is read later would not know of the changes before.
        let mut world = reader.world;
        let planned = changes.iter().zip(facts).map(|(change, read)| {
            read.map_err(|error| error.with_source_name(self.source().clone()))?;
            planner::plan(&self.client, &mut world, change)
        });
        planned.collect()
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        let asked = plan.asked.len();
        each_step(self.client.api(), plan, |step| {
            carry_out(&self.client, asked, step)
        })
        .await
    }
}
