use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rollbook_transport::{Clock, Layer, Request, Sent, Transport};

use crate::{
    AttemptTraceLayer, BodyLimitLayer, Budget, BudgetLayer, CallTraceLayer, DeadlineLayer, RetryConfig,
    RetryLayer, TimeoutLayer, attempt_trace, body_limit, budget_layer, call_trace, deadline, retry, timeout,
};

const AUTH: &str = "auth";
const WIRE: &str = "wire";

/// The slots of a stack, outermost first. The one place that says so: stacks are put together from it.
///
/// - auth is inside retry: a call that waited long signs in anew; a failed sign-in has been retried by the token call's own stack;
/// - the budget is inside auth: a replay draws on it like any other request;
/// - the attempt timeout is inside the budget: waiting for a place is not the vendor's slowness;
/// - the body limit is next to the wire: nothing else ever holds a body that is too large.
pub const ORDER: [&str; 9] = [
    call_trace::SLOT,
    deadline::SLOT,
    retry::SLOT,
    AUTH,
    budget_layer::SLOT,
    timeout::SLOT,
    attempt_trace::SLOT,
    body_limit::SLOT,
    WIRE,
];

/// Puts a [`Stack`] together, in [`ORDER`] whatever the order of the calls.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use rollbook_layers::{Budget, StackBuilder};
/// use rollbook_testkit::FakeTransport;
/// use rollbook_transport::SystemClock;
///
/// let stack = StackBuilder::new(Arc::new(FakeTransport::ordered([])), Arc::new(SystemClock))
///     .attempt_timeout(Duration::from_secs(10))
///     .budget(Arc::new(Budget::new(Arc::new(SystemClock))))
///     .build();
/// assert_eq!(
///     stack.to_string(),
///     "call trace > call deadline > retry > budget > attempt timeout > attempt trace > body limit > wire",
/// );
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct StackBuilder {
    wire: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    retry: RetryConfig,
    auth: Option<Arc<dyn Layer>>,
    budgets: Vec<Arc<Budget>>,
    attempt_timeout: Duration,
    body_limit: u64,
}

impl StackBuilder {
    /// A stack over `wire` with every default, without auth and without a budget.
    pub fn new(wire: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            wire,
            clock,
            deadline: DeadlineLayer::DEFAULT,
            retry: RetryConfig::default(),
            auth: None,
            budgets: Vec::new(),
            attempt_timeout: TimeoutLayer::DEFAULT,
            body_limit: BodyLimitLayer::DEFAULT,
        }
    }

    /// How long one call may take, with all its retries and waits.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How calls are sent again.
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// The layer that signs in.
    pub fn auth(mut self, auth: Arc<dyn Layer>) -> Self {
        self.auth = Some(auth);
        self
    }

    /// One more budget that every attempt draws on.
    pub fn budget(mut self, budget: Arc<Budget>) -> Self {
        self.budgets.push(budget);
        self
    }

    /// More budgets that every attempt draws on.
    pub fn budgets(mut self, budgets: impl IntoIterator<Item = Arc<Budget>>) -> Self {
        self.budgets.extend(budgets);
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How large a response body may be, in bytes.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The stack.
    pub fn build(self) -> Stack {
        let mut outermost = Arc::clone(&self.wire);
        let mut layers = Vec::with_capacity(ORDER.len());
        for slot in ORDER.into_iter().rev() {
            if let Some(layer) = self.layer(slot) {
                outermost = layer.wrap(outermost);
                layers.push(slot);
            } else if slot == WIRE {
                layers.push(slot);
            }
        }
        layers.reverse();
        Stack {
            layers: layers.into(),
            outermost,
        }
    }

    /// What fills the slot.
    fn layer(&self, slot: &str) -> Option<Arc<dyn Layer>> {
        let clock = Arc::clone(&self.clock);
        Some(match slot {
            call_trace::SLOT => Arc::new(CallTraceLayer::new(clock)),
            deadline::SLOT => Arc::new(DeadlineLayer::new(clock, self.deadline)),
            retry::SLOT => Arc::new(RetryLayer::new(clock, self.retry.clone())),
            AUTH => return self.auth.clone(),
            budget_layer::SLOT if self.budgets.is_empty() => return None,
            budget_layer::SLOT => Arc::new(BudgetLayer::new(clock, self.budgets.iter().cloned())),
            timeout::SLOT => Arc::new(TimeoutLayer::new(clock, self.attempt_timeout)),
            attempt_trace::SLOT => Arc::new(AttemptTraceLayer::new(clock)),
            body_limit::SLOT => Arc::new(BodyLimitLayer::new(self.body_limit)),
            _ => return None,
        })
    }
}

/// A transport with every policy around it. A clone is the same stack.
///
/// `Display` and `Debug` list its layers, outermost first.
#[derive(Clone)]
pub struct Stack {
    layers: Arc<[&'static str]>,
    outermost: Arc<dyn Transport>,
}

impl Stack {
    /// The slots that are filled, outermost first.
    pub fn layers(&self) -> &[&'static str] {
        &self.layers
    }

    /// The stack as what adapters are given.
    pub fn into_transport(self) -> Arc<dyn Transport> {
        self.outermost
    }
}

impl Transport for Stack {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        self.outermost.send(request)
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.layers.join(" > "))
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stack({self})")
    }
}
