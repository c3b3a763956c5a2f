//! What the auth layer sends, sends again, and does not send.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use rollbook_auth::{AuthLayer, CachedTokens, Origin, Secret, StaticToken, TokenProvider};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{
    Attempts, Call, Fate, Layer as _, Request, Safety, Scrubber, Transport, TransportErrorKind,
    judge_by_status,
};
use support::SignIn;

fn signed(provider: Arc<dyn TokenProvider>, fake: &FakeTransport) -> Arc<dyn Transport> {
    let origin = Origin::parse("https://vendor.test").unwrap();
    AuthLayer::new(provider, origin).wrap(Arc::new(fake.clone()))
}

fn tokens() -> (Arc<dyn TokenProvider>, SignIn) {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None);
    (
        Arc::new(CachedTokens::new(source.clone(), Arc::new(clock))),
        source,
    )
}

fn request(uri: &str, attempts: Option<&Attempts>) -> Request {
    let mut request = http::Request::get(uri).body(Bytes::new()).unwrap();
    if let Some(attempts) = attempts {
        request.extensions_mut().insert(attempts.clone());
    }
    request
}

/// A rule for a request with the token of this number.
fn with_token(number: u32) -> Rule {
    Rule::get("/x").header("authorization", &format!("Bearer token-{number}"))
}

#[tokio::test]
async fn the_token_is_sent_and_marked_sensitive() {
    let fake = FakeTransport::ordered([with_token(1)]);
    let transport = signed(tokens().0, &fake);
    transport
        .send(request("https://vendor.test/x", None))
        .await
        .unwrap();
    assert!(fake.requests()[0].headers()["authorization"].is_sensitive());
}

#[tokio::test]
async fn a_rejected_token_is_replaced_and_the_request_replayed() {
    let fake = FakeTransport::ordered([
        with_token(1).reply(Reply::status(200)).reply(Reply::status(401)),
        with_token(2).reply(Reply::status(200)),
    ]);
    let transport = signed(tokens().0, &fake);
    for _ in 0..2 {
        let response = transport.send(request("https://vendor.test/x", None)).await;
        assert_eq!(response.unwrap().status(), 200);
    }
}

/// Put into a request by somebody else.
#[derive(Clone, Debug, PartialEq)]
struct Foreign;

#[tokio::test]
async fn a_replay_has_all_that_the_request_has_but_for_the_token() {
    let call = Call::new("truu", "enrolled_users", Safety::Read, judge_by_status);
    for foreign in [None, Some(Foreign)] {
        let fake = FakeTransport::ordered([(1, 401), (2, 200)].map(|(number, status)| {
            Rule::post("/x")
                .header("authorization", &format!("Bearer token-{number}"))
                .header("accept", "text/plain")
                .body("body")
                .reply(Reply::status(status))
        }));
        let attempts = Attempts::new(4);
        let mut request = http::Request::post("https://vendor.test/x")
            .header("accept", "text/plain")
            .extension(call)
            .extension(attempts.clone())
            .body(Bytes::from("body"))
            .unwrap();
        if let Some(foreign) = foreign.clone() {
            request.extensions_mut().insert(foreign);
        }
        let sent = signed(tokens().0, &fake).send(request).await;
        assert_eq!(sent.unwrap().status(), 200);

        for request in fake.requests() {
            let extensions = request.extensions();
            assert_eq!(extensions.get(), foreign.as_ref());
            assert_eq!(extensions.get::<Call>().unwrap().operation, call.operation);
            assert_eq!(extensions.get::<Attempts>().unwrap().made(), attempts.made());
        }
    }
}

#[tokio::test]
async fn a_401_is_replayed_once_also_where_more_attempts_are_left() {
    let fake = FakeTransport::ordered([1, 2].map(|number| with_token(number).reply(Reply::status(401))));
    let (provider, source) = tokens();
    let attempts = Attempts::new(4);
    assert!(attempts.take(), "as retry does before it sends");
    let sent = signed(provider, &fake)
        .send(request("https://vendor.test/x", Some(&attempts)))
        .await;
    assert_eq!(sent.unwrap().status(), 401);
    assert_eq!((attempts.made(), source.calls().len()), (2, 2));
}

#[tokio::test]
async fn a_token_that_served_another_request_and_is_refused_then_has_ended_and_is_replaced_again() {
    // The first request is refused two tokens, the second of which serves the other request in between.
    let clock = FakeClock::automatic();
    let after = |status, seconds| Reply::status(status).after(Duration::from_secs(seconds));
    let fake = FakeTransport::unordered([
        with_token(1).reply(after(401, 1)).times(2),
        with_token(2).reply(after(200, 1)),
        with_token(2).reply(after(401, 2)),
        with_token(3).reply(after(200, 1)),
    ])
    .with_clock(&clock);
    let source = SignIn::new(&clock, None);
    let provider = CachedTokens::new(source.clone(), Arc::new(clock));
    let transport = signed(Arc::new(provider), &fake);
    let attempts = [Attempts::new(4), Attempts::new(4)];
    let calls = attempts.iter().map(|attempts| {
        assert!(attempts.take(), "as retry does before it sends");
        transport.send(request("https://vendor.test/x", Some(attempts)))
    });
    let sent = join_all(calls).await;
    assert!(sent.into_iter().all(|sent| sent.unwrap().status() == 200));
    let mut made = attempts.map(|attempts| attempts.made());
    made.sort_unstable();
    assert_eq!((made, source.calls().len()), ([2, 3], 3));
}

