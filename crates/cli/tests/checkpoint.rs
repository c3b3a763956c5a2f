//! Runs that are stopped in whatever way, and gone on with.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use support::live::Live;
use support::served::{KILLED, Served};
use support::{Done, finish, program};

/// How often each line comes.
fn counted(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for line in text.lines() {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// Numbers that look random and are the same in every run.
fn dice(seed: &mut u64, sides: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*seed >> 33) as usize % sides
}

/// Every list in pages of a hundred rows at most, as TruU has them anyway.
fn slow() -> Served {
    let served = Served::start(&["--users", "500", "--devices", "600", "--latency-ms", "3"]);
    let config = fs::read_to_string(served.path("sandbox.toml")).unwrap();
    let config = config.replace("\nvendor =", "\npage_size = 100\nvendor =");
    assert_eq!(config.matches("page_size").count(), 3);
    fs::write(served.path("sandbox.toml"), config).unwrap();
    served
}

#[test]
fn killed_at_any_moment_and_gone_on_with_every_row_comes_and_at_most_one_page_twice() {
    let served = slow();
    let mut seed = 20_261_125;
    let mut kills = 0;
    for (number, list) in [
        "users list -o ndjson",
        "devices list -o csv",
        "users list -o ndjson --source sandbox-truto",
    ]
    .into_iter()
    .enumerate()
    {
        let truth = served.run(list);
        assert_eq!(truth.exit, 0, "{truth:?}");
        let rows = truth.stdout.lines().count();
        let line = format!("{list} --checkpoint {number}.checkpoint");
        let (mut written, mut killed_here) = (String::new(), 0);
        while killed_here < 4 {
            let done = served.run_and_signal(&line, "KILL", 1 + dice(&mut seed, rows / 3));
            written.push_str(&done.stdout);
            match done.exit {
                KILLED => killed_here += 1,
                exit => {
                    assert_eq!(exit, 0, "{done:?}");
                    break;
                }
            }
            // A line that a kill cut off is of a page that comes again.
            let whole = written.rfind('\n').map_or(0, |end| end + 1);
            written.truncate(whole);
        }
        let last = served.run(&line);
        assert_eq!(last.exit, 0, "{last:?}");
        written.push_str(&last.stdout);
        kills += killed_here;

        let (mine, theirs) = (counted(&written), counted(&truth.stdout));
        let lines =
            |counts: &BTreeMap<&str, usize>| counts.keys().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&mine), lines(&theirs), "{list}: every row, and no other");
        let twice = written.lines().count() - rows;
        assert!(
            twice <= killed_here * 101,
            "{list}: {twice} rows twice after {killed_here} kills"
        );

        let again = served.run(&line);
        assert_eq!((again.exit, again.stdout.as_str()), (0, ""), "{again:?}");
        assert!(
            again.stderr.contains("everything was read by earlier runs"),
            "{again:?}"
        );
    }
    assert!(
        kills >= 6,
        "only {kills} of the runs were killed before their end"
    );
}

#[test]
fn an_inventory_that_is_killed_and_gone_on_with_has_the_numbers_of_a_whole_one() {
    let served = slow();
    let truth = served.run("inventory -o json").json();
    let line = "inventory -o json --checkpoint inventory.checkpoint";
    let mut seed = 7;
    for _ in 0..3 {
        let kept = || fs::read_to_string(served.path("inventory.checkpoint")).unwrap_or_default();
        let before = kept().lines().count();
        let more = 2 + dice(&mut seed, 8);
        let mut child = program()
            .current_dir(served.directory.path())
            .args(["--config", "sandbox.toml"])
            .args(line.split(' '))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        support::wait_for(|| {
            let is_over = child_is_over(&child);
            (kept().lines().count() >= before + more || is_over).then_some(())
        });
        child.kill().unwrap();
        child.wait().unwrap();
    }
    for _ in 0..2 {
        let done = served.run(line);
        assert_eq!(done.exit, 0, "{done:?}");
        assert_eq!(done.json(), truth);
    }
}

fn child_is_over(child: &std::process::Child) -> bool {
    // A child that has ended and is not waited for is a zombie.
    fs::read_to_string(format!("/proc/{}/stat", child.id())).is_ok_and(|stat| stat.contains(") Z"))
}

fn live() -> Live {
    let live = Live::small();
    // Pages of five rows at Banyan and Truto.
    let config = fs::read_to_string(live.home.path("config.toml")).unwrap();
    let config = config.replace("timeout = \"5s\"", "timeout = \"5s\"\npage_size = 5");
    live.home.write("config.toml", &config, 0o600);
    live
}

fn run(live: &Live, line: &str) -> Done {
    live.run(&line.split(' ').collect::<Vec<_>>())
}

/// The file as it is after so many of its lines.
fn cut(live: &Live, name: &str, lines: usize) {
    let text = fs::read_to_string(live.home.path(name)).unwrap();
    assert!(text.lines().count() > lines, "{text}");
    let kept: String = text.split_inclusive('\n').take(lines).collect();
    live.home.write(name, &kept, 0o600);
}

