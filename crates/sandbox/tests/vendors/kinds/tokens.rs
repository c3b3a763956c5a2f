use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};

use super::lists::{fault, hit, with_faults};
use crate::support::{banyan, body, get, good, send, truto, truu_token};

const TRUU: &str = "/api/v1/system/devices/";
const BANYAN: &str = "/api/v2/devices?limit=1";

fn banyan_token(sandbox: &Sandbox) -> String {
    let key = format!("Bearer {}", credentials::BANYAN_KEY);
    let reply = send(
        sandbox,
        "POST",
        "/api/v1/refresh_token",
        &[("authorization", &key)],
        "",
    );
    good(&reply)["Message"].as_str().unwrap().to_owned()
}

/// A token of each vendor that issues some, with something to ask for.
fn tokens(sandbox: &Sandbox) -> [(String, &'static str); 2] {
    [(truu_token(sandbox), TRUU), (banyan_token(sandbox), BANYAN)]
}

fn statuses(sandbox: &Sandbox, token: &str, target: &str, count: usize) -> Vec<u16> {
    (0..count)
        .map(|_| get(sandbox, token, target).status().as_u16())
        .collect()
}

#[test]
fn each_token_expires_after_its_own_requests() {
    let sandbox = with_faults(&["token-expires:after=2"]);
    for _ in 0..2 {
        for (token, target) in tokens(&sandbox) {
            assert_eq!(
                statuses(&sandbox, &token, target, 4),
                [200, 200, 401, 401],
                "{target}"
            );
        }
    }
}

#[test]
fn revoked_tokens_stay_revoked_and_new_ones_are_good() {
    let sandbox = with_faults(&["token-revoked:skip=1,times=1"]);
    let old = tokens(&sandbox);
    assert_eq!(statuses(&sandbox, &old[0].0, TRUU, 3), [200, 401, 401]);
    assert_eq!(statuses(&sandbox, &old[1].0, BANYAN, 1), [401]);
    for (token, target) in tokens(&sandbox) {
        assert_eq!(statuses(&sandbox, &token, target, 2), [200, 200]);
    }
}

#[test]
fn a_good_token_is_refused_once_in_the_vendors_words() {
    for (number, target) in [(0, TRUU), (1, BANYAN)] {
        let sandbox = with_faults(&["token-refused:skip=1,times=1"]);
        let token = tokens(&sandbox)[number].0.clone();
        let first = get(&sandbox, &token, target);
        let refused = get(&sandbox, &token, target);
        assert_eq!((first.status().as_u16(), refused.status().as_u16()), (200, 401));
        assert_eq!(hit(&sandbox), ["token-refused"]);
        let stranger = get(&with_faults(&[]), "nobody", target);
        assert_eq!(body(&refused), body(&stranger));
        assert_eq!(
            refused.headers().get("www-authenticate"),
            stranger.headers().get("www-authenticate")
        );
        assert_eq!(get(&sandbox, &token, target).status(), 200);
    }
    let sandbox = with_faults(&["token-refused:times=1"]);
    let refused = truto(&sandbox, "/unified/mdm/users");
    assert_eq!(
        (refused.status().as_u16(), &body(&refused)["statusCode"]),
        (401, &401.into())
    );
    assert_eq!(truto(&sandbox, "/unified/mdm/users").status(), 200);
}

#[test]
fn what_is_not_issued_does_not_expire_and_is_not_revoked() {
    for spec in ["token-expires:after=0", "token-revoked"] {
        let sandbox = with_faults(&[spec]);
        assert_eq!(truto(&sandbox, "/unified/mdm/users").status(), 200);
        assert!(hit(&sandbox).is_empty(), "{spec}");
        assert_eq!(banyan(&sandbox, BANYAN).status(), 200);
        assert!(hit(&sandbox).is_empty(), "{spec}");
    }
}

#[test]
fn tokens_are_issued_and_looked_at_by_one_clock() {
    for seconds in ["+7200", "-86400"] {
        let sandbox = with_faults(&[&format!("clock-skew:seconds={seconds}")]);
        sandbox.set_unix_time(1_792_567_680);
        let token = banyan_token(&sandbox);
        assert_eq!(hit(&sandbox), ["clock-skew"]);
        sandbox.set_unix_time(1_792_567_680 + 3599);
        assert_eq!(get(&sandbox, &token, BANYAN).status(), 200, "{seconds}");
        sandbox.set_unix_time(1_792_567_680 + 3600);
        assert_eq!(get(&sandbox, &token, BANYAN).status(), 401, "{seconds}");
    }
}

#[test]
fn a_clock_that_is_ahead_of_the_issuer_ends_tokens_before_their_time() {
    for (seconds, ahead) in [("+3590", 200), ("+3600", 401), ("-86400", 200)] {
        let sandbox = with_faults(&[&format!("clock-skew:seconds={seconds},path=/api/v2/devices")]);
        sandbox.set_unix_time(1_792_567_680);
        let token = banyan_token(&sandbox);
        let reply = get(&sandbox, &token, BANYAN);
        assert_eq!(reply.status(), ahead, "{seconds}");
        let date = reply.headers()["date"].to_str().unwrap().to_owned();
        let expected = match seconds {
            "+3590" => "Wed, 21 Oct 2026 08:27:50 GMT",
            "+3600" => "Wed, 21 Oct 2026 08:28:00 GMT",
            _ => "Tue, 20 Oct 2026 07:28:00 GMT",
        };
        assert_eq!(date, expected);
    }
}

#[test]
fn a_date_is_told_also_while_nobody_has_told_the_time() {
    let config = SandboxConfig::default().with_photographed_at(1_792_567_680);
    let sandbox = Sandbox::new(config.with_fault(fault("clock-skew:seconds=+10")));
    assert_eq!(
        banyan(&sandbox, BANYAN).headers()["date"],
        "Wed, 21 Oct 2026 07:28:10 GMT"
    );
}
