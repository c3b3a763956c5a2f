//! Changes from the command line to the state of the vendor.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use support::Done;
use support::live::{Live, is_real};

const BANYAN: [&str; 2] = ["--source", "corp-banyan"];
const TRUU: [&str; 2] = ["--source", "corp-truu"];
const JAMF: [&str; 2] = ["--source", "hr-jamf"];

fn run(live: &Live, source: [&str; 2], line: &str) -> Done {
    let words: Vec<&str> = line.split_whitespace().chain(source).collect();
    live.run(&words)
}

/// A serial number and an address of a registration, by the number of users that the device has and the number of devices
/// that the user has.
fn registration(live: &Live, users: usize, devices: usize) -> (String, String) {
    let all = live.sandbox.truth().banyan_registrations;
    let fits = all.iter().find(|one| {
        let of_device = all
            .iter()
            .filter(|other| other.serial_number == one.serial_number);
        let of_user = all.iter().filter(|other| other.email == one.email);
        is_real(&one.serial_number) && of_device.count() == users && of_user.count() == devices
    });
    let fits = fits.unwrap();
    (fits.serial_number.clone(), fits.email.clone())
}

fn truu_user_with_devices(live: &Live, count: usize) -> serde_json::Value {
    let devices = run(live, TRUU, "devices list -o json").json();
    let users = run(live, TRUU, "users list -o json").json();
    let has = |user: &&serde_json::Value| {
        let of_user = devices["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|device| device["active"] == true && device["users"][0]["id"] == user["id"]);
        of_user.count() == count
    };
    users["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(has)
        .unwrap()
        .clone()
}

#[test]
fn a_dry_run_shows_the_plan_and_sends_nothing() {
    let live = Live::small();
    let (serial, email) = registration(&live, 1, 2);
    let before = live.sandbox.truth();
    let line = format!("devices delete --serial {serial} --email {email} --dry-run");
    let refused = run(&live, BANYAN, &line);
    assert_eq!(refused.exit, 6, "{refused:?}");
    let done = run(&live, BANYAN, &format!("{line} --max-implied 1"));
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""), "{done:?}");
    insta::assert_snapshot!(done.stdout);
    assert_eq!(live.sandbox.truth(), before);
    assert!(live.changes().is_empty());
}

