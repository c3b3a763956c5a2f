use std::sync::Arc;

use async_trait::async_trait;
use rollbook::model::{ChangeFate, Guards, Operation, Outcome};
use rollbook::transport::{Fate, Request, Response, Transport, TransportError, TransportErrorKind};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};

use crate::world::{BANYAN, TRUTO, TRUU, World, create};

/// What each vendor can change.
const CHANGES: [(usize, Operation); 8] = [
    (TRUU, Operation::DeleteUser),
    (TRUU, Operation::DeleteDevice),
    (BANYAN, Operation::BanDevice),
    (BANYAN, Operation::UnbanDevice),
    (BANYAN, Operation::DeleteDevice),
    (BANYAN, Operation::DeleteDeviceEverywhere),
    (BANYAN, Operation::DeleteUser),
    (TRUTO, Operation::CreateUser),
];

/// What goes wrong with a change, or with the answer to one that was carried out.
const FAULTS: [&str; 29] = [
    "reset:when=before",
    "reset:when=after",
    "reset:when=before,times=1",
    "reset:when=after,times=1",
    "status:code=500",
    "status:code=500,when=after",
    "status:code=502,when=after,times=1",
    "status:code=503,times=1",
    "status:code=503,when=after",
    "status:code=504,when=after,times=1",
    "status:code=429,times=2",
    "status:code=429",
    "status:code=403",
    "status:code=408,when=after",
    "html:when=before",
    "html:when=after",
    "html:code=502,when=after,times=1",
    "html:code=403",
    "redirect:code=307",
    "reset:when=body",
    "reset:when=body,times=1",
    "truncated:length=right",
    "truncated:length=wrong,times=1",
    "gzip:how=broken,times=1",
    "oversize:announced=no,times=1",
    "long-string:bytes=5000000,times=1",
    "deep-nesting:depth=100000",
    "other-shape:how=body",
    "other-shape:how=renamed",
];

fn sandbox() -> Sandbox {
    Sandbox::new(SandboxConfig::default().with_users(20).with_devices(30))
}

fn may_be_sent_again(operation: Operation, fault: &str) -> bool {
    operation == Operation::CreateUser || fault.contains("429")
}

#[tokio::test(start_paused = true)]
async fn the_fate_told_is_the_truth_whatever_goes_wrong() {
    for (place, operation) in CHANGES {
        for fault in FAULTS {
            let sandbox = sandbox();
            let world = World::new(sandbox.clone());
            let plan = world.approved(place, operation).await;
            let before = world.facts();
            for method in ["DELETE", "POST"] {
                let spec = format!("{fault},method={method},path=/");
                // The token call is no change: it names neither vendor's list.
                let spec = if method == "POST" {
                    spec.replace("path=/", "path=/api/v1/mdm")
                } else {
                    spec
                };
                sandbox.add_fault(spec.parse().unwrap());
            }
            let spec = format!("{fault},method=POST,path=/unified");
            sandbox.add_fault(spec.parse().unwrap());
            let mut outcomes = world.source(place).directory().carry_out(&plan).await;
            assert_eq!(outcomes.len(), 1);
            let outcome = outcomes.remove(0);
            sandbox.clear_faults();
            let happened = world.facts() != before;
            let what = format!(
                "{operation} at {} with {fault}: {outcome:?}",
                ["TruU", "Banyan", "Truto"][place]
            );
            match outcome.fate {
                ChangeFate::Done => assert!(happened, "done, and nothing happened: {what}"),
                ChangeFate::NotDone => assert!(!happened, "not done, and it happened: {what}"),
                ChangeFate::Unknown => {
                    let timed_out = fault.contains("504") || fault.contains("408");
                    let created = operation == Operation::CreateUser && happened;
                    assert!(timed_out || created, "it can be known: {what}");
                }
                other => panic!("{other:?}"),
            }
            let sent = world.changes();
            if may_be_sent_again(operation, fault) {
                let keys: Vec<_> = sent.iter().map(|request| &request.idempotency_key).collect();
                assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{what}");
            } else {
                assert_eq!(sent.len(), 1, "{what}");
            }
            let users = world.facts().len().saturating_sub(before.len());
            assert!(users <= 1, "created twice: {what}");
        }
    }
}

