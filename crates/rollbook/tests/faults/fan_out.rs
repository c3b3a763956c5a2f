//! What goes wrong at one source is that source's affair.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::Ran;
use crate::reading::{BANYAN, Read, Setup, TRUTO, TRUU, run};
use crate::schedules::{World, cases, latency, paths_of, schedule_at, world};

fn read(world: World, faults: &[String], latency: Duration) -> Ran {
    let sandbox = world.sandbox();
    for fault in faults {
        sandbox.add_fault(fault.parse().unwrap());
    }
    let reads = run(async {
        let setup = Setup::new(sandbox.clone(), latency);
        setup.read(&[TRUU, BANYAN, TRUTO]).await
    });
    Ran::new(&sandbox, reads)
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn faults_of_one_source_change_nothing_at_the_others(
        world in world(),
        (place, faults) in select(vec![TRUU, BANYAN, TRUTO])
            .prop_flat_map(|place| (Just(place), schedule_at(paths_of(place)))),
        latency in latency(),
    ) {
        let name = ["truu", "banyan", "truto"][place];
        let others = |ran: &Ran| -> Vec<Read> {
            ran.reads.iter().filter(|read| read.source != name).cloned().collect()
        };
        let (quiet, loud) = (read(world, &[], latency), read(world, &faults.texts(), latency));
        prop_assert!(others(&quiet).iter().all(Read::is_complete));
        prop_assert!(others(&quiet) == others(&loud), "{}\n{}", quiet.told(), loud.told());
    }
}
