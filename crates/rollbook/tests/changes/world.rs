//! The sandbox with a source at each vendor, what can be changed in it, and the facts that a change changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use rollbook::model::{
    ApprovedPlan, Change, DeviceSelector, Effect, EffectKind, Guards, NewUser, Operation, SerialNumber,
    Subject, Text, UserSelector,
};
use rollbook::transport::Transport;
use rollbook::{BaseUrl, Rollbook, Secret, Source, SourceConfig};
use rollbook_sandbox::{LoggedRequest, Sandbox, SandboxTransport, credentials};
use serde_json::Value;

use crate::clock::TokioClock;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) rollbook: Rollbook,
}

/// The places of the sources.
pub(crate) const TRUU: usize = 0;
pub(crate) const BANYAN: usize = 1;
pub(crate) const TRUTO: usize = 2;

impl World {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        let wire = Arc::new(SandboxTransport::new(sandbox.clone()));
        Self::over(sandbox, wire)
    }

    pub(crate) fn over(sandbox: Sandbox, wire: Arc<dyn Transport>) -> Self {
        let base_url = || BaseUrl::parse("http://127.0.0.1:1").unwrap();
        let secret = |text: &str| Secret::new(text).unwrap();
        let truu = rollbook::truu::Config::new(
            base_url(),
            credentials::TRUU_CLIENT_ID,
            secret(credentials::TRUU_CLIENT_SECRET),
        );
        let banyan = rollbook::banyan::Config::new(base_url(), secret(credentials::BANYAN_KEY));
        let mut truto = rollbook::truto::Config::new(
            base_url(),
            credentials::TRUTO_INTEGRATED_ACCOUNT,
            secret(credentials::TRUTO_TOKEN),
        );
        truto.models.push(rollbook::truto::Model::Mdm);
        let sources = [
            SourceConfig::truu("t".parse().unwrap(), truu),
            SourceConfig::banyan("b".parse().unwrap(), banyan),
            SourceConfig::truto("o".parse().unwrap(), truto),
        ];
        let rollbook = Rollbook::builder()
            .transport(wire)
            .clock(Arc::new(TokioClock::new()));
        let rollbook = rollbook.build(&sources).unwrap();
        Self { sandbox, rollbook }
    }

    pub(crate) fn source(&self, place: usize) -> &Source {
        &self.rollbook.sources()[place]
    }

    /// The changes that reached the sandbox, with those that a fault hit.
    pub(crate) fn changes(&self) -> Vec<LoggedRequest> {
        let changes = |request: &LoggedRequest| request.method != "GET" && !request.target.contains("token");
        self.sandbox.request_log().into_iter().filter(changes).collect()
    }

    pub(crate) fn rows(&self, target: &str) -> Vec<Value> {
        let request = http::Request::get(target)
            .header("authorization", format!("Bearer {}", credentials::BANYAN_KEY))
            .body(bytes::Bytes::new())
            .unwrap();
        let response = self.sandbox.handle(request);
        serde_json::from_slice(response.body()).unwrap()
    }

    /// Everything that a change can change, one text each.
    pub(crate) fn facts(&self) -> BTreeSet<String> {
        let truth = self.sandbox.truth();
        let mut facts = BTreeSet::new();
        facts.extend(truth.truu_users.iter().map(|id| format!("t user {id}")));
        facts.extend(
            truth
                .truu_active_devices
                .iter()
                .map(|id| format!("t device {id}")),
        );
        facts.extend(truth.banyan_users.iter().map(|email| format!("b user {email}")));
        for row in self.rows("/api/v1/devices") {
            let serial = row["SerialNumber"].as_str().unwrap();
            let id = row["DeviceID"].as_str().unwrap_or(serial);
            facts.insert(format!("b device {serial} {id}"));
            if row["Banned"] == "TRUE" {
                facts.insert(format!("b banned {serial} {id}"));
            }
            for email in row["Emails"].as_array().unwrap() {
                facts.insert(format!("{}{id}", registration(serial, email.as_str().unwrap())));
            }
        }
        facts.extend(truth.truto_mdm_users.iter().map(|id| format!("o user {id}")));
        facts
    }

    /// What there is to change: good names, and the seed of wrong ones.
    pub(crate) fn candidates(&self, place: usize) -> Vec<Change> {
        match place {
            TRUU => self.at_truu(),
            BANYAN => self.at_banyan(),
            _ => ["Ann Lee", "Bo Chen"].into_iter().map(create).collect(),
        }
    }

    /// Some change of this kind that touches something. It is planned with faults out of the way.
    pub(crate) async fn approved(&self, place: usize, operation: Operation) -> ApprovedPlan {
        let directory = self.source(place).directory();
        for change in self.candidates(place) {
            let with_guid = matches!(
                change,
                Change::DeleteDevice(DeviceSelector::Enrollment { guid: Some(_), .. })
            );
            if change.operation() != operation || with_guid {
                continue;
            }
            let Some(Ok(plan)) = directory.plan(&[change]).await.into_iter().next() else {
                continue;
            };
            if plan.asked.is_empty() {
                continue;
            }
            let guards = Guards::default()
                .with_expect(plan.targets.len())
                .with_max_implied(plan.implied.len());
            return guards.approve(plan).unwrap();
        }
        panic!("the sandbox has nothing for `{operation}`");
    }

    fn at_truu(&self) -> Vec<Change> {
        let truth = self.sandbox.truth();
        let users = truth
            .truu_users
            .iter()
            .map(|tuid| Change::DeleteUser(UserSelector::Tuid(text(tuid))));
        let devices = truth.truu_devices.iter().map(|id| {
            Change::DeleteDevice(DeviceSelector::Enrollment {
                id: id.parse().unwrap(),
                guid: None,
            })
        });
        users.chain(devices).collect()
    }

    fn at_banyan(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for row in self.rows("/api/v1/devices") {
            // Placeholders name no machine: the type keeps them out.
            let Ok(serial) = SerialNumber::new(row["SerialNumber"].as_str().unwrap()) else {
                continue;
            };
            changes.push(Change::ban(serial.clone()));
            changes.push(Change::unban(serial.clone()));
            changes.push(Change::delete_everywhere(serial.clone()));
            for email in row["Emails"].as_array().unwrap() {
                changes.push(Change::DeleteDevice(DeviceSelector::Registration {
                    serial: serial.clone(),
                    email: text(email.as_str().unwrap()),
                }));
            }
        }
        for email in self.sandbox.truth().banyan_users {
            changes.push(Change::DeleteUser(UserSelector::Email(text(&email))));
        }
        changes
    }
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn create(name: &str) -> Change {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    Change::CreateUser(NewUser::new(text(name), vec![text(&email)]))
}

