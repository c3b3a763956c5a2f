use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex as StateMutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::select;
use rollbook_transport::Clock;
use tokio::sync::{Mutex, Notify};

use crate::flow::{End, Flow, Ticket, Turn};

/// The longest pause that one reply can put a budget into.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// What one vendor lets one account or one credential do: shared by all stacks that draw on it.
///
/// - the window is never exceeded as the server counts: a request uses its slot from when it leaves until one period
///   after its reply or failure, so it does not matter when in between it arrived;
/// - no more than a limit of requests are under way at once. A 429 or 503 halves the limit, once for all that were under
///   way together; each round of good replies with the limit in use adds one. Where one at a time is refused, the budget
///   pauses for a second;
/// - a 429 or 503 with `Retry-After` pauses the whole budget until then, for a minute at most;
/// - who waits longest goes first;
/// - a waiter that is dropped leaves the queue; a request that is dropped under way gives its place back, and its slot in
///   the window is used as if the reply had come then.
///
/// A new budget has 8 requests under way at first, 32 at most, and no window.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use rollbook_layers::{Budget, Scope};
/// use rollbook_transport::SystemClock;
///
/// // Truto: 50 requests per 10 s per integrated account, 500 per 10 s per API token.
/// let period = Duration::from_secs(10);
/// let account = Budget::new(Arc::new(SystemClock))
///     .with_scope(Scope::Account)
///     .with_window(50, period)
///     .without_concurrency_limit();
/// let token = Budget::new(Arc::new(SystemClock))
///     .with_scope(Scope::Credential)
///     .with_window(500, period)
///     .without_concurrency_limit();
/// let own = Budget::new(Arc::new(SystemClock));
/// assert_eq!((own.limit(), account.limit(), token.limit()), (Some(8), None, None));
/// ```
pub struct Budget {
    clock: Arc<dyn Clock>,
    scope: Scope,
    flow: StateMutex<Flow>,
    /// Held by whoever is next; its queue is the budget's queue.
    turnstile: Mutex<()>,
    /// Tells who is next that a request has ended.
    ended: Notify,
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// One source's. A request takes its place here first.
    #[default]
    Source,
    /// An account's that several sources share. A request takes its place here after its source's, so that one that waits for its
    /// own source holds nothing of the others'.
    Account,
    /// A credential's that several accounts share. A request takes its place here last. A 429 or 503 of one source neither shrinks
    /// nor pauses it: it is told to that source's and its account's budgets.
    Credential,
}

impl Budget {
    /// A budget for one source, without a window.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut flow = Flow::new();
        flow.set_concurrency(Some((8, 32)));
        Self {
            clock,
            scope: Scope::default(),
            flow: StateMutex::new(flow),
            turnstile: Mutex::new(()),
            ended: Notify::new(),
        }
    }

    /// The same budget with at most `requests` in any `period`. At least one.
    #[must_use]
    pub fn with_window(self, requests: usize, period: Duration) -> Self {
        self.flow().set_window(requests, period);
        self
    }

    /// The same budget with `initial` requests under way at once at first, and `max` at most.
    #[must_use]
    pub fn with_concurrency(self, initial: usize, max: usize) -> Self {
        self.flow().set_concurrency(Some((initial, max)));
        self
    }

    /// The same budget with any number of requests under way at once.
    #[must_use]
    pub fn without_concurrency_limit(self) -> Self {
        self.flow().set_concurrency(None);
        self
    }

    /// The same budget for another scope.
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Whose budget it is.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// How many requests are under way.
    pub fn in_flight(&self) -> usize {
        self.flow().in_flight()
    }

    /// How many requests may be under way now, if there is a limit.
    pub fn limit(&self) -> Option<usize> {
        self.flow().limit()
    }

    /// Waits for a place.
    pub(crate) async fn place(&self) -> Place<'_> {
        let _next = self.turnstile.lock().await;
        loop {
            let turn = self.flow().take(|| self.clock.now());
            match turn {
                Turn::Now(ticket) => {
                    return Place {
                        budget: self,
                        ticket,
                        end: End::NotSent,
                    };
                }
                Turn::AfterAnother => self.ended.notified().await,
                Turn::At(time) => {
                    let ended = pin!(self.ended.notified());
                    let wait = time.saturating_duration_since(self.clock.now());
                    select(ended, self.clock.sleep(wait)).await;
                }
            }
        }
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("scope", &self.scope)
            .field("in_flight", &self.in_flight())
            .field("limit", &self.limit())
            .finish_non_exhaustive()
    }
}

/// One request's place in a budget; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    budget: &'a Budget,
    ticket: Ticket,
    end: End,
}

impl Place<'_> {
    /// The request leaves: from now on it counts at the server.
    pub(crate) fn sent(&mut self) {
        self.end = End::Other;
    }

    /// The request has ended so.
    pub(crate) fn ended(mut self, end: End) {
        self.end = match (end, self.budget.scope) {
            (End::Pushback(_), Scope::Credential) => End::Other,
            (End::Pushback(pause), _) => End::Pushback(pause.map(|pause| pause.min(MAX_PAUSE))),
            (end, _) => end,
        };
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Self { budget, ticket, end } = *self;
        budget.flow().end(ticket, || budget.clock.now(), end);
        self.budget.ended.notify_one();
    }
}
