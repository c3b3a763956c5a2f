//! A budget keeps the vendor's limits, whoever draws on it and however their requests end.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use rollbook_layers::{Budget, BudgetLayer, Scope, StackBuilder};
use rollbook_testkit::{FakeClock, FakeTransport, Reply};
use rollbook_transport::{Layer as _, Response, Safety, Transport, TransportError};
use support::{bare, call, shared};

const SECOND: Duration = Duration::from_secs(1);

fn budgeted(clock: &FakeClock, fake: &FakeTransport, budgets: &[&Arc<Budget>]) -> Arc<dyn Transport> {
    let budgets: Vec<_> = budgets.iter().map(|budget| Arc::clone(budget)).collect();
    BudgetLayer::new(shared(clock), budgets).wrap(Arc::new(fake.clone()))
}

/// Answers after `latency`, and notes when each request was sent.
fn noting(clock: &FakeClock, latency: Duration, reply: &Reply) -> (FakeTransport, Arc<Mutex<Vec<Duration>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let (notes, now, reply) = (Arc::clone(&sent), clock.clone(), reply.clone().after(latency));
    let fake = FakeTransport::answering(move |_| {
        notes.lock().unwrap().push(now.elapsed());
        reply.clone()
    });
    (fake.with_clock(clock), sent)
}

async fn all(transport: &Arc<dyn Transport>, count: usize) -> Vec<Result<Response, TransportError>> {
    join_all((0..count).map(|_| transport.send(bare("/x")))).await
}

#[tokio::test]
async fn a_slot_is_free_a_period_after_its_reply() {
    let clock = FakeClock::automatic();
    let budget = Arc::new(Budget::new(shared(&clock)).with_window(3, SECOND * 10));
    let (fake, sent) = noting(&clock, SECOND, &Reply::status(200));
    all(&budgeted(&clock, &fake, &[&budget]), 8).await;
    let seconds: Vec<u64> = sent.lock().unwrap().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [0, 0, 0, 11, 11, 11, 22, 22]);
}

#[tokio::test]
async fn no_more_than_the_limit_are_under_way() {
    let clock = FakeClock::automatic();
    let budget = Arc::new(Budget::new(shared(&clock)).with_concurrency(2, 2));
    let (fake, sent) = noting(&clock, SECOND, &Reply::status(200));
    all(&budgeted(&clock, &fake, &[&budget]), 5).await;
    let seconds: Vec<u64> = sent.lock().unwrap().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [0, 0, 1, 1, 2]);
    assert_eq!(budget.in_flight(), 0);
}

#[tokio::test]
async fn a_429_storm_halves_and_recovers() {
    let clock = FakeClock::automatic();
    let budget = Arc::new(Budget::new(shared(&clock)));
    let (storm, _) = noting(&clock, SECOND, &Reply::status(429));
    all(&budgeted(&clock, &storm, &[&budget]), 8).await;
    assert_eq!(budget.limit(), Some(4));
    let (calm, _) = noting(&clock, SECOND, &Reply::status(200));
    all(&budgeted(&clock, &calm, &[&budget]), 60).await;
    assert!(budget.limit() > Some(8), "{budget:?}");
}

#[tokio::test]
async fn retry_after_pauses_everybody_for_a_minute_at_most() {
    for (asked, paused) in [("20", 20), ("3600", 60)] {
        let clock = FakeClock::automatic();
        let budget = Arc::new(Budget::new(shared(&clock)));
        let (busy, _) = noting(
            &clock,
            Duration::ZERO,
            &Reply::status(503).header("retry-after", asked),
        );
        all(&budgeted(&clock, &busy, &[&budget]), 1).await;
        let (calm, sent) = noting(&clock, Duration::ZERO, &Reply::status(200));
        all(&budgeted(&clock, &calm, &[&budget]), 2).await;
        assert_eq!(*sent.lock().unwrap(), [SECOND * paused, SECOND * paused]);
    }
}

#[tokio::test]
async fn a_refusal_of_one_source_does_not_stop_the_others_on_its_credential() {
    let clock = FakeClock::automatic();
    let own = Arc::new(Budget::new(shared(&clock)));
    let other = Arc::new(Budget::new(shared(&clock)));
    let token = Arc::new(Budget::new(shared(&clock)).with_scope(Scope::Credential));
    let (busy, _) = noting(
        &clock,
        Duration::ZERO,
        &Reply::status(429).header("retry-after", "20"),
    );
    all(&budgeted(&clock, &busy, &[&own, &token]), 1).await;
    let (calm, sent) = noting(&clock, Duration::ZERO, &Reply::status(200));
    all(&budgeted(&clock, &calm, &[&other, &token]), 1).await;
    assert_eq!(*sent.lock().unwrap(), [Duration::ZERO]);
    assert_eq!((own.limit(), token.limit()), (Some(4), Some(8)));
}

#[tokio::test]
async fn two_budgets_in_either_order_do_not_lock_each_other() {
    let clock = FakeClock::automatic();
    let one = Arc::new(Budget::new(shared(&clock)).with_concurrency(1, 1));
    let other = Arc::new(Budget::new(shared(&clock)).with_concurrency(1, 1));
    let (fake, sent) = noting(&clock, SECOND, &Reply::status(200));
    let stack = |budgets: [&Arc<Budget>; 3]| {
        StackBuilder::new(Arc::new(fake.clone()), shared(&clock))
            .budgets(budgets.map(Arc::clone))
            .build()
    };
    let stacks = [stack([&one, &other, &one]), stack([&other, &one, &other])];
    // A lock would end at the deadline, which the clock reaches when nothing else can go on.
    let ends = join_all((0..20).map(|index| stacks[index % 2].send(call("/x", Safety::Read)))).await;
    assert!(ends.iter().all(Result::is_ok), "{ends:?}");
    assert_eq!(sent.lock().unwrap().len(), 20);
}

