//! Users, devices and workstations, as one kind of thing that is listed.

use std::fmt::Debug;

use rollbook_model::{
    Cursor, Device, DeviceQuery, Directory, Error, Filter, NativeRow, Operation, Pager, SourceName, Support,
    User, UserQuery, UserStatus, Vendor, Workstation, WorkstationQuery,
};
use serde::Serialize;

use super::Subject;

pub(super) trait Listed: Debug + Serialize + Send + 'static {
    type Query: Default + Send + Sync;

    const LIST: Operation;

    fn truth(subject: &Subject) -> &[String];

    fn list(directory: &dyn Directory, query: &Self::Query) -> Result<Vec<Pager<Self>>, Error>
    where
        Self: Sized;

    /// The query with one filter; none when the list has no such filter at all.
    fn query(filter: Filter, value: &str) -> Option<Self::Query>;

    fn resumed(cursor: Cursor) -> Self::Query;

    fn fits(&self, query: &Self::Query) -> bool;

    /// What the row has where `filter` looks.
    fn value(&self, filter: Filter) -> Option<String>;

    fn id(&self) -> &str;

    fn origin(&self) -> (&SourceName, &Vendor, Option<&NativeRow>);
}
impl Listed for User {
    type Query = UserQuery;

    const LIST: Operation = Operation::ListUsers;

    fn truth(subject: &Subject) -> &[String] {
        &subject.users
    }

    fn list(directory: &dyn Directory, query: &UserQuery) -> Result<Vec<Pager<Self>>, Error> {
        directory.list_users(query)
    }

    fn query(filter: Filter, value: &str) -> Option<UserQuery> {
        let mut query = UserQuery::default();
        let member = match filter {
            Filter::Email => &mut query.email,
            Filter::UserName => &mut query.user_name,
            Filter::Guid => &mut query.guid,
            Filter::Tuid => &mut query.tuid,
            Filter::Name => &mut query.name,
            Filter::Status => &mut query.status,
            Filter::Serial => &mut query.serial,
            _ => return None,
        };
        *member = Some(value.to_owned());
        Some(query)
    }

    fn resumed(cursor: Cursor) -> UserQuery {
        let mut query = UserQuery::default();
        query.cursor = Some(cursor);
        query
    }

    fn fits(&self, query: &UserQuery) -> bool {
        query.matches(self)
    }

    fn value(&self, filter: Filter) -> Option<String> {
        match filter {
            Filter::Email => self.emails.first().map(|email| email.value.clone()),
            Filter::UserName => self.user_name.clone(),
            Filter::Guid => self.vendor_ids.get("guid").map(str::to_owned),
            Filter::Tuid => self.vendor_ids.get("tuid").map(str::to_owned),
            Filter::Name => self.display_name.clone(),
            Filter::Status => self.status.as_ref().map(UserStatus::to_string),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn origin(&self) -> (&SourceName, &Vendor, Option<&NativeRow>) {
        (&self.source, &self.vendor, self.native.as_ref())
    }
}

impl Listed for Device {
    type Query = DeviceQuery;

    const LIST: Operation = Operation::ListDevices;

    fn truth(subject: &Subject) -> &[String] {
        &subject.devices
    }

    fn list(directory: &dyn Directory, query: &DeviceQuery) -> Result<Vec<Pager<Self>>, Error> {
        directory.list_devices(query)
    }

    fn query(filter: Filter, value: &str) -> Option<DeviceQuery> {
        let mut query = DeviceQuery::default();
        let member = match filter {
            Filter::Serial => &mut query.serial,
            Filter::Email => &mut query.email,
            Filter::Name => &mut query.name,
            Filter::Model => &mut query.model,
            Filter::Platform => &mut query.platform,
            Filter::Type => &mut query.kind,
            _ => return None,
        };
        *member = Some(value.to_owned());
        Some(query)
    }

    fn resumed(cursor: Cursor) -> DeviceQuery {
        let mut query = DeviceQuery::default();
        query.cursor = Some(cursor);
        query
    }

    fn fits(&self, query: &DeviceQuery) -> bool {
        query.matches(self)
    }

    fn value(&self, filter: Filter) -> Option<String> {
        match filter {
            Filter::Serial => self.serial_number.clone(),
            Filter::Email => self.users.iter().find_map(|user| user.email.clone()),
            Filter::Name => self.name.clone(),
            Filter::Model => self.model.clone(),
            Filter::Platform => self.platform.as_ref().map(ToString::to_string),
            Filter::Type => self.kind.clone(),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn origin(&self) -> (&SourceName, &Vendor, Option<&NativeRow>) {
        (&self.source, &self.vendor, self.native.as_ref())
    }
}

impl Listed for Workstation {
    type Query = WorkstationQuery;

    const LIST: Operation = Operation::ListWorkstations;

    fn truth(subject: &Subject) -> &[String] {
        &subject.workstations
    }

    fn list(directory: &dyn Directory, query: &WorkstationQuery) -> Result<Vec<Pager<Self>>, Error> {
        directory.list_workstations(query)
    }

    fn query(filter: Filter, value: &str) -> Option<WorkstationQuery> {
        let mut query = WorkstationQuery::default();
        let member = match filter {
            Filter::Ip => &mut query.ips,
            Filter::Mac => &mut query.macs,
            _ => return None,
        };
        member.push(value.to_owned());
        Some(query)
    }

    fn resumed(cursor: Cursor) -> WorkstationQuery {
        let mut query = WorkstationQuery::default();
        query.cursor = Some(cursor);
        query
    }

    fn fits(&self, query: &WorkstationQuery) -> bool {
        query.matches(self)
    }

    fn value(&self, filter: Filter) -> Option<String> {
        match filter {
            Filter::Ip => self.network.ip_addresses.first().cloned(),
            Filter::Mac => self.network.mac_addresses.first().cloned(),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn origin(&self) -> (&SourceName, &Vendor, Option<&NativeRow>) {
        (&self.source, &self.vendor, self.native.as_ref())
    }
}

/// Whether the subject lists such rows at all.
pub(super) fn is_listed<T: Listed>(subject: &Subject) -> bool {
    subject.directory.capabilities().operation(T::LIST) != Support::No
}

/// The pagers of a list, which the directory must not refuse.
#[track_caller]
pub(super) fn pagers<T: Listed>(subject: &Subject, query: &T::Query) -> Vec<Pager<T>> {
    match T::list(&*subject.directory, query) {
        Ok(pagers) => pagers,
        Err(error) => panic!("`{}` was refused: {error}", T::LIST),
    }
}

/// All rows of a list that must be read whole and be graded complete.
pub(super) async fn rows<T: Listed>(subject: &Subject, query: &T::Query) -> Vec<T> {
    let mut rows = Vec::new();
    for mut pager in pagers::<T>(subject, query) {
        let (part, error) = pager.collect_rows().await;
        if let Some(error) = error {
            panic!("`{}` ended early: {error}", T::LIST);
        }
        let walk = pager.completeness();
        assert!(
            walk.is_complete(),
            "`{}` of {} is not complete: {walk:?}, rejected {:?}",
            T::LIST,
            pager.list(),
            pager.rejected()
        );
        rows.extend(part);
    }
    rows
}

/// The ids of the rows, sorted.
pub(super) fn ids<T: Listed>(rows: &[T]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|row| row.id().to_owned()).collect();
    ids.sort();
    ids
}
