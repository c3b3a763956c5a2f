//! What to ask for next, as pure data: no futures, no requests.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::num::NonZeroU32;

use crate::completeness::Proof;
use crate::{Error, ErrorKind, Fate};

/// How a list is cut into pages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Paging {
    /// The list comes whole in one reply.
    Whole,
    /// Pages are numbered from 1 and each says which is the last (TruU). `ahead` of them may be in flight.
    Numbered {
        /// How many pages may be in flight.
        ahead: NonZeroU32,
    },
    /// Rows are counted: skip so many, give at most so many; each page says how many there are in all (Banyan).
    Offset {
        /// How many rows to ask for.
        limit: NonZeroU32,
        /// How many pages may be in flight.
        ahead: NonZeroU32,
    },
    /// Each page carries the cursor of the next (Truto).
    Cursor,
}

/// One page to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Position {
    /// The whole list.
    Whole,
    /// The page with this number, from 1.
    Page(u32),
    /// At most `limit` rows after the first `skip`.
    Offset {
        /// How many rows to leave out.
        skip: u64,
        /// How many rows to give at most.
        limit: u64,
    },
    /// The page of this cursor; the first page has none.
    Token(Option<String>),
}

/// Names the page as errors do, counting for people.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("page 1"),
            Self::Page(page) => write!(f, "page {page}"),
            Self::Offset { skip, limit } => write!(f, "page at skip {skip} limit {limit}"),
            Self::Token(None) => f.write_str("page 1"),
            Self::Token(Some(token)) => write!(
                f,
                "page at cursor {:?}",
                token.chars().take(40).collect::<String>()
            ),
        }
    }
}

/// What a page says about the list, apart from its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageFacts {
    pub(crate) received: u64,
    pub(crate) total: Option<u64>,
    pub(crate) last_page: Option<u32>,
    pub(crate) next: Option<String>,
}

/// What a plan makes of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Go on.
    Continue,
    /// Go on, and note that rows are missing here.
    Gap(String),
    /// Ask for this before anything else: the page came shorter than it should be.
    First(Position),
    /// The pages do not lead to an end.
    Broken(String),
    /// The list ends here: what is in flight beyond is of no use.
    End,
    /// The list became shorter than it was: what is in flight beyond this is of no use.
    Shrank,
}

/// A server that gives more empty pages in a row, and has a next one still, is not giving a list.
const MAX_EMPTY_PAGES: u32 = 1_000;

/// The most pages of one pass: TruU gives 25 rows a page, so these are 25 million. A server that has ever more pages, each with
/// rows that are new, would otherwise be asked, and what it gave be remembered, without end.
const MAX_PAGES: u32 = 1_000_000;

/// The most rows of one pass, twice what a million pages of TruU have. Each costs ten bytes (`key_set.rs`), which would not end
/// before memory does where a million pages have as many rows as a reply may have.
const MAX_ROWS: u64 = 50_000_000;

/// The longest cursor. Each of its bytes may become three in an address, and an address has 64 KiB at most (`http::Uri`).
const LONGEST_CURSOR: usize = 16 * 1024;

/// The error of pages that do not lead to an end.
pub(crate) fn paging_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Paging, Fate::Answered, message)
}

#[derive(Debug)]
pub(crate) struct Plan {
    paging: Paging,
    queue: VecDeque<Position>,
    last_page: u32,
    next_page: u64,
    stride: u64,
    next_skip: u64,
    total: Option<u64>,
    retried_empty: HashSet<u64>,
    seen_tokens: HashSet<u64>,
    /// The cursor that was asked for before its page was received.
    early: Option<String>,
    empty_in_a_row: u32,
    pages: u32,
    started: bool,
    received: u64,
}

