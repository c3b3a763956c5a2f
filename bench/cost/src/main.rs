//! Reads pages in every way, for a tool that counts instructions: they repeat from run to run, which time does not.
//!
//! ```console
//! $ cost --list                            # the contestants
//! $ cost truu-users/owned --iterations 10  # runs one of them
//! ```

use std::process::ExitCode;
use std::thread;

use cost::vendors;

const USAGE: &str = "cost --list | NAME [--iterations N]";

/// How many rows a page has.
const ROWS: usize = 100;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--list"] => list(),
        [name] if !name.starts_with("--") => run(name, 1),
        [name, "--iterations", iterations] => run(name, iterations.parse().expect("a number")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn list() {
    for contest in vendors::contests() {
        for (way, _) in &contest.ways {
            println!("{}/{way}", contest.name);
        }
    }
}

/// Runs one contestant so many times; what comes before it costs the same whatever the number.
fn run(name: &str, iterations: usize) {
    let (contest, way) = name.split_once('/').expect("CONTEST/WAY");
    let contest = vendors::contest(contest);
    let (_, way) = contest.ways.iter().find(|(name, _)| *name == way).expect("a way");
    let read = way(contest.rows.page(ROWS));
    // Whoever reads over a network has threads: without one, memory would be given out by a shorter way.
    thread::spawn(|| ()).join().expect("a thread");
    for _ in 0..iterations {
        assert_eq!(read(), ROWS, "{name} gives every row");
    }
}
