//! The lists of the three vendors: how each is read, and where its rows stand in a reply.

use std::collections::BTreeMap;

use bytes::Bytes;
use rollbook_auth::Secret;
use rollbook_model::{
    DeviceQuery, Directory, Error, NativeRow, Pager, SourceName, UserQuery, WorkstationQuery,
};
use rollbook_truto::Model;
use rollbook_vendor_kit::{BaseUrl, Members, Native};
use serde_json::value::RawValue;

use crate::credential::CREDENTIAL;
use crate::pages::{Walked, walk};
use crate::wire::Wire;

/// One list of a vendor.
#[derive(Clone, Copy)]
pub(crate) struct List {
    /// The operation of the fixture cases.
    pub(crate) operation: &'static str,
    /// Reads the list in the vendor's words and, where it is one of the model's, in those too.
    pub(crate) read: fn(&Wire) -> Vec<Walked>,
    /// The texts of the rows in a reply; none where there is no list.
    pub(crate) elements: fn(&[u8]) -> Option<Vec<&str>>,
}

pub(crate) const TRUU: &[List] = &[
    List {
        operation: "enrolled_users",
        read: |wire| {
            let native = native(truu(wire).enrolled_users(&Default::default()));
            with(
                native,
                users(&rollbook_truu::TruuDirectory::new(truu(&wire.again()))),
            )
        },
        elements: |body| array_at(body, &["results"]),
    },
    List {
        operation: "devices",
        read: |wire| {
            let native = native(truu(wire).devices());
            with(
                native,
                devices(&rollbook_truu::TruuDirectory::new(truu(&wire.again()))),
            )
        },
        elements: |body| array_at(body, &["results"]),
    },
    List {
        operation: "data_assets",
        read: |wire| {
            let native = native(truu(wire).data_assets(&Default::default()));
            with(
                native,
                workstations(&rollbook_truu::TruuDirectory::new(truu(&wire.again()))),
            )
        },
        elements: |body| array_at(body, &["results"]),
    },
    List {
        operation: "data_users",
        read: |wire| vec![native(truu(wire).data_users(&Default::default()))],
        elements: |body| array_at(body, &["results"]),
    },
];

pub(crate) const BANYAN: &[List] = &[
    List {
        operation: "endusers",
        read: |wire| {
            let native = native(banyan(wire).endusers(&Default::default()));
            with(
                native,
                users(&rollbook_banyan::BanyanDirectory::new(banyan(&wire.again()))),
            )
        },
        elements: |body| list_or_member(text(body)?, &["endusers", "enduser", "users"]),
    },
    List {
        operation: "devices",
        read: |wire| {
            let native = native(banyan(wire).devices(&Default::default()));
            with(
                native,
                devices(&rollbook_banyan::BanyanDirectory::new(banyan(&wire.again()))),
            )
        },
        elements: |body| list_or_member(text(body)?, &["devices"]),
    },
    List {
        operation: "endusers_v2",
        read: |wire| vec![native(banyan(wire).endusers_v2(&Default::default()))],
        elements: |body| {
            let data = members(text(body)?)?.get("data")?.get();
            list_or_member(data, &["endusers", "enduser", "users"])
        },
    },
    List {
        operation: "devices_v2",
        read: |wire| vec![native(banyan(wire).devices_v2(&Default::default()))],
        elements: |body| list_or_member(members(text(body)?)?.get("data")?.get(), &["devices"]),
    },
];

pub(crate) const TRUTO: &[List] = &[
    List {
        operation: "user_directory_users",
        read: |wire| {
            let native = native(truto(wire).users(&Default::default()));
            with(
                native,
                users(&truto_directory(&wire.again(), Model::UserDirectory)),
            )
        },
        elements: |body| array_at(body, &["result"]),
    },
    List {
        operation: "mdm_users",
        read: |wire| {
            let native = native(truto(wire).mdm_users(&Default::default()));
            with(native, users(&truto_directory(&wire.again(), Model::Mdm)))
        },
        elements: |body| array_at(body, &["result"]),
    },
    List {
        operation: "mdm_devices",
        read: |wire| {
            let native = native(truto(wire).mdm_devices(&Default::default()));
            with(native, devices(&truto_directory(&wire.again(), Model::Mdm)))
        },
        elements: |body| array_at(body, &["result"]),
    },
    List {
        operation: "user_directory_users",
        read: |wire| {
            let pager = truto(wire).users_keyed_by(&Default::default(), "id");
            vec![walk(pager, |keyed| Some(keyed.row.row().clone()))]
        },
        elements: |body| {
            let result = members(text(body)?)?.get("result")?.get();
            let members: Option<Members<'_>> = serde_json::from_str(result).ok()?;
            let rows = members.unwrap_or_default().0.into_iter();
            Some(rows.map(|(_, row)| row.get()).collect())
        },
    },
];

fn with(native: Walked, model: Vec<Walked>) -> Vec<Walked> {
    std::iter::once(native).chain(model).collect()
}

fn native<T: Send + 'static>(pager: Pager<Native<T>>) -> Walked {
    walk(pager, |row| Some(row.row().clone()))
}

fn users(directory: &dyn Directory) -> Vec<Walked> {
    model(directory.list_users(&UserQuery::default()), |row| {
        row.native.clone()
    })
}

