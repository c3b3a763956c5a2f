use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rollbook_contract::{Answers, Baseline, Contract, Drift, Request};
use rollbook_model::{SourceName, Vendor};
use serde::Serialize;

use crate::{Exchange, Observer};

/// Collects what the answers of all sources look like, to be compared with the vendors' contracts. It keeps no value of a
/// person.
///
/// ```
/// use std::sync::Arc;
///
/// use rollbook::model::UserQuery;
/// use rollbook::{BaseUrl, Config, Rollbook, Secret, Shapes, SourceConfig};
/// use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let base_url = BaseUrl::parse("http://127.0.0.1:1")?;
/// # let truu = rollbook::truu::Config::new(base_url, "sandbox", Secret::new("sandbox-secret")?);
/// # let config = Config::from_sources(vec![SourceConfig::truu("corp-truu".parse()?, truu)])?;
/// # let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
/// let shapes = Arc::new(Shapes::default());
/// let rollbook = Rollbook::builder().transport(wire).observer(shapes.clone()).build(config.sources())?;
/// for mut walk in rollbook.sources()[0].users(&UserQuery::default())? {
///     walk.next_page().await;
/// }
/// let seen = shapes.compared();
/// assert_eq!(seen[0].operation, "enrolled_users");
/// assert!(seen[0].drifts.iter().all(|drift| drift.severity < rollbook::contract::Severity::Breaking));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Shapes(Mutex<BTreeMap<(SourceName, &'static str), Seen>>);

#[derive(Debug)]
struct Seen {
    vendor: Vendor,
    answers: Answers<'static>,
}

/// What the answers of one operation at one source look like beside its contract.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// The source.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// The operation, by its name in the contract.
    pub operation: &'static str,
    /// How many answers came.
    pub answers: u64,
    /// How many rows were in them.
    pub rows: u64,
    /// What they are, for a comparison at another time.
    pub baseline: Baseline,
    /// In what they differ, the worst first.
    pub drifts: Vec<Drift>,
}

impl Shapes {
    /// What came so far beside the contracts, source by source.
    pub fn compared(&self) -> Vec<Compared> {
        self.compared_since(|_, _| None)
    }

    /// What came so far beside the contracts, and beside what `before` has for a source and an operation.
    pub fn compared_since<'b>(
        &self,
        before: impl Fn(&SourceName, &str) -> Option<&'b Baseline>,
    ) -> Vec<Compared> {
        let compared = |((source, operation), seen): (&(SourceName, &'static str), &Seen)| Compared {
            source: source.clone(),
            vendor: seen.vendor.clone(),
            operation,
            answers: seen.answers.count(),
            rows: seen.answers.rows(),
            baseline: seen.answers.baseline(),
            drifts: seen.answers.compare(before(source, operation)),
        };
        self.seen().iter().map(compared).collect()
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<(SourceName, &'static str), Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Shapes {
    fn answered(&self, exchange: &Exchange<'_>) {
        // An error has another shape, and says nothing of the rows.
        if !exchange.status.is_success() {
            return;
        }
        let request = Request::new(exchange.method.as_str(), exchange.target);
        let Some(operation) =
            Contract::of(exchange.vendor.as_str()).and_then(|contract| contract.operation_of(&request))
        else {
            return;
        };
        let mut all = self.seen();
        let key = (exchange.source.clone(), operation.id());
        let seen = all.entry(key).or_insert_with(|| Seen {
            vendor: exchange.vendor.clone(),
            answers: operation.answers(),
        });
        seen.answers.add(&request, exchange.body, exchange.took);
    }
}
