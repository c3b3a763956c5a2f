//! Whatever TruU sends, no row is lost, changed or a panic; and what the guide defines is mapped as it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::sync::Arc;

use rollbook_model::{
    Device, DeviceQuery, Directory as _, ErrorKind, SourceName, TrustLevel, UserQuery, Workstation,
    WorkstationQuery,
};
use rollbook_testkit::suite::odd_rows;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_truu::{
    AssetsQuery, Client, DEFAULT_BASE_URL, DataUsersQuery, EnrolledUsersQuery, TruuDirectory,
};
use rollbook_vendor_kit::{BaseUrl, Native};
use serde_json::{Value, json};

const USER: &[&str] = &[
    "guid",
    "displayName",
    "userPrincipal",
    "email",
    "lastSynced",
    "created",
    "domain",
    "devices",
];
const DEVICE: &[&str] = &[
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
];
const ASSET: &[&str] = &[
    "displayName",
    "type",
    "hardware",
    "network",
    "lastHeardFrom",
    "devices",
    "serialNumber",
    "ipAddresses",
    "macAddresses",
    "deviceId",
    "assuranceLevel",
];

#[test]
fn a_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["tuid"], USER, |rows| {
        let client = answering(page(rows));
        wait(odd_rows::all_kept(
            rows,
            client.enrolled_users(&EnrolledUsersQuery::default()),
            native,
        ));
        wait(odd_rows::all_kept(
            rows,
            client.data_users(&DataUsersQuery::default()),
            native,
        ));
        let mut pagers = TruuDirectory::new(client)
            .list_users(&UserQuery::default())
            .unwrap();
        let users = wait(odd_rows::all_kept(rows, pagers.remove(0), |user| {
            user.native.as_ref().map(|native| native.get())
        }));
        for user in users {
            serde_json::to_string(&user).unwrap();
        }
    });
}

#[test]
fn a_device_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["deviceId"], DEVICE, |rows| {
        let client = answering(page(rows));
        wait(odd_rows::all_kept(rows, client.devices(), native));
        for device in devices(client, rows) {
            serde_json::to_string(&device).unwrap();
        }
    });
}

#[test]
fn an_asset_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["machineName"], ASSET, |rows| {
        let client = answering(page(rows));
        wait(odd_rows::all_kept(
            rows,
            client.data_assets(&AssetsQuery::default()),
            native,
        ));
        for workstation in workstations(client, rows) {
            serde_json::to_string(&workstation).unwrap();
        }
    });
}

#[test]
fn one_user_is_given_as_it_came_or_cannot_be_decoded() {
    odd_rows::check(&["tuid"], USER, |rows| {
        for row in rows {
            match wait(answering(row.clone()).domain_user("guid")) {
                Ok(user) => assert_eq!(user.row().get(), row),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Decode, "{error}"),
            }
        }
    });
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
        "[[]]",
        "{\"results\":{}}",
        "{\"results\":[]",
        "{\"results\":[]}}",
        "\u{feff}{\"results\":[]}",
        "{\"results\":[],\"results\":[]}",
        "{\"results\":[],\"count\":{}}",
        "<html>",
    ] {
        let mut pager = answering(body.to_owned()).devices();
        let (rows, error) = wait(pager.collect_rows());
        assert!(rows.is_empty());
        let error = error.unwrap_or_else(|| panic!("{body} is taken for a list"));
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
        let text = error.to_string();
        assert!(text.starts_with("corp-truu: devices page 1: $"), "{body}: {text}");
    }
}

#[test]
fn a_list_that_reports_no_total_is_never_called_complete() {
    for body in [
        json!({"results": []}),
        json!({"results": null}),
        json!({"results": [], "count": null}),
        json!({"results": [], "count": -1}),
    ] {
        let mut pager = answering(body.to_string()).devices();
        let (rows, error) = wait(pager.collect_rows());
        assert!(rows.is_empty() && error.is_none(), "{body}: {error:?}");
        assert!(!pager.completeness().is_complete(), "{body}");
    }
}

/// TruU guide, note on the assurance level.
#[test]
fn assurance_levels_are_put_on_the_scale_and_kept() {
    for (level, on_scale, kept) in [
        (json!(100), Some(TrustLevel::Low), Some(json!(100))),
        (json!(300), Some(TrustLevel::Medium), Some(json!(300))),
        (json!(500), Some(TrustLevel::High), Some(json!(500))),
        (json!("300"), Some(TrustLevel::Medium), Some(json!(300))),
        (json!(500.0), Some(TrustLevel::High), Some(json!(500))),
        (json!(0), None, Some(json!(0))),
        (json!(301), None, Some(json!(301))),
        (json!(-1), None, Some(json!(-1))),
        (json!(null), None, None),
        (json!("Certified"), None, None),
    ] {
        let heard = "2024-03-18T14:54:38.948Z";
        let device = json!({"deviceId": "1", "assuranceLevel": level, "lastHeardFrom": heard});
        let row = json!({"machineName": "m", "devices": [device]});
        let machine = one_workstation(&row);
        let trust = machine.enrollments[0].trust.clone();
        assert_eq!(trust.as_ref().and_then(|trust| trust.level), on_scale, "{level}");
        assert_eq!(
            trust.as_ref().and_then(|trust| trust.native.clone()),
            kept,
            "{level}"
        );
        if let Some(trust) = trust {
            assert_eq!(trust.observed_at.unwrap().to_string(), heard, "{level}");
            assert_eq!((trust.score, trust.override_), (None, None), "{level}");
        }
    }
}

