use rollbook::model::{DeviceQuery, Filter, UserQuery, WorkstationQuery};

use crate::args::{DeviceFilters, UserFilters};

/// The filters of the command line as a query. The queries are open for more members, so none is built in one go.
pub(crate) fn users(filters: UserFilters) -> UserQuery {
    let mut query = UserQuery::default();
    query.email = filters.email;
    query.user_name = filters.upn;
    query.guid = filters.guid;
    query.tuid = filters.tuid;
    query.name = filters.name;
    query.status = filters.status;
    query.serial = filters.serial;
    query
}

pub(crate) fn devices(filters: DeviceFilters) -> DeviceQuery {
    let mut query = DeviceQuery::default();
    query.serial = filters.serial;
    query.email = filters.email;
    query.name = filters.name;
    query.model = filters.model;
    query.platform = filters.platform;
    query.kind = filters.kind;
    query
}

pub(crate) fn workstations(ips: Vec<String>, macs: Vec<String>) -> WorkstationQuery {
    let mut query = WorkstationQuery::default();
    query.ips = ips;
    query.macs = macs;
    query
}

/// The filters that are set, with their values.
pub(crate) fn of_users(query: &UserQuery) -> Vec<(Filter, &str)> {
    set([
        (Filter::Email, &query.email),
        (Filter::UserName, &query.user_name),
        (Filter::Guid, &query.guid),
        (Filter::Tuid, &query.tuid),
        (Filter::Name, &query.name),
        (Filter::Status, &query.status),
        (Filter::Serial, &query.serial),
    ])
}

pub(crate) fn of_devices(query: &DeviceQuery) -> Vec<(Filter, &str)> {
    set([
        (Filter::Serial, &query.serial),
        (Filter::Email, &query.email),
        (Filter::Name, &query.name),
        (Filter::Model, &query.model),
        (Filter::Platform, &query.platform),
        (Filter::Type, &query.kind),
    ])
}

fn set<'a, const N: usize>(filters: [(Filter, &'a Option<String>); N]) -> Vec<(Filter, &'a str)> {
    let given = |(filter, value): (Filter, &'a Option<String>)| Some((filter, value.as_deref()?));
    filters.into_iter().filter_map(given).collect()
}
