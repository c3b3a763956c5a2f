//! What became of a change, held against what happened.

use rollbook::model::{ApprovedPlan, Change, ChangeFate, DeviceSelector, Guards, Operation};

use crate::cell::Told;
use crate::tally::Tally;
use crate::world::World;

/// Some change of this kind that touches something.
pub(crate) async fn approved(world: &World, place: usize, operation: Operation) -> ApprovedPlan {
    let directory = world.source(place).directory();
    for change in world.candidates(place) {
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

pub(crate) async fn told(world: &World, place: usize, plan: &ApprovedPlan) -> Told {
    let before = world.facts();
    let mut outcomes = world.source(place).directory().carry_out(plan).await;
    world.sandbox.clear_faults();
    assert_eq!(outcomes.len(), 1);
    let outcome = outcomes.remove(0);
    let happened = world.facts() != before;
    let (mut tally, mut lies) = (Tally::new(false), Vec::new());
    let fate = match outcome.fate {
        ChangeFate::Done => {
            tally.done();
            "done"
        }
        ChangeFate::NotDone => {
            tally.failed(outcome.error.as_ref());
            "not done"
        }
        _ => {
            tally.unknown();
            "unknown"
        }
    };
    if happened == (outcome.fate == ChangeFate::NotDone) && outcome.fate != ChangeFate::Unknown {
        lies.push(format!(
            "{fate}, and it has {}happened",
            if happened { "" } else { "not " }
        ));
    }
    Told {
        what: match (&outcome.error, outcome.fate) {
            (Some(error), ChangeFate::NotDone) => format!("{fate}: {}", error.kind()),
            _ => fate.to_owned(),
        },
        exit: tally.exit(),
        lies,
    }
}
