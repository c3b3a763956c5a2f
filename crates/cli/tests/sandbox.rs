//! The whole way: the program, real HTTP, the sandbox.

mod support;

use std::io::Read as _;
use std::process::Stdio;

use rollbook_sandbox::{Sandbox, SandboxConfig};
use support::served::Served;
use support::{finish, program, run};

#[test]
fn inventory_finds_everything_that_is_there() {
    let truth = Sandbox::new(SandboxConfig::default()).truth();
    let done = run(&["--sandbox", "inventory", "-o", "json"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""), "{done:?}");
    let document = done.json();
    let walks = document["walks"].as_array().unwrap();
    assert_eq!(walks.len(), 8);
    assert!(
        walks.iter().all(|walk| walk["grade"] == "complete"),
        "{document:#}"
    );
    let count = |source: usize, resource: &str| document["sources"][source][resource]["count"].as_u64();
    assert_eq!(count(0, "users"), Some(truth.truu_users.len() as u64));
    assert_eq!(count(0, "devices"), Some(truth.truu_devices.len() as u64));
    assert_eq!(count(1, "users"), Some(truth.banyan_users.len() as u64));
    assert_eq!(count(1, "devices"), Some(truth.banyan_devices.len() as u64));
    assert!(document["sources"][1]["workstations"].is_null());
}

#[test]
fn inventory_ends_with_a_line_for_people() {
    let done = run(&["--sandbox", "inventory"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""), "{done:?}");
    let last = done.stdout.lines().last().unwrap();
    assert!(
        last.starts_with("3 sources: ") && last.ends_with("; every walk is complete"),
        "{last}"
    );
}

#[test]
fn a_served_sandbox_is_read_by_its_written_configuration() {
    let served = Served::start(&[
        "--seed",
        "3",
        "--users",
        "30",
        "--devices",
        "40",
        "--latency-ms",
        "1",
    ]);
    let file = |name: &str| served.directory.path().join(name);
    let stdout = std::fs::read_to_string(file("stdout")).unwrap();
    assert!(
        stdout
            .lines()
            .next()
            .unwrap()
            .starts_with("base_url=http://127.0.0.1:"),
        "{stdout}"
    );
    #[cfg(unix)]
    for name in [
        "sandbox.toml",
        "sandbox.truu-secret",
        "sandbox.banyan-key",
        "sandbox.truto-token",
    ] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            file(name).metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{name}"
        );
    }
    let done = served.run("users list --source sandbox-truu -o ndjson");
    assert_eq!((done.exit, done.rows().len()), (0, 30), "{done:?}");
    assert_eq!(served.run("sources check").exit, 0);
    std::fs::write(file("sandbox.truto-token"), "wrong").unwrap();
    assert_eq!(served.run("users list --source sandbox-truto").exit, 4);
}

#[test]
fn a_wrong_clock_of_a_served_sandbox_shuts_nobody_out() {
    for seconds in ["+7200", "-86400"] {
        let served = Served::start(&["--fault", &format!("clock-skew:seconds={seconds}")]);
        let done = served.run("inventory -o json");
        assert_eq!((done.exit, done.stderr.as_str()), (0, ""), "{seconds}: {done:?}");
    }
    let one_list = "clock-skew:seconds=+7200,path=/api/v1/system/enrolled/users";
    let served = Served::start(&["--fault", one_list]);
    assert_eq!(served.run("users list --source sandbox-truu").exit, 4);
    assert_eq!(served.run("devices list --source sandbox-truu").exit, 0);
}

#[test]
fn a_served_sandbox_ends_in_good_order() {
    for signal in ["INT", "TERM"] {
        let mut served = Served::start(&[]);
        served.signal(signal);
        assert_eq!(served.process.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn a_configuration_that_a_person_wrote_is_not_replaced_unasked() {
    let served = Served::start(&[]);
    let mine = served.directory.path().join("mine.toml");
    std::fs::write(&mine, "[[sources]]\n").unwrap();
    let mut command = program();
    command.current_dir(served.directory.path());
    command.args([
        "sandbox",
        "serve",
        "--write-config",
        "mine.toml",
        "--addr",
        "127.0.0.1:1",
    ]);
    let done = finish(&mut command);
    assert_eq!(done.exit, 2, "{done:?}");
    insta::assert_snapshot!(done.stderr, @"
    error: mine.toml exists, and the sandbox did not write it
    hint: name another file, or replace it with --force
    ");
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "[[sources]]\n");
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let mut child = program()
        .args(["--sandbox", "users", "list", "-o", "ndjson", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_a_source_cannot_do_is_skipped_with_a_note_and_is_in_the_warnings() {
    let done = run(&["--sandbox", "workstations", "list", "-o", "json"]);
    assert_eq!(done.exit, 0, "{done:?}");
    let document = done.json();
    assert_eq!(document["warnings"].as_array().map(Vec::len), Some(2));
    assert_eq!(done.stderr.matches("note: ").count(), 2, "{done:?}");
    assert_eq!(
        run(&["--sandbox", "workstations", "list", "--source", "sandbox-truto"]).exit,
        2
    );
}

#[test]
fn v_tells_which_filters_were_applied_here() {
    let done = run(&["--sandbox", "users", "list", "--name", "nobody", "-v"]);
    assert_eq!(done.exit, 0, "{done:?}");
    assert!(
        done.stderr
            .contains("note: sandbox-truu: filtered here and not by the vendor: --name"),
        "{done:?}"
    );
    assert_eq!(done.stdout, "");
}

#[test]
fn completions_and_help_are_written_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(&["completions", shell]);
        assert_eq!(done.exit, 0);
        assert!(done.stdout.contains("rollbook"), "{shell}");
    }
    let help = run(&["users", "list", "--help"]);
    assert_eq!(help.exit, 0);
    assert!(
        help.stdout.contains("Examples:") && help.stderr.is_empty(),
        "{help:?}"
    );
    insta::assert_snapshot!("help", run(&["--help"]).stdout);
}

#[test]
fn every_fault_is_listed_and_a_spec_that_is_none_is_refused_with_the_nearest() {
    let listed = run(&["sandbox", "faults", "-o", "json"]);
    assert_eq!(listed.exit, 0);
    let help = run(&["sandbox", "serve", "--help"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let rows = document["data"].as_array().unwrap();
    for kind in rollbook_sandbox::fault::KINDS {
        let row = rows
            .iter()
            .find(|row| row["kind"] == kind.name && row["key"].is_null());
        let row = row.unwrap_or_else(|| panic!("{} is not listed", kind.name));
        assert_eq!(row["about"], kind.reach());
        assert_eq!(row["composes"], kind.composes());
        assert!(help.contains(kind.name), "{} is not in the help", kind.name);
    }
    let refused = run(&["sandbox", "serve", "--fault", "page-kap:rows=5"]);
    assert_eq!(refused.exit, 2);
    assert!(refused.stderr.contains("is it page-cap?"), "{}", refused.stderr);
}
