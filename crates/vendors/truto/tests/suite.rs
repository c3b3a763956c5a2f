//! Truto keeps every promise of a directory, over the sandbox, with each choice of models.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::{Change, NewUser, SourceName, Text};
use rollbook_testkit::sandbox::{Sandbox, SandboxConfig, SandboxTransport, changes_sent, credentials};
use rollbook_testkit::suite::Subject;
use rollbook_truto::{Client, Config, DEFAULT_BASE_URL, Model, TrutoDirectory};
use rollbook_vendor_kit::BaseUrl;

mod user_directory {
    rollbook_testkit::directory_suite!(subject);

    fn subject() -> super::Subject {
        super::subject(&[super::Model::UserDirectory])
    }
}

mod mdm {
    rollbook_testkit::directory_suite!(subject);

    fn subject() -> super::Subject {
        super::subject(&[super::Model::Mdm])
    }
}

mod both {
    rollbook_testkit::directory_suite!(subject);

    fn subject() -> super::Subject {
        super::subject(&[super::Model::UserDirectory, super::Model::Mdm])
    }
}

fn subject(models: &[Model]) -> Subject {
    let sandbox = Sandbox::new(SandboxConfig::default().with_users(250).with_devices(300));
    let truth = sandbox.truth();
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        credentials::TRUTO_INTEGRATED_ACCOUNT,
        Secret::new(credentials::TRUTO_TOKEN).unwrap(),
    );
    let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
    let client = Client::connect(SourceName::new("hr-okta").unwrap(), config, wire).unwrap();
    let client = client.with_page_size(NonZeroU32::new(40).unwrap());
    let log = sandbox.clone();
    let requests = move || {
        let log = log.request_log();
        log.into_iter().map(|request| request.target).collect()
    };
    let mut users = Vec::new();
    if models.contains(&Model::UserDirectory) {
        users.extend(truth.truto_users);
    }
    if models.contains(&Model::Mdm) {
        users.extend(truth.truto_mdm_users);
    }
    Subject::new(Arc::new(TrutoDirectory::new(client, models)), requests)
        .with_users(users)
        .with_devices(truth.truto_mdm_devices)
        .with_changes(changes(models), move || changes_sent(&sandbox))
}

fn changes(models: &[Model]) -> Vec<Change> {
    if !models.contains(&Model::Mdm) {
        return Vec::new();
    }
    let [name, email] = ["Ann Lee", "ann.lee@example.com"].map(|text| Text::new(text).unwrap());
    vec![Change::CreateUser(NewUser::new(name, vec![email]))]
}
