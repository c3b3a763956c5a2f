//! A sandbox behind a source at each vendor, on a clock that does not wait, and what comes of reading its lists.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rollbook::model::{Completeness, DeviceQuery, UserQuery, WorkstationQuery};
use rollbook::transport::{Clock as _, Request, Response, Transport, TransportError};
use rollbook::{BaseUrl, Rollbook, Secret, Source, SourceConfig, Walk, WalkEvent, WalkReport, Walks};
use rollbook_sandbox::{Sandbox, SandboxTransport, credentials};
use tokio::time::Instant;

use crate::clock::TokioClock;

/// Longer than any walk takes on a vendor's clock: whoever waits for more waits for ever.
const FOR_EVER: Duration = Duration::from_secs(7 * 24 * 3600);

/// Runs on a clock that jumps to the next moment at which something happens.
///
/// # Panics
///
/// When nothing happens any more before the end: a hang.
pub(crate) fn run<T>(case: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(async {
            tokio::time::timeout(FOR_EVER, case)
                .await
                .unwrap_or_else(|_| panic!("it hangs"))
        })
}

/// The sandbox, which is told the time, and how many requests were under way at once at most.
#[derive(Debug)]
pub(crate) struct Wire {
    clock: TokioClock,
    latency: Duration,
    inner: SandboxTransport,
    under_way: AtomicUsize,
    most: AtomicUsize,
    limit: Mutex<Option<Limit>>,
}

/// What a server takes in a second, and what it refuses beyond that, without a word on when to come again.
#[derive(Debug)]
struct Limit {
    in_a_second: usize,
    taken: VecDeque<Instant>,
    refused: usize,
}

impl Limit {
    fn refuses(&mut self, now: Instant) -> bool {
        let over = |at: &Instant| now.duration_since(*at) >= Duration::from_secs(1);
        while self.taken.front().is_some_and(over) {
            self.taken.pop_front();
        }
        let refuses = self.taken.len() >= self.in_a_second;
        if refuses {
            self.refused += 1;
        } else {
            self.taken.push_back(now);
        }
        refuses
    }
}

impl Wire {
    /// Refuses what is more than so many requests in a second.
    pub(crate) fn limit(&self, in_a_second: usize) {
        *self.limit.lock().unwrap() = Some(Limit {
            in_a_second,
            taken: VecDeque::new(),
            refused: 0,
        });
    }

    pub(crate) fn refused(&self) -> usize {
        self.limit
            .lock()
            .unwrap()
            .as_ref()
            .map_or(0, |limit| limit.refused)
    }

    pub(crate) fn most_under_way(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        /// Also when the request is dropped.
        struct Leave<'a>(&'a AtomicUsize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let now = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        let _leave = Leave(&self.under_way);
        if self
            .limit
            .lock()
            .unwrap()
            .as_mut()
            .is_some_and(|limit| limit.refuses(Instant::now()))
        {
            // The answer takes as long as any other.
            tokio::time::sleep(self.latency).await;
            let refusal = http::Response::builder().status(429).body(bytes::Bytes::new());
            return Ok(refusal.unwrap());
        }
        self.inner
            .sandbox()
            .set_unix_time(self.clock.unix_time().as_secs());
        self.inner.send(request).await
    }
}

pub(crate) const TRUU: usize = 0;
pub(crate) const BANYAN: usize = 1;
pub(crate) const TRUTO: usize = 2;

/// The three sources over one sandbox.
pub(crate) struct Setup {
    pub(crate) rollbook: Rollbook,
    pub(crate) wire: Arc<Wire>,
}

impl Setup {
    /// Every answer takes `latency` on top of what faults make it take.
    pub(crate) fn new(sandbox: Sandbox, latency: Duration) -> Self {
        Self::of(sandbox, latency, &sources())
    }

