//! Rollbook's policies around a [`Transport`](rollbook_transport::Transport): each is one
//! [`Layer`](rollbook_transport::Layer), and a [`Stack`] is all of them in the one order that is right.
//!
//! | slot | layer | what it does |
//! |---|---|---|
//! | call trace | [`CallTraceLayer`] | one span and one event per call, at debug |
//! | call deadline | [`DeadlineLayer`] | ends a call that takes too long with all its retries and waits |
//! | retry | [`RetryLayer`] | sends again what may be sent again, after a wait |
//! | auth | given by the caller | signs in, and replays a call whose token was rejected |
//! | budget | [`BudgetLayer`] | keeps to the vendor's rate and concurrency limits: [`Budget`] |
//! | attempt timeout | [`TimeoutLayer`] | ends one attempt that takes too long |
//! | attempt trace | [`AttemptTraceLayer`] | one event per attempt, at trace |
//! | body limit | [`BodyLimitLayer`] | refuses a response body that is too large |
//! | wire | a `Transport` | sends |
//!
//! Nothing here needs a runtime to be constructed, and nothing reads a clock but the
//! [`Clock`](rollbook_transport::Clock) that it was given.
//!
//! ```
//! use std::sync::Arc;
//! use rollbook_layers::{Budget, StackBuilder};
//! use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
//! use rollbook_transport::{Call, Safety, Transport, judge_by_status};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let wire = FakeTransport::ordered([
//!     Rule::get("/users/").reply(Reply::status(503)).reply(Reply::json(200, "[]")),
//! ]);
//! let clock = Arc::new(FakeClock::automatic());
//! let stack = StackBuilder::new(Arc::new(wire), clock.clone())
//!     .budget(Arc::new(Budget::new(clock)))
//!     .build();
//!
//! let mut request = http::Request::get("https://vendor.test/users/").body(Default::default())?;
//! request.extensions_mut().insert(Call::new("truu", "enrolled_users", Safety::Read, judge_by_status));
//! assert_eq!(stack.send(request).await?.status(), 200);
//! # Ok(())
//! # }
//! ```

mod alarm;
mod attempt_trace;
mod backoff;
mod body_limit;
mod budget;
mod budget_layer;
mod call_trace;
mod deadline;
mod flow;
mod patience;
mod retry;
mod stack;
mod timeout;
mod verdict;

pub use attempt_trace::AttemptTraceLayer;
pub use backoff::{Backoff, Jitter};
pub use body_limit::BodyLimitLayer;
pub use budget::{Budget, Scope};
pub use budget_layer::BudgetLayer;
pub use call_trace::CallTraceLayer;
pub use deadline::DeadlineLayer;
pub use retry::{RetryConfig, RetryLayer};
pub use stack::{ORDER, Stack, StackBuilder};
pub use timeout::TimeoutLayer;

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
