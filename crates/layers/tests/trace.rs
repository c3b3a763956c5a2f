//! What the traces say, and what they do not.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rollbook_layers::{Backoff, Jitter, RetryConfig, StackBuilder};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{Safety, Transport as _};
use support::{call, shared};
use tracing::Level;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn log_of(level: Level, replies: [Reply; 2]) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let clock = FakeClock::automatic();
    let rule = replies
        .into_iter()
        .fold(Rule::get("/users/").any_query(), |rule, reply| {
            rule.reply(reply.after(Duration::from_secs(1)))
        });
    let fake = FakeTransport::ordered([rule]).with_clock(&clock);
    let backoff = Backoff::default().with_jitter(Jitter::none());
    let stack = StackBuilder::new(Arc::new(fake), shared(&clock))
        .retry(RetryConfig::default().with_max_attempts(2).with_backoff(backoff))
        .build();
    let mut request = call("/users/?email=canary%40example.com&page=2", Safety::Read);
    request
        .headers_mut()
        .insert("authorization", "Bearer canary".parse().unwrap());
    *request.body_mut() = Bytes::from("canary");
    drop(stack.send(request).await);
    drop(guard);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_call_and_its_attempts_are_told_without_what_is_secret() {
    let answered = [
        Reply::status(503),
        Reply::json(200, r#"["canary"]"#)
            .header("x-request-id", "r-1")
            .header("set-cookie", "canary"),
    ];
    insta::assert_snapshot!(log_of(Level::TRACE, answered.clone()).await, @r#"
    TRACE call{vendor="truu" operation="enrolled_users"}: rollbook::attempt: answered vendor="truu" operation="enrolled_users" attempt=1 method=GET uri=https://vendor.test/users/?email=REDACTED&page=2 status=503 bytes=0 elapsed=1s
    TRACE call{vendor="truu" operation="enrolled_users"}: rollbook::attempt: answered vendor="truu" operation="enrolled_users" attempt=2 method=GET uri=https://vendor.test/users/?email=REDACTED&page=2 status=200 bytes=10 elapsed=1s
    DEBUG rollbook::call: answered vendor="truu" operation="enrolled_users" method=GET uri=https://vendor.test/users/?email=REDACTED&page=2 status=200 request_id="r-1" bytes=10 attempts=2 elapsed=2.2s
    "#);
    insta::assert_snapshot!(log_of(Level::DEBUG, answered).await, @r#"DEBUG rollbook::call: answered vendor="truu" operation="enrolled_users" method=GET uri=https://vendor.test/users/?email=REDACTED&page=2 status=200 request_id="r-1" bytes=10 attempts=2 elapsed=2.2s"#);
    let failed = [Reply::refused(), Reply::interrupted()];
    insta::assert_snapshot!(log_of(Level::DEBUG, failed).await, @r#"DEBUG rollbook::call: failed vendor="truu" operation="enrolled_users" method=GET uri=https://vendor.test/users/?email=REDACTED&page=2 kind=Interrupted fate=Unknown error=the connection was closed before the response came attempts=2 elapsed=2.2s"#);
}
