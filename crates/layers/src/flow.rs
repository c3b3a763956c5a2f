use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What a budget knows: pure state, told the time, so that every rule can be tested without waiting.
#[derive(Debug)]
pub(crate) struct Flow {
    window: Option<Window>,
    concurrency: Option<Concurrency>,
    in_flight: usize,
    paused_until: Option<Instant>,
}

/// At most `size` requests in any `period`, whenever in its own time each of them reaches the server.
#[derive(Debug)]
struct Window {
    size: usize,
    period: Duration,
    /// When the slot of each finished request becomes free, earliest first.
    free_at: VecDeque<Instant>,
}

/// Additive increase, multiplicative decrease.
#[derive(Debug)]
struct Concurrency {
    limit: usize,
    max: usize,
    /// Counts the cuts. Requests sent before a cut tell nothing of the limit after it.
    round: u64,
    /// Good replies since the limit last grew.
    credit: usize,
}

/// What a source pauses for when it has one request under way and is refused that. Servers count in seconds, or in longer
/// times that they tell of by `Retry-After`.
const PAUSE: Duration = Duration::from_secs(1);

/// The right to have one request under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    round: u64,
    /// More than half of the limit was in use, so the limit was put to the test.
    tests_limit: bool,
}

/// Whether a request may go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// Now.
    Now(Ticket),
    /// When this time has come, or another request has ended.
    At(Instant),
    /// When another request has ended.
    AfterAnother,
}

/// How a request ended, as far as a budget cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It never left: nothing was used up.
    NotSent,
    /// The server was content.
    Good,
    /// The server wants less (429, 503), and no request before the time it named.
    Pushback(Option<Duration>),
    /// Anything else.
    Other,
}

impl Flow {
    pub(crate) fn new() -> Self {
        Self {
            window: None,
            concurrency: None,
            in_flight: 0,
            paused_until: None,
        }
    }

    pub(crate) fn set_window(&mut self, size: usize, period: Duration) {
        self.window = Some(Window {
            size: size.max(1),
            period,
            free_at: VecDeque::new(),
        });
    }

    pub(crate) fn set_concurrency(&mut self, limits: Option<(usize, usize)>) {
        self.concurrency = limits.map(|(initial, max)| Concurrency {
            limit: initial.max(1),
            max: max.max(initial).max(1),
            round: 0,
            credit: 0,
        });
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(crate) fn limit(&self) -> Option<usize> {
        self.concurrency.as_ref().map(|concurrency| concurrency.limit)
    }

    /// Takes a place for a request if there is one. The time is asked for where it matters.
    pub(crate) fn take(&mut self, now: impl Fn() -> Instant) -> Turn {
        if let Some(until) = self.paused_until.filter(|until| *until > now()) {
            return Turn::At(until);
        }
        if self.limit().is_some_and(|limit| self.in_flight >= limit) {
            return Turn::AfterAnother;
        }
        // A request under way may reach the server at any time until its reply: its slot is used from when it
        // leaves until a period after its reply.
        if let Some(window) = &mut self.window
            && self.in_flight + window.free_at.len() >= window.size
        {
            let now = now();
            while window.free_at.front().is_some_and(|free| *free <= now) {
                window.free_at.pop_front();
            }
            if self.in_flight + window.free_at.len() >= window.size {
                return window
                    .free_at
                    .front()
                    .map_or(Turn::AfterAnother, |free| Turn::At(*free));
            }
        }
        self.in_flight += 1;
        let limit = self.limit().unwrap_or(usize::MAX);
        Turn::Now(Ticket {
            round: self
                .concurrency
                .as_ref()
                .map_or(0, |concurrency| concurrency.round),
            tests_limit: self.in_flight > limit / 2,
        })
    }

    /// Gives the place back.
    pub(crate) fn end(&mut self, ticket: Ticket, now: impl Fn() -> Instant, end: End) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(window) = &mut self.window
            && end != End::NotSent
            && let Some(free) = now().checked_add(window.period)
        {
            window.free_at.push_back(free);
        }
        match end {
            End::Good => self.concurrency.iter_mut().for_each(|limits| limits.grow(ticket)),
            End::Pushback(pause) => {
                let own = self.concurrency.as_mut().and_then(|limits| limits.cut(ticket));
                let until = pause.max(own).and_then(|pause| now().checked_add(pause));
                self.paused_until = self.paused_until.max(until);
            }
            End::NotSent | End::Other => {}
        }
    }
}

impl Concurrency {
    /// One more for each full round of good replies.
    fn grow(&mut self, ticket: Ticket) {
        if ticket.round != self.round || !ticket.tests_limit || self.limit >= self.max {
            return;
        }
        self.credit += 1;
        if self.credit >= self.limit {
            self.limit += 1;
            self.credit = 0;
        }
    }

