//! Whatever TruU sends, no row is lost, changed or a panic; and what the guide defines is mapped as it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use rollbook_model::{
    Device, DeviceQuery, Directory as _, ErrorKind, Pager, SourceName, TrustLevel, UserQuery, Workstation,
    WorkstationQuery,
};
use rollbook_testkit::generators::json::{Care, names};
use rollbook_testkit::suite::odd_rows;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_truu::{
    AssetsQuery, Client, DEFAULT_BASE_URL, DataUsersQuery, EnrolledUsersQuery, TruuDirectory, testing,
};
use rollbook_vendor_kit::{BaseUrl, Native};
use serde_json::{Value, json};

#[test]
fn a_user_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["tuid"], &names(testing::USER), |rows| {
        let client = answering(testing::page(rows));
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
    odd_rows::check(&["deviceId"], &names(testing::SYSTEM_DEVICE), |rows| {
        let client = answering(testing::page(rows));
        wait(odd_rows::all_kept(rows, client.devices(), native));
        for device in devices(client, rows) {
            serde_json::to_string(&device).unwrap();
        }
    });
}

#[test]
fn an_asset_is_delivered_or_rejected_as_it_came() {
    odd_rows::check(&["machineName"], &names(testing::ASSET), |rows| {
        let client = answering(testing::page(rows));
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
    odd_rows::check(&["tuid"], &names(testing::USER), |rows| {
        for row in rows {
            match wait(answering(row.clone()).domain_user("guid")) {
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
        device in testing::system_device_row(Care::Documented),
        asset in testing::asset_row(Care::Documented),
    ) {
        // The device inside a user names no user, and the one inside an asset takes no push messages.
        let of_the_other = |name: &String| name != "user" && name != "notifications_enabled";
        for absent in [
            odd_rows::absent(&read(&user, |client| client.data_users(&DataUsersQuery::default()))),
            odd_rows::absent(&read(&device, Client::devices)),
            odd_rows::absent(&read(&asset, |client| client.data_assets(&AssetsQuery::default()))),
        ] {
            let absent: Vec<_> = absent.into_iter().filter(of_the_other).collect();
            prop_assert_eq!(absent, Vec::<String>::new());
        }
    }

    #[test]
    fn a_row_as_truu_sends_it_loses_no_member(
        user in testing::user_row(Care::AsSent),
        device in testing::system_device_row(Care::AsSent),
        asset in testing::asset_row(Care::AsSent),
    ) {
        read(&user, |client| client.enrolled_users(&EnrolledUsersQuery::default()));
        read(&device, Client::devices);
        read(&asset, |client| client.data_assets(&AssetsQuery::default()));
    }

    #[test]
    fn a_row_of_the_model_can_be_made_again_from_the_row_that_it_keeps(
        device in testing::system_device_row(Care::AsSent),
        asset in testing::asset_row(Care::AsSent),
    ) {
        let mut device = devices(answering(testing::page(std::slice::from_ref(&device))), &[device]).remove(0);
        let kept = [device.native.take().unwrap().compact()];
        let mut again = devices(answering(testing::page(&kept)), &kept).remove(0);
        again.native = None;
        prop_assert_eq!(again, device);

        let mut machine = workstations(answering(testing::page(std::slice::from_ref(&asset))), &[asset]).remove(0);
        let kept = [machine.native.take().unwrap().compact()];
        let mut again = workstations(answering(testing::page(&kept)), &kept).remove(0);
        again.native = None;
        prop_assert_eq!(again, machine);
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

/// The one row of a list, as the client gives it: read whole.
fn read<T: Debug + Send + 'static>(row: &str, list: impl Fn(&Client) -> Pager<Native<T>>) -> Native<T> {
    let rows = [row.to_owned()];
    let pager = list(&answering(testing::page(&rows)));
    wait(odd_rows::all_read(&rows, pager, native)).remove(0)
}

fn one_device(row: &Value) -> Device {
    let rows = [row.to_string()];
    devices(answering(testing::page(&rows)), &rows).remove(0)
}

fn one_workstation(row: &Value) -> Workstation {
    let rows = [row.to_string()];
    workstations(answering(testing::page(&rows)), &rows).remove(0)
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
