//! Who is on which device: read on both sides, never guessed.

use rollbook_model::{Change, Directory as _, ErrorKind, Plan};
use rollbook_testkit::Rule;
use serde_json::{Value, json};

use crate::tenant::{
    account, accounts, ban, delete_device, delete_everywhere, delete_user, device, devices, enduser,
    endusers, lines, plan, written,
};

const ANN: &str = "ann@x.org";
const BOB: &str = "bob@x.org";

fn unlinked_device(id: &str, serial: &str) -> Value {
    json!({"DeviceID": id, "SerialNumber": serial, "Banned": "FALSE"})
}

fn unlinked_user(email: &str) -> Value {
    json!({"Email": email})
}

/// Plans a change and gives the reason of its refusal.
async fn refusal(rules: impl IntoIterator<Item = Rule>, change: Change) -> String {
    let (wire, directory) = written(rules);
    let error = plan(&directory, change).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(wire.requests().iter().all(|request| request.method() == "GET"));
    wire.finish();
    error.message().to_owned()
}

/// Plans a change on exactly these reads.
async fn planned(rules: impl IntoIterator<Item = Rule>, change: Change) -> Plan {
    let (wire, directory) = written(rules);
    let plan = plan(&directory, change).await.unwrap();
    wire.finish();
    plan
}

/// Plans a change and gives what it implies.
async fn implied(rules: impl IntoIterator<Item = Rule>, change: Change) -> Vec<String> {
    lines(&planned(rules, change).await.implied)
}

#[tokio::test(start_paused = true)]
async fn a_device_that_does_not_tell_its_users_can_only_be_banned() {
    let rules = || devices("serialnumber", "C02", json!([unlinked_device("d", "C02")]));
    for change in [delete_device("C02", ANN), delete_everywhere("C02")] {
        let why = refusal([rules()], change).await;
        assert_eq!(why, "the row of device d (C02) does not tell its users");
    }
    assert!(implied([rules()], ban("C02")).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_user_row_without_serial_numbers_is_settled_by_the_users_devices() {
    for (others, expected) in [
        (
            json!([]),
            vec!["delete user ann@x.org: the user has no other device"],
        ),
        (json!([device("e", "0", &["ANN@x.org"])]), vec![]),
        (
            json!([device("e", "C03", &[BOB])]),
            vec!["delete user ann@x.org: the user has no other device"],
        ),
    ] {
        let mut rows = vec![device("d", "C02", &[ANN, BOB])];
        rows.extend(others.as_array().unwrap().clone());
        let rules = [
            devices("serialnumber", "C02", json!([device("d", "C02", &[ANN, BOB])])),
            endusers("email", ANN, json!([unlinked_user(ANN)])),
            devices("email", ANN, json!(rows)),
        ];
        assert_eq!(implied(rules, delete_device("C02", ANN)).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_row_without_users_is_asked_for_again_by_its_serial_number() {
    let rules = |again: Value| {
        [
            devices("serialnumber", "C02", json!([device("d", "C02", &[ANN, BOB])])),
            endusers("email", ANN, json!([unlinked_user(ANN)])),
            devices(
                "email",
                ANN,
                json!([device("d", "C02", &[ANN, BOB]), unlinked_device("e", "C03")]),
            ),
            devices("serialnumber", "C03", json!([again])),
        ]
    };
    let change = || delete_device("C02", ANN);
    assert!(
        implied(rules(device("e", "C03", &[ANN])), change())
            .await
            .is_empty()
    );
    assert_eq!(
        implied(rules(device("e", "C03", &[BOB])), change()).await.len(),
        1
    );
    let why = refusal(rules(unlinked_device("e", "C03")), change()).await;
    assert_eq!(why, "the row of device e (C03) does not tell its users");
}

#[tokio::test(start_paused = true)]
async fn a_junk_or_blank_serial_number_is_still_another_device() {
    for other in ["0", "", "Default string"] {
        let both = json!([device("d", "C02", &[ANN]), device("e", other, &[ANN])]);
        let rules = [
            devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])])),
            endusers("email", ANN, json!([enduser(ANN, &["C02", other])])),
            devices("email", ANN, both),
        ];
        let expected = ["delete device d (C02): it has no other user"];
        assert_eq!(implied(rules, delete_device("C02", ANN)).await, expected);
    }
}

