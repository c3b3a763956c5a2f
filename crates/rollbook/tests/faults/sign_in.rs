//! Tokens that end cost no walk: one sign-in for each, however many requests wait for it.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use rollbook_sandbox::fault::FaultSpec;

use crate::oracle::{Ran, is_true};
use crate::reading::{BANYAN, Read, Setup, TRUU, run};
use crate::schedules::{TOKEN_CALLS, World, cases, world};

/// Reads the lists of a vendor that gives tokens, with eight requests under way.
fn read(world: World, place: usize, fault: &str, latency: u64) -> Ran {
    let sandbox = world.sandbox();
    sandbox.add_fault(fault.parse().unwrap());
    let reads = run(async {
        let setup = Setup::new(sandbox.clone(), Duration::from_millis(latency));
        setup.read(&[place]).await
    });
    Ran::new(&sandbox, reads)
}

impl Ran {
    fn sign_ins(&self) -> usize {
        let calls = self
            .log
            .iter()
            .filter(|request| TOKEN_CALLS.contains(&request.target.as_str()));
        calls.count()
    }

    fn served(&self) -> usize {
        self.log.iter().filter(|request| request.status == 200).count() - self.sign_ins()
    }

    /// How many requests ended a token, or were refused though theirs was good.
    fn ends(&self) -> usize {
        let kinds = self
            .log
            .iter()
            .map(|request| request.faults.iter().map(FaultSpec::kind));
        kinds
            .filter(|kinds| kinds.clone().any(|kind| kind.starts_with("token")))
            .count()
    }
}

fn issuer() -> impl Strategy<Value = usize> {
    select(vec![TRUU, BANYAN])
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_token_that_ends_costs_no_walk_and_one_sign_in(
        world in world(), place in issuer(), latency in 0_u64..200,
        fault in prop_oneof![
            (20_u32..100).prop_map(|after| format!("token-expires:after={after}")),
            (0_u32..40, 1_u32..4, 30_u32..60)
                .prop_map(|(skip, times, every)| format!("token-revoked:skip={skip},times={times},every={every}")),
            (0_u32..40).prop_map(|skip| format!("token-refused:skip={skip},times=1")),
        ],
    ) {
        let ran = read(world, place, &fault, latency);
        prop_assert!(ran.reads.iter().all(Read::is_complete), "{fault}: a walk was lost\n{}", ran.told());
        prop_assert_eq!(ran.sign_ins(), 1 + ran.ends(), "{}: one for each token\n{}", fault, ran.told());
    }

    /// A server that gives tokens for so few requests is absurd. A walk may be given up there when a page was refused four
    /// tokens in a row: else a page that the credential may not read would ask for tokens without end. But no sign-in is
    /// without a token that ended, a token is replaced once however many it is refused to, and whoever it serves is served.
    #[test]
    fn tokens_that_end_at_once_are_not_asked_for_without_end(
        world in world(), place in issuer(), latency in 0_u64..200, after in 0_u32..20,
    ) {
        let ran = read(world, place, &format!("token-expires:after={after}"), latency);
        // Whoever is refused for good needs no other token.
        prop_assert!(ran.sign_ins() <= 1 + ran.ends(), "{}", ran.told());
        prop_assert!(after == 0 || ran.served() >= ran.ends().min(1), "{}", ran.told());
        ran.holds(place, is_true)?;
    }
}
