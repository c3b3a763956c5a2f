//! The two addresses of deleting a device.

use rollbook_banyan::{BanyanDirectory, DeletePath};
use rollbook_model::{ChangeFate, Directory as _, ErrorKind, Plan};
use rollbook_sandbox::{BanyanDeletePath, Sandbox, SandboxConfig, SandboxTransport};

use crate::tenant::{approve, changes_of, client, delete_everywhere, plan};

fn sandbox(path: BanyanDeletePath) -> Sandbox {
    let config = SandboxConfig::default().with_users(20).with_devices(30);
    Sandbox::new(config.with_banyan_delete_path(path))
}

/// Plans deleting the first device with a real serial number.
async fn planned(sandbox: &Sandbox, directory: &BanyanDirectory) -> Plan {
    let truth = sandbox.truth();
    let serials = truth.banyan_registrations.iter().map(|pair| &pair.serial_number);
    let mut real = serials.filter(|serial| serial.len() > 5 && !serial.contains(' '));
    plan(directory, delete_everywhere(real.next().unwrap()))
        .await
        .unwrap()
}

fn paths_of(sandbox: &Sandbox) -> Vec<String> {
    let sent = changes_of(sandbox).into_iter();
    sent.map(|(_, target, ..)| target.split('?').next().unwrap().to_owned())
        .collect()
}

const DOCUMENTED: &str = "/api/v1/v1/delete_device";
const UNDOUBLED: &str = "/api/v1/delete_device";

#[tokio::test(start_paused = true)]
async fn the_other_address_is_tried_once_and_then_remembered_by_every_clone() {
    let sandbox = sandbox(BanyanDeletePath::Single);
    let client = client(SandboxTransport::new(sandbox.clone()));
    let directory = BanyanDirectory::new(client.clone());
    let plan = planned(&sandbox, &directory).await;
    assert!(plan.steps[0].target.starts_with(DOCUMENTED));
    let other = plan.steps[0].target.replace(DOCUMENTED, UNDOUBLED);
    assert!(
        plan.notes
            .contains(&format!("if that address does not exist: DELETE {other}"))
    );
    let outcome = directory.carry_out(&approve(plan)).await.remove(0);
    assert_eq!(outcome.fate, ChangeFate::Done, "{outcome:?}");
    assert_eq!(paths_of(&sandbox), [DOCUMENTED, UNDOUBLED]);

    let clone = BanyanDirectory::new(client);
    let plan = planned(&sandbox, &clone).await;
    assert!(plan.steps[0].target.starts_with(UNDOUBLED));
    assert!(!plan.notes.iter().any(|note| note.contains("address")));
    assert_eq!(clone.carry_out(&approve(plan)).await[0].fate, ChangeFate::Done);
    assert_eq!(paths_of(&sandbox), [DOCUMENTED, UNDOUBLED, UNDOUBLED]);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_there_is_remembered_too() {
    let sandbox = sandbox(BanyanDeletePath::Doubled);
    let directory = BanyanDirectory::new(client(SandboxTransport::new(sandbox.clone())));
    let plan = planned(&sandbox, &directory).await;
    assert_eq!(
        directory.carry_out(&approve(plan)).await[0].fate,
        ChangeFate::Done
    );
    let plan = planned(&sandbox, &directory).await;
    assert!(!plan.notes.iter().any(|note| note.contains("address")));
    assert_eq!(paths_of(&sandbox), [DOCUMENTED]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_nothing_of_the_address() {
    let sandbox = sandbox(BanyanDeletePath::Single);
    sandbox.add_fault("status:code=503,method=DELETE,times=1".parse().unwrap());
    let directory = BanyanDirectory::new(client(SandboxTransport::new(sandbox.clone())));
    let outcome = directory
        .carry_out(&approve(planned(&sandbox, &directory).await))
        .await;
    assert_eq!(outcome[0].fate, ChangeFate::NotDone, "{outcome:?}");
    let plan = planned(&sandbox, &directory).await;
    assert_eq!(
        directory.carry_out(&approve(plan)).await[0].fate,
        ChangeFate::Done
    );
    assert_eq!(paths_of(&sandbox), [DOCUMENTED, DOCUMENTED, UNDOUBLED]);
}

#[tokio::test(start_paused = true)]
async fn a_source_can_name_the_address() {
    let sandbox = sandbox(BanyanDeletePath::Single);
    let client = client(SandboxTransport::new(sandbox.clone()));
    let wrong = BanyanDirectory::new(client.clone().with_delete_path(DeletePath::Documented));
    let plan = planned(&sandbox, &wrong).await;
    assert!(!plan.notes.iter().any(|note| note.contains("address")));
    let outcome = wrong.carry_out(&approve(plan)).await.remove(0);
    assert_eq!((outcome.fate, outcome.read_back), (ChangeFate::NotDone, None));
    assert_eq!(outcome.error.unwrap().kind(), ErrorKind::InvalidRequest);

    let right = BanyanDirectory::new(client.with_delete_path(DeletePath::Undoubled));
    let plan = planned(&sandbox, &right).await;
    assert_eq!(right.carry_out(&approve(plan)).await[0].fate, ChangeFate::Done);
    assert_eq!(paths_of(&sandbox), [DOCUMENTED, UNDOUBLED]);
}
