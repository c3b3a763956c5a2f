//! Whatever Truto sends, no row is lost, changed or a panic; and what the reference defines is mapped as it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use rollbook_model::{
    Device, DeviceQuery, Directory as _, ErrorKind, Ownership, Pager, SourceName, User, UserQuery,
};
use rollbook_testkit::generators::json::{Care, names};
use rollbook_testkit::suite::odd_rows;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_truto::wire::Time;
use rollbook_truto::{
    Client, Common, DEFAULT_BASE_URL, MdmDevicesQuery, MdmUsersQuery, Model, TrutoDirectory, UsersQuery,
    testing,
};
use rollbook_vendor_kit::{BaseUrl, Native};
use serde_json::{Value, json};

#[test]
fn a_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["id"], &names(testing::USER), |rows| {
        let pager = answering(testing::page(rows)).users(&UsersQuery::default());
        wait(odd_rows::all_kept(rows, pager, native));
        for user in users(Model::UserDirectory, rows) {
            serde_json::to_string(&user).unwrap();
        }
    });
}

#[test]
fn a_keyed_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["id"], &names(testing::USER), |rows| {
        let members: Vec<String> = rows
            .iter()
            .enumerate()
            .map(|(index, row)| format!("\"k{index}\": {row}"))
            .collect();
        let body = format!(
            "{{\"result\": {{ {} }}, \"next_cursor\": null}}",
            members.join(" , ")
        );
        let pager = answering(body).users_keyed_by(&UsersQuery::default(), "id");
        let keyed = wait(odd_rows::all_kept(rows, pager, |keyed| {
            Some(keyed.row.row().get())
        }));
        for keyed in keyed {
            let index: usize = keyed.key.trim_start_matches('k').parse().unwrap();
            assert_eq!(keyed.row.row().get(), rows[index]);
        }
    });
}

#[test]
fn an_mdm_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["id"], &names(testing::MDM_USER), |rows| {
        let pager = answering(testing::page(rows)).mdm_users(&MdmUsersQuery::default());
        wait(odd_rows::all_kept(rows, pager, native));
        for user in users(Model::Mdm, rows) {
            serde_json::to_string(&user).unwrap();
        }
    });
}

#[test]
fn a_device_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["id"], &names(testing::MDM_DEVICE), |rows| {
        let pager = answering(testing::page(rows)).mdm_devices(&MdmDevicesQuery::default());
        wait(odd_rows::all_kept(rows, pager, native));
        for device in devices(rows) {
            serde_json::to_string(&device).unwrap();
        }
    });
}

