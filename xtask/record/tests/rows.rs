//! Rows as vendors send them, through the sanitizer: they name nobody, and the adapters read them as before.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq};
use proptest::test_runner::{TestCaseError, TestRunner};
use rollbook_model::testing::json::Care;
use rollbook_vendor_kit::{Record, decode_value};
use serde_json::Value;
use serde_json::value::RawValue;
use xtask_record::{Answer, Policy, Recording, Refused, Reply, sanitize};

/// Members that hold who or what a row is about.
const PERSONAL: &[&str] = &[
    "displayName",
    "userPrincipal",
    "email",
    "tuid",
    "guid",
    "deviceId",
    "deviceName",
    "machineName",
    "serialNumber",
    "notificationId",
    "Name",
    "Email",
    "Emails",
    "SerialNumber",
    "SerialNumbers",
    "DeviceFriendlyName",
    "DeviceID",
    "name",
    "first_name",
    "last_name",
    "hostname",
    "dns_name",
    "serial_number",
    "asset_tag",
    "remote_data",
];

/// Whether so short a text is in others by chance, or is a single word, as names of members and values of sets are, or a time, which
/// stays where the vendor has one.
fn says_little(text: &str) -> bool {
    let signs = text.chars().filter(|char| char.is_alphanumeric()).count();
    let is_number = text.chars().all(|char| !char.is_alphabetic());
    let is_word = text.chars().all(|char| char.is_ascii_alphabetic() || char == '_');
    let is_time = text.get(4..5) == Some("-") && text.contains('T');
    is_word || is_time || signs < if is_number { 6 } else { 4 }
}

/// The texts in members that hold persons. A number that no type holds is passed over, and so is half a character.
fn personal(json: &str, within: bool, found: &mut Vec<String>) {
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(json) {
        for (name, value) in members {
            personal(value.get(), within || PERSONAL.contains(&name.as_str()), found);
        }
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) {
        items.iter().for_each(|item| personal(item.get(), within, found));
    } else if let Ok(text) = serde_json::from_str::<String>(json)
        && within
        && !says_little(&text)
    {
        found.push(text);
    }
}

/// The text as it may stand in a file.
fn spellings(text: &str) -> [String; 4] {
    let escaped = Value::from(text).to_string();
    let percent = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let inner = escaped.trim_matches('"').to_owned();
    [text.to_owned(), inner, percent, STANDARD.encode(text)].map(|text| text.to_lowercase())
}

/// Rows of each reply, read by the adapter: how many members of each cannot be read, or that it cannot be read at all.
fn read<T: Record>(rows: &[String]) -> Vec<Option<usize>> {
    let read = |row: &String| {
        decode_value::<T>(&row.clone().into_bytes().into())
            .ok()
            .map(|row| row.unread().len())
    };
    rows.iter().map(read).collect()
}

fn rows_of(page: &str, list: &[&str]) -> Vec<String> {
    let mut at = serde_json::from_str::<&RawValue>(page).unwrap();
    for name in list {
        at = serde_json::from_str::<BTreeMap<String, &RawValue>>(at.get()).unwrap()[*name];
    }
    let rows: Vec<&RawValue> = serde_json::from_str(at.get()).unwrap();
    rows.into_iter().map(|row| row.get().to_owned()).collect()
}

#[track_caller]
fn holds<T: Record>(
    vendor: &str,
    list: &[&str],
    page: impl Fn(&[String]) -> String,
    row: impl Strategy<Value = String>,
) {
    let config = ProptestConfig {
        cases: 100,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let cases = Cell::new(0);
    let outcome = TestRunner::new(config).run(&vec(row, 1..4), |rows| {
        let body = page(&rows);
        let recording = Recording {
            answers: vec![Answer::Reply(Reply {
                status: 200,
                headers: Vec::new(),
                body: body.clone().into_bytes(),
            })],
            ..Recording::default()
        };
        let case = match sanitize(Policy::of(vendor).unwrap(), "Made up.", &recording) {
            Ok(case) => case,
            // Texts that are drawn are in each other by chance: then there is no case.
            Err(Refused::Leak(_)) => return Ok(()),
            Err(refused) => return Err(TestCaseError::fail(refused.to_string())),
        };
        cases.set(cases.get() + 1);
        let Some(reply) = case.files.get("response.json") else {
            return Err(TestCaseError::fail(format!("no JSON: {body}")));
        };
        prop_assert_eq!(
            read::<T>(&rows_of(reply, list)),
            read::<T>(&rows),
            "{}\n{}",
            body,
            reply
        );
        let mut originals = Vec::new();
        rows.iter().for_each(|row| personal(row, false, &mut originals));
        for (file, contents) in &case.files {
            let contents = contents.to_lowercase();
            for original in &originals {
                for spelling in spellings(original) {
                    prop_assert!(
                        !contents.contains(&spelling),
                        "{} of {} is in {}",
                        spelling,
                        body,
                        file
                    );
                }
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    assert!(
        cases.get() >= 50,
        "only {} of a hundred became cases",
        cases.get()
    );
}

#[test]
fn rows_of_truu_name_nobody_and_are_read_as_before() {
    use rollbook_truu::{testing, wire};
    holds::<wire::User>(
        "truu",
        &["results"],
        testing::page,
        testing::user_row(Care::AsSent),
    );
    holds::<wire::SystemDevice>(
        "truu",
        &["results"],
        testing::page,
        testing::system_device_row(Care::AsSent),
    );
    holds::<wire::Asset>(
        "truu",
        &["results"],
        testing::page,
        testing::asset_row(Care::AsSent),
    );
}

#[test]
fn rows_of_banyan_name_nobody_and_are_read_as_before() {
    use rollbook_banyan::{testing, wire};
    let page = |list: &'static str| move |rows: &[String]| testing::page(list, rows);
    holds::<wire::EndUser>(
        "banyan",
        &["endusers"],
        page("endusers"),
        testing::enduser_row(Care::AsSent),
    );
    holds::<wire::Device>(
        "banyan",
        &["devices"],
        page("devices"),
        testing::device_row(Care::AsSent),
    );
    let page = |list: &'static str| move |rows: &[String]| testing::page_v2(list, rows);
    holds::<wire::EndUserV2>(
        "banyan",
        &["data", "endusers"],
        page("endusers"),
        testing::enduser_v2_row(Care::AsSent),
    );
    holds::<wire::DeviceV2>(
        "banyan",
        &["data", "devices"],
        page("devices"),
        testing::device_v2_row(Care::AsSent),
    );
}

#[test]
fn rows_of_truto_name_nobody_and_are_read_as_before() {
    use rollbook_truto::{testing, wire};
    holds::<wire::User>(
        "truto",
        &["result"],
        testing::page,
        testing::user_row(Care::AsSent),
    );
    holds::<wire::MdmUser>(
        "truto",
        &["result"],
        testing::page,
        testing::mdm_user_row(Care::AsSent),
    );
    holds::<wire::MdmDevice>(
        "truto",
        &["result"],
        testing::page,
        testing::mdm_device_row(Care::AsSent),
    );
}
