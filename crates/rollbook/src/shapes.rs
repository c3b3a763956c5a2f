use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollbook_contract::{Contract, Drift, Operation, Request, Shape};
use rollbook_model::{SourceName, Vendor};
use serde::Serialize;
use serde_json::Value;

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
    operation: &'static Operation,
    shape: Shape<'static>,
    answers: u64,
    unreadable: u64,
    rows: u64,
    short: u64,
    slowest: Duration,
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
    /// How many of them were no JSON.
    pub unreadable: u64,
    /// How many rows were in them.
    pub rows: u64,
    /// How many first pages had fewer rows than were asked for, or than the server is known to give, with more to come.
    pub short: u64,
    /// How long the slowest took, in milliseconds.
    pub slowest_ms: u64,
    /// In what they differ, the worst first.
    pub drifts: Vec<Drift>,
}

impl Shapes {
    /// What came so far beside the contracts, source by source.
    pub fn compared(&self) -> Vec<Compared> {
        let compared = |((source, operation), seen): (&(SourceName, &'static str), &Seen)| {
            let mut drifts = seen.operation.compare(&seen.shape);
            drifts.sort_by_key(|drift| std::cmp::Reverse(drift.severity));
            Compared {
                source: source.clone(),
                vendor: seen.vendor.clone(),
                operation,
                answers: seen.answers,
                unreadable: seen.unreadable,
                rows: seen.rows,
                short: seen.short,
                slowest_ms: u64::try_from(seen.slowest.as_millis()).unwrap_or(u64::MAX),
                drifts,
            }
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
            operation,
            shape: operation.shape(),
            answers: 0,
            unreadable: 0,
            rows: 0,
            short: 0,
            slowest: Duration::ZERO,
        });
        seen.answers += 1;
        seen.slowest = seen.slowest.max(exchange.took);
        match serde_json::from_slice::<Value>(exchange.body) {
            Ok(body) => {
                let rows = rows_in(&body);
                seen.rows += rows;
                // What a later page leaves over cannot be told from the page alone.
                if is_first_page(exchange.target) {
                    let fixed = operation.rows_on_a_page().map(|rows| rows as u64);
                    let expected = asked_for(exchange.target).or(fixed);
                    seen.short +=
                        u64::from(expected.is_some_and(|expected| rows < expected) && goes_on(&body, rows));
                }
                seen.shape.add(&body);
            }
            Err(_) => seen.unreadable += 1,
        }
    }
}

/// The rows of a page: the page itself, or the longest array in it or in its envelope.
fn rows_in(body: &Value) -> u64 {
    let longest = |value: &Value| match value {
        Value::Array(rows) => rows.len(),
        Value::Object(members) => members
            .values()
            .map(|value| value.as_array().map_or(0, Vec::len))
            .max()
            .unwrap_or(0),
        _ => 0,
    };
    let outer = longest(body);
    let inner = body.get("data").map_or(0, longest);
    outer.max(inner) as u64
}

/// Whether the call asks for the start of a list.
fn is_first_page(target: &str) -> bool {
    let (_, query) = target.split_once('?').unwrap_or((target, ""));
    query.split('&').all(|pair| match pair.split_once('=') {
        Some(("page", page)) => page == "1",
        Some(("skip", skip)) => skip == "0",
        Some(("next_cursor", cursor)) => cursor.is_empty(),
        _ => true,
    })
}

/// The number of rows that a call asks for.
fn asked_for(target: &str) -> Option<u64> {
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("limit=")?.parse().ok())
}

/// Whether the page says that there are more rows than those on it: of the first page of a list that is the truth.
fn goes_on(body: &Value, rows: u64) -> bool {
    let says = |envelope: &Value| {
        envelope["count"].as_u64().is_some_and(|count| count > rows)
            || envelope["next_cursor"]
                .as_str()
                .is_some_and(|cursor| !cursor.is_empty())
    };
    says(body) || says(&body["data"])
}
