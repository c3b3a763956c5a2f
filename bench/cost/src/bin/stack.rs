//! Measures the time that the default stack adds to a wire that answers at once. Prints one JSON object.

use std::time::Instant;

use cost::stack;
use rollbook_transport::Transport;
use serde_json::json;

const ROUNDS: usize = 15;
const REQUESTS: usize = 20_000;

fn main() {
    let [bare, whole] = stack::bare_and_whole();
    let mut added: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let without = nanoseconds(&*bare);
            nanoseconds(&*whole) - without
        })
        .collect();
    added.sort_by(f64::total_cmp);
    println!(
        "{}",
        json!({"median": added[ROUNDS / 2], "least": added[0], "most": added[ROUNDS - 1]})
    );
}

/// The nanoseconds of a request.
fn nanoseconds(transport: &dyn Transport) -> f64 {
    let start = Instant::now();
    (0..REQUESTS).for_each(|_| stack::send(transport));
    start.elapsed().as_nanos() as f64 / REQUESTS as f64
}
