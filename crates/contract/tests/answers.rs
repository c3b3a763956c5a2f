//! Answers beside the contract and beside a baseline: members that are gone, pages that are smaller, answers that are slower.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

use std::time::Duration;

use rollbook_contract::{Answers, Baseline, Contract, Operation, Page, Request};
use serde_json::{Value, json};

const DEVICES: &str = "/api/v1/system/devices/";

fn truu() -> &'static Operation {
    Contract::of("truu").unwrap().operation("devices").unwrap()
}

fn truto() -> &'static Operation {
    let truto = Contract::of("truto").unwrap();
    truto.operation("user_directory_users").unwrap()
}

fn person(number: usize) -> Value {
    json!({
        "tuid": format!("t-{number}"), "guid": "g", "displayName": "Ann", "userPrincipal": "ann", "email": "ann@example.com",
        "lastSynced": "2024-01-12T16:27:31.064376Z", "created": "2023-01-02T13:11:57.920966Z"
    })
}

fn device(number: usize) -> Value {
    json!({
        "deviceId": format!("d-{number}"), "deviceName": "Mac", "appVersion": "1", "sdkVersion": "1",
        "lastHeardFrom": 1_705_327_828_000_i64, "softwareIdentifier": "s", "notificationId": null, "appId": "a",
        "type": "MAC_TPM", "active": true, "created": "2024-01-12T16:02:54.066886Z", "user": person(number),
        "domain": {"key": "k", "name": "n", "domain": "d"}
    })
}

fn truu_page(rows: Vec<Value>, total: usize) -> Value {
    let next = if rows.len() < total { json!(2) } else { Value::Null };
    json!({
        "page": 1, "next": next, "previous": null, "final": 2, "pageSize": 25, "count": total, "results": rows
    })
}

/// What one answer is, `ms` on the wire.
fn answer<'c>(operation: &'c Operation, target: &str, body: &Value, ms: u64) -> Answers<'c> {
    let mut answers = operation.answers();
    let body = body.to_string();
    answers.add(
        &Request::new("GET", target),
        body.as_bytes(),
        Some(Duration::from_millis(ms)),
    );
    answers
}

fn devices(rows: Vec<Value>, total: usize, ms: u64) -> Answers<'static> {
    answer(truu(), DEVICES, &truu_page(rows, total), ms)
}

fn told(answers: &Answers<'_>, before: Option<&Answers<'_>>) -> Vec<String> {
    // As it is written to a file and read again.
    let before = before.map(|before| serde_json::to_string(&before.baseline()).unwrap());
    let before: Option<Baseline> = before.map(|text| serde_json::from_str(&text).unwrap());
    let drifts = answers.compare(before.as_ref());
    drifts.iter().map(ToString::to_string).collect()
}

fn without(rows: usize, name: &str) -> Vec<Value> {
    let rows = (0..rows).map(|number| {
        let mut row = device(number);
        row.as_object_mut().unwrap().remove(name);
        row
    });
    rows.collect()
}

fn with(rows: usize, name: &str, value: &Value) -> Vec<Value> {
    let rows = (0..rows).map(|number| {
        let mut row = device(number);
        row[name] = value.clone();
        row
    });
    rows.collect()
}

#[test]
fn a_member_that_every_row_had_by_the_documents_is_gone_when_no_row_of_five_has_it() {
    for (rows, member, expected) in [
        (
            5,
            "deviceName",
            "breaking: $.results[].deviceName: missing (5 of 5)",
        ),
        (
            4,
            "deviceName",
            "notable: $.results[].deviceName: missing (4 of 4)",
        ),
        // Nothing of the model comes from these.
        (
            25,
            "sdkVersion",
            "notable: $.results[].sdkVersion: missing (25 of 25)",
        ),
        (25, "domain", "notable: $.results[].domain: missing (25 of 25)"),
        // What is read is inside it.
        (5, "user", "breaking: $.results[].user: missing (5 of 5)"),
    ] {
        let answers = devices(without(rows, member), rows, 1);
        assert_eq!(told(&answers, None), [expected]);
    }
    let one_has_it = [without(24, "deviceName"), vec![device(24)]].concat();
    assert_eq!(
        told(&devices(one_has_it, 25, 1), None),
        ["notable: $.results[].deviceName: missing (24 of 25)"]
    );
}

#[test]
fn a_member_that_is_null_in_every_row_is_as_good_as_gone() {
    for (rows, severity) in [(4, "notable"), (5, "breaking")] {
        let answers = devices(with(rows, "deviceName", &Value::Null), rows, 1);
        assert_eq!(
            told(&answers, None),
            [format!(
                "{severity}: $.results[].deviceName: null, which it never was ({rows} of {rows})"
            )]
        );
    }
}

fn users(rows: usize, row: &Value) -> Answers<'static> {
    let rows: Vec<Value> = vec![row.clone(); rows];
    let body = json!({"result": rows, "next_cursor": null, "prev_cursor": null, "result_count": 1, "is_partial_response": false});
    answer(truto(), "/unified/user-directory/users", &body, 1)
}