#[test]
fn what_is_sent_is_what_the_dry_run_showed() {
    let live = Live::small();
    let (serial, email) = registration(&live, 1, 1);
    let line = format!("devices delete --serial {serial} --email {email} --max-implied 2 -o json");
    let plan = run(&live, BANYAN, &format!("{line} --dry-run")).json();
    let done = run(&live, BANYAN, &format!("{line} --yes"));
    assert_eq!(done.exit, 0, "{done:?}");
    let rows = done.json();
    let row = &rows["data"][0];
    assert_eq!(
        (row["outcome"].as_str(), plan["data"][0]["outcome"].as_str()),
        (Some("done"), Some("planned"))
    );
    for member in ["targets", "asked", "implied", "selector"] {
        assert_eq!(row[member], plan["data"][0][member], "{member}");
    }
    let planned: Vec<String> = plan["data"][0]["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| {
            format!(
                "{} {}",
                request["method"].as_str().unwrap(),
                request["target"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(live.sent(), planned);
    let truth = live.sandbox.truth();
    assert!(!truth.banyan_users.contains(&email));
    assert!(
        truth
            .banyan_registrations
            .iter()
            .all(|one| one.serial_number != serial)
    );
}

#[test]
fn implied_effects_are_refused_with_the_list() {
    let live = Live::small();
    let (serial, email) = registration(&live, 1, 1);
    let line = format!("devices delete --serial {serial} --email {email} --yes");
    let done = run(&live, BANYAN, &line);
    assert_eq!(done.exit, 6, "{done:?}");
    insta::assert_snapshot!(done.stderr);
    assert!(live.changes().is_empty());
}

#[test]
fn a_ban_is_one_request_that_sets_one_member() {
    let live = Live::small();
    let (serial, _) = registration(&live, 1, 1);
    let done = run(&live, BANYAN, &format!("devices ban --serial {serial} --yes"));
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(
        live.sent(),
        [format!(
            "POST /api/v1/mdm/update_device?SerialNumber={serial} [{{\"Banned\":\"TRUE\"}}]"
        )]
    );
    let again = run(&live, BANYAN, &format!("devices ban --serial {serial} --yes"));
    assert_eq!(again.exit, 0, "{again:?}");
    assert_eq!(live.sent().len(), 1, "what is banned needs no ban");
    let lifted = run(&live, BANYAN, &format!("devices unban --serial {serial} --yes"));
    assert_eq!(lifted.exit, 0, "{lifted:?}");
    let listed = run(
        &live,
        BANYAN,
        &format!("devices list --serial {serial} -o ndjson -q"),
    );
    assert_eq!(listed.rows()[0]["banned"], false);
}

#[test]
fn truu_deletes_a_user_with_its_devices() {
    let live = Live::small();
    let user = truu_user_with_devices(&live, 2);
    let upn = user["user_name"].as_str().unwrap();
    let line = format!("users delete --upn {upn}");
    let refused = run(&live, TRUU, &format!("{line} --yes --max-implied 1"));
    assert_eq!(refused.exit, 6, "{refused:?}");
    let done = run(&live, TRUU, &format!("{line} --yes --max-implied 2"));
    assert_eq!(done.exit, 0, "{done:?}");
    let guid = user["vendor_ids"]["guid"].as_str().unwrap();
    assert_eq!(
        live.sent(),
        [format!("DELETE /api/v1/system/domainusers/{guid}/")]
    );
    let gone = run(&live, TRUU, &format!("{line} --yes"));
    assert_eq!(gone.exit, 1, "{gone:?}");
    insta::assert_snapshot!(gone.stderr.replace(upn, "UPN"));
}

#[test]
fn a_user_is_created_once_with_a_key() {
    let live = Live::small();
    let before = live.sandbox.truth().truto_mdm_users.len();
    let words = [
        "users",
        "create",
        "--name",
        "Ann Lee",
        "--email",
        "ann.lee@example.com",
        "--yes",
        "-o",
        "json",
    ];
    let words: Vec<&str> = words.into_iter().chain(JAMF).collect();
    let done = live.run(&words);
    assert_eq!(done.exit, 0, "{done:?}");
    let row = &done.json()["data"][0];
    assert_eq!(row["created"][0]["display_name"], "Ann Lee");
    let key = row["requests"][0]["idempotency_key"].as_str().unwrap().to_owned();
    // A repetition with the key is the same user.
    let again: Vec<&str> = words.into_iter().chain(["--idempotency-key", &key]).collect();
    let again = live.run(&again);
    assert_eq!(again.json()["data"][0]["created"], row["created"]);
    assert_eq!(live.sandbox.truth().truto_mdm_users.len(), before + 1);
    let keys: Vec<_> = live
        .changes()
        .into_iter()
        .map(|sent| sent.idempotency_key.unwrap())
        .collect();
    assert_eq!(keys, [key.clone(), key]);
}

#[test]
fn a_selector_that_could_widen_is_refused_before_anything_is_sent() {
    let live = Live::small();
    let mut told = String::new();
    for words in [
        ["devices", "ban", "--serial", ""],
        ["devices", "ban", "--serial", "To be filled by O.E.M."],
        ["devices", "delete-everywhere", "--serial", "0000"],
        ["devices", "unban", "--serial", " C02"],
        ["users", "delete", "--email", " "],
    ] {
        let words: Vec<&str> = words.into_iter().chain(["--yes"]).chain(BANYAN).collect();
        let done = live.run(&words);
        assert_eq!((done.exit, done.stdout.as_str()), (6, ""), "{done:?}");
        told.push_str(&done.stderr);
    }
    insta::assert_snapshot!(told);
    assert!(live.sandbox.request_log().is_empty());
}

#[test]
fn a_change_needs_a_yes() {
    let live = Live::small();
    for flags in [&[][..], &["--no-input"]] {
        let words = ["devices", "ban", "--serial", "C02XK1JHJG5J"];
        let words: Vec<&str> = words
            .into_iter()
            .chain(flags.iter().copied())
            .chain(BANYAN)
            .collect();
        let done = live.run(&words);
        assert_eq!(done.exit, 6, "{done:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(done.stderr, @"
            error: a change needs a yes, and nobody can be asked here
            hint: look at the plan with --dry-run, then say --yes
            ");
        }
    }
    assert!(live.sandbox.request_log().is_empty());
}

#[test]
fn a_change_names_its_source() {
    let live = Live::small();
    let done = live.run(&["devices", "ban", "--serial", "C02XK1JHJG5J", "--yes"]);
    assert_eq!(done.exit, 2, "{done:?}");
    insta::assert_snapshot!(done.stderr, @"
    error: `devices ban` changes one source, and 3 are selected
    hint: name one with --source: corp-banyan
    ");
    let done = run(&live, TRUU, "devices ban --serial C02XK1JHJG5J --yes");
    assert_eq!(done.exit, 2, "{done:?}");
    assert!(live.sandbox.request_log().is_empty());
}

#[test]
fn leaving_the_address_out_is_no_forgotten_flag() {
    let live = Live::small();
    let done = run(&live, BANYAN, "devices delete --serial C02XK1JHJG5J --yes");
    assert_eq!(done.exit, 2, "{done:?}");
    assert!(live.sandbox.request_log().is_empty());
}

#[test]
fn what_took_effect_before_the_connection_broke_is_done() {
    let live = Live::small();
    let (serial, _) = registration(&live, 1, 1);
    live.sandbox
        .add_fault("reset:when=after,method=POST,path=/api/v1/mdm".parse().unwrap());
    let done = run(
        &live,
        BANYAN,
        &format!("devices ban --serial {serial} --yes -o json"),
    );
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(done.json()["data"][0]["requests"][0]["read_back"], "changed");
    assert_eq!(live.sent().len(), 1, "a ban is not sent twice");
}

#[test]
fn what_cannot_be_known_says_how_to_look() {
    let live = Live::small();
    let (serial, _) = registration(&live, 1, 1);
    live.sandbox
        .add_fault("reset:when=after,method=POST,path=/api/v1/mdm".parse().unwrap());
    // The first list is for the plan; then nobody answers any more.
    live.sandbox.add_fault(
        "status:code=500,method=GET,path=/api/v1/devices,skip=1"
            .parse()
            .unwrap(),
    );
    let done = run(&live, BANYAN, &format!("devices ban --serial {serial} --yes"));
    assert_eq!(done.exit, 8, "{done:?}");
    let check = format!(
        "look with `rollbook --config config.toml --source corp-banyan devices list -o json --serial={serial}`"
    );
    assert!(done.stderr.contains(&check), "{}", done.stderr);
    assert_eq!(live.sent().len(), 1);
}

#[test]
fn a_refused_credential_is_told_by_the_exit() {
    let live = Live::small();
    let (serial, _) = registration(&live, 1, 1);
    live.sandbox
        .add_fault("status:code=403,method=POST,path=/api/v1/mdm".parse().unwrap());
    let done = run(&live, BANYAN, &format!("devices ban --serial {serial} --yes"));
    assert_eq!(done.exit, 4, "{done:?}");
}

#[test]
fn what_did_not_take_effect_is_not_done() {
    let live = Live::small();
    let (serial, _) = registration(&live, 1, 1);
    live.sandbox
        .add_fault("status:code=500,method=POST,path=/api/v1/mdm".parse().unwrap());
    let done = run(
        &live,
        BANYAN,
        &format!("devices ban --serial {serial} --yes -o ndjson"),
    );
    assert_eq!(done.exit, 1, "{done:?}");
    let row = &done.rows()[0];
    assert_eq!(row["outcome"], "not_done");
    assert_eq!(row["requests"][0]["read_back"], "unchanged");
    assert_eq!(live.sent().len(), 1);
}

#[test]
fn what_happened_in_part_is_told_as_that() {
    let live = Live::small();
    let email = "uma.vanderberg@example.com";
    live.sandbox
        .add_fault("status:code=500,method=DELETE,skip=1".parse().unwrap());
    let line = format!("users delete --email {email} --expect 2 --max-implied 9 --yes -o ndjson");
    let done = run(&live, TRUU, &line);
    assert_eq!(done.exit, 1, "{done:?}");
    let row = &done.rows()[0];
    assert_eq!(row["outcome"], "partly_done");
    assert_eq!(row["requests"][0]["outcome"], "done");
    assert_eq!(row["requests"][1]["outcome"], "not_done");
    assert!(
        row["message"]
            .as_str()
            .unwrap()
            .starts_with("1 of 2 requests took effect")
    );
}

#[test]
fn nothing_is_sent_after_the_first_request_that_is_not_done() {
    let live = Live::small();
    live.sandbox
        .add_fault("status:code=403,method=DELETE,times=1".parse().unwrap());
    let line = "users delete --email uma.vanderberg@example.com --expect 2 --max-implied 9 --yes";
    let done = run(&live, TRUU, line);
    assert_eq!(done.exit, 4, "{done:?}");
    assert_eq!(live.sent().len(), 1);
}
