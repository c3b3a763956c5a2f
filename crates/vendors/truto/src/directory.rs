use std::fmt;

use async_trait::async_trait;
use rollbook_model::{
    ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Error, Filter,
    Operation, Outcome, Pager, Plan, SourceName, User, UserId, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_vendor_kit::{each_step, pager_from};

use crate::capabilities::capabilities;
use crate::{Client, Common, MdmDevicesQuery, MdmUsersQuery, Model, UsersQuery, map};

/// One integrated account in the words that all vendors share.
pub struct TrutoDirectory {
    client: Client,
    models: Vec<Model>,
    capabilities: Capabilities,
}

impl TrutoDirectory {
    /// The integrated account behind `client`, whose integration has these models.
    pub fn new(client: Client, models: &[Model]) -> Self {
        Self {
            client,
            models: models.to_vec(),
            capabilities: capabilities(models),
        }
    }

    /// The native client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn allow(&self, operation: Operation, filters: &[Filter]) -> Result<(), Error> {
        self.client.api().allow(&self.capabilities, operation, filters)
    }

    fn has(&self, model: Model) -> bool {
        self.models.contains(&model)
    }
}

impl fmt::Debug for TrutoDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrutoDirectory")
            .field("client", &self.client)
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Directory for TrutoDirectory {
    fn source(&self) -> &SourceName {
        self.client.api().source()
    }

    fn vendor(&self) -> Vendor {
        Vendor::TRUTO
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.allow(Operation::ListUsers, &query.filters())?;
        let mut pagers = Vec::new();
        if self.has(Model::UserDirectory) {
            let source = self.source().clone();
            pagers.push(
                self.client
                    .users_as(&UsersQuery::default(), move |row| map::user(&source, row)),
            );
        }
        if self.has(Model::Mdm) {
            let source = self.source().clone();
            pagers.push(
                self.client
                    .mdm_users_as(&MdmUsersQuery::default(), move |row| map::mdm_user(&source, row)),
            );
        }
        if pagers.len() > 1 && query.cursor.is_some() {
            return Err(Error::invalid_argument(
                "a cursor fits one list, and this source has two lists of users",
            ));
        }
        let finish = |pager: Pager<User>| {
            let wanted = query.clone();
            pager_from(
                pager.filter(move |user| wanted.matches(user)),
                query.cursor.as_ref(),
            )
        };
        pagers.into_iter().map(finish).collect()
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        self.allow(Operation::GetUser, &[])?;
        if self.has(Model::UserDirectory) {
            match self.client.user(id.as_str(), &Common::default()).await {
                Err(error) if error.is_not_found() && self.has(Model::Mdm) => {}
                other => return Ok(map::user(self.source(), other?)),
            }
        }
        Ok(map::mdm_user(
            self.source(),
            self.client.mdm_user(id.as_str(), &Common::default()).await?,
        ))
    }

    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.allow(Operation::ListDevices, &query.filters())?;
        let native = MdmDevicesQuery {
            // Truto's words for it are in lower case, and it compares with case.
            kind: query.kind.as_deref().map(str::to_lowercase),
            ..MdmDevicesQuery::default()
        };
        let (source, mut wanted) = (self.source().clone(), query.clone());
        let kind = wanted.kind.take();
        let pager = self
            .client
            .mdm_devices_as(&native, move |row| map::device(&source, row))
            .filter(move |device| {
                wanted.matches(device) && kind.as_deref().is_none_or(|kind| is_of_kind(device, kind))
            });
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_device(&self, lookup: &DeviceLookup) -> Result<Device, Error> {
        self.allow(Operation::GetDevice, &[])?;
        Ok(map::device(
            self.source(),
            self.client
                .mdm_device(lookup.id.as_str(), &Common::default())
                .await?,
        ))
    }

    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.allow(Operation::ListWorkstations, &query.filters())?;
        Ok(Vec::new())
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        self.plans(changes)
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        each_step(self.client.api(), plan, |step| self.carry_out_step(step)).await
    }
}

/// Jamf is asked for `mobile` or `desktop` and answers closer words: each of the two stands for all that it covers.
fn is_of_kind(device: &Device, wanted: &str) -> bool {
    let kind = device.kind.as_deref().unwrap_or_default().to_lowercase();
    match wanted.to_lowercase().as_str() {
        "mobile" => matches!(kind.as_str(), "mobile" | "tablet"),
        "desktop" => matches!(
            kind.as_str(),
            "desktop" | "laptop" | "workstation" | "server" | "virtual_machine"
        ),
        wanted => kind == wanted,
    }
}