#[tokio::test]
async fn who_waits_longest_goes_first() {
    let clock = FakeClock::automatic();
    let budget = Arc::new(Budget::new(shared(&clock)).with_concurrency(1, 1));
    let fake = FakeTransport::answering(|_| Reply::status(200).after(SECOND)).with_clock(&clock);
    let transport = budgeted(&clock, &fake, &[&budget]);
    join_all((0..6).map(|index| transport.send(bare(&format!("/{index}"))))).await;
    let paths: Vec<String> = fake
        .requests()
        .iter()
        .map(|request| request.uri().path().to_owned())
        .collect();
    assert_eq!(paths, ["/0", "/1", "/2", "/3", "/4", "/5"]);
}

#[tokio::test]
async fn a_dropped_waiter_leaves_the_queue() {
    let clock = FakeClock::manual();
    let budget = Arc::new(Budget::new(shared(&clock)).with_concurrency(1, 1));
    let fake = FakeTransport::answering(|_| Reply::status(200).after(SECOND)).with_clock(&clock);
    let transport = budgeted(&clock, &fake, &[&budget]);
    let mut running = transport.send(bare("/running"));
    let mut next = transport.send(bare("/next"));
    let mut last = transport.send(bare("/last"));
    for call in [&mut running, &mut next, &mut last] {
        assert!(call.as_mut().now_or_never().is_none());
    }
    drop(next);
    clock.advance(SECOND);
    assert!(running.now_or_never().is_some());
    assert!(last.as_mut().now_or_never().is_none());
    assert_eq!(budget.in_flight(), 1);
    clock.advance(SECOND);
    assert!(last.now_or_never().is_some());
    assert_eq!((fake.count(), budget.in_flight()), (2, 0));
}

#[tokio::test]
async fn a_dropped_call_gives_its_place_back_and_its_slot_counts_from_then() {
    let clock = FakeClock::manual();
    let budget = Arc::new(Budget::new(shared(&clock)).with_window(1, SECOND * 10));
    let fake = FakeTransport::answering(|_| Reply::pending());
    let transport = budgeted(&clock, &fake, &[&budget]);
    let mut abandoned = transport.send(bare("/abandoned"));
    assert!(abandoned.as_mut().now_or_never().is_none());
    clock.advance(SECOND * 5);
    drop(abandoned);
    assert_eq!(budget.in_flight(), 0);
    let mut next = transport.send(bare("/next"));
    clock.advance(SECOND * 9);
    assert!(next.as_mut().now_or_never().is_none());
    assert_eq!(
        fake.count(),
        1,
        "the slot is free ten seconds after the call was dropped"
    );
    clock.advance(SECOND);
    assert!(next.as_mut().now_or_never().is_none());
    assert_eq!(fake.count(), 2);
}

#[tokio::test]
async fn a_call_dropped_while_it_waits_for_a_second_budget_uses_up_nothing_of_the_first() {
    let clock = FakeClock::manual();
    let source = Arc::new(Budget::new(shared(&clock)).with_window(1, SECOND * 10));
    let token = Arc::new(
        Budget::new(shared(&clock))
            .with_scope(Scope::Credential)
            .with_concurrency(1, 1),
    );
    let fake = FakeTransport::answering(|_| Reply::pending());
    let on_token = budgeted(&clock, &fake, &[&token]);
    let on_both = budgeted(&clock, &fake, &[&token, &source]);
    let on_source = budgeted(&clock, &fake, &[&source]);
    let mut holder = on_token.send(bare("/holder"));
    assert!(holder.as_mut().now_or_never().is_none());
    let mut waiter = on_both.send(bare("/waiter"));
    assert!(waiter.as_mut().now_or_never().is_none());
    assert_eq!(source.in_flight(), 1);
    drop(waiter);
    drop(holder);
    let mut next = on_source.send(bare("/next"));
    assert!(next.as_mut().now_or_never().is_none());
    assert_eq!(fake.count(), 2, "the next one did not have to wait");
}

#[tokio::test]
async fn who_waits_for_its_own_source_holds_nothing_of_its_account() {
    for _ in 0..16 {
        let clock = FakeClock::manual();
        let own = || Arc::new(Budget::new(shared(&clock)).with_concurrency(1, 1));
        let of_account = || Budget::new(shared(&clock)).with_scope(Scope::Account);
        let (before, account, after) = (own(), Arc::new(of_account()), own());
        for source in [&before, &after] {
            let fake = FakeTransport::answering(|_| Reply::pending());
            let layer = budgeted(&clock, &fake, &[&account, source]);
            let mut sent = layer.send(bare("/sent"));
            let mut waits = layer.send(bare("/waits"));
            assert!(sent.as_mut().now_or_never().is_none() && waits.as_mut().now_or_never().is_none());
            assert_eq!((source.in_flight(), account.in_flight()), (1, 1));
        }
    }
}
