//! What the servers let a source do, measured where its requests arrive.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use rollbook::{Settings, SourceConfig};
use rollbook_sandbox::LoggedRequest;

use crate::oracle::{Ran, is_true};
use crate::reading::{self, BANYAN, Read, Setup, TRUTO, TRUU, banyan, run, sources, truto, truu};
use crate::schedules::{TOKEN_CALLS, World, cases, latency, pushback, schedule, world};

/// Reads every list of some sources at once.
fn read(world: World, faults: &[String], latency: Duration, sources: &[SourceConfig]) -> (Ran, usize) {
    let sandbox = world.sandbox();
    for fault in faults {
        sandbox.add_fault(fault.parse().unwrap());
    }
    let (reads, most) = run(async {
        let setup = Setup::of(sandbox.clone(), latency, sources);
        let walks = setup.rollbook.sources().iter().flat_map(reading::walks);
        (reading::read(walks).await, setup.wire.most_under_way())
    });
    (Ran::new(&sandbox, reads), most)
}

/// The most requests in any `period`.
fn densest(log: &[LoggedRequest], period: Duration) -> usize {
    let mut times: Vec<Duration> = log.iter().filter_map(|request| request.at).collect();
    times.sort_unstable();
    let within = |from: usize| times[from..].partition_point(|at| *at < times[from] + period);
    (0..times.len()).map(within).max().unwrap_or(0)
}

fn is_sign_in(request: &LoggedRequest) -> bool {
    TOKEN_CALLS.contains(&request.target.as_str())
}

proptest! {
    #![proptest_config(cases(32))]

    /// One account, read by one source or by two: 50 in 10 s.
    #[test]
    fn truto_never_counts_more_than_its_budget(
        world in world(), faults in schedule(), sources in 1_usize..3, latency in latency(),
    ) {
        let sources: Vec<SourceConfig> = (0..sources).map(|number| truto(&format!("truto-{number}"))).collect();
        let world = World { page: world.page.min(4), ..world };
        let (ran, _) = read(world, &faults.texts(), latency, &sources);
        let most = densest(&ran.log, Duration::from_secs(10));
        prop_assert!(most <= 50, "{} requests in 10 s\n{}", most, ran.told());
    }

    #[test]
    fn no_more_requests_are_under_way_than_a_source_may_have(
        world in world(), faults in schedule(), place in select(vec![TRUU, BANYAN, TRUTO]), limit in 1_u32..6,
    ) {
        let mut settings = Settings::default();
        settings.concurrency = limit.try_into().ok();
        let source = sources().remove(place).with_settings(settings);
        let (ran, most) = read(world, &faults.texts(), Duration::from_millis(50), &[source]);
        // The call for a token goes beside.
        let bound = usize::try_from(limit).unwrap() + usize::from(place != TRUTO);
        prop_assert!(most <= bound, "{} under way\n{}", most, ran.told());
    }

    /// Whatever asks to wait is waited for, by all of the source; what asks for nonsense is as if it did not ask.
    #[test]
    fn no_request_comes_before_the_time_that_the_server_named(
        world in world(), place in select(vec![TRUU, BANYAN, TRUTO]), fault in pushback(), rate in 5_u32..40,
    ) {
        let fault = format!("{fault},rate=0.{rate:02}");
        let (ran, _) = read(world, std::slice::from_ref(&fault), Duration::ZERO, &[sources().remove(place)]);
        let calls: Vec<&LoggedRequest> = ran.log.iter().filter(|request| !is_sign_in(request)).collect();
        for (number, request) in calls.iter().enumerate().filter(|(_, request)| !request.faults.is_empty()) {
            let Some(wait) = asked_wait(request) else { continue };
            let at = request.at.unwrap();
            let early = calls[number + 1..].iter().find(|next| next.at.unwrap() < at + wait);
            prop_assert!(early.is_none(), "{fault}: #{} is too early\n{}", early.unwrap().number, ran.told());
        }
        ran.holds(place, is_true)?;
    }

    /// Half of everything is refused, whoever asks and however seldom.
    #[test]
    fn a_storm_of_refusals_costs_no_walk(world in world(), place in select(vec![TRUU, BANYAN, TRUTO]), latency in latency()) {
        let (ran, _) = read(world, &["status:code=429,rate=0.5".to_owned()], latency, &[sources().remove(place)]);
        prop_assert!(ran.reads.iter().all(Read::is_complete), "a walk was lost\n{}", ran.told());
        ran.holds(place, is_true)?;
    }
}

