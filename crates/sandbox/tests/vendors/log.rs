use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rollbook_transport::Clock;
use serde_json::json;

use crate::support::{FORM, banyan_send, sandbox, send, truto, truto_send};

#[test]
fn a_change_is_logged_with_its_body_and_its_idempotency_key() {
    let sandbox = sandbox();
    let body = json!({"name": "A", "emails": []}).to_string();
    truto_send(
        &sandbox,
        "POST",
        "/unified/mdm/users",
        &[("Idempotency-Key", "k-1")],
        &body,
    );
    banyan_send(&sandbox, "DELETE", "/api/v1/delete_device?SerialNumber=x", "");
    let log = sandbox.request_log();
    assert_eq!(
        (log[0].body.as_deref(), log[0].idempotency_key.as_deref()),
        (Some(body.as_str()), Some("k-1"))
    );
    assert_eq!((log[0].status.as_u16(), log[0].faults.len()), (200, 0));
    assert_eq!((&log[1].body, &log[1].idempotency_key), (&None, &None));
    assert_eq!(log[1].target, "/api/v1/delete_device?SerialNumber=x");
}

#[test]
fn no_body_of_a_read_or_of_a_token_call_is_logged() {
    let sandbox = sandbox();
    truto(&sandbox, "/unified/mdm/users");
    truto_send(
        &sandbox,
        "GET",
        "/unified/mdm/users",
        &[("idempotency-key", "k")],
        "a body",
    );
    for path in [
        "/oauth/token",
        "/oauth/token/",
        "/%6Fauth/token",
        "/api/v1/oauth/token",
        "/api/v1/refresh_token",
    ] {
        send(
            &sandbox,
            "POST",
            path,
            &[FORM, ("idempotency-key", "k")],
            "client_secret=sandbox-secret",
        );
    }
    let log = sandbox.request_log();
    assert_eq!(log.len(), 7);
    assert!(
        log.iter()
            .all(|request| request.body.is_none() && request.idempotency_key.is_none())
    );
    assert!(!format!("{log:?}").contains("sandbox-secret"));
}

/// A clock that shows what it is told.
#[derive(Debug)]
struct Told {
    start: Instant,
    millis: AtomicU64,
}

#[async_trait]
impl Clock for Told {
    fn now(&self) -> Instant {
        self.start + self.unix_time()
    }

    fn unix_time(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::Relaxed))
    }

    async fn sleep(&self, _: Duration) {}
}

#[test]
fn each_request_is_logged_with_its_place_and_with_its_time_by_the_clock_that_was_told() {
    let sandbox = sandbox();
    truto(&sandbox, "/ping");
    let clock = Arc::new(Told {
        start: Instant::now(),
        millis: AtomicU64::new(5000),
    });
    sandbox.measure_by(clock.clone());
    truto(&sandbox, "/ping");
    clock.millis.store(5250, Ordering::Relaxed);
    sandbox.add_fault("reset".parse().unwrap());
    truto(&sandbox, "/ping");
    let log = sandbox.request_log();
    let times: Vec<Option<u64>> = log
        .iter()
        .map(|request| request.at.map(|at| at.as_millis().try_into().unwrap()))
        .collect();
    assert_eq!(times, [None, Some(0), Some(250)]);
    let numbers: Vec<u64> = log.iter().map(|request| request.number).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(log[2].status, 444);
}