/// Of the drifts, what is told of one member.
fn of(member: &str, drifts: &[String]) -> Vec<String> {
    let place = format!("$.result[].{member}:");
    let of = drifts.iter().filter(|drift| drift.contains(&place));
    of.cloned().collect()
}

#[test]
fn a_member_that_no_document_promises_is_breaking_only_when_the_baseline_had_it() {
    let (named, unnamed) = (
        json!({"id": "a", "name": "Ann", "title": "Dr"}),
        json!({"id": "a"}),
    );
    let now = users(20, &unnamed);
    let name = |drifts: Vec<String>| of("name", &drifts);
    assert_eq!(
        name(told(&users(19, &unnamed), None)),
        ["info: $.result[].name: missing (19 of 19)"]
    );
    assert_eq!(
        name(told(&now, None)),
        ["notable: $.result[].name: missing (20 of 20)"]
    );
    let before = users(20, &named);
    assert_eq!(
        name(told(&now, Some(&before))),
        ["breaking: $.result[].name: missing (20 of 20)"]
    );
    // Nothing of the model comes from a title.
    assert_eq!(
        of("title", &told(&now, Some(&before))),
        ["notable: $.result[].title: missing (20 of 20)"]
    );
    // A provider that never had it is not told of each day.
    assert_eq!(
        name(told(&now, Some(&now))),
        ["info: $.result[].name: missing (20 of 20)"]
    );
    // Two rows are too few to tell it from chance.
    assert_eq!(
        name(told(&users(2, &unnamed), Some(&before))),
        ["info: $.result[].name: missing (2 of 2)"]
    );
}

#[test]
fn a_member_that_may_be_null_or_empty_is_told_when_it_was_neither_in_the_baseline() {
    let before = users(
        20,
        &json!({"id": "a", "name": "Ann", "emails": [{"email": "ann@example.com"}]}),
    );
    let now = users(20, &json!({"id": "a", "name": null, "emails": []}));
    for member in ["name", "emails"] {
        assert!(of(member, &told(&now, None)).is_empty());
        assert_eq!(
            of(member, &told(&now, Some(&before))),
            [format!(
                "breaking: $.result[].{member}: null or empty everywhere, which it was not (20 of 20)"
            )]
        );
        assert!(of(member, &told(&now, Some(&now))).is_empty());
    }
}

#[test]
fn the_first_page_of_each_list_is_known_by_the_contract_and_a_later_one_is_none() {
    for (vendor, operation, first, later, body, expected) in [
        (
            "truu",
            "enrolled_users",
            "?page=1",
            "?page=2",
            json!({"results": [7], "count": 300}),
            100,
        ),
        (
            "truu",
            "devices",
            "",
            "?page=2",
            json!({"results": [7], "count": 300, "next": 2}),
            25,
        ),
        (
            "truu",
            "data_users",
            "?emails=a",
            "?page=2",
            json!({"results": [7], "count": 300}),
            25,
        ),
        (
            "truu",
            "data_assets",
            "",
            "?page=2",
            json!({"results": [7], "count": 20}),
            20,
        ),
        (
            "banyan",
            "endusers",
            "?skip=0&limit=50",
            "?skip=50&limit=50",
            json!({"endusers": [7], "count": 60}),
            50,
        ),
        (
            "banyan",
            "devices",
            "?limit=50",
            "?skip=1&limit=50",
            json!({"devices": [7], "count": 60}),
            50,
        ),
        (
            "banyan",
            "endusers_v2",
            "?limit=9",
            "?skip=9&limit=9",
            json!({"data": {"endusers": [7], "count": 60}}),
            9,
        ),
        (
            "banyan",
            "devices_v2",
            "?limit=9",
            "?skip=9&limit=9",
            json!({"data": {"devices": [7], "count": 60}}),
            9,
        ),
        (
            "truto",
            "mdm_users",
            "?limit=9",
            "?limit=9&next_cursor=a",
            json!({"result": [7], "next_cursor": "a"}),
            9,
        ),
        (
            "truto",
            "mdm_devices",
            "?limit=9&next_cursor=",
            "?next_cursor=a",
            json!({"result": {"a": {}}, "next_cursor": "a"}),
            9,
        ),
        (
            "truto",
            "user_directory_users",
            "?limit=9",
            "?next_cursor=a",
            // Not the longest array, but the one that holds the rows.
            json!({"result": [7], "next_cursor": "a", "warnings": [1, 2, 3]}),
            9,
        ),
    ] {
        let operation = Contract::of(vendor).unwrap().operation(operation).unwrap();
        let page = |query: &str| {
            let target = format!("{}{query}", operation.path());
            operation.first_page(&Request::new("GET", &target), &body)
        };
        let page_of = |page: Page| (page.rows, page.expected, page.goes_on);
        assert_eq!(
            page(first).map(page_of),
            Some((1, Some(expected), true)),
            "{}",
            operation.id()
        );
        assert_eq!(page(later), None, "{}", operation.id());
    }
    let whole = Contract::of("banyan").unwrap().operation("devices").unwrap();
    let page = whole.first_page(&Request::new("GET", "/api/v1/devices"), &json!([1, 2, 3]));
    let page = page.unwrap();
    assert_eq!(
        (page.rows, page.expected, page.total, page.goes_on),
        (3, None, None, false)
    );
}

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(device).collect()
}

