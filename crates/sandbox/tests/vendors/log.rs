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
