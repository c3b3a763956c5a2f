use std::collections::VecDeque;
use std::fmt;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use rollbook_model::{
    Completeness, Error, Grade, Pager, Progress, RejectedRow, Snapshot, SourceName, UnreadMember, Vendor,
};
use serde::Serialize;

/// What a walk reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Resource {
    /// Users.
    Users,
    /// Devices.
    Devices,
    /// Workstations.
    Workstations,
}

impl Resource {
    /// The name in lower case, as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Devices => "devices",
            Self::Workstations => "workstations",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One list of one source, about to be read from its first page to its last.
pub struct Walk<T> {
    source: SourceName,
    vendor: Vendor,
    resource: Resource,
    pager: Pager<T>,
}

impl<T: Send + 'static> Walk<T> {
    /// The walk of `pager`.
    pub fn new(source: SourceName, vendor: Vendor, resource: Resource, pager: Pager<T>) -> Self {
        Self {
            source,
            vendor,
            resource,
            pager,
        }
    }

    /// The same walk with every row that it delivers changed by `f`.
    #[must_use]
    pub fn map<U: Send + 'static>(self, f: impl Fn(T) -> U + Send + Sync + 'static) -> Walk<U> {
        Walk {
            source: self.source,
            vendor: self.vendor,
            resource: self.resource,
            pager: self.pager.map(f),
        }
    }

    /// The same walk without pages fetched ahead: for reading one page and stopping.
    #[must_use]
    pub fn without_read_ahead(mut self) -> Self {
        self.pager = self.pager.without_read_ahead();
        self
    }

    /// The walk of an earlier run over the same list, from where that got: see [`Pager::resume_from`].
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a snapshot of another kind of list.
    pub fn resume_from(mut self, snapshot: Snapshot) -> Result<Self, Error> {
        let source = &self.source;
        let resumed = self.pager.resume_from(snapshot);
        self.pager = resumed.map_err(|error| error.with_source_name(source.clone()))?;
        Ok(self)
    }

    /// What the walk has done since this was last taken: see [`Pager::take_progress`].
    pub fn take_progress(&mut self) -> Option<Progress> {
        self.pager.take_progress()
    }

    /// The rows of the next page; none at the end.
    ///
    /// # Errors
    ///
    /// Why the walk ended early.
    pub async fn next_page(&mut self) -> Option<Result<Vec<T>, Error>> {
        let page = self.pager.next_page().await?;
        Some(page.map_err(|error| match error.source_name() {
            Some(_) => error,
            // What the pager itself finds wrong does not know where it happened.
            None => error.with_source_name(self.source.clone()),
        }))
    }

    /// What was seen so far.
    pub fn report(&self) -> WalkReport {
        WalkReport {
            source: self.source.clone(),
            vendor: self.vendor.clone(),
            resource: self.resource,
            list: Some(self.pager.list()),
            completeness: self.pager.completeness(),
            rejected: self.pager.rejected().to_vec(),
            unread: self.pager.unread().to_vec(),
            error: None,
        }
    }
}

impl<T> fmt::Debug for Walk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("source", &self.source)
            .field("resource", &self.resource)
            .field("list", &self.pager.list())
            .finish_non_exhaustive()
    }
}

/// What a walk saw, and what that proves.
///
/// Serializes as one flat object: `source vendor resource list`, then the members of the completeness.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct WalkReport {
    /// The source.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// What was read.
    pub resource: Resource,
    /// The vendor's name for the list; none when it was refused before it had one.
    pub list: Option<&'static str>,
    /// What was seen.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// The first rows that could not be read.
    #[serde(skip)]
    pub rejected: Vec<RejectedRow>,
    /// The first members that could not be read.
    #[serde(skip)]
    pub unread: Vec<UnreadMember>,
    /// What ended the walk early.
    #[serde(skip)]
    pub error: Option<Error>,
}

impl WalkReport {
    /// The report of a walk that was refused before its first request.
    pub fn refused(source: SourceName, vendor: Vendor, resource: Resource, error: Error) -> Self {
        Self {
            source,
            vendor,
            resource,
            list: None,
            completeness: Completeness::never_started(error.to_string()),
            rejected: Vec::new(),
            unread: Vec::new(),
            error: Some(error),
        }
    }

    /// What could not be read, a line for each of the first rows and members, with the place.
    pub fn unreadable(&self) -> impl Iterator<Item = String> + '_ {
        let rows = self
            .rejected
            .iter()
            .map(|row| format!("{} {}: {}: row left out", row.page, row.path, row.reason));
        let members = self.unread.iter().map(|member| {
            format!(
                "{} {}: {}: member left out",
                member.page, member.path, member.reason
            )
        });
        rows.chain(members)
    }

    /// Whether the rows are known to be all that there are.
    pub fn is_complete(&self) -> bool {
        self.error.is_none() && self.completeness.grade == Grade::Complete
    }
}

