//! The fake transport fails what it must fail, and renders what was sent.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{Fate, Request, Transport as _, TransportErrorKind};

fn get(path_and_query: &str) -> Request {
    http::Request::get(format!("https://vendor.test{path_and_query}"))
        .body(Bytes::new())
        .unwrap()
}

/// What the panic of `action` said.
fn complaint(action: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(action)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

fn sent(fake: &FakeTransport, request: Request) -> u16 {
    let answer = fake.send(request).now_or_never().unwrap();
    answer.unwrap().status().as_u16()
}

#[test]
fn an_unscripted_request_fails_and_names_the_nearest_rule() {
    let fake = FakeTransport::unordered([
        Rule::get("/api/v1/devices?page=1"),
        Rule::get("/api/v1/users/?page=1"),
    ]);
    insta::assert_snapshot!(
        complaint(|| drop(fake.send(get("/api/v1/users/?page=2")).now_or_never())),
        @"no rule for the request `GET /api/v1/users/?page=2`; the nearest rule is `GET /api/v1/users/?page=1`: another query (without page=1, with page=2)"
    );
    insta::assert_snapshot!(complaint(|| fake.finish()), @r"
    no rule for the request `GET /api/v1/users/?page=2`; the nearest rule is `GET /api/v1/users/?page=1`: another query (without page=1, with page=2)
    the rule `GET /api/v1/devices?page=1` was used 0 times, which is too few
    the rule `GET /api/v1/users/?page=1` was used 0 times, which is too few
    ");
}

#[test]
fn an_unused_rule_fails_when_the_last_clone_is_dropped() {
    let fake = FakeTransport::ordered([Rule::get("/a")]);
    let clone = fake.clone();
    drop(fake);
    insta::assert_snapshot!(complaint(|| drop(clone)), @"the rule `GET /a` was used 0 times, which is too few");
}

#[test]
fn an_ordered_script_holds_the_order() {
    let fake = FakeTransport::ordered([Rule::get("/a"), Rule::get("/b")]);
    insta::assert_snapshot!(
        complaint(|| drop(fake.send(get("/b")).now_or_never())),
        @"no rule for the request `GET /b`; the nearest rule is `GET /b`: not its turn"
    );
    complaint(|| fake.finish());
}

#[test]
fn an_unordered_script_takes_any_order() {
    let fake = FakeTransport::unordered([
        Rule::get("/a").reply(Reply::status(201)),
        Rule::get("/b").reply(Reply::status(202)),
    ]);
    assert_eq!([sent(&fake, get("/b")), sent(&fake, get("/a"))], [202, 201]);
}

#[test]
fn replies_are_given_in_turn_and_then_used_up() {
    let fake = FakeTransport::ordered([Rule::get("/a")
        .reply(Reply::status(503))
        .reply(Reply::status(200))]);
    assert_eq!([sent(&fake, get("/a")), sent(&fake, get("/a"))], [503, 200]);
    insta::assert_snapshot!(
        complaint(|| drop(fake.send(get("/a")).now_or_never())),
        @"no rule for the request `GET /a`; the nearest rule is `GET /a`: used up by 2 before"
    );
    complaint(|| fake.finish());
}

#[tokio::test]
async fn latency_is_by_the_clock_and_errors_carry_their_fate() {
    let clock = FakeClock::automatic();
    let fake = FakeTransport::ordered([Rule::get("/a")
        .reply(Reply::refused().after(Duration::from_secs(3)))
        .reply(Reply::interrupted())])
    .with_clock(&clock);
    let refused = fake.send(get("/a")).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.fate()),
        (TransportErrorKind::Connect, Fate::NotSent)
    );
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
    assert_eq!(fake.send(get("/a")).await.unwrap_err().fate(), Fate::Unknown);
}

#[test]
fn each_fault_has_the_fate_that_the_clients_give_it() {
    let fake = FakeTransport::ordered([Rule::get("/a")
        .reply(Reply::refused())
        .reply(Reply::interrupted())
        .reply(Reply::timed_out())
        .reply(Reply::cut_off())]);
    for (kind, fate) in [
        (TransportErrorKind::Connect, Fate::NotSent),
        (TransportErrorKind::Interrupted, Fate::Unknown),
        (TransportErrorKind::Timeout, Fate::Unknown),
        (TransportErrorKind::Interrupted, Fate::Answered),
    ] {
        let error = fake.send(get("/a")).now_or_never().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.fate()), (kind, fate));
    }
}

#[test]
fn a_truncated_reply_is_a_response_whose_body_stops() {
    let fake =
        FakeTransport::ordered([Rule::get("/a").reply(Reply::json(200, "{\"rows\":[]}").truncated(8))]);
    let response = fake.send(get("/a")).now_or_never().unwrap().unwrap();
    assert_eq!(
        (response.status().as_u16(), response.body().as_ref()),
        (200, &b"{\"rows\":"[..])
    );
}

#[test]
fn a_pending_reply_never_comes() {
    let fake = FakeTransport::ordered([Rule::get("/a").reply(Reply::pending())]);
    assert!(fake.send(get("/a")).now_or_never().is_none());
}

#[test]
fn the_transcript_hides_credentials_and_shows_the_rest() {
    let fake = FakeTransport::answering(|_| Reply::status(200));
    let token_call = http::Request::post("https://vendor.test/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(
            "grant_type=client_credentials&client_id=me&client_secret=CANARY",
        ));
    sent(&fake, token_call.unwrap());
    let create = http::Request::post("https://vendor.test/unified/mdm/users?token=CANARY&limit=1")
        .header("x-odd", "CANARY")
        .header("authorization", "Bearer CANARY")
        .header("accept", "application/json")
        .body(Bytes::from(r#"{"name":"A","nested":[{"password":"CANARY"}]}"#));
    sent(&fake, create.unwrap());
    sent(&fake, get("/plain"));

    let transcript = fake.transcript();
    assert!(!transcript.contains("CANARY") && !format!("{fake:?}").contains("CANARY"));
    insta::assert_snapshot!(transcript, @r#"
    POST /oauth/token
    content-type: application/x-www-form-urlencoded

    grant_type=client_credentials&client_id=me&client_secret=REDACTED

    POST /unified/mdm/users?token=REDACTED&limit=1
    accept: application/json
    authorization: Bearer REDACTED
    x-odd: REDACTED

    {"name":"A","nested":[{"password":"REDACTED"}]}

    GET /plain
    "#);
}