/// The reads for each way of deleting Ann's device C02, where Ann lists `serials` and these devices come for Ann's address.
fn both_ways(serials: &[&str], by_address: &Value) -> [(Change, [Rule; 3]); 2] {
    let of_ann = |filter, value| endusers(filter, value, json!([enduser(ANN, serials)]));
    let ways = [
        (delete_device("C02", ANN), of_ann("email", ANN)),
        (delete_everywhere("C02"), of_ann("serialnumber", "C02")),
    ];
    ways.map(|(change, users)| {
        let named = devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])]));
        (change, [named, users, devices("email", ANN, by_address.clone())])
    })
}

#[tokio::test(start_paused = true)]
async fn a_listed_serial_number_that_no_device_confirms_is_refused_and_named() {
    let mine = || device("d", "C02", &[ANN]);
    for by_address in [
        json!([]),
        json!([mine()]),
        json!([mine(), device("e", "C03", &[BOB])]),
        json!([mine(), device("e", "c03", &[ANN]), device("f", "C05", &[ANN])]),
    ] {
        for (change, rules) in both_ways(&["C02", "C03", "C04"], &by_address) {
            let why = "the end user `ann@x.org` lists the serial numbers `C03`, `C04`, \
                and no device with one of them names that user";
            assert_eq!(refusal(rules, change).await, why);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_confirmed_serial_number_keeps_the_user_whatever_else_is_listed() {
    let by_address = json!([
        device("d", "C02", &[ANN]),
        device("e", "C03", &[BOB, "Ann@x.org"])
    ]);
    for (change, rules) in both_ways(&["C02", "C04", "C03"], &by_address) {
        let plan = planned(rules, change).await;
        let effects = [lines(&plan.asked), lines(&plan.implied)].concat();
        assert!(effects.iter().any(|line| line.starts_with("delete device d")));
        assert!(
            !effects.iter().any(|line| line.contains("user ann")),
            "{effects:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_v1_lists_no_user_for_is_noted_and_has_no_effect() {
    let note = "on the device, and not among the end users that v1 lists: ann@x.org; \
        what happens to an inactive end user is not documented";
    let named = || devices("serialnumber", "C02", json!([device("d", "C02", &[ANN, BOB])]));
    let deleted = json!({"Email": ANN, "SerialNumbers": ["C02"], "is_deleted": true});
    for rows in [
        json!([]),
        json!([enduser("other@x.org", &["C02"])]),
        json!([deleted]),
    ] {
        let rules = [named(), endusers("email", ANN, rows.clone())];
        let plan = planned(rules, delete_device("C02", ANN)).await;
        assert!(plan.implied.is_empty());
        assert!(plan.notes.iter().any(|line| line == note), "{:?}", plan.notes);

        let holders = json!([enduser(BOB, &["C02"])]);
        let rules = [
            named(),
            endusers("serialnumber", "C02", holders),
            endusers("email", ANN, rows),
        ];
        let plan = planned(rules, delete_everywhere("C02")).await;
        let goes = ["delete user bob@x.org (A Name): the user has no other device"];
        assert_eq!(lines(&plan.implied), goes);
        assert!(plan.notes.iter().any(|line| line == note), "{:?}", plan.notes);
    }
}

#[tokio::test(start_paused = true)]
async fn two_sides_that_disagree_are_both_named() {
    let named = devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])]));
    let why = refusal(
        [
            named,
            endusers("email", ANN, json!([enduser(ANN, &["C03"])])),
            devices("email", ANN, json!([device("e", "C03", &[ANN])])),
        ],
        delete_device("C02", ANN),
    )
    .await;
    assert_eq!(
        why,
        "the device with the serial number `C02` names `ann@x.org`, and the end user's row does not list it"
    );
    let why = refusal(
        [
            devices("serialnumber", "C02", json!([device("d", "C02", &[])])),
            endusers("serialnumber", "C02", json!([enduser(ANN, &["C02"])])),
        ],
        delete_everywhere("C02"),
    )
    .await;
    assert_eq!(
        why,
        "the end user `ann@x.org` lists the serial number `C02`, and no device with it names that user"
    );
    let why = refusal(
        [
            devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])])),
            endusers("email", ANN, json!([enduser(ANN, &["C02", "C02"])])),
        ],
        delete_device("C02", ANN),
    )
    .await;
    assert!(why.contains("lists the serial number `C02` 2 times"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn two_users_of_one_address_are_refused() {
    let rows = json!([enduser(ANN, &["C02"]), enduser("Ann@x.org", &["C03"])]);
    let rules = [
        devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])])),
        endusers("email", ANN, rows),
        devices("email", ANN, json!([device("d", "C02", &[ANN])])),
    ];
    let why = refusal(rules, delete_device("C02", ANN)).await;
    assert_eq!(why, "2 end users have the e-mail address `ann@x.org`");
}

