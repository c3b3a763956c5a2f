use std::collections::BTreeSet;

use rollbook_model::{Device, Filter, Support, User, Workstation};

use super::Subject;
use super::listed::{Listed, ids, is_listed, rows};

/// Of how many values each filter is tried.
const VALUES: usize = 12;

/// A filter gives the rows that have its value, all of them and no others: also when it was left to the vendor.
pub async fn a_filter_holds_for_every_row(subject: &Subject) {
    holds::<User>(subject).await;
    holds::<Device>(subject).await;
    holds::<Workstation>(subject).await;
    users_of_a_serial_number(subject).await;
}

async fn holds<T: Listed>(subject: &Subject) {
    for (filter, all, values) in filters::<T>(subject).await {
        for value in values {
            let found = filtered::<T>(subject, filter, &value).await;
            assert_eq!(found, expected(&all, filter, &value), "--{filter} {value:?}");
        }
    }
}

/// A filter compares without case, but for a serial number, in which case counts.
pub async fn filters_compare_without_case(subject: &Subject) {
    without_case::<User>(subject).await;
    without_case::<Device>(subject).await;
    without_case::<Workstation>(subject).await;
}

async fn without_case<T: Listed>(subject: &Subject) {
    for (filter, all, values) in filters::<T>(subject).await {
        for value in values {
            let (upper, lower) = (value.to_uppercase(), value.to_lowercase());
            if filter == Filter::Serial || upper.to_lowercase() != lower {
                continue;
            }
            let wanted = expected(&all, filter, &value);
            for spelling in [upper, lower] {
                let found = filtered::<T>(subject, filter, &spelling).await;
                assert_eq!(found, wanted, "--{filter} {spelling:?}");
            }
        }
    }
}

/// A value that no row has gives no row and a complete walk: so it proves that there is none.
pub async fn what_no_row_has_finds_nothing(subject: &Subject) {
    nothing::<User>(subject).await;
    nothing::<Device>(subject).await;
    nothing::<Workstation>(subject).await;
}

async fn nothing<T: Listed>(subject: &Subject) {
    for (filter, _, _) in filters::<T>(subject).await {
        let value = match filter {
            Filter::Email | Filter::UserName => "nobody+at-all@example.com",
            Filter::Ip => "192.0.2.255",
            Filter::Mac => "02:00:5e:00:53:ff",
            _ => "no-row-has-this",
        };
        let found = filtered::<T>(subject, filter, value).await;
        assert!(found.is_empty(), "--{filter} {value}: {found:?}");
    }
}

/// Each filter that the directory has and a row can be held against, with all rows and some of their values.
async fn filters<T: Listed>(subject: &Subject) -> Vec<(Filter, Vec<T>, Vec<String>)> {
    let mut filters = Vec::new();
    if !is_listed::<T>(subject) {
        return filters;
    }
    for (filter, support) in subject.directory.capabilities().filters(T::LIST) {
        if support == Support::No || (T::LIST == User::LIST && filter == Filter::Serial) {
            continue;
        }
        let all = rows::<T>(subject, &T::Query::default()).await;
        let values = some_values(&all, filter);
        assert!(
            !values.is_empty(),
            "`{}` has --{filter}, but no row has a value for it",
            T::LIST
        );
        filters.push((filter, all, values));
    }
    filters
}

/// Some values, spread over all, and those first that are hard to write in an address.
fn some_values<T: Listed>(rows: &[T], filter: Filter) -> Vec<String> {
    let values: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| row.value(filter))
        .filter(|value| !value.trim().is_empty())
        .collect();
    let is_hard = |value: &&String| {
        !value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | ':' | '_'))
    };
    let hard = values.iter().filter(is_hard).take(VALUES / 2);
    let spread = values.iter().step_by(values.len() / (VALUES / 2) + 1);
    let some: BTreeSet<&String> = hard.chain(spread).collect();
    some.into_iter().cloned().collect()
}

async fn filtered<T: Listed>(subject: &Subject, filter: Filter, value: &str) -> Vec<String> {
    ids(&rows::<T>(subject, &query::<T>(filter, value)).await)
}

fn expected<T: Listed>(all: &[T], filter: Filter, value: &str) -> Vec<String> {
    let query = query::<T>(filter, value);
    let mut ids: Vec<String> = all
        .iter()
        .filter(|row| row.fits(&query))
        .map(|row| row.id().to_owned())
        .collect();
    ids.sort();
    ids
}

fn query<T: Listed>(filter: Filter, value: &str) -> T::Query {
    match T::query(filter, value) {
        Some(query) => query,
        None => panic!("`{}` has no --{filter}, and says that it has", T::LIST),
    }
}

/// A user's row does not carry serial numbers, so the devices tell who must be found.
async fn users_of_a_serial_number(subject: &Subject) {
    let support = subject
        .directory
        .capabilities()
        .filter(User::LIST, Filter::Serial);
    if support == Support::No || !is_listed::<Device>(subject) {
        return;
    }
    let devices = rows::<Device>(subject, &Default::default()).await;
    let owned = devices.iter().filter(|device| !device.users.is_empty());
    let serials: BTreeSet<&str> = owned
        .filter_map(|device| device.serial_number.as_deref())
        .collect();
    assert!(!serials.is_empty(), "no device has a user and a serial number");
    // A device can name a user who is no longer listed.
    let listed = addresses(&rows::<User>(subject, &Default::default()).await);
    for serial in serials.iter().step_by(serials.len() / VALUES + 1) {
        let found = rows::<User>(subject, &query::<User>(Filter::Serial, serial)).await;
        let owners: BTreeSet<String> = devices
            .iter()
            .filter(|device| device.serial_number.as_deref() == Some(serial))
            .flat_map(|device| &device.users)
            .filter_map(|user| Some(user.email.as_ref()?.to_lowercase()))
            .filter(|address| listed.contains(address))
            .collect();
        assert_eq!(addresses(&found), owners, "--serial {serial:?}");
    }
}

fn addresses(users: &[User]) -> BTreeSet<String> {
    let emails = users.iter().flat_map(|user| &user.emails);
    emails.map(|email| email.value.to_lowercase()).collect()
}