#[test]
fn a_page_is_smaller_only_when_there_are_rows_that_it_could_have_held() {
    let smaller = "notable: $: 10 rows on the page, where 25 are expected, and there are more (1 of 1)";
    assert_eq!(told(&devices(rows(10), 70, 1), None), [smaller]);
    let all_that_remain =
        "notable: $: 10 rows on the page, where 12 are expected, and there are more (1 of 1)";
    assert_eq!(told(&devices(rows(10), 12, 1), None), [all_that_remain]);
    for (count, total) in [(10, 10), (25, 70), (0, 0)] {
        assert!(told(&devices(rows(count), total, 1), None).is_empty());
    }
}

#[test]
fn a_page_that_was_as_small_in_the_baseline_is_no_news() {
    let before = devices(rows(10), 70, 1);
    let info = "info: $: 10 rows on the page, where 25 are expected, and there are more (1 of 1)";
    assert_eq!(told(&devices(rows(10), 70, 1), Some(&before)), [info]);
    let smaller = "notable: $: 4 rows on the page, where 25 are expected, and there are more (1 of 1)";
    assert_eq!(told(&devices(rows(4), 70, 1), Some(&before)), [smaller]);
}

#[test]
fn where_nothing_says_how_many_rows_a_page_has_it_is_compared_with_the_baseline() {
    let page = |count: usize| {
        let rows: Vec<Value> = (0..count)
            .map(|number| json!({"id": number.to_string()}))
            .collect();
        let body = json!({"result": rows, "next_cursor": "more"});
        answer(truto(), "/unified/user-directory/users", &body, 1)
    };
    let told = |count, before| {
        let mut told = told(&page(count), Some(&page(before)));
        told.retain(|drift| drift.contains("$:"));
        told
    };
    assert_eq!(
        told(4, 10),
        ["notable: $: 4 rows on the page, where 10 are expected, and there are more (1 of 1)"]
    );
    assert!(told(5, 10).is_empty());
}

#[test]
fn an_empty_first_page_of_a_list_with_rows_is_breaking() {
    let empty = "breaking: $: no row on the page, of 70 in the list (1 of 1)";
    assert_eq!(told(&devices(vec![], 70, 1), None), [empty]);
}

#[test]
fn a_list_that_has_less_than_half_of_its_rows_is_told() {
    let before = devices(rows(25), 100, 1);
    let smaller = "notable: $: 49 rows in the list, which had 100 (1 of 1)";
    assert_eq!(told(&devices(rows(25), 49, 1), Some(&before)), [smaller]);
    assert!(told(&devices(rows(25), 50, 1), Some(&before)).is_empty());
    let few = devices(rows(19), 19, 1);
    assert!(told(&devices(rows(1), 1, 1), Some(&few)).is_empty());
}

#[test]
fn an_answer_is_slow_by_three_times_its_baseline_and_never_below_a_second() {
    let slow = |ms, before: Option<u64>| {
        let before = before.map(|ms| devices(rows(1), 1, ms));
        told(&devices(rows(1), 1, ms), before.as_ref())
    };
    assert!(slow(10_000, None).is_empty());
    let told = "notable: $: 10001 ms on the wire, more than 10000 (1 of 1)";
    assert_eq!(slow(10_001, None), [told]);
    assert!(slow(1_000, Some(20)).is_empty());
    let told = "notable: $: 1001 ms on the wire, more than 1000 (1 of 1)";
    assert_eq!(slow(1_001, Some(20)), [told]);
    // What was always slow is none the slower for it.
    assert!(slow(12_000, Some(4_000)).is_empty());
    let told = "notable: $: 12001 ms on the wire, more than 12000 (1 of 1)";
    assert_eq!(slow(12_001, Some(4_000)), [told]);
}

#[test]
fn an_answer_that_is_no_json_is_breaking() {
    let mut answers = truu().answers();
    answers.add(&Request::new("GET", DEVICES), b"<html>", None);
    assert_eq!(
        told(&answers, None),
        ["breaking: $: the answer is no JSON (1 of 1)"]
    );
}

#[test]
fn a_baseline_holds_nothing_of_people() {
    let baseline = serde_json::to_string(&devices(rows(3), 3, 1).baseline()).unwrap();
    for value in ["Ann", "ann@", "t-1", "d-1", "Mac", "MAC_TPM"] {
        assert!(!baseline.contains(value), "{value}: {baseline}");
    }
    assert!(baseline.contains("$.results[].user.email"), "{baseline}");
}
