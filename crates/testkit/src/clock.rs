use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rollbook_transport::Clock;

/// How often everything else gets its turn before an automatic clock takes it that nothing else can go on. One turn
/// carries a wake-up from one task to the next, so this bounds the length of such a chain, not the number of tasks.
const TURNS_BEFORE_IDLE: u32 = 64;

/// A clock that tests own. A clone shows the same time.
///
/// - a manual clock ([`FakeClock::manual`]) moves by [`advance`](Self::advance) and [`run_for`](Self::run_for) only;
/// - an automatic clock ([`FakeClock::automatic`]) moves to the time of the next sleeper as soon as nothing else can
///   go on, so a call with long waits is over at once;
/// - sleepers wake in the order of their times, and in the order of their coming at one time.
///
/// An automatic clock finds out that nothing else can go on by letting everything else run first: use it on a
/// current-thread runtime, without real I/O.
///
/// ```
/// use std::time::Duration;
/// use rollbook_testkit::FakeClock;
/// use rollbook_transport::Clock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = FakeClock::automatic();
/// clock.sleep(Duration::from_secs(3600)).await;
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// # }
/// ```
#[derive(Clone)]
pub struct FakeClock {
    shared: Arc<Shared>,
}

struct Shared {
    start: Instant,
    unix_start: Duration,
    automatic: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    elapsed: Duration,
    next_id: u64,
    turns: u32,
    sleepers: BTreeMap<(Duration, u64), Waker>,
}

impl FakeClock {
    /// 2026-01-02T03:04:05Z, the time of day at which a clock starts unless it is told otherwise.
    pub const START: Duration = Duration::from_secs(1_767_323_045);

    /// A clock that moves only when it is told to.
    pub fn manual() -> Self {
        Self::new(false, Self::START)
    }

    /// A clock that moves to the next sleeper's time when nothing else can go on.
    pub fn automatic() -> Self {
        Self::new(true, Self::START)
    }

    /// The same kind of clock, started at another time of day.
    #[must_use]
    pub fn starting_at(self, unix_time: Duration) -> Self {
        Self::new(self.shared.automatic, unix_time)
    }

    fn new(automatic: bool, unix_start: Duration) -> Self {
        Self {
            shared: Arc::new(Shared {
                start: Instant::now(),
                unix_start,
                automatic,
                state: Mutex::default(),
            }),
        }
    }

    /// How far the clock has moved since it was made.
    pub fn elapsed(&self) -> Duration {
        self.shared.lock().elapsed
    }

    /// How many wait for this clock now.
    pub fn sleepers(&self) -> usize {
        self.shared.lock().sleepers.len()
    }

    /// Moves the clock by `duration` in one step and wakes everybody whose time has come, in order. They run when the
    /// runtime lets them.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.shared.lock();
        let target = state.elapsed.saturating_add(duration);
        let due = state.move_to(target);
        drop(state);
        due.into_iter().for_each(Waker::wake);
    }

    /// Moves the clock by `duration`, stopping at every sleeper's time and letting everything run there, so that who
    /// wakes at one second and sleeps for another wakes again at two.
    pub async fn run_for(&self, duration: Duration) {
        let target = self.elapsed().saturating_add(duration);
        Self::settle().await;
        loop {
            let (stop, due) = self.shared.lock().move_to_next(target);
            due.into_iter().for_each(Waker::wake);
            Self::settle().await;
            if stop >= target {
                return;
            }
        }
    }

    /// Lets everything else run until nothing can go on without time moving, on a current-thread runtime.
    pub async fn settle() {
        for _ in 0..TURNS_BEFORE_IDLE {
            GiveWay(false).await;
        }
    }
}

impl State {
    /// Sets the time, never back, and takes out the wakers of all whose time has come, in order.
    fn move_to(&mut self, time: Duration) -> Vec<Waker> {
        self.elapsed = self.elapsed.max(time);
        self.turns = 0;
        let later = self.sleepers.split_off(&(self.elapsed, u64::MAX));
        // They are registered again by their next poll only if it comes too early, which it cannot.
        std::mem::replace(&mut self.sleepers, later)
            .into_values()
            .collect()
    }

