use rollbook_sandbox::fault::{COMMON_KEYS, FaultSpec, KINDS};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, Sent};
use rollbook_transport::{Fate, Transport as _, TransportErrorKind};
use serde_json::json;

use crate::support::{
    FORM, banyan, banyan_send, body, get, good, sandbox, send, truto, truto_send, truu_token,
};

fn fault(text: &str) -> FaultSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn with_fault(text: &str) -> Sandbox {
    Sandbox::new(SandboxConfig::default().with_fault(fault(text)))
}

/// The statuses of `count` reads.
fn statuses(sandbox: &Sandbox, count: usize) -> Vec<u16> {
    let read = || banyan(sandbox, "/api/v1/devices?limit=1").status().as_u16();
    (0..count).map(|_| read()).collect()
}

fn create(sandbox: &Sandbox) -> u16 {
    let body = json!({"name": "A", "emails": []}).to_string();
    let key = [("idempotency-key", "k-1")];
    let response = truto_send(sandbox, "POST", "/unified/mdm/users", &key, &body);
    response.status().as_u16()
}

#[test]
fn before_nothing_is_carried_out() {
    for (spec, status) in [
        ("status", 503),
        ("status:when=before,code=500", 500),
        ("reset", 444),
    ] {
        let sandbox = with_fault(spec);
        let truth = sandbox.truth();
        assert_eq!(create(&sandbox), status, "{spec}");
        assert_eq!(sandbox.truth(), truth, "{spec}");
    }
}

#[test]
fn after_it_is_carried_out_and_then_the_fault_shows() {
    for (spec, status) in [
        ("status:when=after,times=1", 503),
        ("status:code=429,when=after,times=1", 429),
        ("reset:when=after,times=1", 444),
    ] {
        let sandbox = with_fault(spec);
        let truth = sandbox.truth();
        assert_eq!(create(&sandbox), status, "{spec}");
        let after = sandbox.truth();
        assert_eq!(
            after.truto_mdm_users.len(),
            truth.truto_mdm_users.len() + 1,
            "{spec}"
        );
        assert_eq!(create(&sandbox), 200);
        assert_eq!(
            sandbox.truth(),
            after,
            "the same key creates nobody again: {spec}"
        );
    }
}

#[test]
fn after_holds_for_each_vendors_changes() {
    let sandbox = with_fault("reset:when=after,method=DELETE");
    let token = truu_token(&sandbox);
    let truth = sandbox.truth();
    let devices = good(&get(&sandbox, &token, "/api/v1/system/devices/"));
    let guid = devices["results"][0]["user"]["guid"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let target = format!("/api/v1/system/domainusers/{guid}/");
    let response = send(&sandbox, "DELETE", &target, &[("authorization", &bearer)], "");
    assert_eq!(response.status(), 444);
    assert_eq!(sandbox.truth().truu_users.len(), truth.truu_users.len() - 1);
    let ids = json!({"enduser_ids": [truth.banyan_user_ids[0]]}).to_string();
    assert_eq!(
        banyan_send(&sandbox, "DELETE", "/api/v2/endusers", &ids).status(),
        444
    );
    assert_eq!(sandbox.truth().banyan_users.len(), truth.banyan_users.len() - 1);
}

#[test]
fn only_requests_of_the_method_and_below_the_path_are_hit() {
    let sandbox = with_fault("status:method=GET,path=/api/v1/dev");
    assert_eq!(banyan(&sandbox, "/api/v1/devices?limit=1").status(), 503);
    assert_eq!(banyan(&sandbox, "/api/v1/endusers?limit=1").status(), 200);
    assert_eq!(banyan(&sandbox, "/api/v2/devices?limit=1").status(), 200);
    assert_eq!(banyan_send(&sandbox, "POST", "/api/v1/devices", "").status(), 405);
    let sandbox = with_fault("status:path=/unified/mdm/users/a%2Fb");
    assert_eq!(truto(&sandbox, "/unified/mdm/users/a%2Fb").status(), 503);
    assert_eq!(
        truto(&sandbox, "/unified/mdm/users/a%2fb").status(),
        404,
        "the path is compared as it is sent"
    );
}

#[test]
fn every_times_and_skip_choose_among_the_requests_that_match() {
    for (keys, expected) in [
        ("every=2", [200, 503, 200, 503, 200, 503]),
        ("times=2", [503, 503, 200, 200, 200, 200]),
        ("skip=2", [200, 200, 503, 503, 503, 503]),
        ("skip=1,every=2,times=2", [200, 200, 503, 200, 503, 200]),
    ] {
        let sandbox = with_fault(&format!("status:{keys}"));
        assert_eq!(statuses(&sandbox, 6), expected, "{keys}");
    }
}

#[test]
fn of_several_faults_the_first_that_is_due_hits_and_is_used_up() {
    let sandbox = sandbox();
    sandbox.add_fault(fault("status:code=500,times=1"));
    sandbox.add_fault(fault("status:code=502,times=2"));
    sandbox.add_fault(fault("status:code=504,skip=5"));
    assert_eq!(statuses(&sandbox, 7), [500, 502, 502, 200, 200, 504, 504]);
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, 1), [200]);
}

