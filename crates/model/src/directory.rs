use std::fmt;

use async_trait::async_trait;

use crate::{
    ApprovedPlan, Capabilities, Change, Device, DeviceId, DeviceQuery, Error, Outcome, Pager, Plan,
    SourceName, User, UserId, UserQuery, Vendor, Workstation, WorkstationQuery,
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
/// - `an_odd_id_never_becomes_another_path`: an id with `/`, `..`, `?`, `%` or a line break is encoded or refused;
/// - `planning_sends_nothing_but_reads`;
/// - `a_selector_that_fits_nothing_is_not_found`;
/// - `one_change_that_fails_leaves_the_others`: each change of a run is planned, or fails, by itself;
/// - `a_refused_plan_sends_nothing`: what a selector fits is in `targets`, for the guards to count;
/// - `what_is_sent_is_what_was_planned`: byte for byte, and nothing else;
/// - `a_plan_of_another_source_is_refused`: nothing of it is sent;
/// - `an_edited_plan_is_refused`: nothing of it is sent;
/// - `what_was_already_gone_is_not_found`.
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

    /// Works out what each of `changes` would do if they were carried out one after another, each for itself. Sends nothing
    /// but reads.
    ///
    /// What is predicted is what the changes and their cascades do, where the changes before each that could be planned have
    /// been carried out. No plan is made on an incomplete walk, or where a link between a user and a device is not known.
    ///
    /// ```
    /// use rollbook_model::{Change, ChangeFate, Directory, Error, Guards, SerialNumber};
    ///
    /// async fn ban(directory: &dyn Directory, serial: SerialNumber) -> Result<bool, Error> {
    ///     let mut plans = directory.plan(&[Change::ban(serial)]).await;
    ///     // By default one thing may be touched, and nothing besides.
    ///     let approved = Guards::default().approve(plans.remove(0)?)?;
    ///     let outcomes = directory.carry_out(&approved).await;
    ///     Ok(outcomes.iter().all(|outcome| outcome.fate == ChangeFate::Done))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// For each change by itself: `Unsupported` or `InvalidArgument` before any request; `NotFound`; `Refused` when it is
    /// not certain what it would touch; and whatever a request can fail with.
    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>>;

    /// Carries out the steps of a plan, and gives the outcome of each.
    ///
    /// - What is sent is what was planned: nothing of a plan that was made elsewhere, and no step that was edited.
    /// - A change ends as done, not done or unknown, and what is told is the truth. Where the answer leaves it open, what the
    ///   vendor can show is read back.
    /// - A change is not repeated after an unknown fate, unless it carries a key by which the vendor knows a repetition.
    /// - What was already gone is `NotFound`.
    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome>;
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
