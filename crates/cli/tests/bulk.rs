//! Many changes from one file.

mod support;

use std::collections::BTreeSet;

use support::Done;
use support::live::{Live, is_real};

fn run(live: &Live, line: &str) -> Done {
    live.run(&line.split_whitespace().collect::<Vec<_>>())
}

/// Real serial numbers of the sandbox.
fn serials(live: &Live, count: usize) -> Vec<String> {
    let all: BTreeSet<String> = live
        .sandbox
        .truth()
        .banyan_registrations
        .into_iter()
        .map(|one| one.serial_number)
        .filter(|serial| is_real(serial))
        .collect();
    let all: Vec<String> = all.into_iter().take(count).collect();
    assert_eq!(all.len(), count);
    all
}

fn write(live: &Live, name: &str, header: &str, rows: &[String]) {
    live.home
        .write(name, &format!("{header}\n{}\n", rows.join("\n")), 0o600);
}

const BAN: &str = "devices ban --source corp-banyan --from lost.csv";

#[test]
fn one_bad_row_refuses_the_file_and_may_be_left_out() {
    let live = Live::small();
    let mut rows = serials(&live, 2);
    rows.push("Default string".to_owned());
    rows.push("  ".to_owned());
    rows.push(rows[0].clone());
    write(&live, "lost.csv", "serial", &rows);
    let refused = run(&live, &format!("{BAN} --yes"));
    assert_eq!(refused.exit, 2, "{refused:?}");
    insta::assert_snapshot!(refused.stderr, @"
    error: lost.csv:4: column serial: `Default string` is a placeholder that many machines share, and names none of them
    error: lost.csv:5: column serial: it is blank
    error: lost.csv:6: column serial: the row repeats line 2
    error: 3 of 5 rows are invalid
    hint: nothing was sent: mend the file, or go on without these rows with --skip-invalid
    ");
    assert!(live.sandbox.request_log().is_empty());
    let done = run(&live, &format!("{BAN} --yes --skip-invalid -o ndjson"));
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(done.rows().len(), 2);
    assert_eq!(live.sent().len(), 2);
}

#[test]
fn a_run_has_an_upper_limit() {
    let live = Live::small();
    let rows: Vec<String> = (0..26).map(|number| format!("C02XK1JHJ{number:03}")).collect();
    write(&live, "lost.csv", "serial", &rows);
    let refused = run(&live, &format!("{BAN} --yes"));
    assert_eq!(refused.exit, 6, "{refused:?}");
    insta::assert_snapshot!(refused.stderr, @"
    error: 26 rows are left to do, and a run may have 25
    hint: nothing was sent: split the file, or raise --max
    ");
    assert!(live.changes().is_empty());
}

#[test]
fn rows_that_name_nothing_fail_by_themselves() {
    let live = Live::small();
    let mut rows = serials(&live, 2);
    rows.insert(1, "C02NOTTHERE0".to_owned());
    write(&live, "lost.csv", "serial", &rows);
    let done = run(&live, &format!("{BAN} --yes -o ndjson --outcomes out.ndjson"));
    assert_eq!(done.exit, 7, "{done:?}");
    let outcomes: Vec<(u64, String)> = done
        .rows()
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().unwrap(),
                row["outcome"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [(3, "not_done"), (2, "done"), (4, "done")];
    assert_eq!(
        outcomes,
        expected.map(|(line, outcome)| (line, outcome.to_owned()))
    );
    assert_eq!(live.sent().len(), 2);
}

#[test]
fn the_same_command_again_does_only_what_is_left() {
    let live = Live::small();
    write(&live, "lost.csv", "serial", &serials(&live, 4));
    let command = format!("{BAN} --yes -o ndjson --outcomes out.ndjson");
    // The third and the fourth ban fail, and are not done.
    live.sandbox.add_fault(
        "status:code=500,method=POST,path=/api/v1/mdm,skip=2"
            .parse()
            .unwrap(),
    );
    let first = run(&live, &command);
    assert_eq!(first.exit, 7, "{first:?}");
    assert_eq!(live.sent().len(), 4);
    live.sandbox.clear_faults();
    let second = run(&live, &command);
    assert_eq!(second.exit, 0, "{second:?}");
    assert_eq!(second.rows().len(), 2);
    assert_eq!(live.sent().len(), 6);
    let third = run(&live, &command);
    assert_eq!((third.exit, third.stdout.as_str()), (0, ""), "{third:?}");
    assert_eq!(live.sent().len(), 6);
}

#[test]
fn a_create_that_was_cut_off_is_repeated_with_its_key() {
    let live = Live::small();
    let before = live.sandbox.truth().truto_mdm_users.len();
    write(
        &live,
        "joiners.csv",
        "name,email",
        &[
            "Ann Lee,ann.lee@example.com".to_owned(),
            "Bo Chen,bo.chen@example.com".to_owned(),
        ],
    );
    let command = "users create --source hr-jamf --from joiners.csv --yes --outcomes out.ndjson";
    live.sandbox
        .add_fault("reset:when=after,method=POST,path=/unified".parse().unwrap());
    let cut = run(&live, command);
    assert_eq!(cut.exit, 8, "{cut:?}");
    live.sandbox.clear_faults();
    let done = run(&live, command);
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(live.sandbox.truth().truto_mdm_users.len(), before + 2);
    let keys: BTreeSet<_> = live
        .changes()
        .into_iter()
        .map(|sent| sent.idempotency_key)
        .collect();
    assert_eq!(keys.len(), 2, "one key a user, however often it is sent");
}

#[test]
fn what_is_gone_after_an_own_attempt_is_done() {
    let live = Live::small();
    let user = live.sandbox.truth().banyan_users[0].clone();
    write(&live, "leavers.csv", "email", std::slice::from_ref(&user));
    let command =
        "users delete --source corp-banyan --from leavers.csv --yes --max-implied 9 --outcomes out.ndjson";
    live.sandbox
        .add_fault("reset:when=after,method=DELETE".parse().unwrap());
    // The plan reads one list of v2; after that nobody can look any more.
    live.sandbox.add_fault(
        "status:code=500,method=GET,path=/api/v2/enduser,skip=1"
            .parse()
            .unwrap(),
    );
    let cut = run(&live, command);
    assert_eq!(cut.exit, 8, "{cut:?}");
    live.sandbox.clear_faults();
    let done = run(&live, &format!("{command} -o ndjson"));
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(
        done.rows()[0]["message"],
        "it is gone: an earlier attempt took effect"
    );
    assert_eq!(live.sent().len(), 1);
}

#[test]
fn the_effects_of_a_run_are_counted_together() {
    let live = Live::small();
    let registrations = live.sandbox.truth().banyan_registrations;
    let of = |email: &str| -> Vec<_> { registrations.iter().filter(|one| one.email == email).collect() };
    let user = registrations
        .iter()
        .find(|one| {
            let own = of(&one.email);
            own.len() == 2 && own.iter().all(|own| is_real(&own.serial_number))
        })
        .unwrap();
    let rows: Vec<String> = of(&user.email)
        .iter()
        .map(|one| format!("{},{}", one.serial_number, one.email))
        .collect();
    write(&live, "gone.csv", "serial,email", &rows);
    let command = "devices delete --source corp-banyan --from gone.csv";
    let plan = run(&live, &format!("{command} --dry-run --max-implied 9 -o ndjson"));
    assert_eq!(plan.exit, 0, "{plan:?}");
    let rows = plan.rows();
    let deletes_the_user = |row: &serde_json::Value| {
        let implied = row["implied"].as_array().unwrap();
        implied.iter().any(|effect| effect["resource"] == "user")
    };
    assert_eq!(
        rows.iter().map(deletes_the_user).collect::<Vec<_>>(),
        [false, true]
    );
    let total: usize = rows
        .iter()
        .map(|row| row["implied"].as_array().unwrap().len())
        .sum();
    let refused = run(&live, &format!("{command} --yes --max-implied {}", total - 1));
    assert_eq!(refused.exit, 6, "{refused:?}");
    assert!(live.changes().is_empty());
    let done = run(&live, &format!("{command} --yes --max-implied {total}"));
    assert_eq!(done.exit, 0, "{done:?}");
    assert!(!live.sandbox.truth().banyan_users.contains(&user.email));
}

#[test]
fn rows_come_from_stdin_and_then_nobody_is_asked() {
    let live = Live::small();
    write(&live, "lost.csv", "serial", &serials(&live, 1));
    let words = ["devices", "ban", "--source", "corp-banyan", "--from", "-"];
    let refused = live.run_with_input(&words, Some("lost.csv"));
    assert_eq!(refused.exit, 6, "{refused:?}");
    let words: Vec<&str> = words.into_iter().chain(["--yes"]).collect();
    let done = live.run_with_input(&words, Some("lost.csv"));
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(live.sent().len(), 1);
}

#[test]
fn a_create_that_was_open_and_is_refused_later_stays_unknown() {
    let live = Live::small();
    write(
        &live,
        "joiners.csv",
        "name,email",
        &["Ann Lee,ann.lee@example.com".to_owned()],
    );
    let command = "users create --source hr-jamf --from joiners.csv --yes --outcomes out.ndjson";
    live.sandbox
        .add_fault("reset:when=after,method=POST,path=/unified".parse().unwrap());
    assert_eq!(run(&live, command).exit, 8);
    live.sandbox.clear_faults();
    live.sandbox
        .add_fault("status:code=404,method=POST,path=/unified".parse().unwrap());
    let refused = run(&live, command);
    assert_eq!(refused.exit, 8, "{refused:?}");
    live.sandbox.clear_faults();
    let before = live.sandbox.truth().truto_mdm_users.len();
    assert_eq!(run(&live, command).exit, 0);
    assert_eq!(live.sandbox.truth().truto_mdm_users.len(), before);
}

#[test]
fn a_closed_stdout_does_not_stop_what_was_begun() {
    let live = Live::small();
    write(&live, "lost.csv", "serial", &serials(&live, 4));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = support::program();
    command
        .current_dir(live.home.path("."))
        .args(["--config", "config.toml", "-o", "ndjson"])
        .args(BAN.split_whitespace())
        .arg("--yes")
        .stdout(writer);
    let status = command.status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(live.sent().len(), 4);
}

#[test]
fn rows_that_guards_refuse_may_be_left_out_too() {
    let live = Live::small();
    let shared = live.sandbox.truth().banyan_registrations;
    let twice = shared.iter().find(|one| {
        is_real(&one.serial_number)
            && shared
                .iter()
                .filter(|other| other.serial_number == one.serial_number && other.email == one.email)
                .count()
                == 2
    });
    let twice = twice.unwrap().serial_number.clone();
    let mut rows: Vec<String> = serials(&live, 3);
    rows.retain(|serial| *serial != twice);
    rows.truncate(2);
    rows.insert(0, twice);
    write(&live, "lost.csv", "serial", &rows);
    assert_eq!(run(&live, &format!("{BAN} --yes")).exit, 6);
    assert!(live.changes().is_empty());
    let done = run(&live, &format!("{BAN} --yes --skip-invalid"));
    assert_eq!(done.exit, 7, "{done:?}");
    assert_eq!(live.sent().len(), 2);
}

#[test]
fn what_was_planned_on_a_row_that_failed_is_not_carried_out() {
    let live = Live::small();
    let registrations = live.sandbox.truth().banyan_registrations;
    let of = |email: &str| -> Vec<_> { registrations.iter().filter(|one| one.email == email).collect() };
    let user = registrations.iter().find(|one| {
        let own = of(&one.email);
        own.len() == 2 && own.iter().all(|own| is_real(&own.serial_number))
    });
    let user = user.unwrap();
    let rows: Vec<String> = of(&user.email)
        .iter()
        .map(|one| format!("{},{}", one.serial_number, one.email))
        .collect();
    write(&live, "gone.csv", "serial,email", &rows);
    live.sandbox
        .add_fault("status:code=500,method=DELETE,times=1".parse().unwrap());
    let command = "devices delete --source corp-banyan --from gone.csv --yes --max-implied 9 -o ndjson";
    let done = run(&live, command);
    assert_eq!(done.exit, 7, "{done:?}");
    // The second row implied the end of the user; with the first device still there it would not.
    assert_eq!(live.sent().len(), 1);
    assert!(live.sandbox.truth().banyan_users.contains(&user.email));
    assert_eq!(done.rows()[1]["outcome"], "not_done");
}

#[test]
fn a_row_of_other_words_for_somebody_who_may_be_there_is_refused() {
    let live = Live::small();
    let rows = |name: &str| vec![format!("{name},ann.lee@example.com")];
    write(&live, "joiners.csv", "name,email", &rows("Ann Lee"));
    let command = "users create --source hr-jamf --from joiners.csv --yes --outcomes out.ndjson";
    live.sandbox
        .add_fault("reset:when=after,method=POST,path=/unified".parse().unwrap());
    assert_eq!(run(&live, command).exit, 8);
    live.sandbox.clear_faults();
    write(&live, "joiners.csv", "name,email", &rows("Ann B. Lee"));
    let before = live.sandbox.truth().truto_mdm_users.len();
    let edited = run(&live, command);
    assert_eq!(edited.exit, 6, "{edited:?}");
    assert_eq!(live.sandbox.truth().truto_mdm_users.len(), before);
}