#[test]
fn clearing_forgets_the_faults_of_the_configuration_too() {
    let sandbox = with_fault("reset");
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, 1), [200]);
    assert_eq!(
        sandbox.config().faults,
        [fault("reset")],
        "what it was made from stays"
    );
}

#[test]
fn a_token_call_is_hit_only_when_the_path_names_it() {
    let sign_in = |sandbox: &Sandbox| {
        let form = "grant_type=client_credentials&scope=tenant-management-api-user\
                    &client_id=sandbox&client_secret=sandbox-secret";
        send(sandbox, "POST", "/oauth/token", &[FORM], form)
            .status()
            .as_u16()
    };
    let refresh = |sandbox: &Sandbox| {
        let key = [("authorization", "Bearer sandbox-key")];
        send(sandbox, "POST", "/api/v1/refresh_token", &key, "")
            .status()
            .as_u16()
    };
    for (spec, truu, banyan) in [
        ("status", 200, 200),
        ("status:path=/", 200, 200),
        ("status:path=/api/v1,method=POST", 200, 200),
        ("status:path=/oauth/token", 503, 200),
        ("status:path=/oauth", 503, 200),
        ("status:path=/api/v1/refresh_token", 200, 503),
    ] {
        let sandbox = with_fault(spec);
        assert_eq!((sign_in(&sandbox), refresh(&sandbox)), (truu, banyan), "{spec}");
    }
    let sandbox = with_fault("status:times=1");
    sign_in(&sandbox);
    assert_eq!(statuses(&sandbox, 1), [503], "it is not counted either");
}

#[test]
fn an_error_is_told_in_the_words_of_the_vendor() {
    let sandbox = with_fault("status:code=502");
    let token = "any";
    assert!(body(&get(&sandbox, token, "/api/v1/system/devices/"))["detail"].is_string());
    let v1 = body(&banyan(&sandbox, "/api/v1/devices"));
    assert!(v1["error"] == "Bad Gateway" && v1["error_code"] == 502);
    let v2 = body(&banyan(&sandbox, "/api/v2/devices"));
    assert!(v2["data"].is_null() && v2["error_code"] == 502 && v2.get("error").is_none());
    assert_eq!(body(&truto(&sandbox, "/unified/mdm/users"))["statusCode"], 502);
    assert_eq!(
        body(&get(&sandbox, token, "/elsewhere"))["error"],
        "the sandbox was told to fail"
    );
    let sandbox = with_fault("status:code=204");
    assert!(banyan(&sandbox, "/api/v1/devices").body().is_empty());
}

#[test]
fn retry_after_is_sent_as_it_is() {
    for text in ["2", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", ""] {
        let sandbox = with_fault(&format!("status:code=429,retry-after={text},path=/api"));
        let response = banyan(&sandbox, "/api/v1/devices");
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], text);
    }
    let response = banyan(&with_fault("status"), "/api/v1/devices");
    assert!(response.headers().get("retry-after").is_none());
}

#[test]
fn what_a_fault_hits_is_logged_with_the_fault() {
    let sandbox = with_fault("reset:when=after,path=/unified");
    create(&sandbox);
    statuses(&sandbox, 1);
    let log = sandbox.request_log();
    assert_eq!((log[0].status.as_u16(), log[1].status.as_u16()), (444, 200));
    assert!(log[0].body.is_some() && log[0].idempotency_key.is_some());
    assert_eq!(
        (log[0].faults.as_slice(), log[1].faults.len()),
        ([fault("reset:when=after,path=/unified")].as_slice(), 0)
    );
}

