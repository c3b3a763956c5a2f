//! What is asked of a list, and what is told of it.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::values::printable;
use super::{address, device_id, native_row, source_name, words};
use crate::{
    Capabilities, Completeness, Cursor, DeviceLookup, DeviceQuery, Error, ErrorKind, Fate, Filter, Grade,
    Operation, RejectedRow, Support, UnreadMember, UserQuery, WorkstationQuery,
};

/// Where a walk can go on.
pub fn cursor() -> BoxedStrategy<Cursor> {
    let text = prop_oneof![
        Just("start".to_owned()),
        (1..=u32::MAX).prop_map(|page| format!("page:{page}")),
        any::<u32>().prop_map(|skip| format!("skip:{skip}")),
        printable(24).prop_map(|token| format!("token:{token}")),
    ];
    text.prop_filter_map("no cursor", |text: String| text.parse().ok())
        .boxed()
}

/// What a walk can prove of itself.
pub fn grade() -> BoxedStrategy<Grade> {
    select(vec![Grade::Complete, Grade::Drifted, Grade::Incomplete]).boxed()
}

/// What a walk has seen. Its numbers add up; a complete one has lost nothing.
pub fn completeness() -> BoxedStrategy<Completeness> {
    let counts = (1..50_u64, 0..5_000_u64, 0..10_u64, 0..10_u64);
    let totals = (any::<bool>(), 0..20_u64);
    (counts, totals, any::<bool>(), grade())
        .prop_map(|(counts, totals, repaired, grade)| {
            let (pages, unique, rejected, unread) = counts;
            let (reports, off_by) = totals;
            let is_complete = grade == Grade::Complete;
            let lost = |count: u64| if is_complete { 0 } else { count };
            let mut walk = Completeness::never_started("as the test says");
            (walk.pages, walk.unique, walk.repaired, walk.grade) = (pages, unique, repaired, grade);
            (walk.rejected, walk.unread) = (lost(rejected), lost(unread));
            walk.received = unique + walk.rejected;
            walk.reported_first = reports.then_some(walk.received);
            walk.reported = reports.then_some(walk.received + lost(off_by));
            walk
        })
        .boxed()
}

/// What can go wrong.
pub fn error_kind() -> BoxedStrategy<ErrorKind> {
    select(vec![
        ErrorKind::InvalidArgument,
        ErrorKind::Unsupported,
        ErrorKind::Unauthenticated,
        ErrorKind::PermissionDenied,
        ErrorKind::NotFound,
        ErrorKind::Ambiguous,
        ErrorKind::InvalidRequest,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Unreachable,
        ErrorKind::Tls,
        ErrorKind::Timeout,
        ErrorKind::Interrupted,
        ErrorKind::Redirected,
        ErrorKind::TooLarge,
        ErrorKind::Decode,
        ErrorKind::Paging,
        ErrorKind::Incomplete,
        ErrorKind::Refused,
    ])
    .boxed()
}

/// What can be known of a request that failed.
pub fn fate() -> BoxedStrategy<Fate> {
    select(vec![Fate::NotSent, Fate::Answered, Fate::Unknown]).boxed()
}

/// An error with any of its parts there or not.
pub fn error() -> BoxedStrategy<Error> {
    let parts = (
        option::of(source_name()),
        option::of(select(vec!["users", "devices", "carry_out"])),
        option::of(select(vec![400_u16, 401, 404, 429, 503])),
        option::of("[A-Z_]{1,12}"),
        option::of((0..3_600_u64).prop_map(Duration::from_secs)),
        any::<bool>(),
    );
    let message = "[a-z]{2,8}( [a-z]{2,8}){0,3}";
    (error_kind(), fate(), message, parts)
        .prop_map(|(kind, fate, message, parts)| {
            let (source, operation, status, code, wait, from_provider) = parts;
            let mut error = Error::new(kind, fate, message);
            if let Some(source) = source {
                error = error.with_source_name(source);
            }
            if let Some(operation) = operation {
                error = error.with_operation(operation);
            }
            if let Some(status) = status {
                error = error.with_status(status);
            }
            if let Some(code) = code {
                error = error.with_vendor_code(code);
            }
            if let Some(wait) = wait {
                error = error.with_retry_after(wait);
            }
            if from_provider {
                error.from_provider()
            } else {
                error
            }
        })
        .boxed()
}