impl Plan {
    pub(crate) fn new(paging: Paging, start: Option<Position>) -> Self {
        let limit = match &paging {
            Paging::Offset { limit, .. } => u64::from(limit.get()),
            _ => 0,
        };
        let first = match (&paging, start) {
            (Paging::Whole, _) => Position::Whole,
            (Paging::Numbered { .. }, Some(Position::Page(page))) => Position::Page(page),
            (Paging::Numbered { .. }, _) => Position::Page(1),
            (Paging::Offset { .. }, Some(Position::Offset { skip, .. })) => Position::Offset { skip, limit },
            (Paging::Offset { .. }, _) => Position::Offset { skip: 0, limit },
            (Paging::Cursor, Some(Position::Token(token))) => Position::Token(token),
            (Paging::Cursor, _) => Position::Token(None),
        };
        // A page whose cursor leads to itself is not asked for again, whoever asked for it first.
        let seen_tokens = match &first {
            Position::Token(Some(token)) => HashSet::from([crate::page::hash_of(token.as_str())]),
            _ => HashSet::new(),
        };
        Self {
            paging,
            queue: VecDeque::from([first]),
            last_page: 0,
            next_page: 0,
            stride: limit,
            next_skip: 0,
            total: None,
            retried_empty: HashSet::new(),
            seen_tokens,
            early: None,
            empty_in_a_row: 0,
            pages: 0,
            started: false,
            received: 0,
        }
    }

    /// A plan that goes on where an earlier walk stopped, which had received so many rows. Without a start nothing is left to
    /// ask for.
    pub(crate) fn going_on(paging: Paging, start: Option<Position>, received: u64) -> Self {
        let is_over = start.is_none();
        let mut plan = Self::new(paging, start);
        plan.received = received;
        if is_over {
            plan.queue.clear();
        }
        plan
    }

    pub(crate) fn proof(&self) -> Proof {
        match self.paging {
            Paging::Whole | Paging::Cursor => Proof::VendorEnds,
            Paging::Numbered { .. } | Paging::Offset { .. } => Proof::Total,
        }
    }

    /// How many pages may be in flight.
    pub(crate) fn ahead(&self) -> usize {
        match self.paging {
            Paging::Whole | Paging::Cursor => 1,
            // Until the first page says how long the list is, nothing else can be asked for.
            _ if !self.started => 1,
            Paging::Numbered { ahead } | Paging::Offset { ahead, .. } => ahead.get() as usize,
        }
    }

    /// The next page to ask for; none when all that is known to exist has been asked for.
    pub(crate) fn request(&mut self) -> Option<Position> {
        if let Some(position) = self.queue.pop_front() {
            return Some(position);
        }
        if !self.started || !self.has_more() {
            return None;
        }
        match self.paging {
            Paging::Whole | Paging::Cursor => None,
            Paging::Numbered { .. } => {
                let page = u32::try_from(self.next_page).ok()?;
                self.next_page += 1;
                Some(Position::Page(page))
            }
            Paging::Offset { .. } => {
                let skip = self.next_skip;
                self.next_skip = skip.saturating_add(self.stride);
                Some(Position::Offset {
                    skip,
                    limit: self.stride,
                })
            }
        }
    }

    /// The page of a cursor, before the page that carries it is received; none where that page has more to say.
    pub(crate) fn request_early(&mut self, token: &str) -> Option<Position> {
        let can_be = !token.is_empty() && token.len() <= LONGEST_CURSOR;
        let is_new = can_be && !self.seen_tokens.contains(&crate::page::hash_of(token));
        (self.paging == Paging::Cursor && is_new).then(|| {
            self.early = Some(token.to_owned());
            Position::Token(Some(token.to_owned()))
        })
    }

    /// Whether a list whose total is not reported can only be read one page after the other.
    pub(crate) fn is_blind(&self) -> bool {
        matches!(self.paging, Paging::Offset { .. }) && self.total.is_none()
    }

    /// Takes what the page at `position` said. Pages must be given in the order in which they were asked for.
    pub(crate) fn received(&mut self, position: &Position, facts: &PageFacts) -> Step {
        let first = !self.started;
        self.started = true;
        self.received = self.received.saturating_add(facts.received);
        self.pages = self.pages.saturating_add(1);
        self.empty_in_a_row = if facts.received == 0 {
            self.empty_in_a_row + 1
        } else {
            0
        };
        let step = match position {
            Position::Whole => Step::Continue,
            Position::Page(page) => self.received_numbered(*page, facts, first),
            Position::Offset { skip, limit } => self.received_offset(*skip, *limit, facts, first),
            Position::Token(_) => self.received_cursor(facts),
        };
        let too_many = if self.empty_in_a_row > MAX_EMPTY_PAGES {
            format!("{MAX_EMPTY_PAGES} empty pages in a row")
        } else if self.pages >= MAX_PAGES {
            format!("{MAX_PAGES} pages")
        } else if self.received >= MAX_ROWS {
            format!("{MAX_ROWS} rows")
        } else {
            return step;
        };
        if self.after(position, facts).is_some() || self.has_more() {
            return Step::Broken(format!("{too_many}, and no end"));
        }
        step
    }

