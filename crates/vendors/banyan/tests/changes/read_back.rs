//! What a read shows after an answer that leaves it open.

use rollbook_model::{Change, ChangeFate, Directory as _, ErrorKind, Fate, Found};
use rollbook_testkit::{Reply, Rule};
use serde_json::{Value, json};

use crate::tenant::{
    account, accounts, approve, ban, delete_device, delete_everywhere, delete_user, device, devices, done,
    enduser, endusers, plan, written,
};

const ANN: &str = "ann@x.org";
const BOB: &str = "bob@x.org";

fn banned(id: &str, word: &str) -> Value {
    json!({"DeviceID": id, "SerialNumber": "C02", "Banned": word})
}

fn untold(id: &str) -> Value {
    json!({"DeviceID": id, "SerialNumber": "C02"})
}

fn cut(method: fn(&str) -> Rule, path: &str) -> Rule {
    method(path).any_query().reply(Reply::interrupted())
}

/// The change ends without an answer, and then the devices with the serial number are `now`.
async fn found(
    change: Change,
    before: Value,
    users: impl IntoIterator<Item = Rule>,
    now: Rule,
) -> (Found, ChangeFate) {
    let path = match change {
        Change::BanDevice(_) => cut(Rule::post, "/api/v1/mdm/update_device"),
        _ => cut(Rule::delete, "/api/v1/v1/delete_device"),
    };
    let mut rules = vec![devices("serialnumber", "C02", before), path, now];
    rules.extend(users);
    let (wire, directory) = written(rules);
    let outcome = done(&directory, change).await;
    wire.finish();
    assert_eq!(outcome.error.unwrap().kind(), ErrorKind::Interrupted);
    (outcome.read_back.unwrap(), outcome.fate)
}

/// Ann as found by this filter, with another device.
fn ann(filter: &str, value: &str) -> [Rule; 2] {
    [
        endusers(filter, value, json!([enduser(ANN, &["C02", "C03"])])),
        devices("email", ANN, json!([device("z", "C03", &[ANN])])),
    ]
}

fn now(rows: Value) -> Rule {
    devices("serialnumber", "C02", rows)
}

const CHANGED: (Found, ChangeFate) = (Found::Changed, ChangeFate::Done);
const UNCHANGED: (Found, ChangeFate) = (Found::Unchanged, ChangeFate::NotDone);
const UNCLEAR: (Found, ChangeFate) = (Found::Unclear, ChangeFate::Unknown);

#[tokio::test(start_paused = true)]
async fn a_ban_is_done_when_every_device_is_banned() {
    let before = || json!([banned("a", "FALSE"), banned("b", "FALSE"), banned("c", "TRUE")]);
    for (a, b, expected) in [
        ("TRUE", "TRUE", CHANGED),
        ("FALSE", "FALSE", UNCHANGED),
        ("TRUE", "FALSE", UNCLEAR),
        ("TRUE", "", UNCLEAR),
    ] {
        let rows = json!([banned("a", a), banned("b", b), banned("c", "TRUE")]);
        assert_eq!(
            found(ban("C02"), before(), [], now(rows)).await,
            expected,
            "{a} {b}"
        );
    }
    assert_eq!(found(ban("C02"), before(), [], now(json!([]))).await, UNCLEAR);
    let failed = Rule::get("/api/v1/devices").any_query().reply(Reply::status(500));
    assert_eq!(found(ban("C02"), before(), [], failed).await, UNCLEAR);
}