const TRUTO: &str = "users list --source hr-jamf -o ndjson --checkpoint c";

#[test]
fn a_cursor_that_has_expired_starts_the_list_anew_and_writes_no_row_twice() {
    let live = live();
    let truth = run(&live, TRUTO).stdout;
    cut(&live, "c", 2);
    let text = fs::read_to_string(live.home.path("c")).unwrap();
    live.home
        .write("c", &text.replace("token:c:5", "token:forgotten"), 0o600);
    let done = run(&live, TRUTO);
    assert_eq!(done.exit, 0, "{done:?}");
    let rest: Vec<&str> = truth.lines().skip(5).collect();
    assert_eq!(done.stdout.lines().collect::<Vec<_>>(), rest);
    assert!(done.stderr.contains("its saved cursor was refused"), "{done:?}");
    let read = format!("complete, {} rows read", truth.lines().count());
    assert!(done.stderr.contains(&read), "{done:?}");
}

#[test]
fn a_checkpoint_whose_last_line_was_cut_off_is_gone_on_with() {
    let live = live();
    let truth = run(&live, TRUTO).stdout;
    let whole = fs::read_to_string(live.home.path("c")).unwrap();
    let first = whole.find('\n').unwrap();
    for length in [0, 5, first / 2, first, first + 1, first + 30, whole.len() - 1] {
        live.home.write("c", &whole[..length], 0o600);
        let done = run(&live, TRUTO);
        assert_eq!(done.exit, 0, "{length}: {done:?}");
        assert!(truth.ends_with(&done.stdout), "{length}: {done:?}");
        assert!(fs::read_to_string(live.home.path("c")).unwrap().ends_with('\n'));
    }
}

#[test]
fn csv_has_its_header_once() {
    let live = live();
    let line = "users list --source hr-jamf -o csv --checkpoint c";
    let truth = run(&live, line).stdout;
    cut(&live, "c", 3);
    let rest = run(&live, line).stdout;
    assert!(truth.ends_with(&rest) && !rest.starts_with("source,"), "{rest}");
    assert_eq!(run(&live, line).stdout, "");
    let restarted = run(&live, &format!("{line} --restart")).stdout;
    assert_eq!(restarted, truth);
}

#[test]
fn a_checkpoint_of_something_else_is_refused_with_what_differs() {
    let live = live();
    let first = run(
        &live,
        "users list --source corp-banyan --email ann@example.com -o ndjson --checkpoint c",
    );
    assert_eq!(first.exit, 0, "{first:?}");
    let kept = fs::read_to_string(live.home.path("c")).unwrap();
    let asked = live.sandbox.request_log().len();
    let refused = |line: &str, why: &str| {
        let done = run(&live, line);
        assert_eq!((done.exit, done.stdout.as_str()), (2, ""), "{done:?}");
        assert!(done.stderr.contains(why), "{line}: {}", done.stderr);
        assert!(done.stderr.contains("hint: "), "{done:?}");
        assert_eq!(
            fs::read_to_string(live.home.path("c")).unwrap(),
            kept,
            "{line}: left alone"
        );
    };
    let users = "users list --source corp-banyan --email ann@example.com --checkpoint c";
    refused(
        "devices list --source corp-banyan --email ann@example.com -o ndjson --checkpoint c",
        "the command was users list, and is devices list now",
    );
    refused(
        &format!("{users} -o csv"),
        "the output was ndjson, and is csv now",
    );
    refused(
        &format!("{users} -o ndjson --native"),
        "the output was ndjson, and is ndjson --native now",
    );
    refused(
        "users list --source corp-banyan --email bob@example.com -o ndjson --checkpoint c",
        "--email had another value",
    );
    refused(
        "users list --source corp-banyan -o ndjson --checkpoint c",
        "--email was given, and is not now",
    );
    refused(
        &format!("{users} --name Ann -o ndjson"),
        "--name was not given, and is now",
    );
    refused(
        "users list --source corp-truu --email ann@example.com -o ndjson --checkpoint c",
        "the list was corp-banyan/endusers, and is corp-truu/",
    );
    refused("inventory --checkpoint c", "the command was users list");
    for format in ["table", "json"] {
        refused(&format!("{users} -o {format}"), "use -o ndjson or -o csv");
    }
    let config = fs::read_to_string(live.home.path("config.toml")).unwrap();
    let moved = config.replace("http://127.0.0.1", "http://localhost");
    live.home.write("config.toml", &moved, 0o600);
    refused(
        &format!("{users} -o ndjson"),
        "the base_url of corp-banyan was http://127.0.0.1",
    );
    live.home.write("config.toml", &config, 0o600);
    assert_eq!(live.sandbox.request_log().len(), asked, "nothing was sent");
}

