//! Counts allocations, and prints them as JSON.
//!
//! ```console
//! $ allocations rows   # of a row, read and mapped in every way
//! $ allocations stack  # that the default stack adds to a request
//! ```

use std::process::ExitCode;

use cost::{stack, vendors};
use serde_json::{Map, Value, json};

/// So few rows are read by one thread, whose allocations alone are counted.
const FEW: usize = 40;

const REQUESTS: usize = 1000;

fn main() -> ExitCode {
    let counted = match std::env::args().nth(1).as_deref() {
        Some("rows") => rows(),
        Some("stack") => json!(stack()),
        _ => {
            eprintln!("allocations rows | stack");
            return ExitCode::from(2);
        }
    };
    println!("{counted:#}");
    ExitCode::SUCCESS
}

fn counted(run: impl FnOnce()) -> f64 {
    allocation_counter::measure(run).count_total as f64
}

/// What a page of twice as many rows has more, so that its own do not count.
fn rows() -> Value {
    let mut all = Map::new();
    for contest in vendors::contests() {
        for (way, start) in &contest.ways {
            let count = |rows| {
                let read = start(contest.rows.page(rows));
                read();
                counted(|| {
                    read();
                })
            };
            let per_row = (count(2 * FEW) - count(FEW)) / FEW as f64;
            all.insert(
                format!("{}/{way}", contest.name),
                json!({ "per_row": per_row, "per_page": count(0) }),
            );
        }
    }
    Value::Object(all)
}

/// Allocations that the stack adds to a request.
fn stack() -> f64 {
    let [bare, whole] = stack::bare_and_whole().map(|transport| {
        stack::send(&*transport);
        counted(|| (0..REQUESTS).for_each(|_| stack::send(&*transport)))
    });
    (whole - bare) / REQUESTS as f64
}