/// How long all of the source has to wait after this answer: at most a minute, and less the part of a second that a date in
/// a header cannot tell.
fn asked_wait(request: &LoggedRequest) -> Option<Duration> {
    let fault = request
        .faults
        .iter()
        .find(|fault| fault.kind() == "status")?
        .to_string();
    let value = |key: &str| fault.split_once(key)?.1.split(',').next().map(str::to_owned);
    let seconds = match (value("retry-after="), value("retry-in=+")) {
        (Some(seconds), _) => seconds
            .parse::<u64>()
            .ok()
            .filter(|seconds| *seconds <= 24 * 3600)?,
        (None, Some(seconds)) => seconds.parse::<u64>().ok()? - 1,
        (None, None) => return None,
    };
    Some(Duration::from_secs(seconds.min(60)))
}

fn two_of_each() -> Vec<SourceConfig> {
    vec![
        truto("one"),
        truto("two"),
        truu("three"),
        truu("four"),
        banyan("five"),
        banyan("six"),
    ]
}

const WORLD: World = World {
    seed: 5,
    users: 120,
    devices: 150,
    page: 3,
};

#[test]
fn a_time_in_which_everything_is_refused_costs_no_walk_and_few_requests() {
    let sandbox = WORLD.sandbox();
    sandbox.add_fault("status:code=429".parse().unwrap());
    let reads = run(async {
        let setup = Setup::of(sandbox.clone(), Duration::from_millis(20), &two_of_each());
        let walks = setup.rollbook.sources().iter().flat_map(reading::walks);
        let over = async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            sandbox.clear_faults();
        };
        futures_util::future::join(reading::read(walks), over).await.0
    });
    let ran = Ran::new(&sandbox, reads);
    assert!(ran.reads.iter().all(Read::is_complete), "{}", ran.told());
    // Each of the fourteen walks has one page under way then, and waits for up to 10 s before it asks again.
    let refused = ran.log.iter().filter(|request| request.status == 429).count();
    assert!(refused <= 14 * 20, "{refused} requests in 40 s\n{}", ran.told());
}

/// Two sources of one credential, which do not know of each other, find out what their server takes.
#[test]
fn a_server_that_refuses_what_is_too_much_is_not_overrun() {
    let pairs = [
        vec![truto("one"), truto("two")],
        vec![truu("one"), truu("two")],
        vec![banyan("one"), banyan("two")],
    ];
    for (pair, in_a_second) in pairs
        .iter()
        .flat_map(|pair| [5, 20, 100].map(|limit| (pair, limit)))
    {
        let sandbox = WORLD.sandbox();
        let (reads, refused) = run(async {
            let setup = Setup::of(sandbox.clone(), Duration::from_millis(100), pair);
            setup.wire.limit(in_a_second);
            let walks = setup.rollbook.sources().iter().flat_map(reading::walks);
            (reading::read(walks).await, setup.wire.refused())
        });
        let ran = Ran::new(&sandbox, reads);
        assert!(
            ran.reads.iter().all(Read::is_complete),
            "{in_a_second} in a second\n{}",
            ran.told()
        );
        // Where it takes five in a second: one source alone may send ten, one after another.
        let taken = ran.log.len();
        assert!(
            2 * refused <= 3 * taken,
            "{in_a_second} in a second: {refused} refused, {taken} taken"
        );
    }
}