/// No change gets an answer.
#[derive(Debug)]
struct Broken {
    inner: SandboxTransport,
    error: TransportError,
    carries_out: bool,
}

#[async_trait]
impl Transport for Broken {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let is_change = request.method() != http::Method::GET && !request.uri().path().contains("token");
        if !is_change || self.carries_out {
            let answer = self.inner.send(request).await?;
            if !is_change {
                return Ok(answer);
            }
        }
        Err(self.error.clone())
    }
}

async fn without_an_answer(
    place: usize,
    operation: Operation,
    error: TransportError,
    carries_out: bool,
) -> (Outcome, bool) {
    let sandbox = sandbox();
    let wire = Broken {
        inner: SandboxTransport::new(sandbox.clone()),
        error,
        carries_out,
    };
    let world = World::over(sandbox, Arc::new(wire));
    let plan = world.approved(place, operation).await;
    let before = world.facts();
    let mut outcomes = world.source(place).directory().carry_out(&plan).await;
    assert_eq!(outcomes.len(), 1, "{operation}");
    (outcomes.remove(0), world.facts() != before)
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_not_done() {
    for (place, operation) in CHANGES {
        let refused = TransportError::new(TransportErrorKind::Connect, Fate::NotSent, "connection refused");
        let (outcome, happened) = without_an_answer(place, operation, refused, false).await;
        assert_eq!(outcome.fate, ChangeFate::NotDone, "{operation}");
        assert_eq!(
            outcome.read_back, None,
            "{operation}: nothing has to be looked at"
        );
        assert!(!happened, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_still_be_under_way_is_unknown_until_it_shows() {
    for (place, operation) in CHANGES {
        for carries_out in [false, true] {
            let late = TransportError::new(TransportErrorKind::Timeout, Fate::Unknown, "no answer in time");
            let (outcome, happened) = without_an_answer(place, operation, late, carries_out).await;
            assert_eq!(happened, carries_out, "{operation}");
            // That a user of that name is there does not say who created it.
            let shows = carries_out && operation != Operation::CreateUser;
            let expected = if shows {
                ChangeFate::Done
            } else {
                ChangeFate::Unknown
            };
            assert_eq!(outcome.fate, expected, "{operation}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn what_was_already_gone_is_not_found() {
    for (place, operation) in CHANGES {
        let removes = matches!(
            operation,
            Operation::DeleteUser | Operation::DeleteDevice | Operation::DeleteDeviceEverywhere
        );
        if !removes {
            continue;
        }
        let world = World::new(sandbox());
        let plan = world.approved(place, operation).await;
        let directory = world.source(place).directory();
        assert_eq!(directory.carry_out(&plan).await[0].fate, ChangeFate::Done);
        let again = directory.plan(std::slice::from_ref(&plan.change)).await.remove(0);
        assert!(again.unwrap_err().is_not_found(), "{operation}");
    }
}

#[tokio::test]
async fn the_same_plan_twice_creates_nobody_twice() {
    let world = World::new(sandbox());
    let directory = world.source(TRUTO).directory();
    let plan = directory.plan(&[create("Ann Lee")]).await.remove(0).unwrap();
    let plan = Guards::default().approve(plan).unwrap();
    let before = world.facts().len();
    for _ in 0..2 {
        assert_eq!(directory.carry_out(&plan).await[0].fate, ChangeFate::Done);
    }
    assert_eq!(world.facts().len(), before + 1);
    // Another plan is another user: that the vendor's list may hold two of one name is the vendor's affair.
    let other = directory.plan(&[create("Ann Lee")]).await.remove(0).unwrap();
    assert_ne!(other.steps[0].idempotency_key, plan.steps[0].idempotency_key);
}
