use rollbook_sandbox::{Sandbox, SandboxConfig};
use serde_json::json;

use super::lists::{LISTS, fault, hit, with_faults};
use crate::support::{FORM, banyan, get, send, truto_send, truu_token};

#[test]
fn html_is_answered_for_json() {
    for list in &LISTS {
        for (spec, status) in [("html", 200), ("html:code=502", 502)] {
            let sandbox = with_faults(&[spec]);
            let reply = list.ask(&sandbox, &list.first());
            assert_eq!(reply.status(), status);
            assert_eq!(reply.headers()["content-type"], "text/html; charset=utf-8");
            assert!(reply.body().starts_with(b"<!DOCTYPE html>"));
        }
    }
}

#[test]
fn a_redirect_leads_elsewhere_and_nothing_is_carried_out() {
    let body = json!({"name": "A", "emails": []}).to_string();
    for code in ["301", "302", "307", "308"] {
        let sandbox = with_faults(&[&format!("redirect:to=http://127.0.0.1:9/x,code={code}")]);
        let truth = sandbox.truth();
        let reply = truto_send(&sandbox, "POST", "/unified/mdm/users", &[], &body);
        assert_eq!(reply.status().as_str(), code);
        assert_eq!(reply.headers()["location"], "http://127.0.0.1:9/x");
        assert_eq!(sandbox.truth(), truth);
        for list in &LISTS {
            assert_eq!(list.ask(&sandbox, &list.first()).status().as_str(), code);
        }
    }
}

#[test]
fn after_a_change_a_page_for_people_hides_that_it_was_made() {
    let body = json!({"name": "A", "emails": []}).to_string();
    for (spec, made) in [("html:when=after", 1), ("html", 0)] {
        let sandbox = with_faults(&[spec]);
        let before = sandbox.truth().truto_mdm_users.len();
        truto_send(&sandbox, "POST", "/unified/mdm/users", &[], &body);
        assert_eq!(sandbox.truth().truto_mdm_users.len(), before + made, "{spec}");
    }
}

#[test]
fn retry_after_can_be_a_date_from_now() {
    let sandbox = with_faults(&["status:code=429,retry-in=+30"]);
    sandbox.set_unix_time(1_792_567_680);
    let reply = banyan(&sandbox, "/api/v1/devices");
    assert_eq!(reply.headers()["retry-after"], "Wed, 21 Oct 2026 07:28:30 GMT");
}

#[test]
fn a_rate_is_kept_and_is_the_same_for_a_seed() {
    let hits = |seed: u64| -> Vec<bool> {
        let config = SandboxConfig::default()
            .with_seed(seed)
            .with_users(5)
            .with_devices(5);
        let sandbox = Sandbox::new(config.with_fault(fault("status:code=500,rate=0.1")));
        (0..2000)
            .map(|_| banyan(&sandbox, "/api/v2/devices").status() == 500)
            .collect()
    };
    let seven = hits(7);
    assert_eq!(seven, hits(7));
    assert_ne!(seven, hits(8));
    let count = seven.iter().filter(|hit| **hit).count();
    assert!((140..260).contains(&count), "{count} of 2000");
}

#[test]
fn every_kind_that_answers_can_hit_the_token_calls_when_they_are_named() {
    let form = "grant_type=client_credentials&scope=tenant-management-api-user\
                &client_id=sandbox&client_secret=sandbox-secret";
    for kind in [
        "bad-gateway",
        "reset",
        "latency",
        "slow-body",
        "html",
        "truncated",
        "oversize:bytes=5000",
        "gzip",
        "redirect",
        "other-shape",
        "long-string:bytes=2000",
        "deep-nesting:depth=4",
        "clock-skew",
    ] {
        let kind = if kind == "bad-gateway" {
            "status:code=502"
        } else {
            kind
        };
        for path in ["/oauth/token", "/api/v1/refresh_token"] {
            let separator = if kind.contains(':') { ',' } else { ':' };
            let sandbox = with_faults(&[&format!("{kind}{separator}path={path}")]);
            let key = ("authorization", "Bearer sandbox-key");
            let (headers, body) = if path == "/oauth/token" {
                (FORM, form)
            } else {
                (key, "")
            };
            send(&sandbox, "POST", path, &[headers], body);
            assert_eq!(hit(&sandbox).len(), 1, "{kind} at {path}");
        }
    }
}

#[test]
fn those_that_work_beside_others_do_all_and_of_the_others_one_does() {
    let sandbox = with_faults(&[
        "latency:ms=5",
        "html:times=1",
        "status:code=500,times=1",
        "latency:ms=7",
        "clock-skew",
    ]);
    let token = truu_token(&sandbox);
    let all = |sandbox: &Sandbox| {
        get(sandbox, &token, "/api/v1/system/devices/");
        hit(sandbox)
    };
    assert_eq!(all(&sandbox), ["latency", "latency", "clock-skew", "html"]);
    assert_eq!(all(&sandbox), ["latency", "latency", "clock-skew", "status"]);
    assert_eq!(all(&sandbox), ["latency", "latency", "clock-skew"]);
}