    /// Whether more is to be asked for, of a list whose pages are asked for by their place.
    fn has_more(&self) -> bool {
        match self.paging {
            Paging::Whole | Paging::Cursor => false,
            Paging::Numbered { .. } => self.next_page <= u64::from(self.last_page),
            Paging::Offset { .. } => self.has_rows_after(self.next_skip),
        }
    }

    fn has_rows_after(&self, skip: u64) -> bool {
        self.total.is_none_or(|total| skip < total)
    }

    fn received_numbered(&mut self, page: u32, facts: &PageFacts, first: bool) -> Step {
        if first {
            self.next_page = u64::from(page) + 1;
        }
        let next = facts.next.as_deref().and_then(|next| next.parse::<u32>().ok());
        if let Some(next) = next.filter(|next| *next <= page) {
            return Step::Broken(format!("page {page} says that the next page is {next}"));
        }
        // The newest page knows best: the list may have grown or shrunk since the first.
        let last = facts.last_page.unwrap_or(page).max(next.unwrap_or(0));
        // Every row has come and no page is next: a last page beyond that is not there.
        if next.is_none() && last > page && facts.total.is_some_and(|total| self.received >= total) {
            self.last_page = page;
            return Step::End;
        }
        let shrank = last < self.last_page;
        self.last_page = last;
        if shrank && last <= page {
            Step::Shrank
        } else {
            Step::Continue
        }
    }

    fn received_offset(&mut self, skip: u64, limit: u64, facts: &PageFacts, first: bool) -> Step {
        let got = facts.received;
        let end = skip.saturating_add(got);
        self.total = facts.total.or(self.total);
        match self.total {
            None if got == 0 => {
                // Without a total, an empty page is the only end there is.
                self.total = Some(end);
                Step::Continue
            }
            None => {
                self.next_skip = end;
                Step::Continue
            }
            Some(total) if first && got == 0 && skip < total => {
                self.next_skip = skip.saturating_add(limit);
                self.empty_before_the_end(skip, limit, total)
            }
            Some(total) if first => {
                // A server that gives other than it was asked for gives that every time: take its measure from the first page.
                if end < total {
                    self.stride = got;
                }
                self.next_skip = end;
                Step::Continue
            }
            Some(total) if end >= total => {
                if skip > total {
                    Step::Shrank
                } else {
                    Step::Continue
                }
            }
            Some(total) if got == 0 => self.empty_before_the_end(skip, limit, total),
            Some(_) if got < limit => Step::First(Position::Offset {
                skip: end,
                limit: limit - got,
            }),
            Some(_) => Step::Continue,
        }
    }

    fn empty_before_the_end(&mut self, skip: u64, limit: u64, total: u64) -> Step {
        if self.retried_empty.insert(skip) {
            return Step::First(Position::Offset { skip, limit });
        }
        self.next_skip = self.next_skip.max(skip.saturating_add(limit));
        Step::Gap(format!("no rows at skip {skip} although {total} are reported"))
    }

    fn received_cursor(&mut self, facts: &PageFacts) -> Step {
        let Some(token) = facts.next.as_deref().filter(|token| !token.is_empty()) else {
            return Step::Continue;
        };
        if token.len() > LONGEST_CURSOR {
            let length = token.len();
            return Step::Broken(format!(
                "the vendor gave a cursor of {length} bytes, which is too long to send"
            ));
        }
        if !self.seen_tokens.insert(crate::page::hash_of(token)) {
            return Step::Broken("the vendor gave a cursor that it had given before".to_owned());
        }
        if self.early.take().as_deref() != Some(token) {
            self.queue.push_back(Position::Token(Some(token.to_owned())));
        }
        Step::Continue
    }

