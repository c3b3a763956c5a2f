//! What is predicted is what happens: over every user, device and registration of many small sandboxes, one by one and in
//! lists.

use rollbook_model::{
    Change, Directory as _, EffectKind, Error, ErrorKind, Plan, SerialNumber, Subject, UserId, UserSelector,
};
use rollbook_sandbox::{Sandbox, SandboxConfig, Truth};

use crate::tenant::{
    approve, changes_of, delete_device, delete_everywhere, delete_user, plan, sandbox, steps_of,
};

const SEEDS: u64 = 12;

fn config(seed: u64) -> SandboxConfig {
    SandboxConfig::default()
        .with_seed(seed)
        .with_users(14)
        .with_devices(26)
}

/// Every change that can be asked for in this world.
fn all_changes(truth: &Truth) -> Vec<Change> {
    let mut changes = Vec::new();
    for registration in &truth.banyan_registrations {
        if let Ok(serial) = SerialNumber::new(registration.serial_number.clone()) {
            changes.push(delete_device(serial.as_str(), &registration.email.to_uppercase()));
            changes.push(delete_everywhere(serial.as_str()));
            changes.push(Change::ban(serial.clone()));
            changes.push(Change::unban(serial));
        }
    }
    changes.extend(truth.banyan_users.iter().map(|email| delete_user(email)));
    let ids = truth.banyan_user_ids.iter();
    changes.extend(ids.map(|id| Change::DeleteUser(UserSelector::Id(UserId::new(id.clone()).unwrap()))));
    changes
}

/// What `before` has and `after` has not.
fn gone<T: Clone + PartialEq + Ord>(before: &[T], after: &[T]) -> Vec<T> {
    let mut after = after.to_vec();
    let mut gone: Vec<T> = before
        .iter()
        .filter(|row| match after.iter().position(|other| other == *row) {
            Some(place) => {
                after.swap_remove(place);
                false
            }
            None => true,
        })
        .cloned()
        .collect();
    gone.sort();
    gone
}

fn predicted(plan: &Plan, kinds: &[EffectKind], read: impl Fn(&Subject) -> Option<String>) -> Vec<String> {
    let effects = plan.asked.iter().chain(&plan.implied);
    let fitting = effects.filter(|effect| kinds.contains(&effect.kind));
    let mut subjects: Vec<String> = fitting.filter_map(|effect| read(&effect.subject)).collect();
    subjects.sort();
    subjects
}

/// Whether the change is refused for devices that a user lists and v1 does not: inactive ones.
fn is_for_hidden_devices(error: &Error, truth: &Truth) -> bool {
    let said = error.message().strip_prefix("the end user `");
    let said = said.and_then(|said| said.strip_suffix("`, and no device with one of them names that user"));
    let said = said.and_then(|said| said.split_once("` lists the serial numbers `"));
    said.is_some_and(|(email, serials)| {
        let mut shown = truth.banyan_registrations.iter();
        error.kind() == ErrorKind::Refused
            && !shown.any(|pair| {
                pair.email == email && serials.split("`, `").any(|serial| serial == pair.serial_number)
            })
    })
}

