//! Whatever Banyan sends, no row is lost, changed or a panic; and what the guide defines is mapped as it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use rollbook_banyan::wire::EndUserV2;
use rollbook_banyan::{
    BanyanDirectory, Client, DEFAULT_BASE_URL, DevicesQuery, DevicesV2Query, EndusersQuery, EndusersV2Query,
    testing,
};
use rollbook_model::{
    Device, DeviceQuery, Directory as _, Error, ErrorKind, Pager, SourceName, TrustLevel, User, UserQuery,
};
use rollbook_testkit::generators::json::{Care, names};
use rollbook_testkit::suite::odd_rows;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_vendor_kit::{BaseUrl, Native};
use serde_json::{Value, json};

#[test]
fn a_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["Email"], &names(testing::END_USER), |rows| {
        let query = EndusersQuery::default();
        wait(odd_rows::all_kept(
            rows,
            answering(testing::page("endusers", rows)).endusers(&query),
            native,
        ));
        wait(odd_rows::all_kept(
            rows,
            answering(array(rows)).endusers_at_once(&query),
            native,
        ));
        for user in users(rows) {
            serde_json::to_string(&user).unwrap();
        }
    });
}

#[test]
fn a_device_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["DeviceID", "SerialNumber"], &names(testing::DEVICE), |rows| {
        let query = DevicesQuery::default();
        wait(odd_rows::all_kept(
            rows,
            answering(testing::page("devices", rows)).devices(&query),
            native,
        ));
        wait(odd_rows::all_kept(
            rows,
            answering(array(rows)).devices_at_once(&query),
            native,
        ));
        for device in devices(rows) {
            serde_json::to_string(&device).unwrap();
        }
    });
}

