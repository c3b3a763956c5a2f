mod probe;
mod resume;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::boundary::Boundary;
use crate::evidence::{Brought, Counts, Evidence};
use crate::page::Keep;
use crate::plan::{PageFacts, Plan, Step, paging_error};
use crate::rows::Rows;
use crate::window::{FetchFuture, Window};
use crate::{Completeness, Error, Grade, Page, Paging, Position, RejectedRow, UnreadMember, UnreadPage};

use probe::{Probe, is_refusal};

type Fetch<T> = Arc<dyn Fn(Position) -> FetchFuture<T> + Send + Sync>;

/// How often the runtime gets a turn between asking for the page after a cursor and reading the page that has come: a client
/// may hand a request to a task of its own, and reading a page does not let go.
const TURNS: u32 = 4;

/// A list as a stream of rows that ends with a proof of what was seen.
///
/// What it promises, whatever the vendor does:
///
/// - pages are fetched ahead within a bound and delivered in order;
/// - an empty page with a next one is not the end;
/// - a cursor that was given before is an error, not a loop;
/// - paging advances by the rows received, not by those asked for;
/// - a row that cannot be read is kept in [`rejected`](Self::rejected) and does not sink its page;
/// - no row is delivered twice, as far as its key and what it says tell; two rows of one page are two rows, whatever their keys;
/// - pages that bring nothing new do not go on for ever, and neither do pages that do: a million is the most, or 50 million rows;
/// - an error ends the stream and leaves a [`cursor`](Self::cursor) to go on from;
/// - a list that changed under the walk is read once more, and only new rows of that pass are delivered.
///
/// Holds the pages in flight and those that came before one that is slow, together at most twice as many as may be in flight and
/// of large pages fewer: about eight megabytes. Beside them the page being delivered, and about ten bytes for each row seen
/// (twenty while a list is read again), at most a hundred rows that could not be read (a megabyte and one row), and while it is
/// read again as many more of those, and a thousand whose id came twice, with their pages 128 MiB at most. A dropped pager abandons
/// its requests.
pub struct Pager<T> {
    list: &'static str,
    paging: Paging,
    fetch: Fetch<T>,
    keep: Option<Keep<T>>,
    plan: Plan,
    window: Window<T>,
    /// A page whose next one was asked for already, and the turns that the runtime still gets before it is read.
    reading: Option<(Position, UnreadPage<T>, u32)>,
    rows: Rows<T>,
    at: Option<Position>,
    then: Option<Position>,
    /// What was delivered last before the walk was stopped: to be seen again before more is asked for.
    unchecked: Option<Boundary>,
    probing: Option<Probe>,
    refusals: u32,
    stale_pages: u32,
    broken: Option<Broken>,
    state: State,
    evidence: Evidence,
    /// The next request is for a cursor that was kept, and the vendor may have forgotten it.
    on_saved_cursor: bool,
    read_ahead: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Running,
    Repairing,
    Ended,
    Failed(String),
}

/// A page that leads nowhere: the error that comes after its rows, and what was counted before them, where that is kept.
struct Broken {
    error: Error,
    before: Option<Counts>,
}

/// How many pages in a row may bring nothing but rows that came before: a list that moves does that, but not for long.
const MAX_STALE_PAGES: u32 = 100;

