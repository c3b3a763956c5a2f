//! The lists of the three vendors.

use std::sync::Arc;

use bytes::Bytes;
use rollbook_banyan::{BanyanDirectory, DevicesQuery, EndusersQuery};
use rollbook_model::{Device, DeviceQuery, Directory, Pager, SourceName, User, UserQuery};
use rollbook_sandbox::credentials;
use rollbook_truto::{MdmDevicesQuery, Model, TrutoDirectory, UsersQuery};
use rollbook_truu::{EnrolledUsersQuery, TruuDirectory};
use rollbook_vendor_kit::BaseUrl;

use crate::canned::Canned;
use crate::contestants::{Contest, domain, found_first, from_text, native, owned, walked};
use crate::owned::{banyan, truto, truu};
use crate::pages::{List, Rows};
use crate::read;

fn source() -> SourceName {
    SourceName::new("bench").expect("a name")
}

fn base() -> BaseUrl {
    BaseUrl::parse("https://bench.example.com").expect("an address")
}

fn truu_client(body: &Bytes) -> rollbook_truu::Client {
    rollbook_truu::Client::new(source(), base(), Canned::transport(body))
}

fn banyan_client(body: &Bytes) -> rollbook_banyan::Client {
    rollbook_banyan::Client::new(source(), base(), Canned::transport(body))
}

fn truto_client(body: &Bytes) -> rollbook_truto::Client {
    rollbook_truto::Client::new(
        source(),
        base(),
        credentials::TRUTO_INTEGRATED_ACCOUNT,
        Canned::transport(body),
    )
}

fn truu_directory(body: &Bytes) -> Arc<dyn Directory> {
    Arc::new(TruuDirectory::new(truu_client(body)))
}

fn banyan_directory(body: &Bytes) -> Arc<dyn Directory> {
    Arc::new(BanyanDirectory::new(banyan_client(body)))
}

fn truto_directory(body: &Bytes) -> Arc<dyn Directory> {
    let client = truto_client(body);
    Arc::new(TrutoDirectory::new(client, &[Model::UserDirectory, Model::Mdm]))
}

fn users(directory: &dyn Directory) -> Pager<User> {
    directory
        .list_users(&UserQuery::default())
        .expect("a list")
        .remove(0)
}

fn devices(directory: &dyn Directory) -> Pager<Device> {
    directory
        .list_devices(&DeviceQuery::default())
        .expect("a list")
        .remove(0)
}

/// All of them.
pub fn contests() -> Vec<Contest> {
    vec![
        truu_users(),
        truu_devices(),
        banyan_users(),
        banyan_devices(),
        truto_users(),
        truto_devices(),
    ]
}

fn truu_users() -> Contest {
    type Page = truu::Page<truu::User>;
    let rows = |page: &Page| page.results.len();
    let list = List {
        address: "/api/v1/system/enrolled/users/",
        token: None,
        member: "results",
        around: r#"{"page":1,"next":null,"previous":null,"final":1,"pageSize":25,"count":COUNT,"results":[@]}"#,
    };
    Contest {
        name: "truu-users",
        rows: Rows::of::<truu::User>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<truu::User>("results")),
            ("ours-native", native(read::truu::<rollbook_truu::wire::User>)),
            (
                "ours-walked",
                walked(|body| {
                    let client = truu_client(body);
                    Arc::new(move || client.enrolled_users(&EnrolledUsersQuery::default()))
                }),
            ),
            ("ours-domain", domain(truu_directory, users)),
        ],
    }
}

fn truu_devices() -> Contest {
    type Page = truu::Page<truu::Device>;
    let rows = |page: &Page| page.results.len();
    let list = List {
        address: "/api/v1/system/devices/",
        token: None,
        member: "results",
        around: r#"{"page":1,"next":null,"previous":null,"final":1,"pageSize":25,"count":COUNT,"results":[@]}"#,
    };
    Contest {
        name: "truu-devices",
        rows: Rows::of::<truu::Device>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<truu::Device>("results")),
            (
                "ours-native",
                native(read::truu::<rollbook_truu::wire::SystemDevice>),
            ),
            (
                "ours-walked",
                walked(|body| {
                    let client = truu_client(body);
                    Arc::new(move || client.devices())
                }),
            ),
            ("ours-domain", domain(truu_directory, devices)),
        ],
    }
}