#[test]
fn a_file_that_is_no_checkpoint_a_damaged_one_and_one_of_another_version_are_refused_and_left_alone() {
    let live = live();
    run(&live, TRUTO);
    let whole = fs::read_to_string(live.home.path("c")).unwrap();
    let second = whole.match_indices('\n').next().unwrap().0 + 1;
    let damaged = format!("{}xxx{}", &whole[..second], &whole[second..]);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let turned = [lines[0], lines[2], lines[1]].concat();
    for (text, why) in [
        ("my notes\n".to_owned(), "c is no checkpoint"),
        ("my notes".to_owned(), "c is no checkpoint"),
        (damaged, "c:2: it cannot be read"),
        (
            whole.replacen("\"page\":\"token:", "\"page\":\"pag:", 1),
            "c:2: it cannot be read (not a cursor",
        ),
        (
            whole.replacen("\"rollbook_checkpoint\":1", "\"rollbook_checkpoint\":2", 1),
            "version 2",
        ),
        (
            whole.replacen("\"version\":", "\"version\":9", 1),
            "c:2: it cannot be read (progress of version 9",
        ),
        (turned, "c:3: it is behind an earlier line"),
        (
            whole.replacen("\"ended\":false", "\"ended\":true", 1),
            "c:2: its list has ended, and is to go on",
        ),
        (
            whole.replacen("\"rows\":5", "\"rows\":18446744073709551615", 1),
            "c:2: it counts what no list can have",
        ),
    ] {
        live.home.write("c", &text, 0o600);
        let done = run(&live, TRUTO);
        assert_eq!((done.exit, done.stdout.as_str()), (2, ""), "{done:?}");
        assert!(done.stderr.contains(why), "{done:?}");
        assert_eq!(fs::read_to_string(live.home.path("c")).unwrap(), text);
    }
    live.home.write("c", "my notes", 0o600);
    assert_eq!(run(&live, &format!("{TRUTO} --restart")).exit, 2);
    assert_eq!(fs::read_to_string(live.home.path("c")).unwrap(), "my notes");
}

#[test]
fn a_checkpoint_is_for_its_owner_alone_and_holds_nothing_of_a_row() {
    let live = live();
    live.home.write("c", "", 0o644);
    let done = run(
        &live,
        "users list -o ndjson --native --email ann@example.com --checkpoint c",
    );
    assert_eq!(done.exit, 0, "{done:?}");
    let done = run(&live, "users list -o ndjson --native --checkpoint d");
    assert_eq!(done.exit, 0, "{done:?}");
    for name in ["c", "d"] {
        let mode = fs::metadata(live.home.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        let text = fs::read_to_string(live.home.path(name)).unwrap();
        assert!(!text.contains("ann@"), "{text}");
        for row in done.rows() {
            for member in ["id", "user_name", "display_name"] {
                if let Some(value) = row[member].as_str().filter(|value| value.len() > 4) {
                    assert!(!text.contains(value), "{member} {value} stands in {name}");
                }
            }
        }
        for secret in ["sandbox-secret", "sandbox-key", "sandbox-token"] {
            assert!(!text.contains(secret), "{name}");
        }
    }
}

#[test]
fn two_runs_do_not_share_a_checkpoint() {
    let live = live();
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(live.home.path("c"))
        .unwrap();
    file.lock().unwrap();
    let done = run(&live, TRUTO);
    assert_eq!((done.exit, done.stdout.as_str()), (2, ""), "{done:?}");
    assert!(done.stderr.contains("another run writes to c"), "{done:?}");
    drop(file);
    assert_eq!(run(&live, TRUTO).exit, 0);
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_an_error_before_the_first_request() {
    let live = live();
    let asked = || live.sandbox.request_log().len();
    let before = asked();
    let nowhere = run(&live, "users list -o ndjson --checkpoint nowhere/c");
    assert_eq!((nowhere.exit, nowhere.stdout.as_str()), (1, ""), "{nowhere:?}");
    assert!(nowhere.stderr.contains("cannot write nowhere/c"), "{nowhere:?}");
    let device = run(&live, "users list -o ndjson --checkpoint /dev/full");
    assert_eq!((device.exit, device.stdout.as_str()), (2, ""), "{device:?}");
    // No file may grow here: as on a disk that is full.
    let full = finish(
        std::process::Command::new("sh")
            .current_dir(live.home.path("."))
            .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --config config.toml users list -o ndjson --checkpoint c"])
            .arg(program().get_program()),
    );
    assert_eq!((full.exit, full.stdout.as_str()), (1, ""), "{full:?}");
    assert!(full.stderr.contains("cannot write c"), "{full:?}");
    assert_eq!(asked(), before, "nothing was sent");
    // What is left of it is no obstacle.
    assert_eq!(run(&live, "users list -o ndjson --checkpoint c").exit, 0);
}

#[test]
fn a_list_that_failed_goes_on_where_it_failed_and_ends_complete() {
    let live = live();
    let line = "users list --source corp-banyan -o ndjson --checkpoint c";
    let truth = run(&live, "users list --source corp-banyan -o ndjson").stdout;
    live.sandbox
        .add_fault("status:code=403,path=/api/v1/endusers,skip=1".parse().unwrap());
    let failed = run(&live, line);
    assert_eq!(failed.exit, 3, "{failed:?}");
    assert!(failed.stderr.contains("c keeps how far this got"), "{failed:?}");
    live.sandbox.clear_faults();
    let done = run(&live, line);
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(failed.stdout + &done.stdout, truth);
}
