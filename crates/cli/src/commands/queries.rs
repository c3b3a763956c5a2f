use rollbook::model::{DeviceQuery, UserQuery, WorkstationQuery};

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