#[test]
fn one_user_is_given_as_it_came_or_cannot_be_decoded() {
    odd_rows::check(&["id"], &names(testing::USER), |rows| {
        for row in rows {
            match wait(answering(row.clone()).user("id", &Common::default())) {
                Ok(user) => assert_eq!(user.row().get(), row),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Decode, "{error}"),
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_documented_row_is_read_to_its_last_member(
        user in testing::user_row(Care::Documented),
        mdm_user in testing::mdm_user_row(Care::Documented),
        device in testing::mdm_device_row(Care::Documented),
    ) {
        // What a provider sends is anything, also null.
        let fixed = |name: &String| !["identifiers", "languages", "remote_data"].contains(&name.as_str());
        let absent: Vec<_> = read(&user, &mdm_user, &device).into_iter().filter(fixed).collect();
        prop_assert_eq!(absent, Vec::<String>::new());
    }

    #[test]
    fn a_row_as_truto_sends_it_loses_no_member(
        user in testing::user_row(Care::AsSent),
        mdm_user in testing::mdm_user_row(Care::AsSent),
        device in testing::mdm_device_row(Care::AsSent),
    ) {
        read(&user, &mdm_user, &device);
    }

    #[test]
    fn a_row_of_the_model_can_be_made_again_from_the_row_that_it_keeps(
        user in testing::user_row(Care::AsSent),
        mdm_user in testing::mdm_user_row(Care::AsSent),
        device in testing::mdm_device_row(Care::AsSent),
    ) {
        for (model, row) in [(Model::UserDirectory, user), (Model::Mdm, mdm_user)] {
            let mut user = users(model, &[row]).remove(0);
            let mut again = users(model, &[user.native.take().unwrap().compact()]).remove(0);
            again.native = None;
            prop_assert_eq!(again, user);
        }
        let mut device = devices(&[device]).remove(0);
        let mut again = devices(&[device.native.take().unwrap().compact()]).remove(0);
        again.native = None;
        prop_assert_eq!(again, device);
    }
}

#[test]
fn any_text_is_a_list_or_cannot_be_decoded() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "7",
        "\"x\"",
        "{\"result\":{}}",
        "{\"result\":[]",
        "{\"result\":[]}}",
        "{\"results\":[]}",
        "{\"result\":[],\"next_cursor\":[]}",
        "<html>",
    ] {
        let mut pager = answering(body.to_owned()).mdm_devices(&MdmDevicesQuery::default());
        let (rows, error) = wait(pager.collect_rows());
        assert!(rows.is_empty());
        let error = error.unwrap_or_else(|| panic!("{body} is taken for a list"));
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
        let text = error.to_string();
        assert!(
            text.starts_with("hr-okta: mdm_devices page 1: $"),
            "{body}: {text}"
        );
    }
}

/// "If no clear mapping is available, then the raw value is returned."
#[test]
fn a_status_that_truto_does_not_map_survives() {
    for (written, read) in [
        (json!("active"), Some("active")),
        (json!("inactive"), Some("inactive")),
        (json!("deleted"), Some("deleted")),
        (json!("invited"), Some("invited")),
        (json!("ACTIVE"), Some("active")),
        (json!("created"), Some("created")),
        (json!("Staged For Deletion"), Some("Staged For Deletion")),
        (json!(3), Some("3")),
        (json!(""), None),
        (json!(null), None),
    ] {
        let user = user(json!({"id": "u", "status": written}));
        let status = user.status.map(|status| status.to_string());
        assert_eq!(status.as_deref(), read, "{written}");
    }
    for (written, read) in [
        (json!(true), Some("active")),
        (json!("FALSE"), Some("inactive")),
        (json!(null), None),
        (json!("soon"), None),
    ] {
        let rows = [json!({"id": "u", "is_active": written}).to_string()];
        let status = users(Model::Mdm, &rows)
            .remove(0)
            .status
            .map(|status| status.to_string());
        assert_eq!(status.as_deref(), read, "{written}");
    }
}

/// ISO 8601 with a zone; a bare number has no unit here and is no time.
#[test]
fn times_are_read_in_every_spelling() {
    for (written, read) in [
        (
            json!("2024-01-06T07:13:54.805Z"),
            Some("2024-01-06T07:13:54.805Z"),
        ),
        (json!("2024-01-06T07:13:54+02:00"), Some("2024-01-06T05:13:54Z")),
        (json!("0001-01-01T00:00:00Z"), Some("0001-01-01T00:00:00Z")),
        (json!("2024-01-06T07:13:54"), None),
        (json!(1_705_327_828_000_i64), None),
        (json!("1705327828"), None),
        (json!(0), None),
        (json!(""), None),
        (json!(null), None),
    ] {
        let row = json!({"id": "u", "created_at": written, "updated_at": written, "last_login_at": written});
        let user = user(row);
        let times = [user.created_at, user.updated_at, user.last_login_at];
        let times = times.map(|time| time.map(|time| time.to_string()));
        assert_eq!(
            times,
            [read, read, read].map(|time| time.map(str::to_owned)),
            "{written}"
        );
    }
}

/// Which of the two names is Truto's is not known, so a row can have both.
#[test]
fn a_row_that_says_by_both_names_when_its_status_changed_keeps_both() {
    let (updated, changed) = ("2020-10-22T00:00:00.000Z", "2020-10-23T00:00:00.000Z");
    for (row, wanted) in [
        (
            json!({"id": "u", "status_updated_at": updated, "status_changed_at": changed}),
            [Some(updated), Some(changed), Some(updated)],
        ),
        (
            json!({"id": "u", "status_changed_at": changed}),
            [None, Some(changed), Some(changed)],
        ),
        (
            json!({"id": "u", "status_updated_at": null, "status_changed_at": changed}),
            [None, Some(changed), Some(changed)],
        ),
    ] {
        let rows = [row.to_string()];
        let pager = answering(testing::page(&rows)).users(&UsersQuery::default());
        let user = wait(odd_rows::all_read(&rows, pager, native)).remove(0);
        let times = [
            user.status_updated_at.as_ref(),
            user.status_changed_at.as_ref(),
            user.status_changed(),
        ];
        assert_eq!(times.map(|time| time.and_then(Time::text)), wanted, "{row}");
    }
}

#[test]
fn a_platform_that_the_reference_does_not_have_survives() {
    for (written, read) in [
        (json!("macos"), Some("macos")),
        (json!("ipados"), Some("ipados")),
        (json!("unknown"), Some("unknown")),
        (json!("webOS"), Some("webOS")),
        (json!(""), None),
        (json!(null), None),
    ] {
        let platform = device(json!({"id": "d", "platform": written})).platform;
        assert_eq!(
            platform.as_ref().map(|platform| platform.as_str()),
            read,
            "{written}"
        );
    }
}

#[test]
fn that_a_device_is_not_the_companys_does_not_say_whose_it_is() {
    let ownership = |written: Value| device(json!({"id": "d", "is_corporate_owned": written})).ownership;
    assert_eq!(ownership(json!(true)), Some(Ownership::Corporate));
    assert_eq!(ownership(json!("TRUE")), Some(Ownership::Corporate));
    for no in [json!(false), json!(null), json!(""), json!("perhaps")] {
        assert_eq!(ownership(no), None);
    }
}

#[test]
fn an_owner_is_known_by_addresses_of_both_shapes() {
    for (owner, id, email) in [
        (json!({"id": "u", "emails": ["a@b.c"]}), Some("u"), Some("a@b.c")),
        (
            json!({"emails": [{"email": ""}, {"email": "a@b.c"}]}),
            None,
            Some("a@b.c"),
        ),
        (json!({"id": "u"}), Some("u"), None),
        (json!({"id": "u", "emails": null}), Some("u"), None),
    ] {
        let device = device(json!({"id": "d", "owner": owner}));
        assert_eq!(device.users[0].id.as_deref(), id, "{owner}");
        assert_eq!(device.users[0].email.as_deref(), email, "{owner}");
    }
    for nobody in [json!(null), json!({}), json!({"name": "Ann", "emails": []})] {
        assert!(device(json!({"id": "d", "owner": nobody})).users.is_empty());
    }
}

#[test]
fn an_end_is_a_missing_a_null_or_a_blank_cursor() {
    for end in ["", ", \"next_cursor\": null", ", \"next_cursor\": \"\""] {
        let mut pager =
            answering(format!("{{\"result\": [{{\"id\": \"u\"}}]{end}}}")).users(&UsersQuery::default());
        let (rows, error) = wait(pager.collect_rows());
        assert!(error.is_none() && rows.len() == 1, "{end}: {error:?}");
        assert!(pager.completeness().is_complete(), "{end}");
    }
}

/// Rows with one value of the key are one row, the later: so says the shape itself.
#[test]
fn keys_come_with_their_rows() {
    let body = json!({"result": {"b": {"id": "1"}, "a": {"id": "2"}}});
    let mut pager = answering(body.to_string()).users_keyed_by(&UsersQuery::default(), "name");
    let (rows, _) = wait(pager.collect_rows());
    let by_key: BTreeMap<&str, &str> = rows
        .iter()
        .map(|keyed| (keyed.key.as_str(), keyed.id.as_str()))
        .collect();
    assert_eq!(by_key, BTreeMap::from([("a", "2"), ("b", "1")]));
}

fn user(row: Value) -> User {
    users(Model::UserDirectory, &[row.to_string()]).remove(0)
}

fn device(row: Value) -> Device {
    devices(&[row.to_string()]).remove(0)
}

fn users(model: Model, rows: &[String]) -> Vec<User> {
    let directory = TrutoDirectory::new(answering(testing::page(rows)), &[model]);
    let mut pagers = directory.list_users(&UserQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |user| {
        user.native.as_ref().map(|native| native.get())
    }))
}