#[tokio::test(start_paused = true)]
async fn the_address_is_sent_as_the_device_spells_it() {
    let rules = [
        devices(
            "serialnumber",
            "C02",
            json!([device("d", "C02", &["Ann+1@X.org"])]),
        ),
        endusers("email", "Ann+1@X.org", json!([])),
    ];
    let (_, directory) = written(rules);
    let plan = plan(&directory, delete_device("C02", "ann+1@x.org"))
        .await
        .unwrap();
    let target = "/api/v1/v1/delete_device?SerialNumber=C02&Email=Ann%2B1%40X.org";
    assert_eq!(plan.steps[0].target, target);
    let rows = json!([device("d", "C02", &[ANN]), device("e", "C02", &["Ann@x.org"])]);
    let rules = [
        devices("serialnumber", "C02", rows),
        endusers("email", ANN, json!([])),
    ];
    let why = refusal(rules, delete_device("C02", ANN)).await;
    assert!(why.contains("differently: Ann@x.org, ann@x.org"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn every_device_and_every_user_who_has_no_other_goes_everywhere() {
    let rows = json!([
        device("d", "C02", &[ANN, BOB]),
        device("e", "C02", &[ANN]),
        device("f", "C02", &[])
    ]);
    let rules = [
        devices("serialnumber", "C02", rows),
        endusers(
            "serialnumber",
            "C02",
            json!([enduser(ANN, &["C02", "C02"]), unlinked_user(BOB)]),
        ),
        endusers("email", BOB, json!([enduser(BOB, &["C02", "C03"])])),
        devices("email", BOB, json!([device("g", "C03", &[BOB])])),
    ];
    let plan = planned(rules, delete_everywhere("C02")).await;
    assert_eq!(plan.targets.len(), 3);
    let asked = [
        "unregister registration ann@x.org on C02",
        "unregister registration bob@x.org on C02",
        "delete device d (C02)",
        "unregister registration ann@x.org on C02",
        "delete device e (C02)",
        "delete device f (C02)",
    ];
    assert_eq!(lines(&plan.asked), asked);
    assert_eq!(
        lines(&plan.implied),
        ["delete user ann@x.org (A Name): the user has no other device"]
    );
}

/// The reads for deleting Ann, who has one device; `emails` are its users, `rows` are v2.
fn one_device(emails: &[&str], rows: Value) -> [Rule; 4] {
    [
        accounts(rows),
        endusers("email", ANN, json!([enduser(ANN, &["C02"])])),
        devices("email", ANN, json!([device("d", "C02", emails)])),
        devices(
            "serialnumber",
            "C02",
            json!([device("d", "C02", emails), device("e", "C02", &[BOB])]),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_device_is_deactivated_when_no_active_user_is_left() {
    let ann = || account("1", ANN, "Active");
    let goes = vec!["deactivate device d (C02): it has no other active user"];
    for (emails, rows, expected) in [
        (vec![ANN], json!([ann()]), goes.clone()),
        (
            vec![ANN, BOB],
            json!([ann(), account("2", BOB, "active")]),
            vec![],
        ),
        (
            vec![ANN, BOB],
            json!([ann(), account("2", BOB, "Disabled")]),
            goes,
        ),
        // Somebody whose status does not tell does not matter beside somebody active.
        (
            vec![ANN, BOB, "c@x.org"],
            json!([
                ann(),
                account("2", BOB, "Active"),
                account("3", "c@x.org", "Pending")
            ]),
            vec![],
        ),
    ] {
        assert_eq!(
            implied(one_device(&emails, rows), delete_user(ANN)).await,
            expected
        );
    }
    for (rows, why) in [
        (
            json!([ann(), account("2", BOB, "Pending")]),
            "of `bob@x.org`, its status is `Pending`",
        ),
        (json!([ann()]), "of `bob@x.org`, v2 does not know it"),
    ] {
        let refused = refusal(one_device(&[ANN, BOB], rows), delete_user(ANN)).await;
        assert!(refused.ends_with(why), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_whose_devices_cannot_be_told_is_refused_unless_they_keep_an_active_user() {
    let rules = |listed: &[&str], emails: &[&str]| {
        let mine = json!([device("d", "C02", emails)]);
        let named = if emails.contains(&ANN) {
            mine.clone()
        } else {
            json!([])
        };
        [
            accounts(json!([account("1", ANN, "Active"), account("2", BOB, "Active")])),
            endusers("email", ANN, json!([enduser(ANN, listed)])),
            devices("email", ANN, named),
            devices("serialnumber", "C02", mine),
        ]
    };
    let why = refusal(rules(&["C02"], &[]), delete_user(ANN)).await;
    assert_eq!(
        why,
        "the end user `ann@x.org` lists `C02`, and device d (C02) does not name that user"
    );
    let why = refusal(rules(&[], &[ANN]), delete_user(ANN)).await;
    assert_eq!(
        why,
        "device d (C02) names `ann@x.org`, and the end user's row does not list `C02`"
    );
    assert!(
        implied(rules(&["C02"], &[BOB]), delete_user(ANN))
            .await
            .is_empty()
    );
    assert!(
        implied(rules(&[], &[ANN, BOB]), delete_user(ANN))
            .await
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_blank_serial_number_is_looked_for_in_the_whole_list() {
    let rows = json!([device("d", "", &[ANN]), device("e", "C03", &[BOB])]);
    let rules = [
        accounts(json!([account("1", ANN, "Active")])),
        endusers("email", ANN, json!([enduser(ANN, &[""])])),
        devices("email", ANN, rows.clone()),
        Rule::get("/api/v1/devices").reply(rollbook_testkit::Reply::json(200, rows)),
    ];
    let expected = ["deactivate device d: it has no other active user"];
    assert_eq!(implied(rules, delete_user(ANN)).await, expected);
}

#[tokio::test(start_paused = true)]
async fn the_second_of_two_devices_takes_the_user_with_it_and_lists_are_read_once() {
    let changes = [
        delete_device("C02", ANN),
        delete_device("C09X", ANN),
        delete_device("C03", ANN),
        delete_device("C02", ANN),
    ];
    // The second change fails, and leaves what the first one did.
    let (wire, directory) = written([
        devices("serialnumber", "C02", json!([device("d", "C02", &[ANN])])),
        devices("serialnumber", "C03", json!([device("e", "C03", &[ANN])])),
        endusers("email", ANN, json!([enduser(ANN, &["C02", "C03"])])),
        devices(
            "email",
            ANN,
            json!([device("d", "C02", &[ANN]), device("e", "C03", &[ANN])]),
        ),
        devices("serialnumber", "C09X", json!([])),
    ]);
    let plans = directory.plan(&changes).await;
    wire.finish();
    let of = |place: usize| lines(&plans[place].as_ref().unwrap().implied);
    assert_eq!(of(0), ["delete device d (C02): it has no other user"]);
    assert_eq!(plans[1].as_ref().unwrap_err().kind(), ErrorKind::NotFound);
    let both = [
        "delete user ann@x.org (A Name): the user has no other device",
        "delete device e (C03): it has no other user",
    ];
    assert_eq!(of(2), both);
    assert_eq!(plans[3].as_ref().unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn what_devices_name_after_a_deactivation_is_not_guessed() {
    let (_, directory) = written([
        accounts(json!([account("1", ANN, "Active"), account("2", BOB, "Active")])),
        endusers("email", ANN, json!([enduser(ANN, &["C02"])])),
        endusers("email", BOB, json!([enduser(BOB, &["C02", "C03"])])),
        devices("email", ANN, json!([device("d", "C02", &[ANN, BOB])])),
        devices("email", BOB, json!([device("e", "C03", &[BOB])])),
        devices("serialnumber", "C02", json!([device("d", "C02", &[ANN, BOB])])),
    ]);
    let plans = directory
        .plan(&[delete_user(ANN), delete_device("C02", BOB)])
        .await;
    assert!(plans[0].as_ref().unwrap().implied.is_empty());
    let error = plans[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error
            .message()
            .contains("only once the deletion before has been carried out"),
        "{error}"
    );
}
