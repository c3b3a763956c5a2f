//! A TruU tenant in a sandbox or in a script, and the changes that are asked of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::{
    ApprovedPlan, Change, DeviceId, DeviceSelector, Directory as _, Error, Guards, Plan, SourceName, Subject,
    Text, UserSelector,
};
use rollbook_sandbox::{LoggedRequest, Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_truu::wire::{SystemDevice, User};
use rollbook_truu::{BaseUrl, Client, Config, DEFAULT_BASE_URL, EnrolledUsersQuery, Native, TruuDirectory};
use serde_json::{Value, json};

fn source() -> SourceName {
    SourceName::new("corp-truu").unwrap()
}

fn base() -> BaseUrl {
    BaseUrl::parse(DEFAULT_BASE_URL).unwrap()
}

pub(crate) struct Tenant {
    pub(crate) sandbox: Sandbox,
    pub(crate) directory: TruuDirectory,
}

impl Tenant {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new(SandboxConfig::default().with_users(60).with_devices(80));
        let secret = Secret::new(credentials::TRUU_CLIENT_SECRET).unwrap();
        let config = Config::new(base(), credentials::TRUU_CLIENT_ID, secret);
        let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
        let client = Client::connect(source(), config, wire).unwrap();
        Self {
            sandbox,
            directory: TruuDirectory::new(client),
        }
    }

    pub(crate) async fn users(&self) -> Vec<Native<User>> {
        let query = EnrolledUsersQuery::default();
        let mut pager = self.directory.client().enrolled_users(&query);
        pager.collect_rows().await.0
    }

    pub(crate) async fn devices(&self) -> Vec<Native<SystemDevice>> {
        self.directory.client().devices().collect_rows().await.0
    }

    /// The guid of a user with several active devices, and their ids.
    pub(crate) async fn busy_user(&self) -> (String, Vec<String>) {
        let active = self.sandbox.truth().truu_active_devices;
        let devices = self.devices().await;
        let of = |guid: &str| {
            devices
                .iter()
                .filter(|device| owner(device) == guid && active.contains(&device.device_id.to_string()))
                .map(|device| device.device_id.to_string())
                .collect::<Vec<_>>()
        };
        devices
            .iter()
            .map(|device| (owner(device), of(&owner(device))))
            .find(|(_, devices)| devices.len() > 1)
            .unwrap()
    }

    /// The requests that could have changed something.
    pub(crate) fn changes_sent(&self) -> Vec<LoggedRequest> {
        let mut log = self.sandbox.request_log();
        log.retain(|request| request.method != "GET" && request.target != "/oauth/token");
        log
    }

    pub(crate) async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        self.directory.plan(changes).await
    }

    pub(crate) async fn approved(&self, change: Change) -> ApprovedPlan {
        approved(self.directory.plan(&[change]).await.remove(0).unwrap())
    }

    /// The ids of the users and of the active devices.
    pub(crate) fn alive(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let truth = self.sandbox.truth();
        (
            truth.truu_users.into_iter().collect(),
            truth.truu_active_devices.into_iter().collect(),
        )
    }
}

pub(crate) fn owner(device: &SystemDevice) -> String {
    device.user.clone().unwrap().guid.unwrap()
}

pub(crate) fn approved(plan: Plan) -> ApprovedPlan {
    let guards = Guards::default()
        .with_expect(plan.targets.len())
        .with_max_implied(usize::MAX);
    guards.approve(plan).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn delete_user(guid: &str) -> Change {
    Change::DeleteUser(UserSelector::Guid(text(guid)))
}

pub(crate) fn delete_by_email(email: &str) -> Change {
    Change::DeleteUser(UserSelector::Email(text(email)))
}

pub(crate) fn delete_device(id: &str, guid: Option<&str>) -> Change {
    Change::DeleteDevice(DeviceSelector::Enrollment {
        id: DeviceId::new(id).unwrap(),
        guid: guid.map(text),
    })
}

pub(crate) fn id_of(subject: &Subject) -> String {
    match subject {
        Subject::User { id, .. } => id.clone().unwrap(),
        Subject::Device { id, .. } => id.clone(),
        other => unreachable!("TruU has no {other}"),
    }
}

/// A tenant that answers as the test says: each path with a JSON body, or with a 404.
#[derive(Clone, Default)]
pub(crate) struct Script {
    users: Vec<Value>,
    devices: Vec<Value>,
    single: Vec<(String, Value)>,
}

impl Script {
    /// With these users in the list of enrolled users, whatever its filter is.
    pub(crate) fn users(mut self, rows: impl Into<Vec<Value>>) -> Self {
        self.users = rows.into();
        self
    }

    /// With these devices in the list of devices.
    pub(crate) fn devices(mut self, rows: impl Into<Vec<Value>>) -> Self {
        self.devices = rows.into();
        self
    }

    /// With this answer at `path`, behind `domainusers/`.
    pub(crate) fn single(mut self, path: &str, row: Value) -> Self {
        let path = format!("/api/v1/system/domainusers/{path}/");
        self.single.push((path, row));
        self
    }

    pub(crate) fn answer(&self, path: &str) -> Reply {
        match path {
            "/api/v1/system/enrolled/users/" => page(&self.users),
            "/api/v1/system/devices/" => page(&self.devices),
            _ => match self.single.iter().find(|(known, _)| known == path) {
                Some((_, row)) => Reply::json(200, row),
                None => Reply::json(404, json!({"detail": "Not found."})),
            },
        }
    }

    /// A directory over the script in which every change is answered with `change`.
    pub(crate) fn directory(self, change: Reply) -> (TruuDirectory, FakeTransport) {
        let wire = FakeTransport::answering(move |request| match request.method().as_str() {
            "GET" => self.answer(request.uri().path()),
            _ => change.clone(),
        });
        (over(&wire), wire)
    }

    /// The plan of one change. Nothing but reads may be sent for it.
    pub(crate) async fn plan(self, change: Change) -> Result<Plan, Error> {
        let (directory, wire) = self.directory(Reply::status(500));
        let plan = directory.plan(&[change]).await.remove(0);
        assert_eq!(deletions(&wire), Vec::<String>::new());
        plan
    }
}

/// A directory over `wire`, which needs no token.
pub(crate) fn over(wire: &FakeTransport) -> TruuDirectory {
    let wire = Arc::new(wire.clone());
    TruuDirectory::new(Client::new(source(), base(), wire))
}

fn page(rows: &[Value]) -> Reply {
    let count = rows.len();
    Reply::json(
        200,
        json!({"page": 1, "next": null, "final": 1, "count": count, "results": rows}),
    )
}

pub(crate) fn user(tuid: &str, guid: &str) -> Value {
    json!({"tuid": tuid, "guid": guid, "displayName": tuid, "email": "Ann@example.com", "userPrincipal": "Ann@corp"})
}

pub(crate) fn device(id: &str, tuid: &str, guid: &str) -> Value {
    json!({"deviceId": id, "active": true, "user": {"tuid": tuid, "guid": guid}})
}

/// The row with one member changed; null takes it away.
pub(crate) fn with(mut row: Value, member: &str, value: Value) -> Value {
    row[member] = value;
    row
}

/// The targets of the deletions that were sent.
pub(crate) fn deletions(wire: &FakeTransport) -> Vec<String> {
    let sent = wire.requests().into_iter();
    sent.filter(|request| request.method() != "GET")
        .map(|request| format!("{} {}", request.method(), request.uri().path()))
        .collect()
}
