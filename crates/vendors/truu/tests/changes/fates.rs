use rollbook_model::{Change, ChangeFate, Directory as _, Error, ErrorKind, Found};

use crate::support::{Tenant, delete_device, delete_user};

/// A fault on the deletion, and what must be said of it: the fate, and what a read showed.
const FAULTS: &[(&str, ChangeFate, Option<Found>)] = &[
    ("reset:when=before", ChangeFate::NotDone, Some(Found::Unchanged)),
    ("reset:when=after", ChangeFate::Done, Some(Found::Changed)),
    (
        "status:code=500,when=before",
        ChangeFate::NotDone,
        Some(Found::Unchanged),
    ),
    (
        "status:code=500,when=after",
        ChangeFate::Done,
        Some(Found::Changed),
    ),
    (
        "status:code=503,when=before",
        ChangeFate::NotDone,
        Some(Found::Unchanged),
    ),
    (
        "status:code=503,when=after",
        ChangeFate::Done,
        Some(Found::Changed),
    ),
    // A 504 says that something took too long: it may still be under way.
    (
        "status:code=504,when=before",
        ChangeFate::Unknown,
        Some(Found::Unchanged),
    ),
    (
        "status:code=504,when=after",
        ChangeFate::Done,
        Some(Found::Changed),
    ),
    // A 429 says that nothing was done, and is believed.
    ("status:code=429,when=before", ChangeFate::NotDone, None),
];

async fn changes(tenant: &Tenant) -> [Change; 2] {
    let (guid, devices) = tenant.busy_user().await;
    [delete_device(&devices[0], Some(&guid)), delete_user(&guid)]
}

#[tokio::test(start_paused = true)]
async fn the_fate_told_is_the_truth() {
    for (fault, fate, read_back) in FAULTS {
        for kind in 0..2 {
            let tenant = Tenant::new();
            let change = changes(&tenant).await[kind].clone();
            let plan = tenant.approved(change).await;
            let before = tenant.alive();
            let fault = format!("{fault},method=DELETE");
            tenant.sandbox.add_fault(fault.parse().unwrap());
            let outcomes = tenant.directory.carry_out(&plan).await;
            let changed = tenant.alive() != before;
            assert_eq!(outcomes.len(), 1);
            let outcome = &outcomes[0];
            assert_eq!((outcome.fate, outcome.read_back), (*fate, *read_back), "{fault}");
            match outcome.fate {
                ChangeFate::Done => assert!(changed, "{fault}"),
                ChangeFate::NotDone => assert!(!changed, "{fault}"),
                _ => (),
            }
            assert!(
                outcome.error.is_some(),
                "{fault}: the failure is told also when it is done"
            );
            assert_eq!(tenant.changes_sent().len(), 1, "{fault}: sent once");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_too_settles_nothing() {
    for when in ["before", "after"] {
        for kind in 0..2 {
            let tenant = Tenant::new();
            let change = changes(&tenant).await[kind].clone();
            let plan = tenant.approved(change).await;
            let fault = format!("reset:when={when},path=/api/v1/system");
            tenant.sandbox.add_fault(fault.parse().unwrap());
            let outcomes = tenant.directory.carry_out(&plan).await;
            assert_eq!(outcomes[0].fate, ChangeFate::Unknown);
            assert_eq!(outcomes[0].read_back, Some(Found::Unclear));
            assert_eq!(tenant.changes_sent().len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_already_gone_is_not_found() {
    // The user's deletion takes the device with it, behind the back of the second plan.
    let tenant = Tenant::new();
    let [device, user] = changes(&tenant).await;
    let (device, user) = (tenant.approved(device).await, tenant.approved(user).await);
    assert_eq!(tenant.directory.carry_out(&user).await[0].fate, ChangeFate::Done);
    for plan in [device, user] {
        let outcomes = tenant.directory.carry_out(&plan).await;
        assert_eq!(outcomes[0].fate, ChangeFate::NotDone);
        assert_eq!(outcomes[0].read_back, None);
        let kind = outcomes[0].error.as_ref().map(Error::kind);
        assert_eq!(kind, Some(ErrorKind::NotFound));
    }
}
