use rollbook_model::{
    Change, Device, DeviceLookup, DeviceSelector, Error, ErrorKind, Fate, Filter, NewUser, Operation,
    SerialNumber, Support, Text, User, UserSelector, Workstation,
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
            change => {
                let plans = directory.plan(&[sample(change)]).await;
                assert_eq!(plans.len(), 1, "{change}: one plan for one change");
                plans.into_iter().next().and_then(Result::err)
            }
        };
        refused(subject, &operation.to_string(), error);
    }
    filters::<User>(subject);
    filters::<Device>(subject);
    filters::<Workstation>(subject);
    assert_eq!(subject.sent_after(before), Vec::<String>::new());
}

/// Some change of this kind: what it names does not matter.
fn sample(operation: Operation) -> Change {
    let text = |text: &str| match Text::new(text) {
        Ok(text) => text,
        Err(error) => panic!("{text}: {error}"),
    };
    let serial = || match SerialNumber::new("C02XK1JHJG5J") {
        Ok(serial) => serial,
        Err(error) => panic!("{error}"),
    };
    match operation {
        Operation::CreateUser => {
            Change::CreateUser(NewUser::new(text("Ann Lee"), vec![text("ann.lee@example.com")]))
        }
        Operation::DeleteUser => Change::DeleteUser(UserSelector::Email(text("ann.lee@example.com"))),
        Operation::BanDevice => Change::ban(serial()),
        Operation::UnbanDevice => Change::unban(serial()),
        Operation::DeleteDevice => Change::DeleteDevice(DeviceSelector::Registration {
            serial: serial(),
            email: text("ann.lee@example.com"),
        }),
        Operation::DeleteDeviceEverywhere => Change::delete_everywhere(serial()),
        other => panic!("the suite does not know `{other}`"),
    }
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
