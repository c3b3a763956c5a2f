//! Reads pages in every way, for a tool that counts instructions: they repeat from run to run, which time does not.
//!
//! ```console
//! $ cost --list                            # the contestants
//! $ cost truu-users/owned --iterations 10  # runs one of them
//! $ cost --instructions                    # runs itself under valgrind, and prints a table
//! ```

mod instructions;

use std::process::ExitCode;
use std::thread;

use cost::vendors;

const USAGE: &str = "cost --list | --instructions [NAME...] | NAME [--iterations N] [--rows N]";

/// How many rows a page has when nothing else is said.
const ROWS: usize = 100;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--list"] => list(),
        ["--instructions", names @ ..] => print!("{}", instructions::table(names, &[25, 100, 1000])),
        [name, options @ ..] if !name.starts_with("--") => {
            run(
                name,
                number(options, "--iterations", 1),
                number(options, "--rows", ROWS),
            );
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn number(options: &[&str], name: &str, default: usize) -> usize {
    let at = options.iter().position(|option| *option == name);
    at.map_or(default, |at| options[at + 1].parse().expect("a number"))
}

fn list() {
    for contest in vendors::contests() {
        for (way, _) in &contest.ways {
            println!("{}/{way}", contest.name);
        }
    }
}

/// Runs one contestant so many times; what comes before it costs the same whatever the number.
fn run(name: &str, iterations: usize, rows: usize) {
    let (contest, way) = name.split_once('/').expect("CONTEST/WAY");
    let contest = vendors::contest(contest);
    let (_, way) = contest.ways.iter().find(|(name, _)| *name == way).expect("a way");
    let read = way(contest.rows.page(rows));
    // Whoever reads over a network has threads: without one, memory would be given out by a shorter way.
    thread::spawn(|| ()).join().expect("a thread");
    for _ in 0..iterations {
        assert_eq!(read(), rows, "{name} gives every row");
    }
}
