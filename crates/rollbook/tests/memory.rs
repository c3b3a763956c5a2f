//! What the rows of a hostile reply cost in memory, as each vendor's types read them and the model holds them.

#![cfg(all(feature = "truu", feature = "banyan", feature = "truto"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use peak_alloc::PeakAlloc;
use rollbook_model::{DeviceQuery, Directory, Pager, SourceName, UserQuery, WorkstationQuery};
use rollbook_vendor_kit::BaseUrl;
use rollbook_vendor_kit::lenient::MOST_ROWS;
use support::Canned;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The first page, and what reading and holding it takes at most beside its body.
fn peak<T: Send + 'static>(mut pager: Pager<T>) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let page = pager.next_page().now_or_never().flatten().unwrap();
    assert!(page.is_ok_and(|rows| !rows.is_empty()));
    MEMORY.peak_usage() - before
}

fn source() -> SourceName {
    SourceName::new("corp").unwrap()
}

fn base() -> BaseUrl {
    BaseUrl::parse("https://vendor.example.com").unwrap()
}

fn truu(body: Bytes) -> impl Directory {
    rollbook_truu::TruuDirectory::new(rollbook_truu::Client::new(
        source(),
        base(),
        Arc::new(Canned(body)),
    ))
}

fn banyan(body: Bytes) -> impl Directory {
    rollbook_banyan::BanyanDirectory::new(rollbook_banyan::Client::new(
        source(),
        base(),
        Arc::new(Canned(body)),
    ))
}

fn truto(body: Bytes, model: rollbook_truto::Model) -> impl Directory {
    let client = rollbook_truto::Client::new(source(), base(), "account", Arc::new(Canned(body)));
    rollbook_truto::TrutoDirectory::new(client, &[model])
}

/// A list, the reply around its rows, its id, members that are read, and the members of it that are lists.
struct List {
    name: &'static str,
    page: &'static str,
    id: &'static str,
    members: &'static [&'static str],
    lists: &'static [&'static str],
    read: fn(Bytes) -> usize,
}

const LISTS: &[List] = &[
    List {
        name: "users of TruU",
        page: r#"{"page":1,"next":null,"final":1,"count":1,"results":[@]}"#,
        id: "tuid",
        members: &[
            "guid",
            "displayName",
            "userPrincipal",
            "email",
            "lastSynced",
            "created",
            "domain",
            "devices",
        ],
        lists: &["devices"],
        read: |body| peak(truu(body).list_users(&UserQuery::default()).unwrap().remove(0)),
    },
    List {
        name: "devices of TruU",
        page: r#"{"page":1,"next":null,"final":1,"count":1,"results":[@]}"#,
        id: "deviceId",
        members: &[
            "deviceName",
            "appVersion",
            "sdkVersion",
            "lastHeardFrom",
            "softwareIdentifier",
            "notificationId",
            "appId",
            "type",
            "active",
            "created",
            "user",
            "domain",
        ],
        lists: &[],
        read: |body| {
            peak(
                truu(body)
                    .list_devices(&DeviceQuery::default())
                    .unwrap()
                    .remove(0),
            )
        },
    },
    List {
        name: "workstations of TruU",
        page: r#"{"page":1,"next":null,"final":1,"count":1,"results":[@]}"#,
        id: "machineName",
        members: &[
            "displayName",
            "type",
            "hardware",
            "network",
            "lastHeardFrom",
            "devices",
        ],
        lists: &["devices", "network"],
        read: |body| {
            peak(
                truu(body)
                    .list_workstations(&WorkstationQuery::default())
                    .unwrap()
                    .remove(0),
            )
        },
    },
    List {
        name: "users of Banyan",
        page: r#"{"endusers":[@],"count":1}"#,
        id: "Email",
        members: &[
            "Name",
            "Groups",
            "TrustData",
            "LoginCount",
            "LastLogin",
            "CreatedAt",
            "SerialNumbers",
        ],
        lists: &["Groups", "SerialNumbers"],
        read: |body| peak(banyan(body).list_users(&UserQuery::default()).unwrap().remove(0)),
    },
    List {
        name: "devices of Banyan",
        page: r#"{"devices":[@],"count":1}"#,
        id: "SerialNumber",
        members: &[
            "DeviceID",
            "DeviceFriendlyName",
            "Emails",
            "LastLogin",
            "LoginCount",
            "Ownership",
            "Platform",
            "Model",
            "Architecture",
            "RegisteredStatus",
            "MdmData",
            "trust",
            "TrustData",
            "Roles",
            "Banned",
            "OS",
            "AppVersion",
            "CreatedAt",
        ],
        lists: &["Emails", "Roles"],
        read: |body| {
            peak(
                banyan(body)
                    .list_devices(&DeviceQuery::default())
                    .unwrap()
                    .remove(0),
            )
        },
    },
    List {
        name: "users of Truto",
        page: r#"{"result":[@],"next_cursor":null}"#,
        id: "id",
        members: &[
            "name",
            "emails",
            "phones",
            "status",
            "created_at",
            "updated_at",
            "groups",
            "roles",
            "urls",
        ],
        lists: &["emails", "groups", "roles", "urls", "phones"],
        read: |body| {
            let directory = truto(body, rollbook_truto::Model::UserDirectory);
            peak(directory.list_users(&UserQuery::default()).unwrap().remove(0))
        },
    },
    List {
        name: "devices of Truto",
        page: r#"{"result":[@],"next_cursor":null}"#,
        id: "id",
        members: &[
            "name",
            "hostname",
            "dns_name",
            "netbios_name",
            "type",
            "is_corporate_owned",
            "platform",
            "model",
            "manufacturer",
            "serial_number",
            "asset_tag",
            "os_name",
            "os_version",
            "os_build",
            "tags",
            "owner",
            "policy",
            "organization",
        ],
        lists: &["tags"],
        read: |body| {
            let directory = truto(body, rollbook_truto::Model::Mdm);
            peak(directory.list_devices(&DeviceQuery::default()).unwrap().remove(0))
        },
    },
];

