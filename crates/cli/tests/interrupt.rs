//! Ctrl-C in a long list: what was written is whole, and it is told how far it got.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use support::served::Served;
use support::{Done, program};

fn long() -> Served {
    Served::start(&["--users", "5000", "--latency-ms", "200"])
}

fn stopped(served: &Served, format: &str, lines: usize) -> Done {
    let line = format!("users list --source sandbox-truu -o {format}");
    let done = served.run_and_signal(&line, "INT", lines);
    assert_eq!(done.exit, 130, "{done:?}");
    assert!(
        done.stderr.contains("users (enrolled_users): stopped after ") && done.stderr.contains(" of 5000"),
        "{done:?}"
    );
    done
}

#[test]
fn ctrl_c_leaves_whole_lines_and_tells_how_far_it_got() {
    let served = long();
    let done = stopped(&served, "ndjson", 1);
    assert!(done.stdout.ends_with('\n'));
    let rows = done.rows().len();
    assert!((1..5_000).contains(&rows), "{rows}");
    let told = format!("stopped after {} page", rows / 100);
    assert!(
        done.stderr.contains(&told) && done.stderr.contains(&format!(": {rows} rows of 5000")),
        "{}",
        done.stderr
    );

    let done = stopped(&served, "csv", 2);
    assert!(done.stdout.ends_with("\r\n"));
    let columns: Vec<usize> = csv::Reader::from_reader(done.stdout.as_bytes())
        .records()
        .map(|record| record.unwrap().len())
        .collect();
    assert!((1..5_000).contains(&columns.len()));
}

#[test]
fn ctrl_c_leaves_a_whole_document_that_claims_no_more_than_it_has() {
    let served = long();
    let done = stopped(&served, "json", 2);
    let document = done.json();
    let rows = document["data"].as_array().unwrap().len();
    assert!((1..5_000).contains(&rows), "{rows}");
    assert_eq!(document["completeness"][0]["grade"], "incomplete");
    assert_eq!(document["completeness"][0]["unique"], rows);
}

/// What the program has written when Ctrl-C came within a list. What comes at the end tells nothing before: the log on stderr
/// tells that pages are here.
fn interrupted(served: &Served, arguments: &str) -> String {
    let mut child = program()
        .current_dir(served.directory.path())
        .args(arguments.split(' '))
        .stdout(std::process::Stdio::piped())
        .stderr(std::fs::File::create(served.path("log")).unwrap())
        .spawn()
        .unwrap();
    wait_for_text(served, "log", "page=3");
    support::served::signal("INT", &child);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    text
}

#[test]
fn ctrl_c_leaves_the_table_of_what_was_read() {
    let served = long();
    let table = interrupted(
        &served,
        "--config sandbox.toml users list --source sandbox-truu -vv",
    );
    let mut lines = table.lines();
    assert!(lines.next().unwrap().starts_with("SOURCE"), "{table}");
    assert!(lines.all(|line| line.starts_with("sandbox-truu ")), "{table}");
}

#[test]
fn ctrl_c_in_an_inventory_prints_the_numbers_so_far_as_a_whole_document() {
    let served = long();
    let text = interrupted(&served, "--config sandbox.toml inventory -o json -vv");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["walks"][0]["grade"], "incomplete");
    let log = std::fs::read_to_string(served.path("log")).unwrap();
    assert!(log.contains("users (enrolled_users): stopped after "), "{log}");
}

fn wait_for_text(served: &Served, file: &str, text: &str) {
    support::wait_for(|| {
        let log = std::fs::read_to_string(served.path(file)).unwrap_or_default();
        log.contains(text).then_some(())
    });
}
