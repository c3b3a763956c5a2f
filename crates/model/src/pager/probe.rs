//! Pages that are asked for to learn of the list, and not for their rows.

use super::Pager;
use crate::plan::Plan;
use crate::{Error, ErrorKind, Page, Position};

/// A page that is asked for to learn of the list, and not for its rows.
#[derive(Debug)]
pub(super) enum Probe {
    /// The first page, because this one was refused with this error: the list may end before it.
    End(Position, Error),
    /// The last that an earlier walk delivered, because the list may have changed since.
    Boundary,
}

/// How often a page may be refused, and be there by the word of the first page, before that is an error.
const MAX_REFUSALS: u32 = 4;

impl<T: Send + 'static> Pager<T> {
    /// Asks for what stands before the page that the walk goes on from, if that was not done.
    pub(super) fn check_boundary(&mut self) {
        if let Some(before) = self.unchecked.take() {
            self.probing = Some(Probe::Boundary);
            self.ask(before, true);
        }
    }

    pub(super) fn take_probe(&mut self, mut page: Page<T>) -> Result<bool, Error> {
        match self.probing.take() {
            Some(Probe::End(refused, error)) => self.take_first_page(&page, refused, error)?,
            Some(Probe::Boundary) => self.evidence.counts.pass.moved |= !self.evidence.knows(&mut page),
            None => {}
        }
        Ok(false)
    }

    /// The first page, asked again, says where the list ends now: before the refused page, or the page is there after all.
    fn take_first_page(&mut self, page: &Page<T>, refused: Position, error: Error) -> Result<(), Error> {
        self.evidence.counts.pages += 1;
        self.evidence.counts.pass.saw_total(page.total);
        if let (Position::Page(number), Some(last)) = (&refused, page.last_page)
            && last < *number
        {
            self.evidence.counts.pass.moved = true;
            self.plan.end_at(last);
            return Ok(());
        }
        if self.refusals >= MAX_REFUSALS {
            return Err(error);
        }
        // The list may have shrunk and grown again between the two.
        self.ask(refused, true);
        Ok(())
    }

    pub(super) fn take_error(&mut self, position: Position, error: Error) -> Result<bool, Error> {
        let refused = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidRequest);
        match self.probing.take() {
            Some(Probe::End(_, error)) => return Err(error),
            Some(Probe::Boundary) if refused => {
                self.evidence.counts.pass.moved = true;
                return Ok(false);
            }
            Some(Probe::Boundary) => {
                self.at.clone_from(&self.then);
                return Err(error);
            }
            None => {}
        }
        self.at = Some(position.clone());
        if refused && std::mem::take(&mut self.on_saved_cursor) {
            self.evidence.start_over_without_cursor();
            self.plan = Plan::new(self.paging.clone(), None);
            return Ok(false);
        }
        let has_begun = self.evidence.counts.pages > 0;
        match self.plan.probe(&position).filter(|_| refused && has_begun) {
            Some(probe) => {
                self.refusals += 1;
                self.window.abandon();
                self.plan.go_back_to(&position);
                self.probing = Some(Probe::End(position, error));
                self.ask(probe, false);
                Ok(false)
            }
            None => Err(error),
        }
    }
}