/// The system API writes milliseconds, the data API RFC 3339; zero and what is no time are "never".
#[test]
fn times_are_read_in_every_spelling() {
    for (written, read) in [
        (json!(1_705_327_828_000_i64), Some("2024-01-15T14:10:28Z")),
        (json!(1_704_525_233_732_i64), Some("2024-01-06T07:13:53.732Z")),
        (json!("1704525233732"), Some("2024-01-06T07:13:53.732Z")),
        (json!(-1), Some("1969-12-31T23:59:59.999Z")),
        (
            json!("2024-03-18T14:54:37.231000Z"),
            Some("2024-03-18T14:54:37.231Z"),
        ),
        (json!("2024-03-18T16:54:37+02:00"), Some("2024-03-18T14:54:37Z")),
        (json!("0001-01-01T00:00:00Z"), Some("0001-01-01T00:00:00Z")),
        (json!(0), None),
        (json!(null), None),
        (json!(""), None),
        (json!("2024-03-18T14:54:37"), None),
        (json!(true), None),
        (json!(i64::MAX), None),
        (json!(1.5), None),
    ] {
        let device = one_device(&json!({"deviceId": "d", "lastHeardFrom": written, "created": written}));
        let shown = device.last_seen_at.map(|time| time.to_string());
        assert_eq!(shown.as_deref(), read, "{written}");
        assert_eq!(device.created_at, device.last_seen_at, "{written}");
        let machine = one_workstation(&json!({"machineName": "m", "lastHeardFrom": written}));
        assert_eq!(machine.last_seen_at, device.last_seen_at, "{written}");
    }
}

#[test]
fn words_that_the_guide_does_not_have_survive() {
    for (word, platform) in [
        ("MAC_TPM", Some("macos")),
        ("WINDOWS_TPM", Some("windows")),
        ("ANDROID", Some("android")),
        ("IOS", Some("ios")),
        ("LINUX_TPM2", Some("linux")),
        ("FIDO2_KEY", None),
        ("mac_tpm", Some("macos")),
        ("Überkey", None),
    ] {
        let device = one_device(&json!({"deviceId": "d", "type": word}));
        assert_eq!(device.kind.as_deref(), Some(word));
        assert_eq!(
            device.platform.as_ref().map(|platform| platform.as_str()),
            platform,
            "{word}"
        );
    }
    let machine = one_workstation(&json!({"machineName": "m", "type": "TOASTER_AGENT"}));
    assert_eq!(machine.kind.as_deref(), Some("TOASTER_AGENT"));
}

#[test]
fn yes_and_no_are_read_in_every_spelling() {
    for (written, read) in [
        (json!(true), Some(true)),
        (json!(false), Some(false)),
        (json!("TRUE"), Some(true)),
        (json!("false"), Some(false)),
        (json!(""), None),
        (json!(null), None),
        (json!("perhaps"), None),
        (json!(1), None),
    ] {
        let device = one_device(&json!({"deviceId": "d", "active": written}));
        assert_eq!(device.active, read, "{written}");
    }
}

fn one_device(row: &Value) -> Device {
    let rows = [row.to_string()];
    devices(answering(page(&rows)), &rows).remove(0)
}

fn one_workstation(row: &Value) -> Workstation {
    let rows = [row.to_string()];
    workstations(answering(page(&rows)), &rows).remove(0)
}

fn devices(client: Client, rows: &[String]) -> Vec<Device> {
    let directory = TruuDirectory::new(client);
    let mut pagers = directory.list_devices(&DeviceQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |device| {
        device.native.as_ref().map(|native| native.get())
    }))
}

fn workstations(client: Client, rows: &[String]) -> Vec<Workstation> {
    let directory = TruuDirectory::new(client);
    let mut pagers = directory.list_workstations(&WorkstationQuery::default()).unwrap();
    wait(odd_rows::all_kept(rows, pagers.remove(0), |machine| {
        machine.native.as_ref().map(|native| native.get())
    }))
}

fn page(rows: &[String]) -> String {
    let (count, rows) = (rows.len(), rows.join(" ,\n "));
    format!("{{\"page\": 1, \"next\": null, \"final\": 1, \"count\": {count}, \"results\": [ {rows} ]}}")
}

fn answering(body: String) -> Client {
    let wire = FakeTransport::answering(move |_| Reply::json(200, &body));
    let source = SourceName::new("corp-truu").unwrap();
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
