//! Whether a vendor that has changed is found out.

mod support;

use support::live::Live;
use support::{Home, Scripted, json, run, truu_page};

#[test]
fn the_sandbox_answers_as_the_contracts_say() {
    let live = Live::small();
    let done = live.run(&["contract", "check", "-o", "ndjson"]);
    assert_eq!(done.exit, 0, "{done:?}");
    assert!(done.rows().iter().all(|row| row["severity"] != "breaking"));
    // Of each list one page, and nothing else but the sign-in.
    let log = live.sandbox.request_log();
    let reads = log.iter().filter(|request| request.method == "GET").count();
    assert_eq!(reads, 7, "{log:#?}");
}

#[test]
fn a_type_that_has_changed_is_breaking_and_names_no_person() {
    let row = r#"{"tuid":"323619f2-db00-45db-8c40-71f833f1a47d","guid":"g","displayName":"Ann Lee","userPrincipal":"ann@example.com",
        "email":["ann@example.com"],"lastSynced":"2024-01-12T16:27:31.064376Z","created":"2023-01-02T13:11:57.920966Z","shoeSize":43}"#;
    let vendor = Scripted::truu(move |request| {
        if request.contains("/enrolled/users/") {
            truu_page(1, 1, 1, row)
        } else {
            truu_page(1, 1, 0, "")
        }
    });
    let home = Home::truu(&vendor.base_url());
    let done = home.run("contract check -o ndjson -q");
    assert_eq!(done.exit, 9, "{done:?}");
    let of = |place: &str| done.rows().into_iter().find(|row| row["place"] == place);
    let email = of("$.results[].email").unwrap();
    assert_eq!(
        (email["severity"].as_str(), email["kind"].as_str()),
        (Some("breaking"), Some("type_changed"))
    );
    assert_eq!(of("$.results[].shoeSize").unwrap()["kind"], "new_member");
    for text in [&done.stdout, &done.stderr] {
        assert!(
            !text.contains("Ann") && !text.contains("ann@") && !text.contains("43"),
            "{text}"
        );
    }
}

#[test]
fn a_source_that_cannot_be_asked_is_told_and_not_taken_for_drift() {
    let vendor = Scripted::truu(|_| json(403, r#"{"detail":"no"}"#));
    let home = Home::truu(&vendor.base_url());
    assert_eq!(home.run("contract check").exit, 4);
}

#[test]
fn a_contract_is_an_openapi_document() {
    for vendor in ["truu", "banyan", "truto"] {
        let done = run(&["contract", "show", vendor]);
        assert_eq!(done.json()["openapi"], "3.1.0", "{vendor}");
    }
    assert_eq!(run(&["contract", "show", "okta"]).exit, 2);
}

#[test]
fn a_smaller_page_and_one_that_is_no_json_are_told() {
    let row = r#"{"tuid":"323619f2-db00-45db-8c40-71f833f1a47d","guid":"g","displayName":"d","userPrincipal":"u",
        "email":"e","lastSynced":"2024-01-12T16:27:31.064376Z","created":"2023-01-02T13:11:57.920966Z"}"#;
    let vendor = Scripted::truu(move |request| {
        if request.contains("/enrolled/users/") {
            // One row of 250, where the contract has a hundred on a page.
            truu_page(1, 250, 250, row)
        } else if request.contains("/system/devices/") {
            json(200, "{")
        } else {
            truu_page(1, 1, 0, "")
        }
    });
    let home = Home::truu(&vendor.base_url());
    let done = home.run("contract check -o ndjson -q");
    assert_eq!(done.exit, 9, "{done:?}");
    let kind_at = |operation: &str| {
        let rows = done.rows();
        let of: Vec<String> = rows
            .iter()
            .filter(|row| row["operation"] == operation)
            .map(|row| row["kind"].as_str().unwrap().to_owned())
            .collect();
        of
    };
    assert!(
        kind_at("enrolled_users").contains(&"smaller_page".to_owned()),
        "{done:?}"
    );
    assert_eq!(kind_at("devices"), ["no_json"]);
}
