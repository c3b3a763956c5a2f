//! Whether a vendor that has changed is found out.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    assert_eq!(kind_at("devices"), ["no_json", "page"]);
}

/// Twenty users, whose addresses can go.
fn users(is_blank: bool) -> String {
    let row = |number: usize| {
        let email = if is_blank { "" } else { "ann@example.com" };
        format!(
            r#"{{"tuid":"t-{number}","guid":"g","displayName":"Ann Lee","userPrincipal":"u","email":"{email}",
                "lastSynced":"2024-01-12T16:27:31.064376Z","created":"2023-01-02T13:11:57.920966Z"}}"#
        )
    };
    (0..20).map(row).collect::<Vec<_>>().join(",")
}

#[test]
fn an_earlier_output_is_the_baseline_in_json_and_in_ndjson_and_names_no_person() {
    let is_blank = Arc::new(AtomicBool::new(false));
    let blank = Arc::clone(&is_blank);
    let vendor = Scripted::truu(move |request| {
        if request.contains("/enrolled/users/") {
            truu_page(1, 20, 20, &users(blank.load(Ordering::SeqCst)))
        } else {
            truu_page(1, 1, 0, "")
        }
    });
    let home = Home::truu(&vendor.base_url());
    for format in ["json", "ndjson"] {
        is_blank.store(false, Ordering::SeqCst);
        let before = home.run(&format!("contract check -o {format} -q"));
        assert_eq!(before.exit, 0, "{before:?}");
        assert!(!before.stdout.contains("Ann") && !before.stdout.contains("ann@"));
        home.write("before", &before.stdout, 0o600);
        assert_eq!(home.run("contract check --baseline before -q").exit, 0);

        is_blank.store(true, Ordering::SeqCst);
        // No document says that an address is never blank; this source says it.
        assert_eq!(home.run("contract check -q").exit, 0);
        let after = home.run("contract check --baseline before -o ndjson -q");
        assert_eq!(after.exit, 9, "{after:?}");
        let rows = after.rows();
        let email = rows
            .iter()
            .find(|row| row["place"] == "$.results[].email")
            .unwrap();
        assert_eq!(
            (email["kind"].as_str(), email["of"].as_u64()),
            (Some("newly_empty"), Some(20))
        );
    }
}

#[test]
fn a_file_that_is_no_output_of_the_check_is_refused_before_anything_is_sent() {
    let live = Live::small();
    for text in ["", "{}", "not json", r#"{"data": [{"kind": "page"}]}"#] {
        live.home.write("before", text, 0o600);
        let done = live.run(&["contract", "check", "--baseline", "before"]);
        assert_eq!(done.exit, 2, "{text}: {done:?}");
        assert!(
            done.stderr.contains("cannot use before as a baseline: "),
            "{done:?}"
        );
    }
    assert_eq!(live.run(&["contract", "check", "--baseline", "nowhere"]).exit, 2);
    assert!(live.sandbox.request_log().is_empty());
}
