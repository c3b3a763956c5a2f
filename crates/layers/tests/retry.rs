//! What is sent again, when, and what is said of it in the end.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::{collection::vec, prop_assert, prop_assert_eq};
use rollbook_layers::{Backoff, DeadlineLayer, Jitter, RetryConfig, RetryLayer};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{
    Attempts, Call, Clock as _, Deadline, Fate, Layer as _, OpenAttempt, Request, Response, Safety,
    Transport, TransportError, TransportErrorKind,
};
use support::{bare, call, shared};

/// Every retry waits the whole backoff: 200, 400, 800 ms.
fn patient() -> RetryConfig {
    RetryConfig::default().with_backoff(Backoff::default().with_jitter(Jitter::none()))
}

fn retrying(clock: &FakeClock, fake: &FakeTransport) -> Arc<dyn Transport> {
    RetryLayer::new(shared(clock), patient()).wrap(Arc::new(fake.clone()))
}

fn script(replies: impl IntoIterator<Item = Reply>) -> FakeTransport {
    FakeTransport::ordered([replies
        .into_iter()
        .fold(Rule::get("/x"), |rule, reply| rule.reply(reply))])
}

/// Sends `request` against `replies` and gives back the end, the number of requests and the time it took.
async fn ran(
    request: Request,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Response, TransportError>, usize, Duration) {
    let clock = FakeClock::automatic();
    let fake = script(replies);
    let end = retrying(&clock, &fake).send(request).await;
    fake.finish();
    (end, fake.count(), clock.elapsed())
}

fn failing(kind: TransportErrorKind, fate: Fate) -> Reply {
    Reply::error(TransportError::new(kind, fate, "failed"))
}

fn busy(retry_after: &str) -> Reply {
    Reply::status(429).header("retry-after", retry_after)
}

#[tokio::test]
async fn a_read_is_sent_again_after_an_unknown_fate() {
    let (end, _, elapsed) = ran(
        call("/x", Safety::Read),
        [Reply::interrupted(), Reply::status(502), Reply::status(200)],
    )
    .await;
    let response = end.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 3);
    assert_eq!(response.extensions().get::<OpenAttempt>(), None);
    assert_eq!(elapsed, Duration::from_millis(600));
}

#[tokio::test]
async fn a_change_is_not_sent_again_after_an_unknown_fate() {
    for request in [call("/x", Safety::Change), bare("/x")] {
        let (end, ..) = ran(request.clone(), [Reply::interrupted()]).await;
        assert_eq!(end.unwrap_err().fate(), Fate::Unknown);
        let (end, ..) = ran(request, [Reply::status(503)]).await;
        assert_eq!(end.unwrap().status(), 503);
    }
}

#[tokio::test]
async fn a_change_that_was_not_done_is_sent_again() {
    let (end, ..) = ran(
        call("/x", Safety::Change),
        [Reply::refused(), Reply::status(429), Reply::status(200)],
    )
    .await;
    assert_eq!(end.unwrap().status(), 200);
}

#[tokio::test]
async fn a_keyed_change_that_may_be_done_never_ends_as_not_sent() {
    let (end, ..) = ran(
        call("/x", Safety::KeyedChange),
        [
            Reply::interrupted(),
            Reply::refused(),
            Reply::refused(),
            Reply::refused(),
        ],
    )
    .await;
    let error = end.unwrap_err();
    assert_eq!((error.fate(), error.attempts()), (Fate::Unknown, 4));

    let (end, ..) = ran(
        call("/x", Safety::KeyedChange),
        [Reply::interrupted(), busy("3600")],
    )
    .await;
    let open = end.unwrap().extensions().get::<OpenAttempt>().copied();
    assert_eq!(open, Some(OpenAttempt { under_way: false }));

    // What got no answer in time may take effect after all that came later.
    let late = || {
        Reply::error(TransportError::new(
            TransportErrorKind::Timeout,
            Fate::Unknown,
            "late",
        ))
    };
    let (end, ..) = ran(call("/x", Safety::KeyedChange), [late(), Reply::status(409)]).await;
    let open = end.unwrap().extensions().get::<OpenAttempt>().copied();
    assert_eq!(open, Some(OpenAttempt { under_way: true }));
    let (end, ..) = ran(
        call("/x", Safety::KeyedChange),
        [late(), Reply::refused(), Reply::refused(), Reply::refused()],
    )
    .await;
    assert!(end.unwrap_err().is_under_way());
}

#[tokio::test]
async fn what_would_fail_the_same_way_is_not_sent_again() {
    for kind in [
        TransportErrorKind::Tls,
        TransportErrorKind::BodyTooLarge,
        TransportErrorKind::InvalidRequest,
        TransportErrorKind::SignIn,
        TransportErrorKind::DeadlineExceeded,
    ] {
        for fate in [Fate::NotSent, Fate::Answered, Fate::Unknown] {
            let (end, ..) = ran(call("/x", Safety::Read), [failing(kind, fate)]).await;
            assert_eq!(end.unwrap_err().kind(), kind);
        }
    }
    let broken = failing(TransportErrorKind::Protocol, Fate::Answered);
    let (end, ..) = ran(call("/x", Safety::Read), [broken]).await;
    assert_eq!(end.unwrap_err().kind(), TransportErrorKind::Protocol);
}

