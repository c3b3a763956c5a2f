use std::fmt;

use async_trait::async_trait;
use rollbook_model::{
    Capabilities, Device, DeviceLookup, DeviceQuery, Directory, Error, Filter, Operation, Pager, SourceName,
    User, UserId, UserQuery, Vendor, Workstation, WorkstationQuery,
};
use rollbook_vendor_kit::{CallPlace, find_one, pager_from};

use crate::capabilities::capabilities;
use crate::wire::SystemDeviceId;
use crate::{AssetsQuery, Client, EnrolledUsersQuery, map};

/// One TruU tenant in the words that all vendors share.
pub struct TruuDirectory {
    client: Client,
    capabilities: Capabilities,
}

impl TruuDirectory {
    /// The tenant behind `client`.
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

    async fn user_by_tuid(&self, tuid: &str) -> Result<Option<User>, Error> {
        let query = EnrolledUsersQuery {
            tuid: Some(tuid.to_owned()),
            ..EnrolledUsersQuery::default()
        };
        let source = self.source().clone();
        let mut pager = self
            .client
            .enrolled_users(&query)
            .map(move |row| map::user(&source, row));
        let (users, error) = pager.collect_rows().await;
        if let Some(error) = error {
            return Err(error);
        }
        let wanted = tuid.to_lowercase();
        Ok(users
            .into_iter()
            .find(|user| user.id.as_str().to_lowercase() == wanted))
    }
}

impl fmt::Debug for TruuDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TruuDirectory")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Directory for TruuDirectory {
    fn source(&self) -> &SourceName {
        self.client.api().source()
    }

    fn vendor(&self) -> Vendor {
        Vendor::TRUU
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.allow(Operation::ListUsers, &query.filters())?;
        let native = self.client.enrolled_users(&EnrolledUsersQuery {
            upn: query.user_name.clone(),
            email: query.email.clone(),
            guid: query.guid.clone(),
            tuid: query.tuid.clone(),
        });
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = native
            .map(move |row| map::user(&source, row))
            .filter(move |user| wanted.matches(user));
        Ok(vec![pager_from(pager, query.cursor.as_ref())])
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        if let Some(user) = self.user_by_tuid(id.as_str()).await? {
            return Ok(user);
        }
        let native = self.client.domain_user(id.as_str()).await?;
        Ok(map::user(self.source(), native))
    }

    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.allow(Operation::ListDevices, &query.filters())?;
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = self
            .client
            .devices()
            .map(move |row| map::device(&source, row))
            .filter(move |device| wanted.matches(device));
        Ok(vec![pager_from(pager, query.cursor.as_ref())])
    }

    async fn get_device(&self, lookup: &DeviceLookup) -> Result<Device, Error> {
        if let Some(guid) = &lookup.user_guid {
            let id = SystemDeviceId::from(lookup.id.clone());
            let native = self.client.domain_user_device(guid, &id).await?;
            return Ok(map::device(self.source(), native));
        }
        // TruU gets a device only by its user: without one the whole list must tell.
        let (source, id) = (self.source().clone(), lookup.id.clone());
        let pager = self
            .client
            .devices()
            .map(move |row| map::device(&source, row))
            .filter(move |device| device.id == id);
        find_one(pager, "device", |device| {
            let guid = device
                .vendor_ids
                .get("user_guid")
                .map_or("nobody", String::as_str);
            format!("{} of user {guid}", device.id)
        })
        .await
        .map_err(|error| self.client.api().at(&CallPlace::of("devices"), error))
    }

    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.allow(Operation::ListWorkstations, &query.filters())?;
        let native = self.client.data_assets(&AssetsQuery {
            ip_addresses: query.ips.clone(),
            mac_addresses: query.macs.clone(),
        });
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = native
            .map(move |row| map::workstation(&source, row))
            .filter(move |row| wanted.matches(row));
        Ok(vec![pager_from(pager, query.cursor.as_ref())])
    }
}
