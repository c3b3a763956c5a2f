use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use rollbook_auth::{AuthLayer, Origin, TokenProvider};
#[cfg(any(feature = "truu", feature = "banyan"))]
use rollbook_auth::{CachedTokens, TokenSource};
#[cfg(any(feature = "banyan", feature = "truto"))]
use rollbook_auth::{Secret, StaticToken};
use rollbook_layers::{Budget, DeadlineLayer, Stack, StackBuilder};
use rollbook_transport::{Clock, Transport};

use crate::client::HttpClient;
use crate::config::{ConfigError, Settings, SourceConfig};
use crate::observe::{Measured, Observed, Observer};

/// How many requests of one source are under way at first, where the vendor publishes no limit.
const INITIAL: usize = 8;

/// How many requests of one source may be under way at most, unless `concurrency` says otherwise.
const MAX: usize = 32;

/// What the stacks of several sources share: connections, the clock, and the budgets that a vendor keeps for an account or
/// a credential and not for a source.
pub(crate) struct Workshop {
    wire: Option<Arc<dyn Transport>>,
    client: Option<HttpClient>,
    clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn Observer>>,
    clients: HashMap<(Option<PathBuf>, Option<String>), Arc<dyn Transport>>,
    #[cfg(feature = "truto")]
    truto: crate::truto_budgets::TrutoBudgets,
}

impl Workshop {
    pub(crate) fn new(
        wire: Option<Arc<dyn Transport>>,
        client: Option<HttpClient>,
        clock: Arc<dyn Clock>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Self {
            wire,
            client,
            clock,
            observer,
            clients: HashMap::new(),
            #[cfg(feature = "truto")]
            truto: Default::default(),
        }
    }

    /// The wire of a source: the one that was given, else a client with the source's own authorities and proxy.
    pub(crate) fn wire(&mut self, source: &SourceConfig) -> Result<Arc<dyn Transport>, ConfigError> {
        match &self.wire {
            Some(wire) => Ok(Arc::clone(wire)),
            None => self.client(source),
        }
    }

    fn client(&mut self, source: &SourceConfig) -> Result<Arc<dyn Transport>, ConfigError> {
        let settings = &source.settings;
        let key = (settings.ca_file.clone(), settings.proxy.clone());
        if let Some(client) = self.clients.get(&key) {
            return Ok(Arc::clone(client));
        }
        let Some(client) = self.client else {
            return Err(source.error("this build has no HTTP client: give a transport".to_owned()));
        };
        let client = client
            .make(settings)
            .map_err(|problem| source.error(format!("source `{}`: {problem}", source.name)))?;
        self.clients.insert(key, Arc::clone(&client));
        Ok(client)
    }

    /// The stack through which a source signs in: every policy but auth and budget.
    #[cfg(any(feature = "truu", feature = "banyan"))]
    pub(crate) fn sign_in_stack(&self, wire: Arc<dyn Transport>, settings: &Settings) -> Arc<dyn Transport> {
        self.builder(wire, settings).build().into_transport()
    }

    /// The stack of a source.
    pub(crate) fn stack(
        &self,
        wire: Arc<dyn Transport>,
        source: &SourceConfig,
        tokens: Arc<dyn TokenProvider>,
        budgets: Vec<Arc<Budget>>,
    ) -> Result<Stack, ConfigError> {
        let origin = Origin::parse(source.base_url.origin())
            .map_err(|error| source.error(format!("source `{}`: {error}", source.name)))?;
        Ok(self
            .builder(self.measured(wire), &source.settings)
            .auth(Arc::new(AuthLayer::new(tokens, origin)))
            .budgets(budgets)
            .build())
    }

    fn builder(&self, wire: Arc<dyn Transport>, settings: &Settings) -> StackBuilder {
        let builder = StackBuilder::new(wire, Arc::clone(&self.clock));
        match settings.timeout {
            // A patient source has time for all its attempts.
            Some(timeout) => builder
                .attempt_timeout(timeout)
                .deadline(DeadlineLayer::DEFAULT.max(timeout * 5)),
            None => builder,
        }
    }

    /// The same transport, with whoever observes it.
    pub(crate) fn observed(&self, source: &SourceConfig, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        match &self.observer {
            Some(observer) => Arc::new(Observed {
                source: source.name.clone(),
                vendor: source.vendor(),
                base_url: source.base_url.to_string(),
                observer: Arc::clone(observer),
                inner,
            }),
            None => inner,
        }
    }

    /// The same wire, with its answers measured where somebody observes them.
    fn measured(&self, wire: Arc<dyn Transport>) -> Arc<dyn Transport> {
        match self.observer {
            Some(_) => Arc::new(Measured {
                clock: Arc::clone(&self.clock),
                inner: wire,
            }),
            None => wire,
        }
    }

    /// The time, for who needs it too.
    #[cfg(feature = "banyan")]
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Tokens that a call gives.
    #[cfg(any(feature = "truu", feature = "banyan"))]
    pub(crate) fn issued(&self, call: impl TokenSource + 'static) -> Arc<dyn TokenProvider> {
        Arc::new(CachedTokens::new(call, Arc::clone(&self.clock)))
    }

    /// A key that is itself the token.
    #[cfg(any(feature = "banyan", feature = "truto"))]
    pub(crate) fn fixed(&self, key: Secret) -> Arc<dyn TokenProvider> {
        Arc::new(StaticToken::new(key))
    }

    fn budget(&self, settings: &Settings) -> Budget {
        let (initial, max) = match settings.concurrency {
            Some(limit) => (pages(limit), pages(limit)),
            None => (INITIAL, MAX),
        };
        Budget::new(Arc::clone(&self.clock)).with_concurrency(initial, max)
    }

    /// The budget of a source whose vendor publishes no limit: it finds out.
    #[cfg(any(feature = "truu", feature = "banyan"))]
    pub(crate) fn own_budget(&self, settings: &Settings) -> Vec<Arc<Budget>> {
        vec![Arc::new(self.budget(settings))]
    }

    /// The budgets of a Truto source.
    #[cfg(feature = "truto")]
    pub(crate) fn truto_budgets(
        &mut self,
        source: &SourceConfig,
        account: &str,
        token: &Secret,
    ) -> Vec<Arc<Budget>> {
        let own = self.budget(&source.settings);
        self.truto
            .of(source.base_url.origin(), account, token, own, &self.clock)
    }
}

fn pages(limit: NonZeroU32) -> usize {
    usize::try_from(limit.get()).unwrap_or(usize::MAX)
}