#[tokio::test(start_paused = true)]
async fn a_registration_is_gone_when_no_device_names_the_user() {
    let before = || json!([device("a", "C02", &[ANN, BOB]), device("b", "C02", &[ANN])]);
    for (rows, expected) in [
        (json!([device("a", "C02", &[BOB])]), CHANGED),
        (json!([]), CHANGED),
        (before(), UNCHANGED),
        (
            json!([device("a", "C02", &[BOB]), device("b", "C02", &["Ann@x.org"])]),
            UNCLEAR,
        ),
        (json!([untold("a")]), UNCLEAR),
        // A row that cannot be read could be the one that names the user.
        (json!([device("a", "C02", &[BOB]), {"SerialNumber": ""}]), UNCLEAR),
    ] {
        let shown = rows.to_string();
        let users = ann("email", ANN);
        let outcome = found(delete_device("C02", ANN), before(), users, now(rows)).await;
        assert_eq!(outcome, expected, "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_is_gone_everywhere_when_no_row_is_left() {
    let before = || json!([device("a", "C02", &[ANN]), device("b", "C02", &[])]);
    for (rows, expected) in [
        (json!([]), CHANGED),
        (json!([device("c", "c02", &[ANN])]), CHANGED),
        (before(), UNCHANGED),
        (json!([device("a", "C02", &[]), device("b", "C02", &[])]), UNCLEAR),
        (json!([device("b", "C02", &[])]), UNCLEAR),
        (json!([untold("a"), device("b", "C02", &[])]), UNCLEAR),
    ] {
        let shown = rows.to_string();
        let users = ann("serialnumber", "C02");
        let outcome = found(delete_everywhere("C02"), before(), users, now(rows)).await;
        assert_eq!(outcome, expected, "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_user_is_deleted_when_inactive_or_absent() {
    for (rows, expected) in [
        (json!([account("1", ANN, "Inactive")]), CHANGED),
        (json!([account("2", BOB, "Active")]), CHANGED),
        (json!([account("1", ANN, "Active")]), UNCHANGED),
        (json!([account("1", ANN, "Leaving")]), UNCLEAR),
    ] {
        let (wire, directory) = written([
            accounts(json!([account("1", ANN, "Active")])),
            endusers("email", ANN, json!([])),
            devices("email", ANN, json!([])),
            cut(Rule::delete, "/api/v2/endusers"),
            accounts(rows),
        ]);
        let outcome = done(&directory, delete_user(ANN)).await;
        wire.finish();
        assert_eq!((outcome.read_back.unwrap(), outcome.fate), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_does_not_say_that_it_is_done_is_read_back() {
    let marked = json!({"error_code": 0, "data": "Device is locked"});
    let locked = json!([{"Message": "Device is locked"}]);
    let device_at = |emails: &[&str]| now(json!([device("x", "C02", emails)]));
    let state = |state| accounts(json!([account("1", ANN, state)]));
    let mut cases = Vec::new();
    for (word, expected) in [("TRUE", CHANGED), ("FALSE", UNCHANGED)] {
        let rules = vec![
            devices("serialnumber", "C02", json!([banned("a", "FALSE")])),
            Rule::post("/api/v1/mdm/update_device")
                .any_query()
                .reply(Reply::json(200, &locked)),
            now(json!([banned("a", word)])),
        ];
        cases.push((ban("C02"), rules, expected));
    }
    for (left, expected) in [(&[BOB][..], CHANGED), (&[ANN, BOB], UNCHANGED)] {
        let mut rules = vec![
            devices("serialnumber", "C02", json!([device("x", "C02", &[ANN, BOB])])),
            Rule::delete("/api/v1/v1/delete_device")
                .any_query()
                .reply(Reply::json(200, "\"Device is locked\"")),
            device_at(left),
        ];
        rules.extend(ann("email", ANN));
        cases.push((delete_device("C02", ANN), rules, expected));
    }
    for (now, expected) in [("Inactive", CHANGED), ("Active", UNCHANGED)] {
        let rules = vec![
            state("Active"),
            endusers("email", ANN, json!([])),
            devices("email", ANN, json!([])),
            Rule::delete("/api/v2/endusers")
                .json_body(json!({"enduser_ids": ["1"]}))
                .reply(Reply::json(200, &marked)),
            state(now),
        ];
        cases.push((delete_user(ANN), rules, expected));
    }
    for (change, rules, expected) in cases {
        let (wire, directory) = written(rules);
        let outcome = done(&directory, change).await;
        wire.finish();
        assert_eq!((outcome.read_back.unwrap(), outcome.fate), expected);
        let error = outcome.error.unwrap();
        assert_eq!((error.kind(), error.fate()), (ErrorKind::Conflict, Fate::Unknown));
        assert!(error.message().contains("Device is locked"), "{error}");
    }
}

/// The envelope has a place for a refusal, and that is believed.
#[tokio::test(start_paused = true)]
async fn a_refusal_in_the_envelope_is_not_read_back() {
    let gone = json!({"error_code": 400, "error_description": "record not found"});
    let (wire, directory) = written([
        accounts(json!([account("1", ANN, "Active")])),
        endusers("email", ANN, json!([])),
        devices("email", ANN, json!([])),
        Rule::delete("/api/v2/endusers")
            .json_body(json!({"enduser_ids": ["1"]}))
            .reply(Reply::json(200, &gone)),
    ]);
    let outcome = done(&directory, delete_user(ANN)).await;
    wire.finish();
    assert_eq!((outcome.fate, outcome.read_back), (ChangeFate::NotDone, None));
    assert_eq!(outcome.error.unwrap().kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_a_step_that_is_not_known_to_be_done() {
    let all = || json!(["1", "2", "3"].map(|id| account(id, ANN, "Active")));
    let gone = r#"{"error_code":400,"error_description":"record not found"}"#;
    let unclear = accounts(json!([account("2", ANN, "Leaving")]));
    for (reply, read_back, fate) in [
        (Reply::json(400, gone), None, ChangeFate::NotDone),
        (Reply::interrupted(), Some(unclear), ChangeFate::Unknown),
    ] {
        let marked = r#"{"error_code":0,"data":"successfully marked the endusers as inactive"}"#;
        let delete = |id: &str, reply| {
            let body = json!({"enduser_ids": [id]});
            Rule::delete("/api/v2/endusers").json_body(body).reply(reply)
        };
        let mut rules = vec![
            accounts(all()),
            endusers("email", ANN, json!([])),
            devices("email", ANN, json!([])),
            delete("1", Reply::json(200, marked)),
            delete("2", reply),
        ];
        rules.extend(read_back);
        let (wire, directory) = written(rules);
        let approved = approve(plan(&directory, delete_user(ANN)).await.unwrap());
        let outcomes = directory.carry_out(&approved).await;
        wire.finish();
        let fates: Vec<ChangeFate> = outcomes.iter().map(|outcome| outcome.fate).collect();
        assert_eq!(fates, [ChangeFate::Done, fate, ChangeFate::NotDone]);
        let error = outcomes[2].error.as_ref().unwrap();
        assert_eq!((error.kind(), error.fate()), (ErrorKind::Refused, Fate::NotSent));
    }
}