/// A row that could not be read.
pub fn rejected_row() -> BoxedStrategy<RejectedRow> {
    (0..100_u32, native_row())
        .prop_map(|(index, native)| {
            RejectedRow::new(format!("results[{index}]"), "missing field `id`", native)
        })
        .boxed()
}

/// A member that could not be read.
pub fn unread_member() -> BoxedStrategy<UnreadMember> {
    (0..100_u32, "[a-z]{1,8}")
        .prop_map(|(index, name)| {
            UnreadMember::new(format!("results[{index}]"), format!("$.{name}: expected a text"))
        })
        .boxed()
}

/// Which users to list: each filter there or not.
pub fn user_query() -> BoxedStrategy<UserQuery> {
    let filters = (
        option::of(address()),
        option::of(address()),
        option::of(words()),
        option::of(words()),
        option::of(words()),
        option::of(words()),
        option::of(words()),
    );
    (filters, option::of(cursor()))
        .prop_map(|(filters, cursor)| {
            let (email, user_name, guid, tuid, name, status, serial) = filters;
            UserQuery {
                email,
                user_name,
                guid,
                tuid,
                name,
                status,
                serial,
                cursor,
            }
        })
        .boxed()
}

/// Which devices to list: each filter there or not.
pub fn device_query() -> BoxedStrategy<DeviceQuery> {
    let filters = (
        option::of(words()),
        option::of(address()),
        option::of(words()),
        option::of(words()),
        option::of(words()),
        option::of(words()),
    );
    (filters, option::of(cursor()))
        .prop_map(|(filters, cursor)| {
            let (serial, email, name, model, platform, kind) = filters;
            DeviceQuery {
                serial,
                email,
                name,
                model,
                platform,
                kind,
                cursor,
            }
        })
        .boxed()
}

/// Which workstations to list.
pub fn workstation_query() -> BoxedStrategy<WorkstationQuery> {
    let addresses = super::network();
    (addresses, option::of(cursor()))
        .prop_map(|(network, cursor)| WorkstationQuery {
            ips: network.ip_addresses,
            macs: network.mac_addresses,
            cursor,
        })
        .boxed()
}

/// Which device to get.
pub fn device_lookup() -> BoxedStrategy<DeviceLookup> {
    (device_id(), option::of(words()))
        .prop_map(|(id, guid)| match guid {
            Some(guid) => DeviceLookup::new(id).of_user(guid),
            None => DeviceLookup::new(id),
        })
        .boxed()
}

/// Something that a source may be able to do.
pub fn operation() -> BoxedStrategy<Operation> {
    select(Operation::ALL.to_vec()).boxed()
}

/// Something that a list may be narrowed by.
pub fn filter() -> BoxedStrategy<Filter> {
    select(Filter::ALL.to_vec()).boxed()
}

/// How a source does something.
pub fn support() -> BoxedStrategy<Support> {
    select(vec![Support::Vendor, Support::Local, Support::No]).boxed()
}

/// What a source can do: some operations, each with some filters.
pub fn capabilities() -> BoxedStrategy<Capabilities> {
    let filters = vec((filter(), support()), 0..4);
    vec((operation(), support(), filters), 0..6)
        .prop_map(|operations| {
            let add = |can: Capabilities, (operation, support, filters): &(_, _, Vec<_>)| {
                can.with(*operation, *support, filters)
            };
            operations.iter().fold(Capabilities::new(), add)
        })
        .boxed()
}
