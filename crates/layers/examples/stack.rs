//! Sends a read through the default stack to a server that is busy at first, on a clock that nobody waits for.
//!
//! ```text
//! cargo run -p rollbook-layers --example stack
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rollbook_layers::{Budget, StackBuilder};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{Attempts, Call, Safety, Transport as _, judge_by_status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let wire = FakeTransport::ordered([Rule::get("/unified/user-directory/users")
        .reply(Reply::status(429).header("retry-after", "10"))
        .reply(Reply::json(200, r#"{"result":[],"next_cursor":null}"#))]);
    let clock = FakeClock::automatic();
    let budget = Arc::new(Budget::new(Arc::new(clock.clone())).with_window(50, Duration::from_secs(10)));
    let stack = StackBuilder::new(Arc::new(wire), Arc::new(clock.clone()))
        .budget(Arc::clone(&budget))
        .build();
    println!("{stack}");

    let mut request =
        http::Request::get("https://truto.test/unified/user-directory/users").body(Bytes::new())?;
    request
        .extensions_mut()
        .insert(Call::new("truto", "users", Safety::Read, judge_by_status));
    let response = stack.send(request).await?;
    println!(
        "{} after {} attempts and {:.0?}; {} requests may be under way now",
        response.status(),
        response.extensions().get::<Attempts>().map_or(1, Attempts::made),
        clock.elapsed(),
        budget.limit().unwrap_or(usize::MAX),
    );
    Ok(())
}