#[test]
fn a_v2_row_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["email"], &names(testing::END_USER_V2), |rows| {
        let client = answering(testing::page_v2("endusers", rows));
        wait(odd_rows::all_kept(
            rows,
            client.endusers_v2(&EndusersV2Query::default()),
            native,
        ));
    });
    odd_rows::check(&["id"], &names(testing::DEVICE_V2), |rows| {
        let client = answering(testing::page_v2("devices", rows));
        wait(odd_rows::all_kept(
            rows,
            client.devices_v2(&DevicesV2Query::default()),
            native,
        ));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_documented_row_is_read_to_its_last_member(
        user in testing::enduser_row(Care::Documented),
        device in testing::device_row(Care::Documented),
        user_v2 in testing::enduser_v2_row(Care::Documented),
        device_v2 in testing::device_v2_row(Care::Documented),
    ) {
        let absent = read(&user, &device, &user_v2, &device_v2);
        prop_assert_eq!(absent, BTreeSet::new());
    }

    #[test]
    fn a_row_as_banyan_sends_it_loses_no_member(
        user in testing::enduser_row(Care::AsSent),
        device in testing::device_row(Care::AsSent),
        user_v2 in testing::enduser_v2_row(Care::AsSent),
        device_v2 in testing::device_v2_row(Care::AsSent),
    ) {
        read(&user, &device, &user_v2, &device_v2);
    }

    #[test]
    fn a_row_of_the_model_can_be_made_again_from_the_row_that_it_keeps(
        user in testing::enduser_row(Care::AsSent),
        device in testing::device_row(Care::AsSent),
    ) {
        let mut user = users(&[user]).remove(0);
        let mut again = users(&[user.native.take().unwrap().compact()]).remove(0);
        again.native = None;
        prop_assert_eq!(again, user);

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
        "{}",
        "7",
        "\"x\"",
        "{\"devices\":{}}",
        "{\"devices\":[]",
        "[1",
        "[]]",
        "{\"endusers\":[],\"count\":0}",
        "{\"devices\":[],\"count\":{}}",
        "<html>",
    ] {
        let client = answering(body.to_owned());
        let pagers = [
            client.devices(&DevicesQuery::default()),
            client.devices_at_once(&DevicesQuery::default()),
        ];
        for mut pager in pagers {
            let (rows, error) = wait(pager.collect_rows());
            assert!(rows.is_empty());
            let error = error.unwrap_or_else(|| panic!("{body} is taken for a list"));
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
            let text = error.to_string();
            assert!(
                text.starts_with("corp-banyan: devices") && text.contains(": $"),
                "{body}: {text}"
            );
        }
    }
}

/// A server in Go writes an empty list as null; one that is missing is another shape.
#[test]
fn a_list_that_is_null_is_empty() {
    for body in ["null", "{\"devices\":null,\"count\":0}"] {
        let mut pager = answering(body.to_owned()).devices(&DevicesQuery::default());
        let (rows, error) = wait(pager.collect_rows());
        assert!(rows.is_empty() && error.is_none(), "{body}: {error:?}");
        assert!(pager.completeness().is_complete(), "{body}");
    }
}

/// No document has the name of the list of v2 users, so that a reply may have more than one of them.
#[test]
fn a_list_without_rows_gives_way_to_one_of_another_name() {
    let rows = r#"[{"email": "a@b.c"}, 7]"#;
    for names in [
        ["endusers", "users"],
        ["enduser", "endusers"],
        ["users", "enduser"],
    ] {
        for (none, some) in [(names[0], names[1]), (names[1], names[0])] {
            for empty in ["null", "[]"] {
                let before = format!(r#"{{"{none}": {empty}, "{some}": {rows}, "count": 2}}"#);
                let after = format!(r#"{{"count": 2, "{some}": {rows}, "{none}": {empty}}}"#);
                for data in [before, after] {
                    let (rows, pager) = endusers_v2(&data);
                    assert_eq!(rows.unwrap(), ["a@b.c"], "{data}");
                    assert_eq!(pager.rejected()[0].path, format!("$.data.{some}[1]"), "{data}");
                    assert_eq!(pager.completeness().reported, Some(2), "{data}");
                }
            }
        }
    }
    let (rows, pager) = endusers_v2(r#"{"endusers": [], "users": null, "count": 0}"#);
    assert!(rows.unwrap().is_empty() && pager.completeness().is_complete());
}

#[test]
fn rows_under_two_names_are_refused_with_both_names() {
    // What the quick reader can follow, and what it leaves to the one that knows places.
    for number in ["2", "1e400"] {
        let data =
            format!(r#"{{"users": [{{"email": "a@b.c", "n": {number}}}], "endusers": [7], "count": 2}}"#);
        let (rows, _) = endusers_v2(&data);
        let error = rows.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(
            error.message(),
            "$.data: rows under `endusers` and under `users`: which are the list is not known"
        );
    }
}

#[test]
fn a_device_without_an_id_is_known_again_by_when_it_was_first_known() {
    let row = |serial: &str, created: u64, logins: u8| json!({"DeviceID": null, "SerialNumber": serial, "CreatedAt": created, "LoginCount": logins});
    let first = 1_586_563_461_000_000_000_u64;
    for (before, behind, delivered) in [
        // The device moves behind the first page while that is read, and is used: the one before it is read the second time.
        (row("C0", first, 1), row("C0", first, 2), ["C0", "C1"]),
        // Another device has the same junk serial number.
        (row("0", first, 1), row("0", first + 1, 1), ["0", "0"]),
    ] {
        let moves = before["SerialNumber"] == "C0";
        let asked = AtomicUsize::new(0);
        let wire = FakeTransport::answering(move |request| {
            let is_first = !request
                .uri()
                .query()
                .is_some_and(|query| query.contains("skip=1&"));
            let row = match (is_first, asked.fetch_add(1, Ordering::Relaxed)) {
                (true, 1..) if moves => row("C1", first, 1),
                (true, _) => before.clone(),
                (false, _) => behind.clone(),
            };
            Reply::json(200, json!({"devices": [row], "count": 2}).to_string())
        });
        let mut pager = client(wire).devices(&DevicesQuery::default());
        let (rows, error) = wait(pager.collect_rows());
        assert!(error.is_none(), "{error:?}");
        let serials: Vec<_> = rows.iter().map(|row| row.id().as_str()).collect();
        assert_eq!(serials, delivered);
        let completeness = pager.completeness();
        assert!(completeness.is_complete(), "{completeness:?}");
        assert_eq!(completeness.repaired, moves);
    }
}

/// The addresses in a reply of v2 with this `data`, or its error, and the walk.
fn endusers_v2(data: &str) -> (Result<Vec<String>, Error>, Pager<Native<EndUserV2>>) {
    let client = answering(format!(r#"{{"error_code": 0, "data": {data}}}"#));
    let mut pager = client.endusers_v2(&EndusersV2Query::default());
    let (rows, error) = wait(pager.collect_rows());
    let addresses = rows.iter().map(|row| row.email.to_string()).collect();
    (error.map_or(Ok(addresses), Err), pager)
}

/// Banyan API guide, "UsersDevices": Low, Medium and High are levels; AlwaysAllow and AlwaysDeny are a person's
/// decisions, which are never put on the scale.
#[test]
fn levels_are_put_on_the_scale_and_decisions_are_not() {
    let low = Some(TrustLevel::Low);
    let medium = Some(TrustLevel::Medium);
    let high = Some(TrustLevel::High);
    for (data, evaluated, level, decision, kept) in [
        (Some("Low"), None, low, None, Some("Low")),
        (Some("Medium"), None, medium, None, Some("Medium")),
        (Some("High"), None, high, None, Some("High")),
        (
            Some("AlwaysAllow"),
            None,
            None,
            Some("always_allow"),
            Some("AlwaysAllow"),
        ),
        (
            Some("AlwaysDeny"),
            None,
            None,
            Some("always_deny"),
            Some("AlwaysDeny"),
        ),
        (
            Some("AlwaysAllow"),
            Some("Low"),
            None,
            Some("always_allow"),
            Some("AlwaysAllow"),
        ),
        (
            Some("AlwaysDeny"),
            Some("High"),
            None,
            Some("always_deny"),
            Some("AlwaysDeny"),
        ),
        (Some("Medium"), Some("High"), medium, None, Some("Medium")),
        (Some("High"), Some("AlwaysDeny"), high, None, Some("High")),
        (Some("Sideways"), Some("High"), None, None, Some("Sideways")),
        (Some(""), Some("High"), high, None, Some("High")),
        (None, Some("High"), high, None, Some("High")),
        (None, None, None, None, None),
    ] {
        let row = json!({"DeviceID": "d", "TrustData": {"Level": data}, "trust": {"level": evaluated}});
        let trust = devices(&[row.to_string()]).remove(0).trust.unwrap();
        assert_eq!(trust.level, level, "{row}");
        assert_eq!(
            trust.override_.as_ref().map(|decision| decision.as_str()),
            decision,
            "{row}"
        );
        assert_eq!(trust.native, kept.map(Value::from), "{row}");
    }
    assert_eq!(devices(&[json!({"DeviceID": "d"}).to_string()])[0].trust, None);
    assert_eq!(users(&[json!({"Email": "a@b.c"}).to_string()])[0].trust, None);
}

#[test]
fn a_score_is_what_was_measured_with_its_time() {
    let device = |row: Value| devices(&[row.to_string()]).remove(0).trust.unwrap();
    let both = device(json!({
        "DeviceID": "d",
        "TrustData": {"EntityTrustscore": 99, "OverrideTrustscore": 100, "UpdatedAt": 1_587_453_425_159_874_138_i64},
        "trust": {"value": 80, "last_evaluated": {"last_evaluated_at": 1_603_985_589_951_i64}},
    }));
    assert_eq!(both.score, Some(99));
    assert_eq!(
        both.observed_at.unwrap().to_string(),
        "2020-04-21T07:17:05.159874138Z"
    );
    let newer = device(json!({
        "DeviceID": "d",
        "trust": {"value": 80, "last_evaluated": {"last_evaluated_at": 1_603_985_589_951_i64}},
    }));
    assert_eq!(newer.score, Some(80));
    assert_eq!(newer.observed_at.unwrap().to_string(), "2020-10-29T15:33:09.951Z");
}

/// Nanoseconds, with all their digits; zero is "never".
#[test]
fn times_are_read_in_every_spelling() {
    for (written, read) in [
        (
            json!(1_595_623_756_579_573_745_i64),
            Some("2020-07-24T20:49:16.579573745Z"),
        ),
        (
            json!("1595623756579573745"),
            Some("2020-07-24T20:49:16.579573745Z"),
        ),
        (json!("2020-07-24T20:49:16Z"), Some("2020-07-24T20:49:16Z")),
        (json!(i64::MAX), Some("2262-04-11T23:47:16.854775807Z")),
        (json!(-1), Some("1969-12-31T23:59:59.999999999Z")),
        (json!(0), None),
        (json!(null), None),
        (json!(""), None),
        (json!("never"), None),
        (json!(false), None),
    ] {
        let row = json!({"Email": "a@b.c", "DeviceID": "d", "LastLogin": written, "CreatedAt": written});
        let user = users(&[row.to_string()]).remove(0);
        assert_eq!(
            user.last_login_at.map(|time| time.to_string()).as_deref(),
            read,
            "{written}"
        );
        assert_eq!(user.created_at, user.last_login_at, "{written}");
        let device = devices(&[row.to_string()]).remove(0);
        assert_eq!(device.last_seen_at, user.last_login_at, "{written}");
        assert_eq!(device.created_at, user.last_login_at, "{written}");
    }
    let year_one = r#"{"Email": "a@b.c", "LastLogin": -62135596800000000000}"#.to_owned();
    let user = users(&[year_one]).remove(0);
    assert_eq!(user.last_login_at.unwrap().to_string(), "0001-01-01T00:00:00Z");
}

#[test]
fn words_that_the_guide_does_not_have_survive() {
    for (member, written, read) in [
        ("Ownership", "Corporate Dedicated", Some("corporate_dedicated")),
        ("Ownership", "CorporateDedicated", Some("corporate_dedicated")),
        ("Ownership", "Corporate Shared", Some("corporate_shared")),
        ("Ownership", "Employee Owned", Some("employee_owned")),
        ("Ownership", "Other", Some("other")),
        ("Ownership", "UNKNOWN", Some("unknown")),
        ("Ownership", "Undefined", Some("Undefined")),
        ("Ownership", "Leased from Überall", Some("Leased from Überall")),
        ("Ownership", "", None),
        ("Platform", "Darwin", Some("macos")),
        ("Platform", "iOS", Some("ios")),
        ("Platform", "BeOS 5", Some("BeOS 5")),
        ("Platform", " ", None),
    ] {
        let device = devices(&[json!({"DeviceID": "d", member: written}).to_string()]).remove(0);
        let shown = match member {
            "Ownership" => device.ownership.map(|value| value.to_string()),
            _ => device.platform.map(|value| value.to_string()),
        };
        assert_eq!(shown.as_deref(), read, "{member}: {written:?}");
    }
}

#[test]
fn yes_and_no_are_read_in_every_spelling() {
    for (written, read) in [
        (json!("TRUE"), Some(true)),
        (json!("FALSE"), Some(false)),
        (json!("true"), Some(true)),
        (json!(true), Some(true)),
        (json!(""), None),
        (json!(null), None),
        (json!("MAYBE"), None),
    ] {
        let row = json!({"DeviceID": "d", "Banned": written, "RegisteredStatus": written});
        let device = devices(&[row.to_string()]).remove(0);
        assert_eq!((device.banned, device.registered), (read, read), "{written}");
    }
}

#[test]
fn a_device_is_known_by_its_id_or_else_its_serial_number() {
    for (row, id) in [
        (json!({"DeviceID": "d", "SerialNumber": "s"}), Some("d")),
        (json!({"DeviceID": null, "SerialNumber": "s"}), Some("s")),
        (json!({"DeviceID": " ", "SerialNumber": "0"}), Some("0")),
        (json!({"SerialNumber": 17}), Some("17")),
        (json!({"DeviceID": null, "SerialNumber": ""}), None),
        (json!({}), None),
    ] {
        let found = devices(&[row.to_string()]).pop();
        assert_eq!(found.as_ref().map(|device| device.id.as_str()), id, "{row}");
    }
}

/// Reads a row of each list whole, and gives the members that are absent then.
fn read(user: &str, device: &str, user_v2: &str, device_v2: &str) -> BTreeSet<String> {
    fn one<T: Debug + Send + 'static>(
        row: &str,
        list: impl Fn(&[String]) -> Pager<Native<T>>,
    ) -> BTreeSet<String> {
        let rows = [row.to_owned()];
        let read = wait(odd_rows::all_read(&rows, list(&rows), native)).remove(0);
        odd_rows::absent(&read)
    }
    let mut absent = one(user, |rows| {
        answering(testing::page("endusers", rows)).endusers(&EndusersQuery::default())
    });
    absent.extend(one(device, |rows| {
        answering(testing::page("devices", rows)).devices(&DevicesQuery::default())
    }));
    absent.extend(one(user_v2, |rows| {
        answering(testing::page_v2("endusers", rows)).endusers_v2(&EndusersV2Query::default())
    }));
    absent.extend(one(device_v2, |rows| {
        answering(testing::page_v2("devices", rows)).devices_v2(&DevicesV2Query::default())
    }));
    absent
}

fn users(rows: &[String]) -> Vec<User> {
    let directory = BanyanDirectory::new(answering(testing::page("endusers", rows)));
    let mut pagers = directory.list_users(&UserQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |user| {
        user.native.as_ref().map(|native| native.get())
    }))
}

fn devices(rows: &[String]) -> Vec<Device> {
    let directory = BanyanDirectory::new(answering(testing::page("devices", rows)));
    let mut pagers = directory.list_devices(&DeviceQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |device| {
        device.native.as_ref().map(|native| native.get())
    }))
}

fn array(rows: &[String]) -> String {
    format!("\n[ {} ]", rows.join(" ,\n "))
}

fn answering(body: String) -> Client {
    client(FakeTransport::answering(move |_| Reply::json(200, &body)))
}

fn client(wire: FakeTransport) -> Client {
    let source = SourceName::new("corp-banyan").unwrap();
    Client::new(source, BaseUrl::parse(DEFAULT_BASE_URL).unwrap(), Arc::new(wire))
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
