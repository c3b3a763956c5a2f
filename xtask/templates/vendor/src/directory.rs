use async_trait::async_trait;
use rollbook_model::{
    ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Error, Filter,
    Operation, Outcome, Pager, Plan, SourceName, User, UserId, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_vendor_kit::{each_step, not_ours, pager_from};

use crate::capabilities::capabilities;
use crate::{Client, map};

/// One Acme tenant in the words that all vendors share.
#[derive(Debug)]
pub struct AcmeDirectory {
    client: Client,
    capabilities: Capabilities,
}

impl AcmeDirectory {
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

    /// What an operation ends in that `capabilities` refuses, and that nothing is written for.
    fn refuse<T>(&self, operation: Operation) -> Result<T, Error> {
        self.allow(operation, &[])?;
        let error = Error::unsupported(format!("`{operation}` is not written"));
        Err(error.with_source_name(self.source().clone()))
    }
}

#[async_trait]
impl Directory for AcmeDirectory {
    fn source(&self) -> &SourceName {
        self.client.api().source()
    }

    fn vendor(&self) -> Vendor {
        map::VENDOR
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.allow(Operation::ListUsers, &query.filters())?;
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = self
            .client
            .users()
            .map(move |row| map::user(&source, row))
            .filter(move |user| wanted.matches(user));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        self.allow(Operation::GetUser, &[])?;
        let native = self.client.user(id.as_str()).await?;
        Ok(map::user(self.source(), native))
    }

    fn list_devices(&self, _: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.refuse(Operation::ListDevices)
    }

    async fn get_device(&self, _: &DeviceLookup) -> Result<Device, Error> {
        self.refuse(Operation::GetDevice)
    }

    fn list_workstations(&self, _: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.refuse(Operation::ListWorkstations)
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        changes
            .iter()
            .map(|change| self.refuse(change.operation()))
            .collect()
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        let nothing = |_| async { not_ours(self.client.api(), "nothing is changed at this vendor") };
        each_step(self.client.api(), plan, nothing).await
    }
}
