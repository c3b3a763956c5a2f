use std::collections::BTreeSet;

use bytes::Bytes;
use rollbook_sandbox::fault::KINDS;
use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};

use super::lists::{LISTS, fault};
use crate::support::{FORM, send, truu_token};

/// Small enough that the whole of it can be asked for often.
fn worlds() -> [SandboxConfig; 2] {
    let config = SandboxConfig::default();
    [
        config.clone().with_users(0).with_devices(0),
        config.with_users(3).with_devices(4),
    ]
}

/// The fault in a size that can be had often.
fn small(spec: &str) -> String {
    let kind = spec.split(':').next().unwrap();
    match kind {
        "gzip" if spec.contains("bomb") => "gzip:how=bomb,bytes=5000".to_owned(),
        "long-string" => "long-string:bytes=5000".to_owned(),
        "deep-nesting" => "deep-nesting:depth=5000".to_owned(),
        "many-rows" => "many-rows:rows=50".to_owned(),
        _ => spec.to_owned(),
    }
}

fn targets() -> Vec<String> {
    let account = format!("integrated_account_id={}", credentials::TRUTO_INTEGRATED_ACCOUNT);
    let mut targets: Vec<String> = LISTS
        .iter()
        .flat_map(|list| {
            [
                format!("{}?{account}", list.path),
                format!("{}?limit=1&skip=1&{account}", list.path),
                format!("{}?limit=1&next_cursor=c:1&{account}", list.path),
                format!("{}?truto_response_format=raw&limit=1&{account}", list.path),
                format!("{}?truto_key_by=id&{account}", list.path),
                format!("{}?page=2", list.path),
                format!("{}/nobody?{account}", list.path),
            ]
        })
        .collect();
    targets.extend(
        [
            "/",
            "/ping",
            "/oauth/token",
            "/api/v1/refresh_token",
            "/elsewhere",
            "//",
            "/unified/",
        ]
        .map(str::to_owned),
    );
    targets
}

#[test]
fn no_fault_panics_on_any_request_and_the_ids_of_replies_stay_in_turn() {
    for kind in KINDS {
        let specs = kind.keys.iter().map(|key| key.example);
        let specs: BTreeSet<String> = specs.chain([kind.example, kind.name]).map(small).collect();
        for spec in &specs {
            for config in worlds() {
                let sandbox = Sandbox::new(config);
                let token = truu_token(&sandbox);
                sandbox.add_fault(fault(spec));
                sandbox.add_fault(fault(&small(kind.name)));
                for target in targets() {
                    let bearer = match target.as_str() {
                        truto if truto.starts_with("/unified") => credentials::TRUTO_TOKEN,
                        banyan if banyan.contains("device") && !banyan.contains("system") => {
                            credentials::BANYAN_KEY
                        }
                        _ => token.as_str(),
                    };
                    for method in ["GET", "POST", "DELETE"] {
                        let request = http::Request::builder()
                            .method(method)
                            .uri(&target)
                            .header("authorization", format!("Bearer {bearer}"))
                            .body(Bytes::new())
                            .unwrap();
                        sandbox.answer(request);
                    }
                }
                send(&sandbox, "POST", "/oauth/token", &[FORM], "");
                let log = sandbox.request_log();
                assert!((0..).zip(&log).all(|(number, request)| request.number == number));
            }
        }
    }
}
