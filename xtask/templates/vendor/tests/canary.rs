//! The token of Acme is in nothing that this crate shows.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::Arc;

use rollbook_acme::{AcmeDirectory, BaseUrl, Client, Config, DEFAULT_BASE_URL};
use rollbook_auth::Secret;
use rollbook_model::{Directory as _, SourceName, UserQuery};
use rollbook_testkit::{FakeTransport, Reply};

const CANARY: &str = "c4n4ry-s3cr3t";

/// What Acme can answer, good and bad.
const ANSWERS: &[fn() -> Reply] = &[
    || Reply::json(200, r#"{"items":[{"id":"1"}]}"#),
    || Reply::status(401),
    || Reply::json(403, r#"{"message":"no"}"#),
    || Reply::status(302).header("location", &format!("https://elsewhere.example.com/?{CANARY}")),
    || Reply::text(200, format!("<html>{CANARY}</html>")),
    || Reply::json(200, format!(r#"{{"items":"{CANARY}"}}"#)),
    || Reply::refused(),
    || Reply::interrupted(),
];

#[tokio::test]
async fn no_credential_is_shown() {
    for answer in ANSWERS {
        let wire = FakeTransport::answering(|_| answer());
        let base_url = BaseUrl::parse(DEFAULT_BASE_URL).unwrap();
        let config = Config::new(base_url, Secret::new(CANARY).unwrap());
        silent("the config", &config);
        let source = SourceName::new("corp-acme").unwrap();
        let client = Client::connect(source, config, Arc::new(wire.clone())).unwrap();
        silent("the client", &client);
        if let Err(error) = client.user("1").await {
            silent_error(&error);
        }
        let directory = AcmeDirectory::new(client);
        silent("the directory", &directory);
        let mut pagers = directory.list_users(&UserQuery::default()).unwrap();
        let (rows, error) = pagers[0].collect_rows().await;
        silent("the rows", &rows);
        silent("the pagers", &pagers);
        if let Some(error) = error {
            silent_error(&error);
        }
        assert!(!wire.transcript().contains(CANARY), "{}", wire.transcript());
    }
}

fn silent(what: &str, shown: &dyn Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(CANARY), "{what} shows a secret: {text}");
    }
}

fn silent_error(error: &(dyn StdError + 'static)) {
    silent("the error", &error);
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(!text.contains(CANARY), "the error shows a secret: {text}");
        next = error.source();
    }
}
