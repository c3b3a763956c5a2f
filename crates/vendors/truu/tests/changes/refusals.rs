use rollbook_model::{
    Change, DeviceSelector, Directory as _, ErrorKind, Guards, NewUser, SerialNumber, SourceName, UserId,
    UserSelector,
};
use rollbook_testkit::{FakeTransport, Reply};
use serde_json::{Value, json};

use crate::support::{
    Script, delete_by_email, delete_device, delete_user, deletions, device, over, text, user, with,
};

const GUID: &str = "ef8e112f-fd1e-4010-b1b8-2913e472c982";

#[tokio::test(start_paused = true)]
async fn a_device_that_could_be_the_users_refuses_the_plan() {
    let hers = device("d-1", "t-1", GUID);
    for odd in [
        with(device("d-2", "", ""), "user", Value::Null),
        with(device("d-2", "", ""), "user", json!({"email": "ann@example.com"})),
        device("d-2", "t-2", GUID),
        device("d-2", "t-1", "g-2"),
    ] {
        let script = Script::default()
            .users([user("t-1", GUID)])
            .devices([hers.clone(), odd.clone()]);
        let error = script.clone().plan(delete_user(GUID)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{odd}");
        assert!(error.message().contains("device d-2"), "{error}");
        // A deletion does not touch what is already deleted.
        let inactive = with(odd, "active", json!(false));
        let script = script.devices([hers.clone(), inactive]);
        assert_eq!(script.plan(delete_user(GUID)).await.unwrap().implied.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_is_its_users_by_either_id_and_not_by_case() {
    let script = Script::default().users([user("t-1", GUID)]).devices([
        device("d-1", "T-1", &GUID.to_uppercase()),
        with(device("d-2", "", ""), "user", json!({"tuid": "t-1"})),
        with(device("d-3", "", ""), "user", json!({"guid": GUID})),
        with(device("d-4", "t-1", GUID), "active", Value::Null),
        with(device("d-5", "t-1", GUID), "active", json!("FALSE")),
        device("d-6", "t-2", "g-2"),
    ]);
    let plan = script.plan(delete_user(&GUID.to_uppercase())).await.unwrap();
    let implied: Vec<String> = plan.implied.iter().map(ToString::to_string).collect();
    assert_eq!(
        implied,
        ["d-1", "d-2", "d-3", "d-4"]
            .map(|id| format!("delete device {id}: TruU deletes a user with all devices"))
    );
    // In the spelling of the row: case counts in the path.
    assert!(plan.steps[0].target.ends_with(&format!("/{GUID}/")));
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_the_vendor_ignores_deletes_nobody_else() {
    let others = [
        user("t-1", "g-1"),
        with(user("t-2", "g-2"), "email", json!("bo@example.com")),
    ];
    let script = Script::default().users(others);
    let plan = script
        .clone()
        .plan(delete_by_email("BO@example.com"))
        .await
        .unwrap();
    assert_eq!(plan.targets.len(), 1);
    for change in [
        delete_by_email("b@example.com"),
        delete_user("G-1"),
        Change::DeleteUser(UserSelector::Upn(text("bo@example.com"))),
        Change::DeleteUser(UserSelector::Tuid(text("t-3"))),
        Change::DeleteUser(UserSelector::Id(UserId::new("t-3\n").unwrap())),
    ] {
        let error = script.clone().plan(change.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{change:?}: {error}");
        assert!(!error.to_string().contains('\n'));
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_of_two_users_has_two_targets() {
    let script = Script::default()
        .users([user("t-1", "g-1"), user("t-2", "g-2")])
        .devices([device("d-1", "t-2", "g-2")]);
    let plan = script.plan(delete_by_email("ann@example.com")).await.unwrap();
    assert_eq!(
        (plan.asked.len(), plan.implied.len(), plan.steps.len()),
        (2, 1, 2)
    );
    let error = Guards::default().approve(plan.clone()).unwrap_err();
    assert!(error.message().contains("user t-1") && error.message().contains("user t-2"));
    assert!(
        Guards::default()
            .with_expect(2)
            .with_max_implied(1)
            .approve(plan)
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn a_user_without_a_usable_guid_is_refused() {
    for guid in [Value::Null, json!(" "), json!("g-1 "), json!("g\t1")] {
        let script = Script::default().users([with(user("t-1", ""), "guid", guid.clone())]);
        let error = script.plan(delete_by_email("ann@example.com")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{guid}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_guid_with_two_users_is_refused() {
    let upper = GUID.to_uppercase();
    for (one, other) in [("g-1", "g-1"), (GUID, &upper)] {
        let script = Script::default().users([user("t-1", one), user("t-2", other)]);
        for change in [delete_by_email("ann@example.com"), delete_user(one)] {
            let error = script.clone().plan(change).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        }
    }
    let devices = [device("d-1", "t-1", "g-1"), device("d-1", "t-2", "g-1")];
    let script = Script::default().devices(devices);
    let error = script.plan(delete_device("d-1", None)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_user_who_never_enrolled_is_found_by_the_guid() {
    let script = Script::default().single("00uAbC", user("t-1", "00uAbC"));
    for change in [
        delete_user("00uAbC"),
        Change::DeleteUser(UserSelector::Id(UserId::new("00uAbC").unwrap())),
    ] {
        let plan = script.clone().plan(change).await.unwrap();
        assert_eq!((plan.targets.len(), plan.implied.len()), (1, 0));
    }
    // Case counts in an id that is no uuid.
    let error = script.plan(delete_user("00uabc")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_is_refused_as_a_tuid_may_be_a_guid() {
    let wire = FakeTransport::answering(|request| match request.uri().query() {
        Some("tuid=00uAbC" | "tuid=nobody" | "guid=nobody") => Reply::status(400),
        _ => Script::default()
            .users([user("t-1", "00uAbC")])
            .answer(request.uri().path()),
    });
    let by_id = |id| Change::DeleteUser(UserSelector::Id(UserId::new(id).unwrap()));
    let by_tuid = Change::DeleteUser(UserSelector::Tuid(text("nobody")));
    let mut plans = over(&wire)
        .plan(&[by_id("00uAbC"), by_id("nobody"), by_tuid])
        .await
        .into_iter();
    assert_eq!(plans.next().unwrap().unwrap().targets.len(), 1);
    let kinds: Vec<ErrorKind> = plans.map(|plan| plan.unwrap_err().kind()).collect();
    assert_eq!(kinds, [ErrorKind::NotFound, ErrorKind::InvalidRequest]);
}

#[tokio::test(start_paused = true)]
async fn the_path_names_the_owner_where_the_row_does_not() {
    let row = with(device("d-1", "", ""), "user", Value::Null);
    let script = Script::default().single("g-1/devices/d-1", row);
    let plan = script.plan(delete_device("d-1", Some("g-1"))).await.unwrap();
    assert_eq!(plan.targets[0].detail.as_deref(), Some("of user g-1"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_somebody_else_is_refused() {
    let script = Script::default()
        .single("g-1", user("t-2", "g-2"))
        .single("g-1/devices/d-1", device("d-2", "t-1", "g-1"))
        .single("g-1/devices/d-3", device("d-3", "t-2", "g-2"))
        .single(
            "g-1/devices/d-4",
            with(device("d-4", "t-1", "g-1"), "active", json!({})),
        );
    for change in [
        delete_user("g-1"),
        delete_device("d-1", Some("g-1")),
        delete_device("d-3", Some("g-1")),
        delete_device("d-4", Some("g-1")),
    ] {
        let error = script.clone().plan(change.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{change:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_of_several_users_has_several_targets() {
    let script = Script::default().devices([
        device("d-1", "t-1", "g-1"),
        with(device("d-1", "t-2", "g-2"), "active", json!(false)),
        device("d-1", "t-3", "g-3"),
        device("d-2", "t-1", "g-1"),
    ]);
    let plan = script.clone().plan(delete_device("d-1", None)).await.unwrap();
    let details: Vec<&str> = plan
        .targets
        .iter()
        .filter_map(|target| target.detail.as_deref())
        .collect();
    assert_eq!(details, ["of user g-1", "of user g-3"]);
    assert_eq!(plan.steps.len(), 2);
    // The path wants a guid.
    let nameless = with(device("d-3", "", ""), "user", json!({"tuid": "t-1"}));
    let error = script
        .devices([nameless])
        .plan(delete_device("d-3", None))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
}

#[tokio::test(start_paused = true)]
async fn no_plan_is_made_on_a_walk_that_is_not_complete() {
    let script = Script::default().users([user("t-1", "g-1")]);
    for broken in [
        json!({"active": true}),
        with(device("d-1", "t-1", "g-1"), "user", json!("Ann")),
    ] {
        let script = script.clone().devices([device("d-2", "t-1", "g-1"), broken]);
        for change in [delete_user("g-1"), delete_device("d-2", None)] {
            let error = script.clone().plan(change).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
            assert!(
                error
                    .to_string()
                    .starts_with("corp-truu: devices: no plan is made"),
                "{error}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_is_read_once_and_told_to_each_change() {
    let wire = FakeTransport::answering(|request| match request.uri().path() {
        "/api/v1/system/devices/" => Reply::status(404),
        path => Script::default().users([user("t-1", "g-1")]).answer(path),
    });
    let directory = over(&wire);
    let changes = [delete_user("g-1"), delete_device("d-1", None), delete_user("g-1")];
    for plan in directory.plan(&changes).await {
        let error = plan.unwrap_err();
        // That there is no list does not say that there is no device.
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            "corp-truu: devices page 1: there is no such thing (status 404)"
        );
    }
    let walks = wire.requests();
    let walks = walks
        .iter()
        .filter(|request| request.uri().path().ends_with("/system/devices/"));
    assert_eq!(walks.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_truu_cannot_do_is_told_with_the_flags_that_it_has() {
    let serial = || SerialNumber::new("C02XK1JHJG5J").unwrap();
    let (directory, wire) = Script::default().directory(Reply::status(500));
    for (change, part) in [
        (
            Change::CreateUser(NewUser::new(text("Ann"), vec![text("ann@example.com")])),
            "directory",
        ),
        (Change::ban(serial()), "bans"),
        (Change::unban(serial()), "bans"),
        (Change::delete_everywhere(serial()), "--id and --guid"),
        (
            Change::DeleteDevice(DeviceSelector::Registration {
                serial: serial(),
                email: text("ann@example.com"),
            }),
            "--id and --guid",
        ),
    ] {
        let error = directory.plan(&[change]).await.remove(0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().starts_with("corp-truu: "), "{error}");
        assert!(error.message().contains(part), "{error}");
    }
    assert_eq!(wire.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_another_source_is_not_carried_out() {
    let script = Script::default().users([user("t-1", "g-1")]);
    let mut plan = script.clone().plan(delete_user("g-1")).await.unwrap();
    plan.source = SourceName::new("other-truu").unwrap();
    let mut forged = script.clone().plan(delete_user("g-1")).await.unwrap();
    forged.steps[0].target = "/api/v1/system/domainusers/g-2/".to_owned();
    let (directory, wire) = script.directory(Reply::status(204));
    for plan in [plan, forged] {
        let plan = Guards::default().approve(plan).unwrap();
        let outcomes = directory.carry_out(&plan).await;
        let error = outcomes[0].error.as_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    assert_eq!(deletions(&wire), Vec::<String>::new());
}