    /// The page after the one at `position`, as far as it is known; none at the end.
    pub(crate) fn after(&self, position: &Position, facts: &PageFacts) -> Option<Position> {
        match position {
            Position::Whole => None,
            Position::Page(page) => (*page < self.last_page).then(|| Position::Page(page + 1)),
            Position::Offset { skip, .. } => {
                let skip = skip.saturating_add(facts.received);
                self.has_rows_after(skip).then_some(Position::Offset {
                    skip,
                    limit: self.stride,
                })
            }
            Position::Token(_) => facts
                .next
                .clone()
                .filter(|token| !token.is_empty())
                .map(|token| Position::Token(Some(token))),
        }
    }

    /// Takes back what was asked for after `position`: it was abandoned.
    pub(crate) fn go_back_to(&mut self, position: &Position) {
        if let Position::Page(page) = position {
            self.next_page = u64::from(*page) + 1;
        }
    }

    /// The list ends with this page.
    pub(crate) fn end_at(&mut self, last_page: u32) {
        self.last_page = last_page;
    }

    /// What to ask to find out whether the list ended before `position`, which was refused.
    pub(crate) fn probe(&self, position: &Position) -> Option<Position> {
        match position {
            Position::Page(page) if *page > 1 => Some(Position::Page(1)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many pages, each with so many rows that are new and the promise of one more, a list is given up, and why.
    fn given_up(paging: Paging, rows: u64) -> (u64, String) {
        let mut plan = Plan::new(paging, None);
        for page in 1.. {
            let facts = PageFacts {
                received: rows,
                total: Some(rows * page + 1),
                last_page: u32::try_from(page + 1).ok(),
                next: Some(format!("{}", page + 1)),
            };
            let position = plan.request().expect("there is one more");
            if let Step::Broken(message) = plan.received(&position, &facts) {
                return (page, message);
            }
        }
        unreachable!("pages are counted without end")
    }

    #[test]
    fn pages_of_more_rows_than_were_asked_for_come_to_an_end() {
        let (limit, ahead) = (NonZeroU32::MIN, NonZeroU32::MIN);
        let mut plan = Plan::new(Paging::Offset { limit, ahead }, None);
        for page in 1..=u64::from(MAX_PAGES) {
            let position = plan.request().expect("there is one more");
            let Position::Offset { skip, .. } = position else {
                unreachable!("asked for otherwise: {position:?}")
            };
            // Each but the first says that the list ends with it, and the next one is still to be asked for.
            let facts = PageFacts {
                received: page.min(2),
                total: Some(skip + 2),
                ..PageFacts::default()
            };
            if let Step::Broken(message) = plan.received(&position, &facts) {
                assert_eq!((page, &*message), (MAX_PAGES.into(), "1000000 pages, and no end"));
                return;
            }
        }
        unreachable!("pages are asked for without end")
    }

    #[test]
    fn no_page_is_after_the_last_number() {
        let (ahead, last) = (NonZeroU32::MIN, Position::Page(u32::MAX));
        let mut plan = Plan::new(Paging::Numbered { ahead }, Some(last.clone()));
        let facts = PageFacts {
            received: 1,
            total: Some(u64::MAX),
            last_page: Some(u32::MAX),
            ..PageFacts::default()
        };
        assert_eq!(plan.request(), Some(last.clone()));
        assert_eq!(plan.received(&last, &facts), Step::Continue);
        assert_eq!(plan.request(), None);
    }

    #[test]
    fn a_list_that_grows_for_ever_comes_to_an_end() {
        let ahead = NonZeroU32::MIN;
        for (rows, pages, message) in [
            (1, MAX_PAGES.into(), "1000000 pages, and no end"),
            (50_000, 1_000, "50000000 rows, and no end"),
        ] {
            let limit = NonZeroU32::new(50_000).unwrap_or(ahead);
            for paging in [
                Paging::Numbered { ahead },
                Paging::Offset { limit, ahead },
                Paging::Cursor,
            ] {
                assert_eq!(
                    given_up(paging.clone(), rows),
                    (pages, message.to_owned()),
                    "{paging:?}"
                );
            }
        }
    }
}
