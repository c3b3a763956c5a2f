//! Acme keeps every promise of a directory, over a tenant that is made up here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rollbook_acme::{AcmeDirectory, BaseUrl, Client, Config, DEFAULT_BASE_URL};
use rollbook_auth::Secret;
use rollbook_model::SourceName;
use rollbook_testkit::suite::Subject;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_transport::Request;

rollbook_testkit::directory_suite!(subject);

const USERS: usize = 70;
const PAGE: usize = 20;

fn subject() -> Subject {
    let wire = FakeTransport::answering(tenant);
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        Secret::new("a made-up token").unwrap(),
    );
    let source = SourceName::new("corp-acme").unwrap();
    let client = Client::connect(source, config, Arc::new(wire.clone())).unwrap();
    let sent = move || {
        let requests = wire.requests().into_iter();
        requests
            .map(|request| request.uri().path_and_query().unwrap().to_string())
            .collect()
    };
    Subject::new(Arc::new(AcmeDirectory::new(client)), sent).with_users((0..USERS).map(id).collect())
}

/// What the tenant answers: its users in pages, or one of them.
fn tenant(request: &Request) -> Reply {
    let not_found = || Reply::json(404, r#"{"message":"no such thing"}"#);
    match request.uri().path().strip_prefix("/v1/users") {
        Some("") => {
            let query = request.uri().query().unwrap_or("cursor=0");
            let from: usize = query.strip_prefix("cursor=").unwrap().parse().unwrap();
            let to = USERS.min(from + PAGE);
            let rows: Vec<String> = (from..to).map(user).collect();
            let next = (to < USERS).then(|| format!(r#","next":"{to}""#));
            let body = format!(r#"{{"items":[{}]{}}}"#, rows.join(","), next.unwrap_or_default());
            Reply::json(200, body)
        }
        Some(rest) => {
            let wanted = percent_decode_str(rest.trim_start_matches('/')).decode_utf8_lossy();
            let found = (0..USERS).find(|number| id(*number) == wanted);
            found.map_or_else(not_found, |number| Reply::json(200, user(number)))
        }
        None => not_found(),
    }
}

fn id(number: usize) -> String {
    format!("u-{number}")
}

fn user(number: usize) -> String {
    format!(
        r#"{{"id":"{}","name":"User {number}","email":"User.{number}+x@example.com","active":true}}"#,
        id(number)
    )
}
