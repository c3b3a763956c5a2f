//! What the facade puts together: stacks, walks of many sources at once, and what becomes of one that fails.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;

use async_trait::async_trait;
use rollbook::model::{DeviceQuery, Operation, Support, UserQuery};
use rollbook::transport::{Fate, Request, Response, Transport, TransportError, TransportErrorKind};
use rollbook::{BaseUrl, Config, Resource, Rollbook, Secret, SourceConfig, WalkEvent, Walks};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, credentials};

fn base_url() -> BaseUrl {
    BaseUrl::parse("http://127.0.0.1:1").unwrap()
}

fn truu(name: &str) -> SourceConfig {
    let secret = Secret::new(credentials::TRUU_CLIENT_SECRET).unwrap();
    let config = rollbook::truu::Config::new(base_url(), credentials::TRUU_CLIENT_ID, secret);
    SourceConfig::truu(name.parse().unwrap(), config)
}

fn banyan(name: &str, key: &str) -> SourceConfig {
    let config = rollbook::banyan::Config::new(base_url(), Secret::new(key).unwrap());
    SourceConfig::banyan(name.parse().unwrap(), config)
}

fn truto(name: &str) -> SourceConfig {
    let secret = Secret::new(credentials::TRUTO_TOKEN).unwrap();
    let account = credentials::TRUTO_INTEGRATED_ACCOUNT;
    SourceConfig::truto(
        name.parse().unwrap(),
        rollbook::truto::Config::new(base_url(), account, secret),
    )
}

fn sandbox() -> Arc<SandboxTransport> {
    Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())))
}

/// Reads everything, and gives the number of rows and how each walk ended.
async fn read<T: Send + 'static>(mut walks: Walks<T>) -> (usize, Walks<T>) {
    let mut rows = 0;
    while let Some(event) = walks.next().await {
        if let WalkEvent::Page { rows: page, .. } = event {
            rows += page.len();
        }
    }
    (rows, walks)
}