/// What happens while several walks are read at once.
#[derive(Debug)]
#[non_exhaustive]
pub enum WalkEvent<T> {
    /// A page of rows, in the order of its list.
    Page {
        /// Which walk, counted from 0 in the order given.
        walk: usize,
        /// The rows. A walk that was [resumed](Walks::resume_from) also gives pages without any.
        rows: Vec<T>,
        /// What to keep once the rows are where they belong, of a walk that was resumed.
        progress: Option<Progress>,
    },
    /// The walk ended, well or not: see its report.
    Ended {
        /// Which walk, counted from 0 in the order given.
        walk: usize,
        /// What to keep of the end of a walk that was resumed; none when it failed.
        progress: Option<Progress>,
    },
}

impl<T> WalkEvent<T> {
    fn walk(&self) -> usize {
        match self {
            Self::Page { walk, .. } | Self::Ended { walk, .. } => *walk,
        }
    }

    /// How much is held while the event waits, in rows. A page without a wanted row has the keys of the others.
    fn weight(&self) -> usize {
        match self {
            Self::Page { rows, progress, .. } => {
                let keys = progress.as_ref().map_or(0, Progress::rows);
                rows.len().max(keys).max(1)
            }
            Self::Ended { .. } => 0,
        }
    }
}

type Step<T> = BoxFuture<'static, (usize, Walk<T>, Option<Result<Vec<T>, Error>>)>;

/// Reads several walks at once. One that fails never hides another, and each ends with its report.
///
/// ```no_run
/// use rollbook::model::UserQuery;
/// use rollbook::{Rollbook, WalkEvent, Walks};
///
/// # async fn example(rollbook: Rollbook) -> Result<(), rollbook::model::Error> {
/// let mut walks = Walks::default();
/// for source in rollbook.sources() {
///     for walk in source.users(&UserQuery::default())? {
///         walks.add(walk);
///     }
/// }
/// while let Some(event) = walks.next().await {
///     if let WalkEvent::Page { rows, .. } = event {
///         println!("{} users more", rows.len());
///     }
/// }
/// for report in walks.reports() {
///     println!("{} {}: {}", report.source, report.resource, report.completeness.reason);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Walks<T> {
    running: FuturesUnordered<Step<T>>,
    lanes: Vec<Lane<T>>,
    reports: Vec<WalkReport>,
    in_order: bool,
}

/// An event, and what it adds to the report of its walk once it is told.
struct Arrived<T> {
    event: WalkEvent<T>,
    /// What its rows keep in memory.
    bytes: usize,
    completeness: Completeness,
    rejected: Vec<RejectedRow>,
    unread: Vec<UnreadMember>,
    error: Option<Error>,
}

/// One walk while it is not being asked for a page, and what has arrived of it.
struct Lane<T> {
    arrived: VecDeque<Arrived<T>>,
    rows_held: usize,
    bytes_held: usize,
    /// How many rejected rows and unread members have arrived.
    issues: (usize, usize),
    resting: Option<Walk<T>>,
    told: bool,
}

/// How many rows of a walk are held until its turn has come: most lists whole, so that a source with a tight budget does not
/// hold up the others, and of long ones no more than this.
const ROWS_HELD: usize = 10_000;

/// How many bytes of pages they may keep in memory: usual rows have a third of that, and a page with one row may be as long as any.
const BYTES_HELD: usize = 64 * 1024 * 1024;

impl<T> Default for Walks<T> {
    fn default() -> Self {
        Self {
            running: FuturesUnordered::new(),
            lanes: Vec::new(),
            reports: Vec::new(),
            in_order: false,
        }
    }
}

