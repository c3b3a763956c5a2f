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
    /// The budgets of a source: its `own`, which says how much may be in flight, and the windows that it shares.
    pub(crate) fn of(
        &mut self,
        origin: &str,
        account: &str,
        token: &Secret,
        own: Budget,
        clock: &Arc<dyn Clock>,
    ) -> Vec<Arc<Budget>> {
        let window = |requests| {
            Budget::new(Arc::clone(clock))
                .with_window(requests, PERIOD)
                .without_concurrency_limit()
        };
        let of_account = self
            .accounts
            .entry((origin.to_owned(), account.to_owned()))
            .or_insert_with(|| Arc::new(window(PER_ACCOUNT).with_scope(Scope::Account)));
        let of_token = self
            .tokens
            .entry(self.hasher.hash_one((origin, token.expose())))
            .or_insert_with(|| Arc::new(window(PER_TOKEN).with_scope(Scope::Credential)));
        vec![Arc::new(own), Arc::clone(of_account), Arc::clone(of_token)]
    }
}

#[cfg(test)]
mod tests {
    use rollbook_transport::SystemClock;

    use super::*;

    #[test]
    fn an_account_and_a_token_have_one_window_each_however_many_sources_use_them() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut budgets = TrutoBudgets::default();
        let mut of = |account: &str, token: &str, concurrency: usize| {
            let token = Secret::new(token).unwrap();
            let own = Budget::new(Arc::clone(&clock)).with_concurrency(concurrency, concurrency);
            budgets.of("https://api.truto.one", account, &token, own, &clock)
        };
        let first = of("a", "t", 2);
        let same = of("a", "t", 5);
        let other_account = of("b", "t", 2);
        let other_token = of("a", "u", 2);
        assert_eq!(
            (first[0].limit(), same[0].limit()),
            (Some(2), Some(5)),
            "each source has its own concurrency"
        );
        assert!(Arc::ptr_eq(&first[1], &same[1]) && Arc::ptr_eq(&first[2], &same[2]));
        assert!(!Arc::ptr_eq(&first[1], &other_account[1]) && Arc::ptr_eq(&first[2], &other_account[2]));
        assert!(Arc::ptr_eq(&first[1], &other_token[1]) && !Arc::ptr_eq(&first[2], &other_token[2]));
        let scopes: Vec<Scope> = first.iter().map(|budget| budget.scope()).collect();
        assert_eq!(scopes, [Scope::Source, Scope::Account, Scope::Credential]);
    }
}
