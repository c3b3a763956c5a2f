use std::sync::Arc;

use http::StatusCode;
use rollbook_transport::{Clock, Layer, Request, Response, Sent, Transport, TransportError, retry_after};

use smallvec::SmallVec;

use crate::Budget;
use crate::budget::Place;
use crate::flow::End;

/// How many budgets a source of the vendors at hand draws on: its own, its account's and its credential's (Truto). More cost an
/// allocation.
const MOST: usize = 3;

pub(crate) const SLOT: &str = "budget";

/// Sends an attempt when every budget that it draws on has a place for it.
///
/// Places are taken in one order in every stack, whatever the order the budgets were given in, so no two requests can
/// wait for each other: budgets of a source first, then those of an account, then those of a credential.
#[derive(Clone, Debug)]
pub struct BudgetLayer {
    clock: Arc<dyn Clock>,
    budgets: Vec<Arc<Budget>>,
}

impl BudgetLayer {
    /// A layer that draws on all `budgets`; one that is given twice is drawn on once.
    pub fn new(clock: Arc<dyn Clock>, budgets: impl IntoIterator<Item = Arc<Budget>>) -> Self {
        let mut budgets: Vec<_> = budgets.into_iter().collect();
        // The address tells two budgets of one scope apart for as long as both live, which is as long as this does.
        budgets.sort_by_key(|budget| (budget.scope(), Arc::as_ptr(budget).addr()));
        budgets.dedup_by(|one, other| Arc::ptr_eq(one, other));
        Self { clock, budgets }
    }
}

impl Layer for BudgetLayer {
    fn name(&self) -> &'static str {
        SLOT
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(WithBudget {
            policy: self.clone(),
            inner,
        })
    }
}

impl BudgetLayer {
    fn end(&self, result: &Result<Response, TransportError>) -> End {
        match result {
            Ok(response) => match response.status() {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    End::Pushback(retry_after(response.headers(), Some(self.clock.unix_time())))
                }
                status if status.is_server_error() => End::Other,
                _ => End::Good,
            },
            Err(_) => End::Other,
        }
    }
}

#[derive(Debug)]
struct WithBudget {
    policy: BudgetLayer,
    inner: Arc<dyn Transport>,
}

impl Transport for WithBudget {
    fn send<'a, 'b>(&'a self, request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        Box::pin(async move {
            let mut places = SmallVec::<[Place; MOST]>::new();
            for budget in &self.policy.budgets {
                places.push(budget.place().await);
            }
            for place in &mut places {
                place.sent();
            }
            let result = self.inner.send(request).await;
            let end = self.policy.end(&result);
            for place in places {
                place.ended(end);
            }
            result
        })
    }
}
