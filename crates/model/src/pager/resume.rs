//! Walks that go on where others stopped.

use super::{Pager, State};
use crate::evidence::News;
use crate::plan::Plan;
use crate::progress::{Next, Progress, Snapshot};
use crate::{Cursor, Error, Paging, Position};

impl<T: Send + 'static> Pager<T> {
    /// The same walk from `cursor` on. What came before is not seen, so it cannot be graded complete.
    #[must_use]
    pub fn resume(self, Cursor(position): Cursor) -> Self {
        let mut walk = self.anew(Some(position.clone()));
        walk.evidence.counts.resumed = !matches!(
            position,
            Position::Whole | Position::Page(1) | Position::Offset { skip: 0, .. } | Position::Token(None)
        );
        walk.then = Some(position);
        walk
    }

    /// The same walk with nothing asked for, from `start` on.
    fn anew(self, start: Option<Position>) -> Self {
        Self {
            keep: self.keep,
            evidence: self.evidence,
            read_ahead: self.read_ahead,
            ..Self::start(self.list, self.paging, start, self.fetch)
        }
    }

    /// The same walk, which also keeps what [`take_progress`](Self::take_progress) gives, and delivers every page that it
    /// receives, also one without a wanted row: so that no page has to be read again. A walk that has begun is not tracked any
    /// more: what it saw before was not kept.
    #[must_use]
    pub fn tracked(mut self) -> Self {
        if self.evidence.counts.pages == 0 {
            self.evidence.news = Some(News::default());
        }
        self
    }

    /// The walk of an earlier pager over the same list, from where that got: with its evidence, so that both together prove as
    /// much as one that was not stopped. Rows that it delivered are not delivered again. It is [`tracked`](Self::tracked) too.
    ///
    /// Where pages are asked for by their place, the last one with rows is asked for again first. Where other rows stand there now,
    /// or none, the list moved in between, and is read once more at the end. A list whose saved cursor the vendor refuses is read
    /// again from its start, and so is one that was being read a second time. A page that led nowhere is asked for again.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a snapshot of a list with other paging.
    pub fn resume_from(self, snapshot: Snapshot) -> Result<Self, Error> {
        let Some((next, evidence)) = snapshot.into_parts() else {
            return Ok(self.tracked());
        };
        if let Some(boundary) = &evidence.counts.boundary
            && !boundary.cursor().is_some_and(|cursor| self.accepts(cursor))
        {
            return Err(self.refused(&boundary.position()));
        }
        let mut walk = self.anew(None);
        walk.evidence = evidence;
        walk.evidence.news = Some(News::default());
        let received = walk.evidence.counts.pass.received();
        let paging = walk.paging.clone();
        match next {
            Next::Page(cursor) if !walk.accepts(&cursor) => return Err(walk.refused(&cursor.0)),
            Next::Page(Cursor(position)) => {
                walk.on_saved_cursor = matches!(position, Position::Token(Some(_)));
                walk.then = Some(position.clone());
                walk.unchecked = walk.evidence.counts.boundary.clone();
                walk.plan = Plan::going_on(paging, Some(position), received);
            }
            Next::EndOfPass => walk.plan = Plan::going_on(paging, None, received),
            Next::Anew => walk.evidence.start_over(),
            Next::Nothing => walk.state = State::Ended,
        }
        Ok(walk)
    }

    /// What the walk has done since this was last taken. Together it is a [`Snapshot`], from which another pager over the same
    /// list can [go on](Self::resume_from) once the rows are where they belong.
    ///
    /// None when the walk is not [`tracked`](Self::tracked), has failed, or is in the middle of a page.
    pub fn take_progress(&mut self) -> Option<Progress> {
        self.evidence.news.as_ref()?;
        let mut counts = self.evidence.counts.clone();
        let next = match &self.state {
            State::Failed(_) => return None,
            _ if !self.rows.due.is_empty() => return None,
            State::Ended => Next::Nothing,
            State::Running if !self.evidence.is_rereading() => match (&self.broken, &self.then) {
                // Its page does not become the end of the list by being kept.
                (Some(broken), _) => {
                    counts = counts.without_page(broken.before.as_ref()?);
                    Next::Page(self.cursor()?)
                }
                (None, Some(position)) => Next::Page(Cursor(position.clone())),
                (None, None) if counts.pages == 0 => Next::Page(Cursor(Position::Whole)),
                (None, None) => Next::EndOfPass,
            },
            State::Running | State::Repairing => Next::Anew,
        };
        let news = std::mem::take(self.evidence.news.as_mut()?);
        Some(Progress::new(next, counts, news, self.evidence.again()))
    }

    /// Where to go on: the first page that was not wholly delivered, or the last one, where none is known to come after it. None
    /// once the walk has ended well.
    pub fn cursor(&self) -> Option<Cursor> {
        let position = match self.state {
            State::Ended => return None,
            _ if self.broken.is_some() => &self.at,
            State::Running if self.rows.due.is_empty() && self.then.is_some() => &self.then,
            _ => &self.at,
        };
        Some(Cursor(position.clone().unwrap_or(Position::Whole)))
    }
}

impl<T> Pager<T> {
    fn refused(&self, position: &Position) -> Error {
        Error::invalid_argument(format!("{position} is no page of {}", self.list))
    }

    /// Whether `cursor` is of the kind that this list gives.
    pub fn accepts(&self, cursor: &Cursor) -> bool {
        matches!(
            (&self.paging, &cursor.0),
            (_, Position::Whole)
                | (Paging::Numbered { .. }, Position::Page(_))
                | (Paging::Offset { .. }, Position::Offset { .. })
                | (Paging::Cursor, Position::Token(_))
        )
    }
}