fn devices(rows: &[String]) -> Vec<Device> {
    let directory = TrutoDirectory::new(answering(testing::page(rows)), &[Model::Mdm]);
    let mut pagers = directory.list_devices(&DeviceQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |device| {
        device.native.as_ref().map(|native| native.get())
    }))
}

/// Reads a row of each list whole, and gives the members that are absent then.
fn read(user: &str, mdm_user: &str, device: &str) -> BTreeSet<String> {
    fn one<T: Debug + Send + 'static>(
        row: &str,
        list: impl Fn(Client) -> Pager<Native<T>>,
    ) -> BTreeSet<String> {
        let rows = [row.to_owned()];
        let pager = list(answering(testing::page(&rows)));
        odd_rows::absent(&wait(odd_rows::all_read(&rows, pager, native)).remove(0))
    }
    let mut absent = one(user, |client| client.users(&UsersQuery::default()));
    absent.extend(one(mdm_user, |client| {
        client.mdm_users(&MdmUsersQuery::default())
    }));
    absent.extend(one(device, |client| {
        client.mdm_devices(&MdmDevicesQuery::default())
    }));
    absent
}

fn answering(body: String) -> Client {
    let wire = FakeTransport::answering(move |_| Reply::json(200, &body));
    Client::new(
        SourceName::new("hr-okta").unwrap(),
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        "62f44730-dd91-461e-bd6a-aedd9e0ad79d",
        Arc::new(wire),
    )
}

fn native<T>(row: &Native<T>) -> Option<&str> {
    Some(row.row().get())
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}
