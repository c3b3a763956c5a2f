use std::fmt;

use async_trait::async_trait;

use crate::{
    Capabilities, Device, DeviceId, DeviceQuery, Error, Pager, SourceName, User, UserId, UserQuery, Vendor,
    Workstation, WorkstationQuery,
};

/// One source: the users, devices and workstations of one tenant of one vendor.
///
/// What every implementation promises, each with a test of that name in the behaviour suite:
///
/// - `an_unsupported_operation_is_refused_before_any_request`: by [`capabilities`](Self::capabilities), per operation and
///   per filter, with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported);
/// - `a_filter_holds_for_every_row`: also when it was left to the vendor;
/// - `a_list_gives_every_row_once_and_is_graded_complete`;
/// - `a_row_names_its_source_and_vendor`, and keeps the vendor's row in `native`;
/// - `what_is_not_there_is_not_found`;
/// - `an_odd_id_never_becomes_another_path`: an id with `/`, `..`, `?`, `%` or a line break is encoded or refused.
#[async_trait]
pub trait Directory: Send + Sync + fmt::Debug {
    /// The name of this source.
    fn source(&self) -> &SourceName;

    /// The vendor of this source.
    fn vendor(&self) -> Vendor;

    /// What this source can do.
    fn capabilities(&self) -> &Capabilities;

    /// Lists users: one pager for each of the vendor's lists that hold users.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request. Later errors come out of the pagers.
    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error>;

    /// Gets one user by any of the ids that the vendor knows the user by.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Ambiguous`, and whatever a request can fail with.
    async fn get_user(&self, id: &UserId) -> Result<User, Error>;

    /// Lists devices: one pager for each of the vendor's lists that hold devices.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request. Later errors come out of the pagers.
    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error>;

    /// Gets one device.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Ambiguous`, and whatever a request can fail with.
    async fn get_device(&self, lookup: &DeviceLookup) -> Result<Device, Error>;

    /// Lists workstations: one pager for each of the vendor's lists that hold workstations.
    ///
    /// # Errors
    ///
    /// `Unsupported` or `InvalidArgument`, before any request. Later errors come out of the pagers.
    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error>;
}

/// Which device to get.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceLookup {
    /// The device's id, or its serial number where the vendor has no other (Banyan).
    pub id: DeviceId,
    /// The directory's id of the device's user. With it TruU needs one request instead of a whole list.
    pub user_guid: Option<String>,
}

impl DeviceLookup {
    /// The device with this id.
    pub fn new(id: DeviceId) -> Self {
        Self { id, user_guid: None }
    }

    /// The same device, of this user.
    #[must_use]
    pub fn of_user(mut self, guid: impl Into<String>) -> Self {
        self.user_guid = Some(guid.into());
        self
    }
}
