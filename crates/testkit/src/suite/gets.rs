use std::collections::BTreeMap;

use rollbook_model::{Device, DeviceId, DeviceLookup, Error, ErrorKind, Operation, Support, User, UserId};

use super::Subject;
use super::listed::{Listed, rows};

/// How many of a list are got one by one.
const SAMPLE: usize = 6;

/// What a list gives can be got by its id: the same row, or an error that names the candidates where several have the id.
pub async fn what_a_list_gives_can_be_got(subject: &Subject) {
    if can(subject, Operation::GetUser) && can(subject, Operation::ListUsers) {
        let users = rows::<User>(subject, &Default::default()).await;
        for (user, count) in sample(&users) {
            got(user, count, subject.directory.get_user(&user.id).await);
            if let Some(guid) = user.vendor_ids.get("guid") {
                let several = users
                    .iter()
                    .filter(|other| other.vendor_ids.get("guid") == Some(guid))
                    .count();
                got(user, several, subject.directory.get_user(&user_id(guid)).await);
            }
        }
    }
    if can(subject, Operation::GetDevice) && can(subject, Operation::ListDevices) {
        let devices = rows::<Device>(subject, &Default::default()).await;
        for (device, count) in sample(&devices) {
            let lookup = DeviceLookup::new(device.id.clone());
            got(device, count, subject.directory.get_device(&lookup).await);
            if let Some(guid) = device.vendor_ids.get("user_guid") {
                let lookup = lookup.of_user(guid);
                got(device, 1, subject.directory.get_device(&lookup).await);
            }
        }
    }
}

#[track_caller]
fn got<T: Listed>(listed: &T, count: usize, result: Result<T, Error>) {
    match result {
        Ok(row) => {
            assert_eq!(row.id(), listed.id());
            assert_eq!(row.origin().0, listed.origin().0);
            assert!(row.origin().2.is_some(), "{row:?} lost the vendor's row");
        }
        Err(error) if count > 1 => assert_eq!(error.kind(), ErrorKind::Ambiguous, "{error}"),
        Err(error) => panic!("{:?} is listed, but cannot be got: {error}", listed.id()),
    }
}

/// Some rows, spread over all, and one whose id several have; each with how many have its id.
fn sample<T: Listed>(rows: &[T]) -> Vec<(&T, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.id()).or_default() += 1;
    }
    let count = |row: &T| counts.get(row.id()).copied().unwrap_or_default();
    let spread = rows.iter().step_by(rows.len() / SAMPLE + 1);
    let shared = rows.iter().find(|row| count(row) > 1);
    spread.chain(shared).map(|row| (row, count(row))).collect()
}

/// An id that nothing has is not found, and the error names the source and the operation.
pub async fn what_is_not_there_is_not_found(subject: &Subject) {
    let ids = [
        "no-such-id",
        "nobody@example.com",
        "00000000-0000-4000-8000-0000000000ff",
    ];
    for id in ids {
        if can(subject, Operation::GetUser) {
            not_found(subject, id, subject.directory.get_user(&user_id(id)).await);
        }
        if can(subject, Operation::GetDevice) {
            let lookup = DeviceLookup::new(device_id(id));
            not_found(subject, id, subject.directory.get_device(&lookup).await);
            let lookup = lookup.of_user("no-such-user");
            not_found(subject, id, subject.directory.get_device(&lookup).await);
        }
    }
}

#[track_caller]
fn not_found<T: Listed>(subject: &Subject, id: &str, result: Result<T, Error>) {
    match result {
        Ok(row) => panic!("{id:?} gives {row:?}"),
        Err(error) => {
            assert!(error.is_not_found(), "{id:?}: {error}");
            assert_eq!(error.source_name(), Some(subject.directory.source()), "{error}");
            assert!(error.operation().is_some(), "{error}");
        }
    }
}

pub(super) fn can(subject: &Subject, operation: Operation) -> bool {
    subject.directory.capabilities().operation(operation) != Support::No
}

#[track_caller]
pub(super) fn user_id(id: &str) -> UserId {
    UserId::new(id).unwrap_or_else(|error| panic!("{id:?}: {error}"))
}

#[track_caller]
pub(super) fn device_id(id: &str) -> DeviceId {
    DeviceId::new(id).unwrap_or_else(|error| panic!("{id:?}: {error}"))
}
