//! The fate told is the truth, and no change is sent a second time.

use rollbook_banyan::BanyanDirectory;
use rollbook_model::{Change, ChangeFate, Directory as _, ErrorKind, Found, SerialNumber};
use rollbook_sandbox::{Sandbox, SandboxConfig, Truth};

use crate::tenant::{
    approve, changes_of, delete_device, delete_everywhere, delete_user, plan, sandbox, steps_of,
};

/// Each fault, and whether its answer leaves open what the change did.
const FAULTS: &[(&str, bool)] = &[
    ("reset:when=before", true),
    ("reset:when=after", true),
    ("status:code=500,when=before", true),
    ("status:code=500,when=after", true),
    ("status:code=503,when=before", true),
    ("status:code=503,when=after", true),
    ("truncated:length=right", true),
    ("status:code=429,when=before", false),
    ("status:code=400,when=before", false),
    ("status:code=403,when=before", false),
];

fn config() -> SandboxConfig {
    SandboxConfig::default().with_users(20).with_devices(30)
}

/// A change of every kind that has something to do.
async fn one_of_each(sandbox: &Sandbox, directory: &BanyanDirectory) -> Vec<Change> {
    let truth = sandbox.truth();
    let mut changes: Vec<Change> = Vec::new();
    for registration in &truth.banyan_registrations {
        let Ok(serial) = SerialNumber::new(registration.serial_number.clone()) else {
            continue;
        };
        for change in [
            delete_device(serial.as_str(), &registration.email),
            delete_everywhere(serial.as_str()),
            delete_user(&registration.email),
            Change::ban(serial.clone()),
            Change::unban(serial.clone()),
        ] {
            if changes
                .iter()
                .any(|other| other.operation() == change.operation())
            {
                continue;
            }
            if plan(directory, change.clone())
                .await
                .is_ok_and(|plan| plan.steps.len() == 1)
            {
                changes.push(change);
            }
        }
    }
    assert_eq!(changes.len(), 5);
    changes
}

async fn carry_out(fault: &[&str], change: Change) -> (Truth, Truth, rollbook_model::Outcome) {
    let (sandbox, directory) = sandbox(config());
    let approved = approve(plan(&directory, change).await.unwrap());
    let before = sandbox.truth();
    for fault in fault {
        sandbox.add_fault(fault.parse().unwrap());
    }
    let mut outcomes = directory.carry_out(&approved).await;
    assert_eq!(changes_of(&sandbox), steps_of(&approved), "sent once, as planned");
    assert_eq!(outcomes.len(), 1);
    (before, sandbox.truth(), outcomes.remove(0))
}

#[tokio::test(start_paused = true)]
async fn the_fate_told_is_the_truth() {
    let (sandbox, directory) = sandbox(config());
    for change in one_of_each(&sandbox, &directory).await {
        for (fault, open) in FAULTS {
            let method = if change.operation().to_string().ends_with("ban") {
                "POST"
            } else {
                "DELETE"
            };
            let fault = format!("{fault},method={method}");
            let (before, after, outcome) = carry_out(&[&fault], change.clone()).await;
            let told = format!("{fault} {change:?} {outcome:?}");
            let fate = if before == after {
                ChangeFate::NotDone
            } else {
                ChangeFate::Done
            };
            assert_eq!(outcome.fate, fate, "{told}");
            let carried_out = !fault.contains("when=before");
            assert_eq!(before != after, carried_out, "{told}");
            assert_eq!(outcome.read_back.is_some(), *open, "{told}");
            assert!(
                outcome.error.is_some(),
                "what the request ended with is kept: {told}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_back_is_not_known() {
    let (sandbox, directory) = sandbox(config());
    for change in one_of_each(&sandbox, &directory).await {
        for when in ["before", "after"] {
            let post = format!("reset:when={when},method=POST");
            let delete = format!("reset:when={when},method=DELETE");
            let faults = ["status:code=503,method=GET", post.as_str(), delete.as_str()];
            let (_, _, outcome) = carry_out(&faults, change.clone()).await;
            assert_eq!(outcome.fate, ChangeFate::Unknown, "{outcome:?}");
            assert_eq!(outcome.read_back, Some(Found::Unclear));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_already_gone_is_not_found() {
    let (sandbox, directory) = sandbox(config());
    for change in one_of_each(&sandbox, &directory).await {
        let (sandbox, directory) = crate::tenant::sandbox(config());
        let approved = approve(plan(&directory, change).await.unwrap());
        assert_eq!(directory.carry_out(&approved).await[0].fate, ChangeFate::Done);
        let outcome = directory.carry_out(&approved).await.remove(0);
        assert_eq!(changes_of(&sandbox).len(), 2);
        if matches!(approved.change, Change::BanDevice(_) | Change::UnbanDevice(_)) {
            assert_eq!(outcome.fate, ChangeFate::Done, "a ban twice is a ban");
        } else {
            assert_eq!(outcome.fate, ChangeFate::NotDone);
            assert_eq!(outcome.error.unwrap().kind(), ErrorKind::NotFound);
        }
    }
}
