//! What became of a change, held against what happened.

use std::collections::BTreeSet;

use rollbook::model::{ApprovedPlan, ChangeFate};

use crate::cell::Told;
use crate::tally::Tally;
use crate::world::World;

pub(crate) async fn told(
    world: &World,
    place: usize,
    plan: &ApprovedPlan,
    before: &BTreeSet<String>,
) -> Told {
    let mut outcomes = world.source(place).directory().carry_out(plan).await;
    world.sandbox.clear_faults();
    assert_eq!(outcomes.len(), 1);
    let outcome = outcomes.remove(0);
    let happened = world.facts() != *before;
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