#[tokio::test]
async fn all_sources_are_read_at_once_and_each_walk_is_complete() {
    let wire = sandbox();
    let truth = wire.sandbox().truth();
    let sources = [truu("a"), banyan("b", credentials::BANYAN_KEY), truto("c")];
    let rollbook = Rollbook::builder().transport(wire).build(&sources).unwrap();
    let mut walks = Walks::default();
    for source in rollbook.sources() {
        for walk in source.users(&UserQuery::default()).unwrap() {
            walks.add(walk);
        }
    }
    let (rows, walks) = read(walks).await;
    assert_eq!(
        rows,
        truth.truu_users.len() + truth.banyan_users.len() + truth.truto_users.len()
    );
    let names: Vec<_> = walks
        .reports()
        .iter()
        .map(|report| report.source.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(walks.reports().iter().all(|report| report.is_complete()));
}

#[tokio::test]
async fn a_source_that_is_refused_does_not_hide_another() {
    let sources = [truu("good"), banyan("bad", "wrong-key")];
    let rollbook = Rollbook::builder().transport(sandbox()).build(&sources).unwrap();
    let mut walks = Walks::default();
    for source in rollbook.sources() {
        for walk in source.devices(&DeviceQuery::default()).unwrap() {
            walks.add(walk);
        }
    }
    let (rows, walks) = read(walks).await;
    assert!(rows > 0);
    let [good, bad] = walks.reports() else {
        panic!("two walks")
    };
    assert!(good.is_complete() && !bad.is_complete());
    assert!(bad.error.as_ref().is_some_and(|error| error.is_auth()));
    let object = serde_json::to_value(bad).unwrap();
    assert_eq!(
        (&object["grade"], &object["resource"]),
        (&"incomplete".into(), &"devices".into())
    );
    assert!(
        object["reason"].as_str().unwrap().starts_with("bad: "),
        "{object}"
    );
}

#[tokio::test]
async fn a_changed_walk_keeps_its_filter() {
    let wire = sandbox();
    let email = wire.sandbox().truth().banyan_users[0].clone();
    let rollbook = Rollbook::builder().transport(wire).build(&[truto("c")]).unwrap();
    let mut query = UserQuery::default();
    query.email = Some(email.clone());
    for walk in rollbook.sources()[0].users(&query).unwrap() {
        let email = email.clone();
        let mut walks = Walks::default();
        walks.add(walk.map(move |user| {
            user.emails
                .iter()
                .any(|found| found.value.eq_ignore_ascii_case(&email))
        }));
        while let Some(event) = walks.next().await {
            if let WalkEvent::Page { rows, .. } = event {
                assert!(rows.into_iter().all(|fits| fits));
            }
        }
    }
}

#[tokio::test]
async fn what_was_read_before_a_walk_is_given_up_is_in_its_report() {
    let rollbook = Rollbook::builder()
        .transport(sandbox())
        .build(&[truu("a")])
        .unwrap();
    let mut walks = Walks::default();
    for walk in rollbook.sources()[0].devices(&DeviceQuery::default()).unwrap() {
        walks.add(walk);
    }
    assert!(matches!(walks.next().await, Some(WalkEvent::Page { .. })));
    let report = &walks.reports()[0];
    assert!(!report.is_complete() && report.completeness.unique > 0);
    assert_eq!(report.resource, Resource::Devices);
}

#[test]
fn the_stack_is_the_one_that_is_documented() {
    let sources = [truu("a"), banyan("b", "key"), truto("c")];
    let rollbook = Rollbook::builder().transport(sandbox()).build(&sources).unwrap();
    for source in rollbook.sources() {
        assert_eq!(
            source.layers(),
            "call trace > call deadline > retry > auth > budget > attempt timeout > attempt trace > body limit > wire"
        );
    }
}

#[test]
fn what_a_source_can_do_is_known_without_its_secret() {
    let text = "[[sources]]\nname = \"a\"\nvendor = \"truu\"\nclient_id = \"x\"\nclient_secret = { file = \"no-such\" }";
    let config = Config::parse(text, "c.toml".as_ref()).unwrap();
    let capabilities = config.sources()[0].capabilities();
    assert_eq!(
        capabilities.operation(Operation::ListWorkstations),
        Support::Vendor
    );
    let errors = Rollbook::from_config(&config, &[]).unwrap_err();
    assert!(
        errors
            .to_string()
            .starts_with("c.toml:5: `client_secret` of source `a`: the file no-such"),
        "{errors}"
    );
}

#[test]
fn two_sources_made_by_code_cannot_share_a_name() {
    assert!(Config::from_sources(vec![truu("a"), banyan("a", "key")]).is_err());
}

#[test]
fn no_debug_shows_a_secret() {
    let sources = [truu("a"), banyan("b", "canary-key"), truto("c")];
    let rollbook = Rollbook::builder().transport(sandbox()).build(&sources).unwrap();
    let shown = format!("{sources:?} {rollbook:?} {:?}", rollbook.sources()[1].directory());
    for secret in [
        "canary-key",
        credentials::TRUU_CLIENT_SECRET,
        credentials::TRUTO_TOKEN,
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// A wire with nothing at its end that can be trusted.
#[derive(Debug)]
struct Down;

#[async_trait]
impl Transport for Down {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Err(TransportError::new(
            TransportErrorKind::Tls,
            Fate::NotSent,
            "the handshake failed",
        ))
    }
}

#[tokio::test]
async fn an_error_names_the_source_and_the_operation() {
    let rollbook = Rollbook::builder()
        .transport(Arc::new(Down))
        .build(&[truto("hr")])
        .unwrap();
    let mut walk = rollbook.sources()[0]
        .users(&UserQuery::default())
        .unwrap()
        .remove(0);
    let error = walk.next_page().await.unwrap().unwrap_err();
    assert_eq!(error.source_name().map(|name| name.as_str()), Some("hr"));
    assert!(error.operation().is_some());
}
