//! What is refused before any request, and what a selector finds.

use rollbook_model::{
    Change, DeviceId, DeviceSelector, Directory as _, ErrorKind, NewUser, UserId, UserSelector,
};
use rollbook_testkit::{Reply, Rule};
use serde_json::json;

use crate::tenant::{
    account, accounts, ban, delete_device, delete_everywhere, delete_user, device, devices, enduser,
    endusers, lines, plan, text, written,
};

#[tokio::test(start_paused = true)]
async fn a_selector_of_another_vendor_is_refused_before_any_request() {
    let (wire, directory) = written([]);
    let enrollment = DeviceSelector::Enrollment {
        id: DeviceId::new("d").unwrap(),
        guid: None,
    };
    for (change, flags) in [
        (
            Change::DeleteUser(UserSelector::Guid(text("g"))),
            "--email or --id",
        ),
        (
            Change::DeleteUser(UserSelector::Tuid(text("t"))),
            "--email or --id",
        ),
        (Change::DeleteDevice(enrollment), "--serial and --email"),
        (
            Change::CreateUser(NewUser::new(text("Ann"), vec![text("ann@x.org")])),
            "no call that creates a user",
        ),
    ] {
        let error = plan(&directory, change).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains(flags), "{error}");
        assert_eq!(error.source_name().unwrap().as_str(), "corp-banyan");
    }
    assert_eq!(wire.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_change_does_not_keep_the_others_of_its_list() {
    let (_, directory) = written([devices("serialnumber", "C02", json!([device("d", "C02", &[])]))]);
    let guid = Change::DeleteUser(UserSelector::Guid(text("g")));
    let plans = directory.plan(&[guid, ban("C02")]).await;
    assert!(plans[0].is_err());
    assert_eq!(plans[1].as_ref().unwrap().targets.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_named() {
    let (_, directory) = written([
        devices("serialnumber", "C02", json!([device("d", "C02", &["bob@x.org"])])),
        devices("serialnumber", "C03", json!([])),
        accounts(json!([account("1", "bob@x.org", "Inactive")])),
    ]);
    let (changes, messages): (Vec<_>, Vec<_>) = [
        (ban("C03"), "no device has the serial number `C03`"),
        (delete_everywhere("C03"), "no device has the serial number `C03`"),
        (
            delete_device("C03", "bob@x.org"),
            "no device has the serial number `C03`",
        ),
        (
            delete_device("C02", "ann@x.org"),
            "`ann@x.org` is not registered on the device with the serial number `C02`",
        ),
        (
            delete_user("ann@x.org"),
            "there is no end user with the email `ann@x.org`",
        ),
        (
            delete_user("BOB@x.org"),
            "the end user `BOB@x.org` is already inactive",
        ),
    ]
    .into_iter()
    .unzip();
    for (plan, message) in directory.plan(&changes).await.into_iter().zip(messages) {
        let error = plan.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::NotFound, message));
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_whole_serial_number_in_its_case_is_meant() {
    let rows = json!([
        device("a", "C02", &[]),
        device("b", "c02", &[]),
        device("c", "C021", &[]),
        device("d", "C02", &[])
    ]);
    let (_, directory) = written([devices("serialnumber", "C02", rows)]);
    let plan = plan(&directory, ban("C02")).await.unwrap();
    let ids: Vec<String> = plan
        .targets
        .iter()
        .map(|target| target.subject.to_string())
        .collect();
    assert_eq!(ids, ["device a (C02)", "device d (C02)"]);
    assert_eq!(plan.steps.len(), 1, "one request hits them all");
}

#[tokio::test(start_paused = true)]
async fn what_is_already_so_is_not_asked_for_again() {
    let banned = json!({"DeviceID": "a", "SerialNumber": "C02", "Banned": "TRUE"});
    let unknown = json!({"DeviceID": "b", "SerialNumber": "C02", "Banned": ""});
    let (_, directory) = written([
        devices("serialnumber", "C02", json!([banned, unknown])),
        devices(
            "serialnumber",
            "C03",
            json!([{"SerialNumber": "C03", "Banned": "TRUE"}]),
        ),
    ]);
    let plans = directory.plan(&[ban("C02"), ban("C03"), ban("C02")]).await;
    let plans: Vec<_> = plans.into_iter().map(Result::unwrap).collect();
    assert_eq!(plans[0].targets.len(), 2);
    assert_eq!(lines(&plans[0].asked), ["ban device b (C02)"]);
    for done in &plans[1..] {
        assert!(done.asked.is_empty() && done.steps.is_empty() && !done.targets.is_empty());
        assert_eq!(
            done.notes,
            ["all devices with this serial number are banned already"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_is_found_by_address_or_v2_id_and_several_are_several_targets() {
    let rows = json!([
        account("1", "Ann@x.org", "active"),
        account("2", "ann@x.org", "ACTIVE"),
        account("3", "ann@x.org", "Inactive"),
        account("ann@x.org-is-no-id", "bob@x.org", "Active")
    ]);
    let (_, directory) = written([
        accounts(rows),
        endusers("email", "ann@x.org", json!([enduser("ann@x.org", &["C02"])])),
        devices("email", "ann@x.org", json!([device("d", "C02", &["ann@x.org"])])),
        devices("serialnumber", "C02", json!([device("d", "C02", &["ann@x.org"])])),
    ]);
    let changes = [
        Change::DeleteUser(UserSelector::Id(UserId::new("2").unwrap())),
        Change::DeleteUser(UserSelector::Upn(text("ANN@x.org"))),
    ];
    let plans = directory.plan(&changes).await;
    let one = plans[0].as_ref().unwrap();
    assert_eq!(one.steps[0].body.as_deref(), Some(r#"{"enduser_ids":["2"]}"#));
    assert!(
        one.implied.is_empty(),
        "account 1 of the same address stays active"
    );
    let rest = plans[1].as_ref().unwrap();
    assert_eq!(rest.targets[0].detail.as_deref(), Some("id 1"));
    assert_eq!(lines(&rest.asked), ["deactivate user ann@x.org (A Name)"]);
    assert_eq!(
        lines(&rest.implied),
        ["deactivate device d (C02): it has no other active user"]
    );
}

#[tokio::test(start_paused = true)]
async fn several_accounts_of_one_address_are_a_step_each() {
    let rows = json!([
        account("1", "ann@x.org", "Active"),
        account("2", "ann@x.org", "Active")
    ]);
    let (_, directory) = written([
        accounts(rows),
        endusers("email", "ann@x.org", json!([])),
        devices("email", "ann@x.org", json!([])),
    ]);
    let plan = plan(&directory, delete_user("ann@x.org")).await.unwrap();
    assert_eq!(
        (plan.targets.len(), plan.asked.len(), plan.steps.len()),
        (2, 2, 2)
    );
    assert_ne!(plan.steps[0].body, plan.steps[1].body);
}

#[tokio::test(start_paused = true)]
async fn a_user_without_an_id_or_with_an_unclear_status_is_refused() {
    for (rows, why) in [
        (json!([{"email": "ann@x.org", "status": "Active"}]), "no id"),
        (
            json!([account("1", "ann@x.org", "Pending")]),
            "its status is `Pending`",
        ),
        (json!([{"id": "1", "email": "ann@x.org"}]), "it has no status"),
        (
            json!([
                account("1", "ann@x.org", "Active"),
                account("1", "ANN@x.org", "Active")
            ]),
            "have the id `1`",
        ),
    ] {
        let (_, directory) = written([accounts(rows)]);
        let error = plan(&directory, delete_user("ann@x.org")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.message().contains(why), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_plan_is_made_on_a_list_that_is_not_whole() {
    let page =
        json!({"error_code": 0, "data": {"endusers": [account("1", "ann@x.org", "Active")], "count": 3}});
    let short = Rule::get("/api/v2/enduser")
        .any_query()
        .query("skip", "0")
        .reply(Reply::json(200, page))
        .any_times();
    let empty = json!({"error_code": 0, "data": {"endusers": [], "count": 3}});
    let rest = Rule::get("/api/v2/enduser")
        .any_query()
        .reply(Reply::json(200, empty))
        .any_times();
    let odd_row = json!([device("d", "C02", &[]), {"SerialNumber": null}]);
    let (_, directory) = written([short, rest, devices("serialnumber", "C02", odd_row)]);
    for change in [delete_user("ann@x.org"), ban("C02")] {
        let error = plan(&directory, change).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(error.message().contains("not read whole"), "{error}");
        assert_eq!(error.source_name().unwrap().as_str(), "corp-banyan");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_not_there_does_not_say_that_the_device_is_not() {
    let not_found = Rule::get("/api/v1/devices").any_query().reply(Reply::status(404));
    let (_, directory) = written([not_found]);
    let error = plan(&directory, ban("C02")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let reply = Reply::json(400, r#"{"error_description":"record not found"}"#);
    let (_, directory) = written([Rule::get("/api/v1/devices").any_query().reply(reply)]);
    let error = plan(&directory, ban("C02")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