    /// Half of it, once for all requests that were under way together: eight refusals of one burst are one message. Where one
    /// at a time is too much already, gives a pause instead: else those of the source that were not refused yet go ahead of
    /// the one that was, and it may starve.
    fn cut(&mut self, ticket: Ticket) -> Option<Duration> {
        if ticket.round != self.round {
            return None;
        }
        let pause = (self.limit == 1).then_some(PAUSE);
        self.limit = (self.limit / 2).max(1);
        self.round += 1;
        self.credit = 0;
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::proptest;

    fn taken(flow: &mut Flow, now: Instant) -> Ticket {
        match flow.take(|| now) {
            Turn::Now(ticket) => ticket,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_429_storm_halves_once_and_recovers() {
        let now = Instant::now();
        let mut flow = Flow::new();
        flow.set_concurrency(Some((8, 10)));
        let storm: Vec<Ticket> = (0..8).map(|_| taken(&mut flow, now)).collect();
        assert!(matches!(flow.take(|| now), Turn::AfterAnother));
        for ticket in storm {
            flow.end(ticket, || now, End::Pushback(None));
        }
        assert_eq!((flow.limit(), flow.in_flight()), (Some(4), 0));
        let mut limits = vec![4];
        for _ in 0..100 {
            let limit = flow.limit().unwrap();
            let round: Vec<Ticket> = (0..limit).map(|_| taken(&mut flow, now)).collect();
            for ticket in round {
                flow.end(ticket, || now, End::Good);
            }
            limits.extend(flow.limit());
        }
        limits.dedup();
        assert_eq!(
            limits,
            [4, 5, 6, 7, 8, 9, 10],
            "one more at a time, and never past the maximum"
        );
    }

    #[test]
    fn the_limit_never_falls_below_one_and_does_not_grow_unused() {
        let now = Instant::now();
        let mut flow = Flow::new();
        flow.set_concurrency(Some((4, 8)));
        for _ in 0..100 {
            let ticket = taken(&mut flow, now);
            flow.end(ticket, || now, End::Good);
        }
        assert_eq!(flow.limit(), Some(4), "one at a time says nothing of four");
        for pauses in 0..5 {
            let now = now + PAUSE * pauses;
            let ticket = taken(&mut flow, now);
            flow.end(ticket, || now, End::Pushback(None));
        }
        assert_eq!(flow.limit(), Some(1));
    }

    #[test]
    fn a_request_that_never_left_uses_up_nothing() {
        let now = Instant::now();
        let mut flow = Flow::new();
        flow.set_window(1, Duration::from_secs(10));
        let ticket = taken(&mut flow, now);
        flow.end(ticket, || now, End::NotSent);
        taken(&mut flow, now);
    }

    #[test]
    fn a_pause_is_never_shortened() {
        let now = Instant::now();
        let mut flow = Flow::new();
        let tickets = [taken(&mut flow, now), taken(&mut flow, now)];
        flow.end(tickets[0], || now, End::Pushback(Some(Duration::from_secs(10))));
        flow.end(tickets[1], || now, End::Pushback(Some(Duration::from_secs(1))));
        let end = now + Duration::from_secs(10);
        assert!(matches!(flow.take(|| now), Turn::At(until) if until == end));
        taken(&mut flow, end);
    }

    #[test]
    fn a_source_that_is_refused_one_request_at_a_time_pauses() {
        let now = Instant::now();
        let mut flow = Flow::new();
        flow.set_concurrency(Some((2, 8)));
        let ticket = taken(&mut flow, now);
        flow.end(ticket, || now, End::Pushback(None));
        assert_eq!(flow.limit(), Some(1));
        let ticket = taken(&mut flow, now);
        flow.end(ticket, || now, End::Pushback(None));
        assert!(matches!(flow.take(|| now), Turn::At(until) if until == now + PAUSE));
        taken(&mut flow, now + PAUSE);
    }

    proptest! {
        /// Whatever the delays on the way there and back, the server never counts more than the window in one period.
        #[test]
        fn the_window_is_never_exceeded_at_the_server(
            size in 1_usize..6,
            period in 1_u64..50,
            delays in vec((0_u64..30, 0_u64..30), 1..80),
        ) {
            let start = Instant::now();
            let at = |tick: u64| start + Duration::from_millis(tick);
            let mut flow = Flow::new();
            flow.set_window(size, Duration::from_millis(period));
            let mut delays = delays.into_iter().peekable();
            let mut under_way: Vec<(u64, Ticket)> = Vec::new();
            let mut arrivals = Vec::new();
            let mut tick = 0;
            while delays.peek().is_some() {
                under_way.retain(|(reply, ticket)| {
                    let waiting = *reply > tick;
                    if !waiting {
                        flow.end(*ticket, || at(tick), End::Good);
                    }
                    waiting
                });
                while let Some((there, back)) = delays.peek().copied() {
                    let Turn::Now(ticket) = flow.take(|| at(tick)) else { break };
                    arrivals.push(tick + there);
                    under_way.push((tick + there + back, ticket));
                    delays.next();
                }
                tick += 1;
            }
            for from in &arrivals {
                let seen = arrivals.iter().filter(|at| (*from..from + period).contains(*at)).count();
                assert!(seen <= size, "{seen} within one period");
            }
        }
    }
}