impl<T: Send + 'static> Pager<T> {
    /// A walk over `list` that gets its pages from `fetch`. Nothing is asked for until the first poll.
    ///
    /// `list` is the vendor's name for the list, as it stands in errors and reports.
    pub fn new<F, Fut>(list: &'static str, paging: Paging, fetch: F) -> Self
    where
        F: Fn(Position) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Page<T>, Error>> + Send + 'static,
    {
        Self::of_unread(list, paging, move |position| {
            let page = fetch(position);
            async move { page.await.map(UnreadPage::from) }
        })
    }

    /// The same for pages that are read only when it is their turn. Where each page carries the cursor of the next, that one is
    /// asked for before this one is read.
    pub fn of_unread<F, Fut>(list: &'static str, paging: Paging, fetch: F) -> Self
    where
        F: Fn(Position) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<UnreadPage<T>, Error>> + Send + 'static,
    {
        Self::start(
            list,
            paging,
            None,
            Arc::new(move |position| Box::pin(fetch(position))),
        )
    }

    fn start(list: &'static str, paging: Paging, start: Option<Position>, fetch: Fetch<T>) -> Self {
        Self {
            list,
            plan: Plan::new(paging.clone(), start),
            paging,
            fetch,
            keep: None,
            window: Window::new(),
            reading: None,
            rows: Rows::new(),
            at: None,
            then: None,
            unchecked: None,
            probing: None,
            refusals: 0,
            stale_pages: 0,
            broken: None,
            state: State::Running,
            evidence: Evidence::default(),
            on_saved_cursor: false,
            read_ahead: true,
        }
    }

    /// The same walk without pages fetched ahead, and without a second reading: for reading one page and stopping.
    #[must_use]
    pub fn without_read_ahead(mut self) -> Self {
        self.read_ahead = false;
        self
    }

    /// The same walk with every row changed by `f`.
    #[must_use]
    pub fn map<U: Send + 'static>(self, f: impl Fn(T) -> U + Send + Sync + 'static) -> Pager<U> {
        let f: Arc<dyn Fn(T) -> U + Send + Sync> = Arc::new(f);
        let (of_row, keep) = (Arc::clone(&f), self.keep);
        let of_page = move |page: UnreadPage<T>| page.map(keep.clone(), Arc::clone(&f));
        let (fetch, of_fetched) = (self.fetch, of_page.clone());
        Pager {
            list: self.list,
            paging: self.paging,
            fetch: Arc::new(move |position| {
                let (page, of_fetched) = (fetch(position), of_fetched.clone());
                Box::pin(async move { page.await.map(of_fetched) })
            }),
            keep: None,
            plan: self.plan,
            window: self.window.map(of_page.clone()),
            reading: self
                .reading
                .map(|(position, page, turns)| (position, of_page(page), turns)),
            rows: self.rows.map(&*of_row),
            at: self.at,
            then: self.then,
            unchecked: self.unchecked,
            probing: self.probing,
            refusals: self.refusals,
            stale_pages: self.stale_pages,
            broken: self.broken,
            state: self.state,
            evidence: self.evidence,
            on_saved_cursor: self.on_saved_cursor,
            read_ahead: self.read_ahead,
        }
    }

    /// The same walk, delivering only rows that `keep` wants. The others still count as seen.
    #[must_use]
    pub fn filter(mut self, keep: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.rows.retain(&keep);
        self.keep = Some(match self.keep.take() {
            None => Arc::new(keep),
            Some(before) => Arc::new(move |row: &T| before(row) && keep(row)),
        });
        self
    }

    /// The wanted rows of the next page that has any; none at the end.
    ///
    /// # Errors
    ///
    /// Why the walk ended early. Nothing comes after an error; [`cursor`](Self::cursor) says where to go on.
    pub async fn next_page(&mut self) -> Option<Result<Vec<T>, Error>> {
        poll_fn(|cx| self.poll_page(cx)).await
    }

    /// Reads to the end, and gives the rows with what stopped the walk, if something did.
    pub async fn collect_rows(&mut self) -> (Vec<T>, Option<Error>) {
        let mut rows = Vec::new();
        while let Some(page) = self.next_page().await {
            match page {
                Ok(page) => rows.extend(page),
                Err(error) => return (rows, Some(error)),
            }
        }
        (rows, None)
    }

    /// The first rows that could not be read, at most a hundred, and none after 1 MiB. [`Completeness::rejected`] counts all. What
    /// a second reading could read is no more among them at its end.
    pub fn rejected(&self) -> &[RejectedRow] {
        self.evidence.rejected.rows()
    }

    /// The first members that could not be read, at most a hundred. Their rows were delivered without them.
    pub fn unread(&self) -> &[UnreadMember] {
        &self.evidence.unread
    }

    /// What was seen so far, and what that proves. Before the end it proves nothing: the grade is incomplete.
    pub fn completeness(&self) -> Completeness {
        let (grade, reason) = match &self.state {
            State::Ended => self.evidence.grade(self.plan.proof()),
            State::Failed(reason) => (Grade::Incomplete, reason.clone()),
            State::Running | State::Repairing => (
                Grade::Incomplete,
                "the walk was stopped before its end".to_owned(),
            ),
        };
        self.evidence.completeness(grade, reason)
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>, Error>>> {
        if self.rows.due.is_empty() {
            match self.poll_fetch(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(()))) => {}
            }
        }
        Poll::Ready(Some(Ok(Vec::from(std::mem::take(&mut self.rows.due)))))
    }

    /// Takes the next page in: `Ok` when there is one, none at the end.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        loop {
            if matches!(self.state, State::Ended | State::Failed(_)) {
                return Poll::Ready(None);
            }
            if let Some(broken) = self.broken.take() {
                return self.fail(broken.error);
            }
            self.check_boundary();
            self.pump(cx);
            let Some((position, outcome)) = self.next_arrived() else {
                if self.reading.is_some() {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                if !self.window.is_empty() {
                    return Poll::Pending;
                }
                self.end_of_pass();
                if !self.rows.due.is_empty() {
                    return Poll::Ready(Some(Ok(())));
                }
                continue;
            };
            let result = match outcome {
                Ok(page) if self.probing.is_some() => self.take_probe(&page).map(|()| false),
                Ok(page) => self.take_page(position, page),
                Err(error) => self.take_error(position, error).map(|()| false),
            };
            match result {
                Ok(delivered) => {
                    // The pages after this one are asked for before its rows are used.
                    self.pump(cx);
                    if delivered {
                        return Poll::Ready(Some(Ok(())));
                    }
                }
                Err(error) => return self.fail(error),
            }
        }
    }

    /// The next page to take, read; none when there is none, or it is not time to read it.
    fn next_arrived(&mut self) -> Option<(Position, Result<Page<T>, Error>)> {
        let (position, page, turns) = match self.reading.take() {
            Some(reading) => reading,
            None => match self.window.take()? {
                (position, Err(error)) => return Some((position, Err(error))),
                (position, Ok(page)) => {
                    let asked = self.ask_first(&page);
                    (position, page, if asked { TURNS } else { 0 })
                }
            },
        };
        match turns.checked_sub(1) {
            None => Some((position, page.read())),
            Some(left) => {
                self.reading = Some((position, page, left));
                None
            }
        }
    }

    /// Asks for the page after `page` before that is read, where its cursor is all that is needed for it.
    fn ask_first(&mut self, page: &UnreadPage<T>) -> bool {
        let token = page.next.as_deref().filter(|_| self.read_ahead);
        match token.and_then(|token| self.plan.request_early(token)) {
            Some(position) => {
                self.ask(position, false);
                true
            }
            None => false,
        }
    }

    /// Keeps as many requests in flight as may be, and collects what has arrived.
    fn pump(&mut self, cx: &mut Context<'_>) {
        loop {
            while self.may_ask() {
                let Some(position) = self.plan.request() else {
                    break;
                };
                self.ask(position, false);
            }
            if !self.window.collect(cx) {
                return;
            }
        }
    }

    fn may_ask(&self) -> bool {
        let ahead = if !self.read_ahead || self.plan.is_blind() {
            1
        } else {
            self.plan.ahead()
        };
        let stopped = !self.read_ahead && self.evidence.counts.pages > 0 && !self.rows.due.is_empty();
        self.window.has_room(ahead) && self.probing.is_none() && self.broken.is_none() && !stopped
    }

    fn ask(&mut self, position: Position, before_all: bool) {
        let page = (self.fetch)(position.clone());
        if before_all {
            self.window.push_front(position, page);
        } else {
            self.window.push_back(position, page);
        }
    }

    fn take_page(&mut self, position: Position, mut page: Page<T>) -> Result<bool, Error> {
        let before = self.evidence.news.is_some().then(|| self.evidence.counts.clone());
        let brought = self
            .evidence
            .take(&mut page, &position, self.keep.as_ref(), &mut self.rows);
        self.on_saved_cursor = false;
        // An empty page is neither: between stale ones it must not start the count anew.
        match brought {
            Brought { fresh: 1.., .. } => self.stale_pages = 0,
            Brought { received: 1.., .. } => self.stale_pages += 1,
            Brought { .. } => {}
        }
        // A list without a total has no other end than a page that brings nothing: the same rows again are that at once.
        let blind = self.plan.is_blind() && page.total.is_none();
        if self.stale_pages > MAX_STALE_PAGES || (blind && self.stale_pages > 0) {
            self.at = Some(position);
            return Err(paging_error(
                "the vendor gave the same rows again for another page",
            ));
        }
        let facts = PageFacts {
            received: brought.received,
            total: page.total,
            last_page: page.last_page,
            next: page.next,
        };
        let step = self.plan.received(&position, &facts);
        self.evidence.settle_page(matches!(step, Step::Broken(_)));
        self.then = self.plan.after(&position, &facts);
        self.at = Some(position);
        match step {
            Step::Continue => {}
            Step::Gap(gap) => self.evidence.counts.pass.gap = Some(gap),
            Step::First(position) => self.ask(position, true),
            Step::Broken(message) => {
                // The rows of this page are real: they are delivered, then the error.
                self.window.abandon();
                self.broken = Some(Broken {
                    error: paging_error(message),
                    before,
                });
            }
            Step::End => self.window.abandon(),
            Step::Shrank => {
                self.evidence.counts.pass.moved = true;
                self.window.abandon();
            }
        }
        // Whoever keeps the progress is told of every page, also of one that has no wanted row.
        Ok(!self.rows.due.is_empty() || self.evidence.news.is_some())
    }

    fn take_error(&mut self, position: Position, error: Error) -> Result<(), Error> {
        if let Some(probe) = self.probing.take() {
            return self.take_refused_probe(probe, error);
        }
        self.at = Some(position.clone());
        if !is_refusal(&error) {
            return Err(error);
        }
        if std::mem::take(&mut self.on_saved_cursor) {
            self.evidence.start_over_without_cursor();
            self.plan = Plan::new(self.paging.clone(), None);
            return Ok(());
        }
        self.probe_end(position, error)
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<(), Error>>> {
        self.window.abandon();
        self.probing = None;
        if self.state == State::Repairing {
            // The first pass was whole: its rows stand, and so does what it proved.
            self.evidence.give_up_repair(error.to_string(), &mut self.rows);
            self.state = State::Ended;
            return Poll::Ready(None);
        }
        // What the pager itself finds wrong is told like what an adapter finds wrong.
        let error = match (error.operation(), &self.at) {
            (None, Some(at)) => error.with_operation(self.list).with_place(at.to_string()),
            (None, None) => error.with_operation(self.list),
            (Some(_), _) => error,
        };
        self.state = State::Failed(error.to_string());
        Poll::Ready(Some(Err(error)))
    }

    fn end_of_pass(&mut self) {
        let proof = self.plan.proof();
        self.evidence.settle_repeats(proof, &mut self.rows);
        self.evidence.settle_rejected();
        let once = self.state == State::Repairing || !self.read_ahead;
        if once || !self.evidence.calls_for_repair(proof) {
            self.state = State::Ended;
            return;
        }
        self.state = State::Repairing;
        self.evidence.start_repair();
        self.plan = Plan::new(self.paging.clone(), None);
    }
}

impl<T: Send + 'static> Stream for Pager<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.rows.due.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            match this.poll_fetch(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(()))) => {}
            }
        }
    }
}

impl<T> Pager<T> {
    /// How many bytes the rows that came last keep in memory, as far as [`UnreadPage::holding`] told: their page.
    pub fn page_bytes(&self) -> usize {
        self.rows.bytes
    }

    /// The vendor's name for the list.
    pub fn list(&self) -> &'static str {
        self.list
    }
}

impl<T> Unpin for Pager<T> {}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager")
            .field("list", &self.list)
            .field("paging", &self.paging)
            .field("state", &self.state)
            .field("pages", &self.evidence.counts.pages)
            .finish_non_exhaustive()
    }
}