fn banyan_users() -> Contest {
    type Page = banyan::Users;
    let rows = |page: &Page| page.endusers.len();
    let list = List {
        address: "/api/v1/endusers?skip=0&limit=1000",
        token: Some(credentials::BANYAN_KEY),
        member: "endusers",
        around: r#"{"endusers":[@],"count":COUNT}"#,
    };
    Contest {
        name: "banyan-users",
        rows: Rows::of::<banyan::User>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<banyan::User>("endusers")),
            ("ours-native", native(read::banyan_users)),
            (
                "ours-walked",
                walked(|body| {
                    let client = banyan_client(body);
                    Arc::new(move || client.endusers(&EndusersQuery::default()))
                }),
            ),
            ("ours-domain", domain(banyan_directory, users)),
        ],
    }
}

fn banyan_devices() -> Contest {
    type Page = banyan::Devices;
    let rows = |page: &Page| page.devices.len();
    let list = List {
        address: "/api/v1/devices?skip=0&limit=1000",
        token: Some(credentials::BANYAN_KEY),
        member: "devices",
        around: r#"{"devices":[@],"count":COUNT}"#,
    };
    Contest {
        name: "banyan-devices",
        rows: Rows::of::<banyan::Device>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<banyan::Device>("devices")),
            ("ours-native", native(read::banyan_devices)),
            (
                "ours-walked",
                walked(|body| {
                    let client = banyan_client(body);
                    Arc::new(move || client.devices(&DevicesQuery::default()))
                }),
            ),
            ("ours-domain", domain(banyan_directory, devices)),
        ],
    }
}

fn truto_users() -> Contest {
    type Page = truto::Page<truto::User>;
    let rows = |page: &Page| page.result.len();
    let list = List {
        address: "/unified/user-directory/users?integrated_account_id=00000000-0000-4000-8000-000000000001",
        token: Some(credentials::TRUTO_TOKEN),
        member: "result",
        around: r#"{"result":[@],"next_cursor":null,"prev_cursor":null,"result_count":COUNT,"is_partial_response":false}"#,
    };
    Contest {
        name: "truto-users",
        rows: Rows::of::<truto::User>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<truto::User>("result")),
            ("ours-native", native(read::truto::<rollbook_truto::wire::User>)),
            (
                "ours-walked",
                walked(|body| {
                    let client = truto_client(body);
                    Arc::new(move || client.users(&UsersQuery::default()))
                }),
            ),
            ("ours-domain", domain(truto_directory, users)),
        ],
    }
}

fn truto_devices() -> Contest {
    type Page = truto::Page<truto::Device>;
    let rows = |page: &Page| page.result.len();
    let list = List {
        address: "/unified/mdm/devices?integrated_account_id=00000000-0000-4000-8000-000000000001",
        token: Some(credentials::TRUTO_TOKEN),
        member: "result",
        around: r#"{"result":[@],"next_cursor":null,"prev_cursor":null,"result_count":COUNT,"is_partial_response":false}"#,
    };
    Contest {
        name: "truto-devices",
        rows: Rows::of::<truto::Device>(list),
        ways: vec![
            ("owned", owned(rows)),
            ("from-text", from_text(rows)),
            ("found-first", found_first::<truto::Device>("result")),
            (
                "ours-native",
                native(read::truto::<rollbook_truto::wire::MdmDevice>),
            ),
            (
                "ours-walked",
                walked(|body| {
                    let client = truto_client(body);
                    Arc::new(move || client.mdm_devices(&MdmDevicesQuery::default()))
                }),
            ),
            ("ours-domain", domain(truto_directory, devices)),
        ],
    }
}

/// The one of this name.
pub fn contest(name: &str) -> Contest {
    match name {
        "truu-users" => truu_users(),
        "truu-devices" => truu_devices(),
        "banyan-users" => banyan_users(),
        "banyan-devices" => banyan_devices(),
        "truto-users" => truto_users(),
        "truto-devices" => truto_devices(),
        _ => panic!("there is no contest {name}"),
    }
}