    pub(crate) fn of(sandbox: Sandbox, latency: Duration, sources: &[SourceConfig]) -> Self {
        let clock = TokioClock::new();
        sandbox.measure_by(Arc::new(clock));
        let wire = Arc::new(Wire {
            clock,
            latency,
            limit: Mutex::new(None),
            inner: SandboxTransport::new(sandbox).with_latency(latency),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let transport: Arc<dyn Transport> = wire.clone();
        let rollbook = Rollbook::builder().transport(transport).clock(Arc::new(clock));
        Self {
            rollbook: rollbook.build(sources).unwrap(),
            wire,
        }
    }

    pub(crate) fn source(&self, place: usize) -> &Source {
        &self.rollbook.sources()[place]
    }

    /// Reads every list of the sources in these places, all at once.
    pub(crate) async fn read(&self, places: &[usize]) -> Vec<Read> {
        let walks = places.iter().flat_map(|place| walks(self.source(*place)));
        read(walks).await
    }
}

/// A source at each vendor, in the order of the places.
pub(crate) fn sources() -> Vec<SourceConfig> {
    vec![truu("truu"), banyan("banyan"), truto("truto")]
}

fn base_url() -> BaseUrl {
    BaseUrl::parse("http://127.0.0.1:1").unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text).unwrap()
}

pub(crate) fn truu(name: &str) -> SourceConfig {
    let key = secret(credentials::TRUU_CLIENT_SECRET);
    let config = rollbook::truu::Config::new(base_url(), credentials::TRUU_CLIENT_ID, key);
    SourceConfig::truu(name.parse().unwrap(), config)
}

pub(crate) fn banyan(name: &str) -> SourceConfig {
    let config = rollbook::banyan::Config::new(base_url(), secret(credentials::BANYAN_KEY));
    SourceConfig::banyan(name.parse().unwrap(), config)
}

pub(crate) fn truto(name: &str) -> SourceConfig {
    let (account, token) = (
        credentials::TRUTO_INTEGRATED_ACCOUNT,
        secret(credentials::TRUTO_TOKEN),
    );
    let mut config = rollbook::truto::Config::new(base_url(), account, token);
    config.models.push(rollbook::truto::Model::Mdm);
    SourceConfig::truto(name.parse().unwrap(), config)
}

/// Every list of a source, with the ids of its rows.
pub(crate) fn walks(source: &Source) -> Vec<Walk<String>> {
    let mut walks: Vec<Walk<String>> = Vec::new();
    let users = source.users(&UserQuery::default()).unwrap();
    walks.extend(users.into_iter().map(|walk| walk.map(|row| row.id.to_string())));
    let devices = source.devices(&DeviceQuery::default()).unwrap();
    walks.extend(devices.into_iter().map(|walk| walk.map(|row| row.id.to_string())));
    // Only TruU has them.
    let workstations = source.workstations(&WorkstationQuery::default());
    walks.extend(
        workstations
            .into_iter()
            .flatten()
            .map(|walk| walk.map(|row| row.id.to_string())),
    );
    walks
}

/// What came of reading one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) source: String,
    pub(crate) list: &'static str,
    pub(crate) completeness: Completeness,
    /// What ended the walk early.
    pub(crate) error: Option<String>,
    /// The ids of the rows, in the order in which they were delivered.
    pub(crate) rows: Vec<String>,
}

impl Read {
    pub(crate) fn of(report: &WalkReport, rows: Vec<String>) -> Self {
        Self {
            source: report.source.to_string(),
            list: report.list.unwrap_or_default(),
            completeness: report.completeness.clone(),
            error: report
                .error
                .as_ref()
                .map(|error| format!("{:?}: {error}", error.kind())),
            rows,
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.error.is_none() && self.completeness.is_complete()
    }
}

pub(crate) async fn read(walks: impl IntoIterator<Item = Walk<String>>) -> Vec<Read> {
    let mut all = Walks::default();
    let mut rows = Vec::new();
    for walk in walks {
        all.add(walk);
        rows.push(Vec::new());
    }
    while let Some(event) = all.next().await {
        if let WalkEvent::Page { walk, rows: page, .. } = event {
            rows[walk].extend(page);
        }
    }
    let reports = all.reports().iter().zip(rows);
    reports.map(|(report, rows)| Read::of(report, rows)).collect()
}