/// Whether the difference between two truths is what the plan says.
fn check(plan: &Plan, before: &Truth, after: &Truth) {
    let ends = [EffectKind::Delete, EffectKind::Deactivate];
    let users = predicted(plan, &ends, |subject| match subject {
        Subject::User { id, .. } => id.clone(),
        _ => None,
    });
    assert_eq!(
        users,
        gone(&before.banyan_users, &after.banyan_users),
        "{plan:#?}"
    );
    let devices = predicted(plan, &ends, |subject| match subject {
        Subject::Device { id, .. } => Some(id.clone()),
        _ => None,
    });
    assert_eq!(
        devices,
        gone(&before.banyan_devices, &after.banyan_devices),
        "{plan:#?}"
    );
    let pairs = |truth: &Truth| -> Vec<String> {
        let pairs = truth.banyan_registrations.iter();
        pairs
            .map(|pair| format!("{} {}", pair.serial_number, pair.email))
            .collect()
    };
    // A device that is deactivated is not listed any more, and neither are its registrations: that is no end of them.
    if !matches!(plan.change, Change::DeleteUser(_)) {
        let ended = predicted(plan, &[EffectKind::Unregister], |subject| match subject {
            Subject::Registration { serial, email } => Some(format!("{serial} {email}")),
            _ => None,
        });
        assert_eq!(ended, gone(&pairs(before), &pairs(after)), "{plan:#?}");
        let is_hidden = |email: &String| !before.banyan_users.contains(email);
        let hidden = predicted(plan, &[EffectKind::Unregister], |subject| match subject {
            Subject::Registration { email, .. } => Some(email.clone()).filter(is_hidden),
            _ => None,
        });
        let notes = plan.notes.iter();
        let noted = notes
            .filter(|note| note.contains("not among the end users"))
            .count();
        assert_eq!(noted > 0, !hidden.is_empty(), "{plan:#?}");
    }
    let count = |kind| {
        let asked = plan.asked.iter().filter(|effect| effect.kind == kind);
        asked.count()
    };
    assert_eq!(
        count(EffectKind::Ban),
        gone(&after.banyan_banned, &before.banyan_banned).len()
    );
    if count(EffectKind::Unban) > 0 {
        assert_eq!(
            count(EffectKind::Unban),
            gone(&before.banyan_banned, &after.banyan_banned).len()
        );
    }
    // Nothing comes to be by these changes.
    assert!(gone(&after.banyan_users, &before.banyan_users).is_empty());
    assert!(gone(&after.banyan_devices, &before.banyan_devices).is_empty());
}

async fn carry_out(sandbox: &Sandbox, directory: &rollbook_banyan::BanyanDirectory, plan: Plan) {
    let before = sandbox.truth();
    sandbox.clear_request_log();
    let approved = approve(plan);
    for outcome in directory.carry_out(&approved).await {
        assert_eq!(outcome.fate.as_str(), "done", "{outcome:?} {approved:#?}");
    }
    assert_eq!(changes_of(sandbox), steps_of(&approved));
    check(&approved, &before, &sandbox.truth());
}

#[tokio::test(start_paused = true)]
async fn each_change_does_what_its_plan_says() {
    let (mut planned, mut refused) = (0, Vec::new());
    for seed in 0..SEEDS {
        let truth = sandbox(config(seed)).0.truth();
        let changes = all_changes(&truth);
        for change in changes {
            let (sandbox, directory) = sandbox(config(seed));
            match plan(&directory, change).await {
                Ok(plan) => {
                    assert!(
                        changes_of(&sandbox).is_empty(),
                        "planning sends nothing but reads"
                    );
                    planned += 1;
                    carry_out(&sandbox, &directory, plan).await;
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    assert!(error.message().contains("already inactive"), "{error}");
                }
                Err(error) => {
                    assert!(is_for_hidden_devices(&error, &truth), "{error}");
                    refused.push(error.to_string());
                }
            }
        }
    }
    assert!(
        refused.len() * 20 < planned,
        "{planned} planned, {} refused: {refused:#?}",
        refused.len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_list_of_changes_does_what_its_plans_say_together() {
    let mut planned = 0;
    for seed in 0..SEEDS {
        for stride in [1, 3, 5, 7] {
            let (sandbox, directory) = sandbox(config(seed));
            let truth = sandbox.truth();
            let all = all_changes(&truth);
            // A stride that shares no factor with the length visits all of them, in an order of its own.
            let changes: Vec<Change> = (0..all.len())
                .map(|place| all[place * (2 * stride + seed as usize) % all.len()].clone())
                .collect();
            let plans = directory.plan(&changes).await;
            assert!(
                changes_of(&sandbox).is_empty(),
                "planning sends nothing but reads"
            );
            assert_eq!(plans.len(), changes.len());
            for plan in plans {
                match plan {
                    Ok(plan) => {
                        planned += 1;
                        carry_out(&sandbox, &directory, plan).await;
                    }
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) if error.message().contains("only once the deletion before") => {
                        assert_eq!(error.kind(), ErrorKind::Refused);
                    }
                    Err(error) => assert!(is_for_hidden_devices(&error, &truth), "{error}"),
                }
            }
        }
    }
    assert!(planned > 500, "{planned} planned");
}