#[test]
fn an_answer_tells_a_reset_from_a_reply() {
    let sandbox = with_fault("reset:times=1");
    let ping = || http::Request::get("/ping").body(bytes::Bytes::new()).unwrap();
    assert!(matches!(sandbox.answer(ping()).sent, Sent::Nothing));
    let Sent::Whole(response) = sandbox.answer(ping()).sent else {
        panic!("the fault is used up");
    };
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn a_reset_is_an_interrupted_transport_with_an_unknown_fate() {
    let transport = SandboxTransport::new(with_fault("reset:times=1"));
    let ping = || http::Request::get("/ping").body(bytes::Bytes::new()).unwrap();
    let error = transport.send(ping()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fate()),
        (TransportErrorKind::Interrupted, Fate::Unknown)
    );
    assert_eq!(transport.send(ping()).await.unwrap().status(), 200);
}

#[test]
fn what_is_wrong_with_a_fault_is_named_with_what_there_is_instead() {
    let requests = "method, path, every, rate, times, skip";
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let kinds = kinds.join(", ");
    for (text, message) in [
        ("", format!(r#"there is no fault ""; there are: {kinds}"#)),
        (
            "stattus:code=1",
            format!(r#"there is no fault "stattus"; is it status? there are: {kinds}"#),
        ),
        ("reset:", r#""" is not key=value"#.to_owned()),
        ("reset:after", r#""after" is not key=value"#.to_owned()),
        (
            "reset:code=500",
            format!(r#"reset has no key "code"; it has: when, {requests}"#),
        ),
        (
            "status:cod=500",
            format!(
                r#"status has no key "cod"; is it code? it has: code, retry-after, retry-in, when, {requests}"#
            ),
        ),
        ("status:times=1,times=2", "times is given twice".to_owned()),
        (
            "status:code=99",
            r#"code cannot be "99": it is a status from 200 to 599"#.to_owned(),
        ),
        (
            "status:code=503,when",
            r#"code cannot be "503,when": it is a status from 200 to 599"#.to_owned(),
        ),
        (
            "reset:when=later",
            r#"when cannot be "later": it is before or body or after"#.to_owned(),
        ),
        (
            "reset:times=0",
            r#"times cannot be "0": it is a whole number, at least 1"#.to_owned(),
        ),
        (
            "reset:every=0",
            r#"every cannot be "0": it is a whole number, at least 1"#.to_owned(),
        ),
        (
            "reset:skip=-1",
            r#"skip cannot be "-1": it is a whole number, at least 0"#.to_owned(),
        ),
        (
            "reset:path=unified",
            r#"path cannot be "unified": it is the beginning of a path, with its slash and without a query"#
                .to_owned(),
        ),
        (
            "reset:method=GE T",
            r#"method cannot be "GE T": it is a method, as GET or DELETE"#.to_owned(),
        ),
        (
            "status:retry-after=a\nb",
            r#"retry-after cannot be "a\nb": it is a text that can stand in a header"#.to_owned(),
        ),
    ] {
        let error = text.parse::<FaultSpec>().unwrap_err();
        assert_eq!(error.to_string(), message, "{text:?}");
    }
}

#[test]
fn a_fault_is_written_as_it_is_read() {
    for text in [
        "reset",
        "status",
        "status:code=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT,when=after,times=1",
        "status:retry-after=",
        "status:retry-after=a,,method=GET",
        "reset:when=after,method=DELETE,path=/a%2Fb,c,every=3,times=2,skip=1",
    ] {
        assert_eq!(fault(text).to_string(), text);
    }
    let spelled_out = fault("status:skip=0,every=1,when=before,code=503,method=get");
    assert_eq!(spelled_out.to_string(), "status:method=GET");
    assert_eq!(spelled_out, fault(&spelled_out.to_string()));
}

#[test]
fn the_table_of_kinds_is_what_is_read() {
    for kind in KINDS {
        assert_eq!(fault(kind.example).kind(), kind.name);
        for key in kind.keys {
            assert!(
                key.example.starts_with(&format!("{}:", kind.name)),
                "{}",
                key.example
            );
        }
        for key in kind.keys.iter().chain(COMMON_KEYS) {
            assert!(key.example.contains(&format!("{}=", key.name)), "{}", key.example);
            let spec = fault(key.example);
            assert_eq!(spec, fault(&spec.to_string()), "{}", key.example);
            if let Some(default) = key.default {
                let text = format!("{}:{}={default}", kind.name, key.name);
                assert_eq!(fault(&text), fault(kind.name), "{text}");
            }
        }
    }
    assert!(KINDS.is_sorted_by_key(|kind| kind.name));
}