/// Put into a request by somebody else.
#[derive(Clone, Debug, PartialEq)]
struct Foreign;

#[tokio::test]
async fn another_attempt_has_all_that_the_request_has() {
    for foreign in [None, Some(Foreign)] {
        let clock = FakeClock::automatic();
        let fake = FakeTransport::ordered([Rule::get("/x")
            .header("accept", "text/plain")
            .body("body")
            .reply(Reply::status(503))
            .reply(Reply::status(200))]);
        let mut request = call("/x", Safety::Read);
        *request.body_mut() = "body".into();
        request
            .headers_mut()
            .insert("accept", "text/plain".parse().unwrap());
        if let Some(foreign) = foreign.clone() {
            request.extensions_mut().insert(foreign);
        }
        let response = retrying(&clock, &fake).send(request).await.unwrap();
        assert_eq!(response.status(), 200);

        for request in fake.requests() {
            let extensions = request.extensions();
            assert_eq!(extensions.get(), foreign.as_ref());
            assert_eq!(extensions.get::<Call>().unwrap().vendor, "truu");
            assert_eq!(extensions.get::<Attempts>().unwrap().made(), 2);
        }
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_reported() {
    let (end, ..) = ran(call("/x", Safety::Read), vec![Reply::status(503); 4]).await;
    let response = end.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 4);
    let (end, ..) = ran(call("/x", Safety::Read), vec![Reply::refused(); 4]).await;
    assert_eq!(end.unwrap_err().attempts(), 4);
}

#[tokio::test]
async fn a_refusal_costs_no_attempt_while_there_is_patience() {
    // Five refusals and what is waited after them are within a minute: all attempts are left for what fails then.
    let refused = vec![busy("3"); 5];
    let replies = refused.into_iter().chain(vec![Reply::status(503); 4]);
    let (end, ..) = ran(call("/x", Safety::Read), replies).await;
    let response = end.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 9);
}

#[tokio::test]
async fn a_refusal_of_the_last_attempt_is_not_the_end() {
    let failures = vec![Reply::status(503); 3];
    let replies = failures
        .into_iter()
        .chain([busy("3"), busy("3"), Reply::status(200)]);
    let (end, ..) = ran(call("/x", Safety::Read), replies).await;
    let response = end.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 6);
}

#[tokio::test]
async fn who_is_refused_for_longer_than_there_is_patience_gives_up() {
    // Two waits of more than 30 s use the patience up; each refusal from then on is an attempt.
    let (end, ..) = ran(call("/x", Safety::Read), vec![busy("31"); 6]).await;
    let response = end.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 6);
}

/// Refuses `/x` so many times, each time after another call of the same stack was served.
#[derive(Debug)]
struct Busy {
    refusals: usize,
    refused: AtomicUsize,
    stack: OnceLock<Arc<dyn Transport>>,
}

#[async_trait]
impl Transport for Busy {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut response = Response::new(Bytes::new());
        let is_refused =
            request.uri().path() == "/x" && self.refused.fetch_add(1, Ordering::Relaxed) < self.refusals;
        if let Some(stack) = self.stack.get().filter(|_| is_refused) {
            stack.send(call("/other", Safety::Read)).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response
                .headers_mut()
                .insert("retry-after", HeaderValue::from_static("20"));
        }
        Ok(response)
    }
}

async fn refused_while_others_are_served(refusals: usize) -> Result<Response, TransportError> {
    let busy = Arc::new(Busy {
        refusals,
        refused: AtomicUsize::new(0),
        stack: OnceLock::new(),
    });
    let stack = RetryLayer::new(shared(&FakeClock::automatic()), patient()).wrap(Arc::clone(&busy) as _);
    let stack = busy.stack.get_or_init(|| stack);
    stack.send(call("/x", Safety::Read)).await
}

#[tokio::test]
async fn a_refusal_costs_no_attempt_while_others_are_served() {
    // Three of them would be a minute, and four more the end.
    let response = refused_while_others_are_served(8).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().made(), 9);
}

#[tokio::test]
async fn who_is_refused_for_three_minutes_gives_up_though_others_are_served() {
    let response = refused_while_others_are_served(usize::MAX).await.unwrap();
    assert_eq!(response.status(), 429);
    let made = response.extensions().get::<Attempts>().unwrap().made();
    assert!((10..=13).contains(&made), "{made} attempts");
}

#[tokio::test]
async fn attempts_that_the_request_brings_hold() {
    let clock = FakeClock::automatic();
    let fake = script([Reply::status(503)]);
    let transport = retrying(&clock, &fake);
    let mut request = call("/x", Safety::Read);
    request.extensions_mut().insert(Attempts::new(1));
    assert_eq!(transport.send(request.clone()).await.unwrap().status(), 503);
    let error = transport.send(request).await.unwrap_err();
    assert_eq!((error.fate(), error.attempts()), (Fate::NotSent, 0));
    fake.finish();
}

