use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use rollbook_auth::Secret;
use rollbook_layers::{Budget, Scope};
use rollbook_transport::Clock;

/// Both of Truto's limits count requests in 10 seconds.
const PERIOD: Duration = Duration::from_secs(10);

/// What Truto lets one integrated account do in a period.
const PER_ACCOUNT: usize = 50;

/// What Truto lets one API token do in a period.
const PER_TOKEN: usize = 500;

/// Truto's budgets: sources of one integrated account share one, sources of one API token share another.
#[derive(Default)]
pub(crate) struct TrutoBudgets {
    accounts: HashMap<(String, String), Arc<Budget>>,
    /// By a hash that is keyed anew in each process, so that no token stands here.
    tokens: HashMap<u64, Arc<Budget>>,
    hasher: RandomState,
}

impl TrutoBudgets {
    /// The budgets of a source; `own` becomes its account's, if that has none yet.
    pub(crate) fn of(
        &mut self,
        origin: &str,
        account: &str,
        token: &Secret,
        own: Budget,
        clock: Arc<dyn Clock>,
    ) -> Vec<Arc<Budget>> {
        let of_account = self
            .accounts
            .entry((origin.to_owned(), account.to_owned()))
            .or_insert_with(|| Arc::new(own.with_window(PER_ACCOUNT, PERIOD)));
        let of_token = self
            .tokens
            .entry(self.hasher.hash_one((origin, token.expose())))
            .or_insert_with(|| {
                let budget = Budget::new(clock)
                    .with_scope(Scope::Credential)
                    .with_window(PER_TOKEN, PERIOD)
                    .without_concurrency_limit();
                Arc::new(budget)
            });
        vec![Arc::clone(of_account), Arc::clone(of_token)]
    }
}

#[cfg(test)]
mod tests {
    use rollbook_transport::SystemClock;

    use super::*;

    #[test]
    fn an_account_and_a_token_have_one_budget_each_however_many_sources_use_them() {
        let mut budgets = TrutoBudgets::default();
        let mut of = |account: &str, token: &str| {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let token = Secret::new(token).unwrap();
            budgets.of(
                "https://api.truto.one",
                account,
                &token,
                Budget::new(Arc::clone(&clock)),
                clock,
            )
        };
        let first = of("a", "t");
        let same = of("a", "t");
        let other_account = of("b", "t");
        let other_token = of("a", "u");
        assert!(Arc::ptr_eq(&first[0], &same[0]) && Arc::ptr_eq(&first[1], &same[1]));
        assert!(!Arc::ptr_eq(&first[0], &other_account[0]) && Arc::ptr_eq(&first[1], &other_account[1]));
        assert!(Arc::ptr_eq(&first[0], &other_token[0]) && !Arc::ptr_eq(&first[1], &other_token[1]));
        assert_eq!(
            (first[0].scope(), first[1].scope()),
            (Scope::Source, Scope::Credential)
        );
    }
}