/// How the facts of a registration begin; the device's id follows, as devices can share a serial number.
fn registration(serial: &str, email: &str) -> String {
    format!("b registration {serial} {} ", email.to_lowercase())
}

/// The facts as they are after `effect` at the source in this place.
pub(crate) fn apply(place: usize, effect: &Effect, facts: &mut BTreeSet<String>) {
    let source = ["t", "b", "o"][place];
    match (&effect.subject, effect.kind) {
        (Subject::User { id: Some(id), .. }, EffectKind::Delete | EffectKind::Deactivate) => {
            let user = format!("{source} user {}", id.to_lowercase());
            let known = facts.iter().find(|fact| fact.to_lowercase() == user).cloned();
            assert!(
                known.is_some_and(|known| facts.remove(&known)),
                "{effect}: there is no such user"
            );
        }
        (Subject::Device { id, .. }, EffectKind::Delete) if place == TRUU => {
            assert!(
                facts.remove(&format!("t device {id}")),
                "{effect}: there is no such device"
            );
        }
        (Subject::Device { id, serial, .. }, kind) => {
            let serial = serial.as_deref().unwrap_or_default();
            let banned = format!("b banned {serial} {id}");
            match kind {
                EffectKind::Ban => assert!(facts.insert(banned), "{effect}: it is banned"),
                EffectKind::Unban => assert!(facts.remove(&banned), "{effect}: it is not banned"),
                _ => {
                    facts.remove(&banned);
                    let device = format!("b device {serial} {id}");
                    assert!(facts.remove(&device), "{effect}: there is no such device");
                    let registrations = format!("b registration {serial} ");
                    let own = format!(" {id}");
                    facts.retain(|fact| !(fact.starts_with(&registrations) && fact.ends_with(&own)));
                }
            }
        }
        (Subject::Registration { serial, email }, EffectKind::Unregister) => {
            let registration = registration(serial, email);
            let known = facts.iter().find(|fact| fact.starts_with(&registration)).cloned();
            assert!(
                known.is_some_and(|known| facts.remove(&known)),
                "{effect}: there is no such registration"
            );
        }
        (Subject::User { id: None, .. }, EffectKind::Create) => {}
        (subject, kind) => panic!("nothing {} {subject}", kind.as_str()),
    }
}
