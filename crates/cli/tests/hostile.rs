//! The program, against a server that means harm: no answer ends it but with an exit code of its own.

mod support;

use support::live::Live;

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
