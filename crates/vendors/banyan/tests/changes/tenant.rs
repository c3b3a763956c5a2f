//! A Banyan organisation for tests: the sandbox's, or one whose every reply is written down.

use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_banyan::{BanyanDirectory, Client, Config, DEFAULT_BASE_URL};
use rollbook_model::{
    ApprovedPlan, Change, DeviceSelector, Directory as _, Effect, Error, Guards, Outcome, Plan, SerialNumber,
    SourceName, Text, UserSelector,
};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_testkit::{FakeTransport, Reply, Rule};
use rollbook_transport::Transport;
use rollbook_vendor_kit::BaseUrl;
use serde_json::{Value, json};

pub(crate) fn client(wire: impl Transport + 'static) -> Client {
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap(),
        Secret::new(credentials::BANYAN_KEY).unwrap(),
    )
    .without_exchange();
    let source = SourceName::new("corp-banyan").unwrap();
    Client::connect(source, config, Arc::new(wire)).unwrap()
}

pub(crate) fn sandbox(config: SandboxConfig) -> (Sandbox, BanyanDirectory) {
    let sandbox = Sandbox::new(config);
    let client = client(SandboxTransport::new(sandbox.clone()));
    (sandbox, BanyanDirectory::new(client))
}

/// Every request that was no read: method, target, body and key, as a plan shows them.
pub(crate) fn changes_of(sandbox: &Sandbox) -> Vec<Sent> {
    let log = sandbox.request_log().into_iter();
    log.filter(|request| request.method != "GET")
        .map(|request| {
            (
                request.method.to_string(),
                request.target,
                request.body,
                request.idempotency_key,
            )
        })
        .collect()
}

pub(crate) fn steps_of(plan: &Plan) -> Vec<Sent> {
    let steps = plan.steps.iter();
    steps
        .map(|step| {
            let key = step.idempotency_key.clone();
            (step.method.clone(), step.target.clone(), step.body.clone(), key)
        })
        .collect()
}

pub(crate) type Sent = (String, String, Option<String>, Option<String>);

/// An organisation that answers these reads, and knows no others.
pub(crate) fn written(rules: impl IntoIterator<Item = Rule>) -> (FakeTransport, BanyanDirectory) {
    let wire = FakeTransport::unordered(rules);
    let directory = BanyanDirectory::new(client(wire.clone()));
    (wire, directory)
}

/// `v1/devices` with one filter, asked for once.
pub(crate) fn devices(filter: &str, value: &str, rows: Value) -> Rule {
    Rule::get("/api/v1/devices")
        .query(filter, value)
        .reply(Reply::json(200, rows))
}

/// `v1/endusers` with one filter, asked for once.
pub(crate) fn endusers(filter: &str, value: &str, rows: Value) -> Rule {
    Rule::get("/api/v1/endusers")
        .query(filter, value)
        .reply(Reply::json(200, rows))
}

/// `v2/enduser`, asked for once.
pub(crate) fn accounts(rows: Value) -> Rule {
    let count = rows.as_array().unwrap().len();
    let data = json!({"endusers": rows, "count": count});
    let reply = json!({"request_id": "", "error_code": 0, "error_description": "", "data": data});
    Rule::get("/api/v2/enduser")
        .any_query()
        .reply(Reply::json(200, reply))
}

pub(crate) fn device(id: &str, serial: &str, emails: &[&str]) -> Value {
    json!({"DeviceID": id, "SerialNumber": serial, "Emails": emails, "Banned": "FALSE"})
}

pub(crate) fn enduser(email: &str, serials: &[&str]) -> Value {
    json!({"Email": email, "Name": "A Name", "SerialNumbers": serials})
}

pub(crate) fn account(id: &str, email: &str, status: &str) -> Value {
    json!({"id": id, "email": email, "status": status})
}

pub(crate) fn serial(text: &str) -> SerialNumber {
    SerialNumber::new(text).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn ban(number: &str) -> Change {
    Change::ban(serial(number))
}

pub(crate) fn delete_device(number: &str, email: &str) -> Change {
    Change::DeleteDevice(DeviceSelector::Registration {
        serial: serial(number),
        email: text(email),
    })
}

pub(crate) fn delete_everywhere(number: &str) -> Change {
    Change::delete_everywhere(serial(number))
}

pub(crate) fn delete_user(email: &str) -> Change {
    Change::DeleteUser(UserSelector::Email(text(email)))
}

/// The plan of one change.
pub(crate) async fn plan(directory: &BanyanDirectory, change: Change) -> Result<Plan, Error> {
    let mut plans = directory.plan(&[change]).await;
    assert_eq!(plans.len(), 1);
    plans.remove(0)
}

/// Approves whatever the plan does.
pub(crate) fn approve(plan: Plan) -> ApprovedPlan {
    let guards = Guards::default()
        .with_expect(plan.targets.len())
        .with_max_implied(usize::MAX);
    guards.approve(plan).unwrap()
}

/// Plans and carries out one change of one step.
pub(crate) async fn done(directory: &BanyanDirectory, change: Change) -> Outcome {
    let plan = approve(plan(directory, change).await.unwrap());
    let mut outcomes = directory.carry_out(&plan).await;
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// The effects in one line each.
pub(crate) fn lines(effects: &[Effect]) -> Vec<String> {
    effects.iter().map(Effect::to_string).collect()
}
