use std::collections::BTreeSet;

use proptest::prelude::*;
use rollbook::model::{ChangeFate, EffectKind, Guards};
use rollbook_sandbox::{Sandbox, SandboxConfig};

use crate::world::{TRUTO, TRUU, World, apply};

/// Plans `changes` at once, holds the predictions, carries out what was planned, and compares.
async fn predicted_is_what_happens(
    world: &World,
    place: usize,
    picks: &[usize],
) -> Result<(), TestCaseError> {
    let candidates = world.candidates(place);
    if candidates.is_empty() {
        return Ok(());
    }
    let changes: Vec<_> = picks
        .iter()
        .map(|pick| candidates[pick % candidates.len()].clone())
        .collect();
    let before = world.facts();
    let directory = world.source(place).directory();
    let plans = directory.plan(&changes).await;
    prop_assert_eq!(plans.len(), changes.len());
    // Nothing comes before the first one, and what it names is there.
    let first = plans[0].as_ref();
    let gone = place == TRUU && first.is_err_and(rollbook::model::Error::is_not_found);
    prop_assert!(first.is_ok() || gone, "{:?}: {:?}", changes[0], first);
    prop_assert_eq!(world.facts(), before.clone(), "a plan changed something");
    prop_assert!(world.changes().is_empty(), "a plan sent a change");

    let (mut predicted, mut steps, mut created) = (before.clone(), Vec::new(), 0);
    for plan in plans {
        // What is not there any more, or not certain, is not planned and does nothing.
        let Ok(plan) = plan else { continue };
        // A device takes its registrations with it, so those that are named come first.
        let mut effects: Vec<_> = plan.asked.iter().chain(&plan.implied).collect();
        effects.sort_by_key(|effect| effect.kind != EffectKind::Unregister);
        for effect in effects {
            apply(place, effect, &mut predicted);
        }
        created += usize::from(place == TRUTO);
        steps.extend(plan.steps.clone());
        let guards = Guards::default()
            .with_expect(plan.targets.len())
            .with_max_implied(plan.implied.len());
        let approved = guards.approve(plan).unwrap();
        for outcome in directory.carry_out(&approved).await {
            prop_assert_eq!(outcome.fate, ChangeFate::Done, "{:?}", outcome.error);
        }
    }
    let after = world.facts();
    let new: BTreeSet<_> = after.difference(&predicted).collect();
    prop_assert_eq!(new.len(), created, "more happened than was predicted: {:?}", new);
    let missing: BTreeSet<_> = predicted.difference(&after).collect();
    prop_assert!(missing.is_empty(), "more went than was predicted: {:?}", missing);

    // What was sent is what was planned, byte for byte and in order.
    let sent = world.changes();
    let sent: Vec<_> = sent
        .iter()
        .map(|request| {
            (
                request.method.as_str(),
                request.target.as_str(),
                request.body.as_deref(),
            )
        })
        .collect();
    let planned: Vec<_> = steps
        .iter()
        .map(|step| (step.method.as_str(), step.target.as_str(), step.body.as_deref()))
        .collect();
    prop_assert_eq!(sent, planned);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_a_dry_run_predicts_is_the_difference_that_the_run_makes(
        seed in 0..1000_u64,
        users in 1..14_usize,
        devices in 0..20_usize,
        place in 0..3_usize,
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..7),
    ) {
        let config = SandboxConfig::default().with_seed(seed).with_users(users).with_devices(devices);
        let world = World::new(Sandbox::new(config));
        let picks: Vec<usize> = picks.iter().map(|index| index.index(10_000)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(predicted_is_what_happens(&world, place, &picks))?;
    }
}
