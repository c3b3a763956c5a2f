//! What a walk claims is true, and it comes to an end.

use std::time::Duration;

use proptest::prelude::*;

use crate::oracle::{Ran, Witness, is_true};
use crate::reading::{BANYAN, Read, Setup, TRUTO, TRUU, run};
use crate::schedules::{
    Schedule, World, cases, churn, few_of, latency, passing, schedule, schedule_of, world,
};

/// Reads the lists of a vendor.
fn read(world: World, faults: &Schedule, place: usize, latency: Duration) -> Ran {
    let sandbox = world.sandbox();
    faults.start(&sandbox);
    let reads = run(async {
        let setup = Setup::new(sandbox.clone(), latency);
        setup.read(&[place]).await
    });
    Ran::new(&sandbox, reads)
}

fn place() -> impl Strategy<Value = usize> {
    prop_oneof![Just(TRUU), Just(BANYAN), Just(TRUTO)]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_walk_says_the_truth_whatever_goes_wrong(
        world in world(), faults in schedule(), place in place(), latency in latency(),
    ) {
        let ran = read(world, &faults, place, latency);
        ran.holds(place, is_true)?;
        ran.holds(place, |witness| is_bounded(witness, world))?;
    }

    /// Three troubles at most, so no call meets more of them than it has attempts.
    #[test]
    fn what_passes_costs_no_walk(
        world in world(), faults in few_of(passing()), place in place(), latency in latency(),
    ) {
        let ran = read(world, &faults, place, latency);
        prop_assert!(ran.reads.iter().all(Read::is_complete), "a walk was lost\n{}", ran.told());
        ran.holds(place, is_true)?;
    }

    #[test]
    fn a_walk_says_the_truth_of_a_world_that_changes(
        world in world(), faults in schedule_of(churn()), place in place(), latency in latency(),
    ) {
        let ran = read(world, &faults, place, latency);
        ran.holds(place, is_true)?;
        ran.holds(place, |witness| is_bounded(witness, world))?;
    }
}

/// How often one call is sent at most.
const ATTEMPTS: usize = 4;

/// How many pages of a list are asked for before they are needed, the first of them included.
const AHEAD: usize = 8;

/// The most requests that a list may take:
///
/// - a pass asks for each page once, and for what is missing of a short page once more: twice as many as the list has at
///   the smallest page that was seen, and those that were asked for ahead of a wrong end;
/// - each empty page is one more, and so is each time that it is asked for again;
/// - four times a walk a page may be refused: then the first is asked for again, and those after the refused one;
/// - there are two passes, and each of their calls is sent four times at most;
/// - beside that, what is refused for the time being (429) is waited out, for a minute a call.
fn is_bounded(witness: &Witness<'_>, world: World) -> Result<(), TestCaseError> {
    let smallest = smallest_page(witness, world);
    let pages = (witness.most_rows() + witness.wrong_by()).div_ceil(smallest) + 1;
    let empty = witness.hits("empty-page");
    let a_pass = 2 * pages + 2 * AHEAD + 2 * empty;
    let most = ATTEMPTS * (2 * a_pass + 4 * (AHEAD + 2));
    let asked = witness.log.iter().filter(|request| request.status != 429).count();
    prop_assert!(asked <= most, "{} requests, at most {}", asked, most);
    Ok(())
}

fn smallest_page(witness: &Witness<'_>, world: World) -> usize {
    let caps = witness.numbers("page-cap", "rows");
    caps.into_iter().chain([world.page]).min().unwrap_or(1).max(1)
}
