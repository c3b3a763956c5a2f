//! Banyan keeps every promise of a directory, over the sandbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_banyan::{BanyanDirectory, Client, Config, DEFAULT_BASE_URL};
use rollbook_model::{Change, DeviceQuery, DeviceSelector, SerialNumber, SourceName, Text, UserSelector};
use rollbook_testkit::sandbox::{Sandbox, SandboxConfig, SandboxTransport, Truth, changes_sent, credentials};
use rollbook_testkit::suite::Subject;
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
    SandboxConfig::default().with_users(150).with_devices(170)
}

fn subject() -> Subject {
    subject_in(config())
}

fn subject_in(config: SandboxConfig) -> Subject {
    let sandbox = Sandbox::new(config);
    let truth = sandbox.truth();
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        Secret::new(credentials::BANYAN_KEY).unwrap(),
    );
    let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
    let client = Client::connect(SourceName::new("corp-banyan").unwrap(), config, wire).unwrap();
    let client = client.with_page_size(NonZeroU32::new(40).unwrap());
    let (log, changes) = (sandbox.clone(), changes(&truth));
    let requests = move || {
        let log = log.request_log();
        let targets = log.into_iter().map(|request| request.target);
        targets
            .filter(|target| target != "/api/v1/refresh_token")
            .collect()
    };
    Subject::new(Arc::new(BanyanDirectory::new(client)), requests)
        .with_users(truth.banyan_users)
        .with_devices(truth.banyan_devices)
        .with_changes(changes, move || changes_sent(&sandbox))
}

/// Each change by a number of serial numbers and addresses: not every device is free to be unbanned, or to be deleted.
fn changes(truth: &Truth) -> Vec<Change> {
    let email = |email: &str| Text::new(email).unwrap();
    let mut changes = Vec::new();
    for registration in &truth.banyan_registrations {
        // A placeholder names no machine.
        let Ok(serial) = SerialNumber::new(registration.serial_number.as_str()) else {
            continue;
        };
        changes.push(Change::ban(serial.clone()));
        changes.push(Change::unban(serial.clone()));
        changes.push(Change::delete_everywhere(serial.clone()));
        changes.push(Change::DeleteDevice(DeviceSelector::Registration {
            serial,
            email: email(&registration.email),
        }));
    }
    let users = truth.banyan_users.iter().take(20);
    changes.extend(users.map(|user| Change::DeleteUser(UserSelector::Email(email(user)))));
    changes
}