fn devices(directory: &dyn Directory) -> Vec<Walked> {
    model(directory.list_devices(&DeviceQuery::default()), |row| {
        row.native.clone()
    })
}

fn workstations(directory: &dyn Directory) -> Vec<Walked> {
    let pagers = directory.list_workstations(&WorkstationQuery::default());
    model(pagers, |row| row.native.clone())
}

fn model<T: Send + 'static>(
    pagers: Result<Vec<Pager<T>>, Error>,
    native: impl Fn(&T) -> Option<NativeRow>,
) -> Vec<Walked> {
    let pagers = expected(pagers);
    pagers.into_iter().map(|pager| walk(pager, &native)).collect()
}

pub(crate) fn truu(wire: &Wire) -> rollbook_truu::Client {
    let base = base(rollbook_truu::DEFAULT_BASE_URL);
    let config = rollbook_truu::Config::new(base, "client", secret());
    expected(rollbook_truu::Client::connect(source(), config, wire.transport()))
}

pub(crate) fn banyan(wire: &Wire) -> rollbook_banyan::Client {
    let config = rollbook_banyan::Config::new(base(rollbook_banyan::DEFAULT_BASE_URL), secret());
    expected(rollbook_banyan::Client::connect(
        source(),
        config,
        wire.transport(),
    ))
}

pub(crate) fn truto(wire: &Wire) -> rollbook_truto::Client {
    let base = base(rollbook_truto::DEFAULT_BASE_URL);
    let config = rollbook_truto::Config::new(base, "account", secret());
    expected(rollbook_truto::Client::connect(
        source(),
        config,
        wire.transport(),
    ))
}

fn truto_directory(wire: &Wire, model: Model) -> rollbook_truto::TrutoDirectory {
    rollbook_truto::TrutoDirectory::new(truto(wire), &[model])
}

pub(crate) fn base(text: &str) -> BaseUrl {
    expected(BaseUrl::parse(text))
}

pub(crate) fn secret() -> Secret {
    expected(Secret::new(CREDENTIAL))
}

fn source() -> SourceName {
    expected(SourceName::new("fuzzed"))
}

fn expected<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("what does not depend on the input failed: {error:?}"),
    }
}

/// A second reading of replies, which shares as little as can be with the adapters'.
fn members(json: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(json).ok()
}

fn text(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok()
}

fn array(json: &str) -> Option<Vec<&str>> {
    let rows: Option<Vec<&RawValue>> = serde_json::from_str(json).ok()?;
    Some(rows.unwrap_or_default().into_iter().map(RawValue::get).collect())
}

fn array_at<'a>(body: &'a [u8], names: &[&str]) -> Option<Vec<&'a str>> {
    let members = members(text(body)?)?;
    let list = names.iter().find_map(|name| members.get(*name));
    array(list?.get())
}

/// The rows under the one of the names that has any; none where two have.
fn list_or_member<'a>(json: &'a str, names: &[&str]) -> Option<Vec<&'a str>> {
    array(json).or_else(|| {
        let members = members(json)?;
        let lists = names.iter().filter_map(|name| members.get(*name));
        let lists: Option<Vec<_>> = lists.map(|list| array(list.get())).collect();
        let (filled, mut empty): (Vec<_>, Vec<_>) = lists?.into_iter().partition(|rows| !rows.is_empty());
        match <[_; 1]>::try_from(filled) {
            Ok([rows]) => Some(rows),
            Err(filled) if filled.is_empty() => empty.pop(),
            Err(_) => None,
        }
    })
}

/// Holds the list that the first byte names against the rest.
pub(crate) fn check(lists: &[List], input: &[u8]) {
    let Some((list, body)) = selected(lists, input) else {
        return;
    };
    let wire = Wire::once(Bytes::copy_from_slice(body));
    // What is not UTF-8 in a member that nobody reads does no harm, and must not trouble the second reading either.
    let text = String::from_utf8_lossy(body);
    for walked in (list.read)(&wire) {
        walked.check_first_page(wire.body(), (list.elements)(text.as_bytes()));
    }
}

/// How many requests a walk may send of which every reply is the same: the most empty pages and as many tries again, twice,
/// and what is in flight.
const MOST_REQUESTS: u32 = 2 * (2 * 1_000 + 100);

/// Holds the walk of any list that is answered by the same reply for ever.
pub(crate) fn check_walk(input: &[u8]) {
    let lists: Vec<List> = [TRUU, BANYAN, TRUTO].concat();
    let Some((list, body)) = selected(&lists, input) else {
        return;
    };
    let wire = Wire::always(200, Bytes::copy_from_slice(body));
    let walks = (list.read)(&wire);
    for walked in &walks {
        walked.check_words();
    }
    assert!(
        wire.requests() <= MOST_REQUESTS * walks.len() as u32,
        "{} requests",
        wire.requests()
    );
}

/// The entry that the first byte names, by its letter, and what follows.
pub(crate) fn selected<'a, 'b, T>(entries: &'a [T], input: &'b [u8]) -> Option<(&'a T, &'b [u8])> {
    let (first, rest) = input.split_first()?;
    let index = usize::from(first.wrapping_sub(b'0')) % entries.len();
    Some((entries.get(index)?, rest))
}