/// What one row costs at most: its types, and for each member that cannot be read a text that says where.
const MOST_OF_A_ROW: usize = 8 * 1024;

/// What a page of as many rows as a reply may have costs at most once it is read: those in flight wait as bytes.
const MOST_OF_A_PAGE: usize = 512 * 1024 * 1024;

const _: () = assert!(MOST_ROWS * MOST_OF_A_ROW <= MOST_OF_A_PAGE);

/// What lists within a row cost at most, in what they weigh: an empty object of three bytes becomes a type with many members.
const MOST_OF_A_LIST: usize = 500;

// One test: the peak is the whole process's.
#[test]
fn memory_is_bounded_by_the_rows_that_a_reply_may_have_and_by_its_bytes() {
    const ROWS: usize = 1024;
    const ITEMS: usize = 5_000;
    for list in LISTS {
        let page = |rows: &[String]| Bytes::from(list.page.replace('@', &rows.join(",")));
        for value in [None, Some("[1]"), Some("\"x\"")] {
            let row = |number: usize| {
                let members = list.members.iter().zip(value.into_iter().cycle());
                let members: Vec<String> = members
                    .map(|(name, value)| format!(",\"{name}\":{value}"))
                    .collect();
                format!("{{\"{}\":\"i{number}\"{}}}", list.id, members.concat())
            };
            let rows: Vec<String> = (0..ROWS).map(row).collect();
            let used = (list.read)(page(&rows)) / ROWS;
            assert!(
                used <= MOST_OF_A_ROW,
                "{}: {used} bytes a row of {}",
                list.name,
                rows[0]
            );
        }
        for member in list.lists {
            for item in ["{}", "\"\"", "\"a\"", "1"] {
                let items = vec![item; ITEMS].join(",");
                let body = page(&[format!("{{\"{}\":\"i\",\"{member}\":[{items}]}}", list.id)]);
                let weight = body.len();
                let times = (list.read)(body) / weight;
                assert!(
                    times <= MOST_OF_A_LIST,
                    "{}, {member} of {item}: {times} times its weight",
                    list.name
                );
            }
        }
    }
    let devices = vec!["{}"; 16 * MOST_ROWS].join(",");
    let body = Bytes::from(format!(
        "{{\"results\":[{{\"tuid\":\"i\",\"devices\":[{devices}]}}]}}"
    ));
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut pager = truu(body.clone())
        .list_users(&UserQuery::default())
        .unwrap()
        .remove(0);
    let error = pager.next_page().now_or_never().flatten().unwrap().unwrap_err();
    assert_eq!(error.message(), "$: more than 1048576 objects in one reply");
    assert!(
        MEMORY.peak_usage() - before < body.len(),
        "what is refused was read"
    );
}
