//! Counts instructions: runs this program under valgrind, twice for each contestant, and takes the difference.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use cost::vendors;

/// One row for each contestant: instructions for one page of each size, and how that compares to the reference.
pub fn table(names: &[&str], sizes: &[usize]) -> String {
    let mut table = String::new();
    for contest in vendors::contests() {
        if !names.is_empty() && !names.contains(&contest.name) {
            continue;
        }
        let mut reference = vec![0; sizes.len()];
        for (number, (way, _)) in contest.ways.iter().enumerate() {
            let name = format!("{}/{way}", contest.name);
            let _ = write!(table, "{name:<32}");
            for (size, reference) in sizes.iter().zip(&mut reference) {
                let cost = per_page(&name, *size);
                if number == 0 {
                    *reference = cost;
                }
                let _ = write!(table, " {:>11} {:>5.2}", cost, cost as f64 / *reference as f64);
            }
            table.push('\n');
        }
    }
    table
}

fn per_page(name: &str, rows: usize) -> u64 {
    // The first iteration fills what is filled once.
    let more = if rows > 500 { 2 } else { 5 };
    (count(name, rows, 1 + more) - count(name, rows, 1)) / more as u64
}

fn count(name: &str, rows: usize, iterations: usize) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().expect("this program"))
        .arg(name)
        .args([
            "--rows",
            &rows.to_string(),
            "--iterations",
            &iterations.to_string(),
        ])
        .stdin(Stdio::null())
        .output()
        .expect("valgrind runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    collected.expect("a count").1.trim().parse().expect("a number")
}
