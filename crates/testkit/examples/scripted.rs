//! Answers two requests from a script and prints what was sent.
//!
//! ```text
//! cargo run -p rollbook-testkit --example scripted
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::Transport as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/api/v1/system/devices/?page=1")
        .reply(Reply::status(503))
        .reply(Reply::json(200, r#"{"results":[]}"#).after(Duration::from_secs(2)))])
    .with_clock(&clock);

    for _ in 0..2 {
        let request = http::Request::get("https://truu.test/api/v1/system/devices/?page=1")
            .header("authorization", "Bearer not-shown")
            .body(Bytes::new())?;
        println!("answered {}", fake.send(request).await?.status());
    }
    println!(
        "after {:?} of a time that nobody waited:\n{}",
        clock.elapsed(),
        fake.transcript()
    );
    fake.finish();
    Ok(())
}
