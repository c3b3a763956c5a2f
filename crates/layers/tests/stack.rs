//! The order of the stack, and the layers that only bound and report.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use rollbook_layers::{Budget, DeadlineLayer, ORDER, RetryConfig, Stack, StackBuilder};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{
    Attempts, BodyLimit, Clock, Deadline, Fate, Layer, Request, Response, Safety, Transport, TransportError,
    TransportErrorKind,
};
use support::{call, shared};

/// Stands where auth does, and sees what the layers outside put into the request.
#[derive(Clone, Debug, Default)]
struct Probe(Arc<Mutex<Vec<Request>>>);

impl Layer for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Probed(self.clone(), inner))
    }
}

#[derive(Debug)]
struct Probed(Probe, Arc<dyn Transport>);

#[async_trait::async_trait]
impl Transport for Probed {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.0.lock().unwrap().push(request.clone());
        self.1.send(request).await
    }
}

fn full(clock: &FakeClock, fake: &FakeTransport, auth: Probe) -> Stack {
    StackBuilder::new(Arc::new(fake.clone()), shared(clock))
        .budget(Arc::new(Budget::new(shared(clock))))
        .auth(Arc::new(auth))
        .deadline(Duration::from_secs(60))
        .retry(RetryConfig::default().with_max_attempts(2))
        .attempt_timeout(Duration::from_secs(5))
        .body_limit(10)
        .build()
}

#[test]
fn the_order_is_this() {
    insta::assert_snapshot!(
        ORDER.join("\n"),
        @r"
    call trace
    call deadline
    retry
    auth
    budget
    attempt timeout
    attempt trace
    body limit
    wire
    "
    );
}

#[test]
fn a_full_stack_fills_every_slot_and_says_so() {
    let stack = full(
        &FakeClock::manual(),
        &FakeTransport::ordered([]),
        Probe::default(),
    );
    assert_eq!(stack.layers(), ORDER);
    insta::assert_snapshot!(
        format!("{stack:?}"),
        @"Stack(call trace > call deadline > retry > auth > budget > attempt timeout > attempt trace > body limit > wire)"
    );
}

#[test]
fn a_slot_that_is_not_filled_is_not_listed() {
    let bare = StackBuilder::new(Arc::new(FakeTransport::ordered([])), shared(&FakeClock::manual()));
    insta::assert_snapshot!(
        bare.build(),
        @"call trace > call deadline > retry > attempt timeout > attempt trace > body limit > wire"
    );
}

#[tokio::test]
async fn what_each_layer_needs_is_in_the_request() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::text(200, "short"))]);
    let probe = Probe::default();
    let start = clock.now();
    let response = full(&clock, &fake, probe.clone())
        .send(call("/x", Safety::Read))
        .await;
    assert_eq!(response.unwrap().body(), "short");

    let seen = probe.0.lock().unwrap();
    let extensions = seen[0].extensions();
    assert_eq!(extensions.get::<Attempts>().unwrap().made(), 1);
    let end = start + Duration::from_secs(60);
    assert_eq!(Deadline::of(&seen[0]), Some(Deadline(end)));
    assert_eq!(extensions.get::<BodyLimit>(), None, "set inside auth");
    let wire = fake.requests();
    assert_eq!(wire[0].extensions().get::<BodyLimit>(), Some(&BodyLimit(10)));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_not_asked_for_again() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::text(200, "eleven char"))]);
    let stack = full(&clock, &fake, Probe::default());
    let error = stack.send(call("/x", Safety::Read)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!((error.fate(), error.status()), (Fate::Answered, Some(200)));
}

#[tokio::test]
async fn an_attempt_that_never_ends_times_out_and_is_sent_again() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::pending()).reply(Reply::status(200))]);
    let stack = full(&clock, &fake, Probe::default());
    let response = stack.send(call("/x", Safety::Read)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(clock.elapsed() >= Duration::from_secs(5));
}

#[tokio::test]
async fn an_attempt_that_times_out_has_an_unknown_fate() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::pending())]);
    let stack = full(&clock, &fake, Probe::default());
    let error = stack.send(call("/x", Safety::Change)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fate()),
        (TransportErrorKind::Timeout, Fate::Unknown)
    );
    assert_eq!(error.to_string(), "no whole response within 5 s");
    assert_eq!(clock.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn an_earlier_deadline_of_the_request_holds() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::pending())]);
    let layer = DeadlineLayer::new(shared(&clock), Duration::from_secs(9));
    let mut request = call("/x", Safety::Read);
    let end = clock.now() + Duration::from_secs(4);
    request.extensions_mut().insert(Deadline(end));
    let error = layer.wrap(Arc::new(fake)).send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::DeadlineExceeded);
    assert_eq!(clock.elapsed(), Duration::from_secs(4));
}

#[test]
fn a_stack_is_built_and_dropped_without_a_runtime() {
    let clock = FakeClock::manual();
    let fake = FakeTransport::answering(|_| Reply::status(200));
    let stack = full(&clock, &fake, Probe::default());
    assert!(stack.send(call("/x", Safety::Read)).now_or_never().is_some());
}

/// Answers at once, with an extension of its own.
#[derive(Debug)]
struct Marked;

#[derive(Clone, Debug, PartialEq)]
struct Mark(&'static str);

#[async_trait::async_trait]
impl Transport for Marked {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        let mut response = Response::default();
        response.extensions_mut().insert(Mark("of the response"));
        Ok(response)
    }
}

#[tokio::test]
async fn a_response_keeps_its_own_extensions_beside_the_attempts() {
    let clock = FakeClock::automatic();
    let stack = StackBuilder::new(Arc::new(Marked), shared(&clock)).build();
    let mut request = call("/x", Safety::Read);
    request.extensions_mut().insert(Mark("of the request"));
    let response = stack.send(request).await.unwrap();
    assert_eq!(response.extensions().get(), Some(&Mark("of the response")));
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 1);
}

/// A clock that stands still and counts the timers that are set.
#[derive(Debug)]
struct Counting(std::time::Instant, AtomicUsize);

#[async_trait::async_trait]
impl Clock for Counting {
    fn now(&self) -> std::time::Instant {
        self.0
    }

    fn unix_time(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn an_answer_at_once_sets_no_timer() {
    let clock = Arc::new(Counting(FakeClock::automatic().now(), AtomicUsize::new(0)));
    let stack = StackBuilder::new(Arc::new(Marked), clock.clone())
        .budget(Arc::new(Budget::new(clock.clone())))
        .build();
    stack.send(call("/x", Safety::Read)).await.unwrap();
    assert_eq!(clock.1.load(Ordering::Relaxed), 0);
}

/// Whoever is further out may send again when the deadline inside has passed: it does not shorten theirs.
#[tokio::test]
async fn a_deadline_inside_is_not_that_of_the_attempts_which_came_with_the_request() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::status(200))]);
    let outer = Deadline(clock.now() + Duration::from_secs(300));
    let attempts = Attempts::until(outer);
    let mut request = call("/x", Safety::Read);
    request.extensions_mut().insert(attempts.clone());
    let probe = Probe::default();
    full(&clock, &fake, probe.clone()).send(request).await.unwrap();

    let seen = probe.0.lock().unwrap();
    assert_eq!(
        Deadline::of(&seen[0]),
        Some(Deadline(clock.now() + Duration::from_secs(60)))
    );
    let mut next = call("/x", Safety::Read);
    next.extensions_mut().insert(attempts);
    assert_eq!(Deadline::of(&next), Some(outer));
}