#[tokio::test]
async fn without_attempts_there_is_one_replay() {
    let fake = FakeTransport::ordered([1, 2].map(|number| with_token(number).reply(Reply::status(401))));
    let transport = signed(tokens().0, &fake);
    let sent = transport.send(request("https://vendor.test/x", None)).await;
    assert_eq!(sent.unwrap().status(), 401);
}

#[tokio::test]
async fn a_token_rejected_on_the_last_attempt_is_not_used_again() {
    let fake = FakeTransport::ordered([with_token(1).reply(Reply::status(401)), with_token(2)]);
    let transport = signed(tokens().0, &fake);
    let spent = Attempts::new(1);
    assert!(spent.take());
    let sent = transport
        .send(request("https://vendor.test/x", Some(&spent)))
        .await;
    assert_eq!(sent.unwrap().status(), 401);
    transport
        .send(request("https://vendor.test/x", None))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_rejected_key_is_the_answer() {
    let fake = FakeTransport::ordered([Rule::get("/x").reply(Reply::status(401))]);
    let key = StaticToken::new(Secret::new("key").unwrap());
    let transport = signed(Arc::new(key), &fake);
    let sent = transport.send(request("https://vendor.test/x", None)).await;
    assert_eq!(sent.unwrap().status(), 401);
}

#[tokio::test]
async fn a_key_that_has_served_and_is_refused_is_sent_once_more() {
    let replies = [200, 401, 200, 401, 401].map(Reply::status);
    let rule = replies.into_iter().fold(Rule::get("/x"), Rule::reply);
    let key = StaticToken::new(Secret::new("key").unwrap());
    let transport = signed(Arc::new(key), &FakeTransport::ordered([rule]));
    for status in [200, 200, 401] {
        let sent = transport.send(request("https://vendor.test/x", None)).await;
        assert_eq!(sent.unwrap().status(), status);
    }
}

#[tokio::test]
async fn many_whose_token_is_rejected_together_sign_in_once() {
    let clock = FakeClock::automatic();
    let slowly = |status| Reply::status(status).after(Duration::from_secs(1));
    let fake = FakeTransport::unordered([
        with_token(1).reply(slowly(401)).times(20),
        with_token(2).reply(slowly(200)).times(20),
    ])
    .with_clock(&clock);
    let source = SignIn::new(&clock, None);
    let provider = CachedTokens::new(source.clone(), Arc::new(clock));
    let transport = signed(Arc::new(provider), &fake);
    let calls = (0..20).map(|_| transport.send(request("https://vendor.test/x", None)));
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|sent| sent.unwrap().status() == 200)
    );
    assert_eq!(source.calls().len(), 2);
}

#[tokio::test]
async fn a_failed_sign_in_is_the_error_and_the_request_was_not_sent() {
    let clock = FakeClock::automatic();
    let source = SignIn::new(&clock, None).failing(1);
    let fake = FakeTransport::ordered([]);
    let provider = CachedTokens::new(source, Arc::new(clock));
    let sent = signed(Arc::new(provider), &fake)
        .send(request("https://vendor.test/x", None))
        .await;
    let error = sent.unwrap_err();
    assert_eq!(
        (error.kind(), error.fate()),
        (TransportErrorKind::SignIn, Fate::NotSent)
    );
    assert_eq!(error.status(), Some(401));
}

#[tokio::test]
async fn a_credential_goes_only_where_it_belongs() {
    let (provider, source) = tokens();
    let fake = FakeTransport::ordered([]);
    let transport = signed(provider, &fake);
    for elsewhere in [
        "http://vendor.test/x",
        "https://vendor.test:8443/x",
        "https://vendor.test.evil.test/x",
        "https://vendor.test@evil.test/x",
        "/x",
    ] {
        let error = transport.send(request(elsewhere, None)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fate()),
            (TransportErrorKind::InvalidRequest, Fate::NotSent)
        );
    }
    assert_eq!(source.calls().len(), 0, "nobody signed in for it");
}

#[tokio::test]
async fn the_response_comes_with_a_scrubber_of_the_token_that_was_sent_last() {
    let promised = Attempts::new(4);
    promised.will_be_in_the_response();
    for (attempts, is_promised) in [
        (None, false),
        (Some(&Attempts::new(4)), false),
        (Some(&promised), true),
    ] {
        let fake = FakeTransport::ordered([
            with_token(1).reply(Reply::status(401)),
            with_token(2).reply(Reply::status(400)),
        ]);
        let transport = signed(tokens().0, &fake);
        let sent = transport.send(request("https://vendor.test/x", attempts)).await;
        let mut response = sent.unwrap();
        if is_promised {
            response.extensions_mut().insert(promised.clone());
        }
        let scrubber = Scrubber::of(&response).unwrap();
        assert_eq!(scrubber.scrub("no token-2"), "no REDACTED");
    }
}
