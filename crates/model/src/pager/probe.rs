//! Pages that are asked for to learn of the list, and not for their rows.

use super::Pager;
use crate::boundary::Boundary;
use crate::{Error, ErrorKind, Page, Position};

/// Why such a page is asked for.
#[derive(Debug)]
pub(super) enum Probe {
    /// It is the first one: this one was refused with this error, and the list may end before it.
    End(Position, Error),
    /// It is the last with rows that an earlier walk delivered: the list may have changed since.
    Boundary(Boundary),
}

/// How many times in a walk a page may be refused that is there by the word of the first page: the last of them is an error.
const MAX_REFUSALS: u32 = 4;

impl<T: Send + 'static> Pager<T> {
    /// Asks again for what was delivered before the walk was stopped, if that was not done.
    pub(super) fn check_boundary(&mut self) {
        if let Some(boundary) = self.unchecked.take() {
            let position = boundary.position();
            self.probing = Some(Probe::Boundary(boundary));
            self.ask(position, true);
        }
    }

    pub(super) fn take_probe(&mut self, page: &Page<T>) -> Result<(), Error> {
        match self.probing.take() {
            Some(Probe::End(refused, error)) => self.take_first_page(page, refused, error),
            Some(Probe::Boundary(boundary)) => {
                self.evidence.counts.pass.moved |= !boundary.is(page);
                Ok(())
            }
            None => Ok(()),
        }
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

    /// What the refusal of such a page says of the list.
    pub(super) fn take_refused_probe(&mut self, probe: Probe, error: Error) -> Result<(), Error> {
        match probe {
            Probe::End(_, refused) if is_refusal(&error) => Err(refused),
            Probe::End(..) => Err(error),
            Probe::Boundary(_) if is_refusal(&error) => {
                self.evidence.counts.pass.moved = true;
                Ok(())
            }
            Probe::Boundary(_) => {
                self.at.clone_from(&self.then);
                Err(error)
            }
        }
    }

    /// Asks for the first page, where a list that ended before `refused` would show that.
    pub(super) fn probe_end(&mut self, refused: Position, error: Error) -> Result<(), Error> {
        let has_begun = self.evidence.counts.pages > 0;
        let Some(first) = self.plan.probe(&refused).filter(|_| has_begun) else {
            return Err(error);
        };
        self.refusals += 1;
        self.window.abandon();
        self.plan.go_back_to(&refused);
        self.probing = Some(Probe::End(refused, error));
        self.ask(first, false);
        Ok(())
    }
}

/// Whether the vendor says that there is no such page.
pub(super) fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidRequest)
}