    /// Sets the time to the next sleeper's, or to `target` when that is sooner.
    fn move_to_next(&mut self, target: Duration) -> (Duration, Vec<Waker>) {
        let next = self.sleepers.keys().next().map(|(time, _)| *time);
        let stop = next.filter(|time| *time <= target).unwrap_or(target);
        (stop, self.move_to(stop))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Instant {
        let elapsed = self.elapsed();
        // Past the end of the machine's own clock time stands still.
        self.shared
            .start
            .checked_add(elapsed)
            .unwrap_or(self.shared.start)
    }

    fn unix_time(&self) -> Duration {
        self.shared.unix_start.saturating_add(self.elapsed())
    }

    async fn sleep(&self, duration: Duration) {
        let key = {
            let mut state = self.shared.lock();
            state.next_id += 1;
            state.turns = 0;
            (state.elapsed.saturating_add(duration), state.next_id)
        };
        Sleep {
            shared: Arc::clone(&self.shared),
            key,
        }
        .await;
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeClock")
            .field("automatic", &self.shared.automatic)
            .field("elapsed", &self.elapsed())
            .field("sleepers", &self.sleepers())
            .finish()
    }
}

struct Sleep {
    shared: Arc<Shared>,
    key: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.lock();
        if state.elapsed >= self.key.0 {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.key, cx.waker().clone());
        let first = state.sleepers.keys().next() == Some(&self.key);
        if self.shared.automatic && first {
            if state.turns >= TURNS_BEFORE_IDLE {
                let due = state.move_to(self.key.0);
                drop(state);
                // Who sleeps to the same time comes after this one, in the order of coming.
                due.into_iter().for_each(Waker::wake);
                return Poll::Ready(());
            }
            state.turns += 1;
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.sleepers.remove(&self.key);
        state.turns = 0;
        // The next in line has now to watch whether anything else can go on.
        let next = state.sleepers.values().next().cloned();
        drop(state);
        if let Some(next) = next.filter(|_| self.shared.automatic) {
            next.wake();
        }
    }
}

/// Gives every other task a turn, once.
struct GiveWay(bool);

impl Future for GiveWay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_manual_clock_stands_still_until_it_is_moved() {
        let clock = FakeClock::manual();
        let mut sleep = clock.sleep(SECOND);
        assert_eq!(sleep.as_mut().now_or_never(), None);
        assert_eq!((clock.elapsed(), clock.sleepers()), (Duration::ZERO, 1));
        clock.advance(SECOND / 2);
        assert_eq!(sleep.as_mut().now_or_never(), None);
        clock.advance(SECOND / 2);
        assert_eq!(sleep.now_or_never(), Some(()));
        assert_eq!(clock.unix_time(), FakeClock::START + SECOND);
        assert_eq!(clock.sleepers(), 0);
    }

    #[test]
    fn a_dropped_sleeper_is_forgotten() {
        let clock = FakeClock::manual();
        let mut sleep = clock.sleep(SECOND);
        assert_eq!(sleep.as_mut().now_or_never(), None);
        drop(sleep);
        assert_eq!(clock.sleepers(), 0);
    }

    #[tokio::test]
    async fn an_automatic_clock_wakes_sleepers_in_order() {
        let clock = FakeClock::automatic();
        let order = Mutex::new(Vec::new());
        join_all([5_u64, 1, 3, 3, 2].map(|seconds| {
            let (clock, order) = (&clock, &order);
            async move {
                for round in 1..=2_u64 {
                    clock.sleep(SECOND * u32::try_from(seconds).unwrap()).await;
                    assert_eq!(clock.elapsed().as_secs(), seconds * round);
                    order.lock().unwrap().push(seconds * round);
                }
            }
        }))
        .await;
        assert_eq!(order.into_inner().unwrap(), [1, 2, 2, 3, 3, 4, 5, 6, 6, 10]);
    }

    #[tokio::test]
    async fn an_automatic_clock_lets_other_tasks_go_on_first() {
        let clock = FakeClock::automatic();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let other = tokio::spawn(async move {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            sender.send(()).unwrap();
        });
        tokio::select! {
            biased;
            () = clock.sleep(SECOND) => panic!("time moved while another task could go on"),
            received = receiver => received.unwrap(),
        }
        other.await.unwrap();
        assert_eq!(clock.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn running_for_a_while_stops_at_every_sleeper() {
        let clock = FakeClock::manual();
        let ticking = clock.clone();
        let ticks = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&ticks);
        let task = tokio::spawn(async move {
            loop {
                ticking.sleep(SECOND).await;
                seen.lock().unwrap().push(ticking.elapsed().as_secs());
            }
        });
        clock.run_for(Duration::from_millis(3500)).await;
        assert_eq!(*ticks.lock().unwrap(), [1, 2, 3]);
        assert_eq!(clock.elapsed(), Duration::from_millis(3500));
        task.abort();
    }
}
