//! TruU keeps every promise of a directory, over the sandbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::{Change, DeviceQuery, DeviceSelector, SourceName, Text, UserSelector};
use rollbook_testkit::sandbox::{Sandbox, SandboxConfig, SandboxTransport, Truth, changes_sent, credentials};
use rollbook_testkit::suite::Subject;
use rollbook_truu::{Client, Config, DEFAULT_BASE_URL, TruuDirectory};
use rollbook_vendor_kit::BaseUrl;

rollbook_testkit::directory_suite!(subject);

#[tokio::test]
async fn a_walk_outlives_its_tokens() {
    let subject = subject_in(config().with_token_requests(3));
    let mut pagers = subject.directory.list_devices(&DeviceQuery::default()).unwrap();
    let (rows, error) = pagers[0].collect_rows().await;
    assert!(error.is_none(), "{error:?}");
    assert!(pagers[0].completeness().is_complete());
    assert!(rows.len() > 100);
}

fn config() -> SandboxConfig {
    SandboxConfig::default().with_users(330).with_devices(280)
}

fn subject() -> Subject {
    subject_in(config())
}

fn subject_in(config: SandboxConfig) -> Subject {
    let sandbox = Sandbox::new(config);
    let truth = sandbox.truth();
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        credentials::TRUU_CLIENT_ID,
        Secret::new(credentials::TRUU_CLIENT_SECRET).unwrap(),
    );
    let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
    let client = Client::connect(SourceName::new("corp-truu").unwrap(), config, wire).unwrap();
    let (log, changes) = (sandbox.clone(), changes(&truth));
    let requests = move || {
        let log = log.request_log();
        let targets = log.into_iter().map(|request| request.target);
        targets.filter(|target| target != "/oauth/token").collect()
    };
    Subject::new(Arc::new(TruuDirectory::new(client)), requests)
        .with_users(truth.truu_users)
        .with_devices(truth.truu_devices)
        .with_workstations(truth.truu_assets)
        .with_changes(changes, move || changes_sent(&sandbox))
}

fn changes(truth: &Truth) -> Vec<Change> {
    let users = truth.truu_users.iter().take(20);
    let users = users.map(|tuid| Change::DeleteUser(UserSelector::Tuid(Text::new(tuid).unwrap())));
    let devices = truth.truu_active_devices.iter().take(20).map(|id| {
        let id = id.parse().unwrap();
        Change::DeleteDevice(DeviceSelector::Enrollment { id, guid: None })
    });
    users.chain(devices).collect()
}
