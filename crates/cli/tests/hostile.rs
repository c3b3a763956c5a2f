//! The program, against a server that means harm: no answer ends it but with an exit code of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "../../rollbook/tests/hostile/cases.rs"]
#[expect(dead_code, reason = "memory is measured in process")]
mod cases;
#[path = "../../rollbook/tests/hostile/server.rs"]
mod server;
mod support;

use std::collections::HashSet;

use cases::{Case, End, Vendor};
use server::Server;
use support::live::Live;
use support::{Home, banyan, truto, truu};

/// Deeper than any stack goes: who follows it, dies.
const TOWER: &str = "deep-nesting:depth=100000";

#[test]
fn a_tower_of_arrays_is_one_member_that_cannot_be_read() {
    let live = Live::small();
    let good = live.run(&["devices", "list", "--native", "-o", "ndjson"]);
    assert_eq!(good.exit, 0, "{}", good.stderr);
    live.sandbox.add_fault(TOWER.parse().unwrap());
    let done = live.run(&["devices", "list", "--native", "-o", "ndjson"]);
    let told = done.stderr.chars().take(2000).collect::<String>();
    // The rows are all there; where a member of one was lost, the walk does not claim to be whole.
    assert_eq!(done.exit, 3, "{told}");
    assert_eq!(done.stdout.lines().count(), good.stdout.lines().count(), "{told}");
    assert!(
        done.stdout.contains(&"[".repeat(100_000)),
        "the row is as it came"
    );
}

#[test]
fn a_tower_of_arrays_is_drift_of_the_contract() {
    let live = Live::small();
    live.sandbox.add_fault(TOWER.parse().unwrap());
    let done = live.run(&["contract", "check", "-o", "ndjson"]);
    let told = done.stderr.chars().take(2000).collect::<String>();
    assert_eq!(done.exit, 9, "{told}");
    assert!(
        done.rows().iter().any(|row| row["severity"] == "breaking"),
        "{told}"
    );
}

/// What is not as the case has it.
fn complaints(case: &Case) -> Vec<String> {
    let server = Server::start(&case.server);
    let source = match case.vendor {
        Vendor::Truu => truu("corp", &server.base_url()),
        Vendor::Banyan => banyan("corp", &server.base_url()),
        Vendor::Truto => truto("corp", &server.base_url()).replace(", \"mdm\"", ""),
    };
    // Bodies as long as may be take their time on a busy machine.
    let done = Home::new(&source.replace("\"2s\"", "\"60s\"")).run("users list -o ndjson");
    let told: String = done.stderr.chars().take(2000).collect();
    let mut complaints = Vec::new();
    if done.exit != case.exit {
        complaints.push(format!("exit {} and not {}: {told}", done.exit, case.exit));
    }
    let rows = done.rows();
    let ids: HashSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    if (rows.len(), ids.len()) != (case.rows, case.rows) {
        let (rows, ids) = (rows.len(), ids.len());
        complaints.push(format!(
            "{rows} rows, {ids} of them different, and not {}",
            case.rows
        ));
    }
    let is_told = match case.end {
        End::Complete => told.contains(": complete, "),
        End::Drifted(reason) => told.contains("drifted: ") && told.contains(reason),
        End::Incomplete(reason) => told.contains("incomplete: ") && told.contains(reason),
        End::Failed(_, message) => told.contains("error: ") && told.contains(message),
    };
    if !is_told {
        complaints.push(format!("not {:?} but {told:?}", case.end));
    }
    if server.asked() > case.requests {
        let asked = server.asked();
        complaints.push(format!("{asked} requests, and not {} at most", case.requests));
    }
    complaints
}

#[test]
fn whatever_the_server_does_the_program_ends_as_it_should() {
    let cases = cases::cases();
    let told: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let complaints = complaints(case).into_iter();
            complaints.map(|complaint| format!("{}: {complaint}", case.name))
        })
        .collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}
