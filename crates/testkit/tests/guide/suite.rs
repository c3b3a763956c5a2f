use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::{Change, DeviceSelector, Text, UserSelector};
use rollbook_testkit::sandbox::{Sandbox, SandboxConfig, SandboxTransport, changes_sent, credentials};
use rollbook_testkit::suite::Subject;
use rollbook_truu::{BaseUrl, Client, Config, DEFAULT_BASE_URL, TruuDirectory};

rollbook_testkit::directory_suite!(subject);

fn subject() -> Subject {
    let sandbox = Sandbox::new(SandboxConfig::default().with_users(330).with_devices(280));
    let truth = sandbox.truth();
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).expect("an address"),
        credentials::TRUU_CLIENT_ID,
        Secret::new(credentials::TRUU_CLIENT_SECRET).expect("a secret"),
    );
    let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
    let client = Client::connect("corp-truu".parse().expect("a name"), config, wire).expect("a client");

    let log = sandbox.clone();
    let requests = move || {
        let targets = log.request_log().into_iter().map(|request| request.target);
        targets.filter(|target| target != "/oauth/token").collect()
    };
    // Several of each kind: a test may use one up.
    let leavers = truth.truu_users.iter().take(20);
    let leavers = leavers.map(|tuid| Change::DeleteUser(UserSelector::Tuid(Text::new(tuid).expect("an id"))));
    let lost = truth.truu_active_devices.iter().take(20).map(|id| {
        let id = id.parse().expect("an id");
        Change::DeleteDevice(DeviceSelector::Enrollment { id, guid: None })
    });
    let changes = leavers.chain(lost).collect();
    Subject::new(Arc::new(TruuDirectory::new(client)), requests)
        .with_users(truth.truu_users)
        .with_devices(truth.truu_devices)
        .with_workstations(truth.truu_assets)
        .with_changes(changes, move || changes_sent(&sandbox))
}
