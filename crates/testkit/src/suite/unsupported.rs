use rollbook_model::{
    Device, DeviceLookup, Error, ErrorKind, Fate, Filter, Operation, Support, User, Workstation,
};

use super::Subject;
use super::gets::{can, device_id, user_id};
use super::listed::{Listed, is_listed};

/// What the directory says that it cannot do, an operation or a filter of a list, it refuses as unsupported before any
/// request, naming the source.
pub async fn an_unsupported_operation_is_refused_before_any_request(subject: &Subject) {
    let before = subject.sent().len();
    let directory = &subject.directory;
    for operation in Operation::ALL {
        if can(subject, operation) {
            continue;
        }
        let error = match operation {
            Operation::ListUsers => directory.list_users(&Default::default()).err(),
            Operation::GetUser => directory.get_user(&user_id("x")).await.err(),
            Operation::ListDevices => directory.list_devices(&Default::default()).err(),
            Operation::GetDevice => {
                let lookup = DeviceLookup::new(device_id("x"));
                directory.get_device(&lookup).await.err()
            }
            Operation::ListWorkstations => directory.list_workstations(&Default::default()).err(),
            other => panic!("the suite does not know `{other}`"),
        };
        refused(subject, &operation.to_string(), error);
    }
    filters::<User>(subject);
    filters::<Device>(subject);
    filters::<Workstation>(subject);
    assert_eq!(subject.sent_after(before), Vec::<String>::new());
}

fn filters<T: Listed>(subject: &Subject) {
    if !is_listed::<T>(subject) {
        return;
    }
    let capabilities = subject.directory.capabilities();
    for filter in Filter::ALL {
        if let Some(query) = T::query(filter, "x")
            && capabilities.filter(T::LIST, filter) == Support::No
        {
            let error = T::list(&*subject.directory, &query).err();
            refused(subject, &format!("{} --{filter}", T::LIST), error);
        }
    }
}

#[track_caller]
fn refused(subject: &Subject, what: &str, error: Option<Error>) {
    let Some(error) = error else {
        panic!("`{what}` is not supported, but was not refused");
    };
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{what}: {error}");
    assert_eq!(error.fate(), Fate::NotSent, "{what}: {error}");
    assert_eq!(
        error.source_name(),
        Some(subject.directory.source()),
        "{what}: {error}"
    );
}