impl<T: Send + 'static> Walks<T> {
    /// The same walks, each delivered whole before the next one, in the order in which they are added. All are read at once
    /// all the same, until ten thousand rows of one or 64 MiB of its pages are held, and the last page may go beyond that: the
    /// same data gives the same output.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Adds one more walk, and gives its number.
    pub fn add(&mut self, walk: Walk<T>) -> usize {
        let number = self.reports.len();
        self.reports.push(walk.report());
        self.lanes.push(Lane {
            arrived: VecDeque::new(),
            rows_held: 0,
            bytes_held: 0,
            issues: (0, 0),
            resting: Some(walk),
            told: false,
        });
        number
    }

    /// Adds a walk that was refused before its first request, and gives its number.
    pub fn add_refused(&mut self, report: WalkReport) -> usize {
        self.reports.push(report);
        self.lanes.push(Lane {
            arrived: VecDeque::new(),
            rows_held: 0,
            bytes_held: 0,
            issues: (0, 0),
            resting: None,
            told: true,
        });
        self.reports.len() - 1
    }

    /// Lets the walk with this number, which must not have begun, go on from where an earlier run got, and tells its progress
    /// with each event. An empty snapshot starts it from its beginning. A walk that was refused stays refused.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a snapshot of another kind of list; the walk is then gone.
    pub fn resume_from(&mut self, number: usize, snapshot: Snapshot) -> Result<(), Error> {
        let Some(lane) = self.lanes.get_mut(number) else {
            return Err(Error::invalid_argument(format!("there is no walk {number}")));
        };
        if let Some(walk) = lane.resting.take() {
            let walk = walk.resume_from(snapshot)?;
            self.reports[number] = walk.report();
            lane.resting = Some(walk);
        }
        Ok(())
    }

    /// The next page of any of the walks, as pages arrive, or of the one whose turn it is; none when all have ended.
    pub async fn next(&mut self) -> Option<WalkEvent<T>> {
        loop {
            self.resume();
            if let Some(event) = self.due() {
                return Some(event);
            }
            let (number, walk, page) = self.running.next().await?;
            self.lanes[number].take(number, walk, page);
        }
    }

    /// Asks every walk for its next page that has room for one: memory stays bounded.
    fn resume(&mut self) {
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            let has_room = if self.in_order {
                lane.rows_held < ROWS_HELD && lane.bytes_held < BYTES_HELD
            } else {
                lane.arrived.is_empty()
            };
            if has_room && let Some(walk) = lane.resting.take() {
                self.running.push(step(number, walk));
            }
        }
    }

    fn due(&mut self) -> Option<WalkEvent<T>> {
        let mut open = self.lanes.iter_mut().filter(|lane| !lane.told);
        let lane = if self.in_order {
            open.next()?
        } else {
            open.find(|lane| !lane.arrived.is_empty())?
        };
        let Arrived {
            event,
            bytes,
            completeness,
            rejected,
            unread,
            error,
        } = lane.arrived.pop_front()?;
        lane.rows_held -= event.weight();
        lane.bytes_held -= bytes;
        lane.told = matches!(event, WalkEvent::Ended { .. });
        let report = &mut self.reports[event.walk()];
        report.completeness = completeness;
        if lane.told {
            report.rejected.clear();
            report.unread.clear();
        }
        report.rejected.extend(rejected);
        report.unread.extend(unread);
        report.error = error;
        Some(event)
    }

    /// What the walks had seen at the last event that [`next`](Self::next) gave of each, in the order in which they were added:
    /// what was read ahead and is still held does not count. One that has not ended is graded incomplete.
    pub fn reports(&self) -> &[WalkReport] {
        &self.reports
    }
}

impl<T: Send + 'static> Lane<T> {
    /// Takes what a walk answered, and lets it rest where it has more.
    fn take(&mut self, number: usize, mut walk: Walk<T>, page: Option<Result<Vec<T>, Error>>) {
        let progress = walk.take_progress();
        let (rejected, unread) = (walk.pager.rejected(), walk.pager.unread());
        // The end tells of all again: a second reading may have read what the first could not.
        let (rejected_before, unread_before) = match page {
            Some(Ok(_)) => self.issues,
            _ => (0, 0),
        };
        self.issues = (rejected.len(), unread.len());
        let completeness = walk.pager.completeness();
        let rejected = rejected.get(rejected_before..).unwrap_or_default().to_vec();
        let unread = unread.get(unread_before..).unwrap_or_default().to_vec();
        let mut bytes = 0;
        let (event, error) = match page {
            Some(Ok(rows)) => {
                if !rows.is_empty() {
                    bytes = walk.pager.page_bytes();
                }
                self.resting = Some(walk);
                let event = WalkEvent::Page {
                    walk: number,
                    rows,
                    progress,
                };
                (event, None)
            }
            ended => {
                let event = WalkEvent::Ended {
                    walk: number,
                    progress,
                };
                (event, ended.and_then(Result::err))
            }
        };
        self.rows_held += event.weight();
        self.bytes_held += bytes;
        self.arrived.push_back(Arrived {
            event,
            bytes,
            completeness,
            rejected,
            unread,
            error,
        });
    }
}

fn step<T: Send + 'static>(number: usize, mut walk: Walk<T>) -> Step<T> {
    Box::pin(async move {
        let page = walk.next_page().await;
        (number, walk, page)
    })
}

impl<T> fmt::Debug for Walks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walks")
            .field("reports", &self.reports)
            .finish_non_exhaustive()
    }
}