#[tokio::test]
async fn retry_after_is_a_lower_bound() {
    let replies = [busy("7"), Reply::status(200)];
    let (_, _, elapsed) = ran(call("/x", Safety::Read), replies).await;
    assert_eq!(elapsed, Duration::from_millis(7200));
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    // Five seconds after the time at which the fake clock starts.
    let replies = [busy("Fri, 02 Jan 2026 03:04:10 GMT"), Reply::status(200)];
    let (_, _, elapsed) = ran(call("/x", Safety::Read), replies).await;
    assert_eq!(elapsed, Duration::from_millis(5200));
}

#[tokio::test]
async fn a_senseless_retry_after_is_as_if_absent() {
    for senseless in ["soon", "-5", "99999999999999999999999"] {
        let (_, _, elapsed) = ran(call("/x", Safety::Read), [busy(senseless), Reply::status(200)]).await;
        assert_eq!(elapsed, Duration::from_millis(200), "{senseless}");
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_the_call_at_once() {
    let (end, _, elapsed) = ran(call("/x", Safety::Read), [busy("61")]).await;
    assert_eq!((end.unwrap().status().as_u16(), elapsed), (429, Duration::ZERO));
}

#[tokio::test]
async fn a_wait_past_the_deadline_ends_the_call_at_once_with_what_it_has() {
    let clock = FakeClock::automatic();
    for reply in [busy("30"), Reply::refused()] {
        let fake = script([reply]);
        let mut request = call("/x", Safety::Read);
        let end = clock.now() + Duration::from_millis(200);
        request.extensions_mut().insert(Deadline(end));
        let end = retrying(&clock, &fake).send(request).await;
        let end = end.map(|response| response.status().as_u16());
        assert!(
            matches!(&end, Ok(429)) || end.unwrap_err().kind() == TransportErrorKind::Connect,
            "the last word of the wire, not of the clock"
        );
        fake.finish();
    }
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_call_past_its_deadline_says_how_often_it_was_sent() {
    let clock = FakeClock::automatic();
    let fake = script([Reply::status(503), Reply::pending()]);
    let stack = DeadlineLayer::new(shared(&clock), Duration::from_secs(9)).wrap(retrying(&clock, &fake));
    let error = stack.send(call("/x", Safety::Read)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::DeadlineExceeded);
    assert_eq!((error.fate(), error.attempts()), (Fate::Unknown, 2));
    assert_eq!(clock.elapsed(), Duration::from_secs(9));
}

fn any_reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        Just(Reply::refused()),
        Just(Reply::interrupted()),
        Just(failing(TransportErrorKind::Interrupted, Fate::Answered)),
        Just(failing(TransportErrorKind::Tls, Fate::NotSent)),
        Just(Reply::status(429)),
        Just(busy("3")),
        Just(Reply::status(503)),
        Just(Reply::status(200)),
        Just(Reply::status(404)),
    ]
}

/// Whether a change may have taken effect when the wire answers so.
fn may_be_done(end: &Result<Response, TransportError>) -> bool {
    match end {
        Ok(response) => response.status() == 503,
        Err(error) => error.fate() != Fate::NotSent,
    }
}

proptest! {
    #[test]
    fn fate_decides_whatever_the_wire_does(
        replies in vec(any_reply(), 16),
        safety in prop_oneof![Just(Safety::Read), Just(Safety::KeyedChange), Just(Safety::Change)],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let given = Arc::new(AtomicUsize::new(0));
        let (next, answers) = (Arc::clone(&given), replies.clone());
        let fake = FakeTransport::answering(move |_| answers[next.fetch_add(1, Ordering::Relaxed)].clone());
        let clock = FakeClock::automatic();
        let end = runtime.block_on(retrying(&clock, &fake).send(call("/x", safety)));

        let sent = fake.count();
        prop_assert!((1..=15).contains(&sent), "eleven refusals use the patience up");
        let wire = FakeTransport::ordered([replies.into_iter().take(sent - 1).fold(Rule::get("/x").any_times(), Rule::reply)]);
        let (mut open, mut refused) = (false, 0);
        for _ in 1..sent {
            let end = runtime.block_on(wire.send(call("/x", safety)));
            open |= may_be_done(&end);
            refused += usize::from(end.is_ok_and(|response| response.status() == 429));
        }
        wire.finish();
        prop_assert!(sent - refused <= 4, "nothing but a refusal is excused");
        prop_assert!(!open || safety != Safety::Change, "a change was sent again after an unknown fate");
        let open = open && safety == Safety::KeyedChange;
        match end {
            Ok(response) => prop_assert_eq!(response.extensions().get::<OpenAttempt>().is_some(), open),
            Err(error) => {
                prop_assert_eq!(usize::try_from(error.attempts()).unwrap(), sent);
                prop_assert!(!open || error.fate() == Fate::Unknown);
            }
        }
    }
}
