use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use rollbook_model::{
    ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Error, ErrorKind,
    Filter, Operation, Outcome, Pager, Plan, SourceName, User, UserId, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook_vendor_kit::{CallPlace, each_step, find_one, pager_from};

use crate::capabilities::capabilities;
use crate::carry_out::carry_out;
use crate::planner::Planner;
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

    async fn find_user(
        &self,
        query: &EnrolledUsersQuery,
        fits: impl Fn(&User) -> bool + Send + Sync + 'static,
    ) -> Result<User, Error> {
        let source = self.source().clone();
        let pager = self
            .client
            .enrolled_users_as(query, move |row| map::user(&source, row))
            .filter(fits);
        find_one(pager, "user", |user| user.id.to_string())
            .await
            .map_err(|error| self.client.api().at(&CallPlace::of("enrolled_users"), error))
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
        let native = EnrolledUsersQuery {
            upn: query.user_name.clone(),
            email: query.email.clone(),
            guid: query.guid.clone(),
            tuid: query.tuid.clone(),
        };
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = self
            .client
            .enrolled_users_as(&native, move |row| map::user(&source, row))
            .filter(move |user| wanted.matches(user));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        let wanted = id.as_str().to_lowercase();
        let by_tuid = EnrolledUsersQuery {
            tuid: Some(id.to_string()),
            ..EnrolledUsersQuery::default()
        };
        let tuid = wanted.clone();
        match self
            .find_user(&by_tuid, move |user| user.id.as_str().to_lowercase() == tuid)
            .await
        {
            Err(error) if may_be_another_id(&error) => {}
            other => return other,
        }
        // The filter takes a guid without case, the path of one user only with it.
        let by_guid = EnrolledUsersQuery {
            guid: Some(id.to_string()),
            ..EnrolledUsersQuery::default()
        };
        let fits = move |user: &User| {
            user.vendor_ids
                .get("guid")
                .is_some_and(|guid| guid.to_lowercase() == wanted)
        };
        match self.find_user(&by_guid, fits).await {
            Err(error) if may_be_another_id(&error) => {}
            other => return other,
        }
        let native = self.client.domain_user(id.as_str()).await?;
        Ok(map::user(self.source(), native))
    }

    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.allow(Operation::ListDevices, &query.filters())?;
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = self
            .client
            .devices_as(move |row| map::device(&source, row))
            .filter(move |device| wanted.matches(device));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
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
            .devices_as(move |row| map::device(&source, row))
            .filter(move |device| device.id == id);
        find_one(pager, "device", |device| {
            let guid = device.vendor_ids.get("user_guid").unwrap_or("nobody");
            format!("{} of user {guid}", device.id)
        })
        .await
        .map_err(|error| self.client.api().at(&CallPlace::of("devices"), error))
    }

    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.allow(Operation::ListWorkstations, &query.filters())?;
        let native = AssetsQuery {
            ip_addresses: query.ips.iter().flat_map(|ip| spellings_of_ip(ip)).collect(),
            mac_addresses: query.macs.iter().flat_map(|mac| spellings_of_mac(mac)).collect(),
        };
        let (source, wanted) = (self.source().clone(), query.clone());
        let pager = self
            .client
            .data_assets_as(&native, move |row| map::workstation(&source, row))
            .filter(move |row| wanted.matches(row));
        Ok(vec![pager_from(pager, query.cursor.as_ref())?])
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        let mut planner = Planner::new(&self.client);
        let mut plans = Vec::with_capacity(changes.len());
        for change in changes {
            plans.push(match self.allow(change.operation(), &[]) {
                Ok(()) => planner.plan(change).await,
                Err(error) => Err(error),
            });
        }
        plans
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        each_step(self.client.api(), plan, |step| carry_out(&self.client, step)).await
    }
}

/// As it was given, and in its shortest form: the guide does not say how TruU compares addresses.
fn spellings_of_ip(ip: &str) -> BTreeSet<String> {
    let shortest = ip.trim().parse::<IpAddr>().ok().map(|ip| ip.to_string());
    shortest.into_iter().chain([ip.to_owned()]).collect()
}

/// As it was given, and in the spellings that agents report: the guide does not say how TruU compares addresses. Values of
/// one parameter are alternatives, so more of them cannot hide a machine.
fn spellings_of_mac(mac: &str) -> BTreeSet<String> {
    let digits: Vec<char> = mac.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut spellings = BTreeSet::from([mac.to_owned()]);
    if digits.len() == 12 {
        let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
        for separator in [":", "-"] {
            let joined = pairs.join(separator);
            spellings.extend([joined.to_lowercase(), joined.to_uppercase()]);
        }
    }
    spellings
}

/// No such user by this id, or a text that the server refuses as an id of this kind.
pub(crate) fn may_be_another_id(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_is_asked_for_in_every_usual_spelling() {
        let spellings: Vec<String> = spellings_of_mac("b4-4A-8a-64-71-e8").into_iter().collect();
        assert_eq!(
            spellings,
            [
                "B4-4A-8A-64-71-E8",
                "B4:4A:8A:64:71:E8",
                "b4-4A-8a-64-71-e8",
                "b4-4a-8a-64-71-e8",
                "b4:4a:8a:64:71:e8"
            ]
        );
        assert_eq!(spellings_of_mac("odd").len(), 1);
        assert_eq!(spellings_of_ip("2001:DB8:0::1").len(), 2);
    }
}
