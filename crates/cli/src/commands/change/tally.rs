//! How a run went, and the exit that follows from it.

use rollbook::model::Error;

use crate::exit::Exit;

#[derive(Debug)]
pub(super) struct Tally {
    bulk: bool,
    done: bool,
    failed: bool,
    refused_credential: bool,
    unknown: bool,
}

impl Tally {
    pub(super) fn new(bulk: bool) -> Self {
        Self {
            bulk,
            done: false,
            failed: false,
            refused_credential: false,
            unknown: false,
        }
    }

    pub(super) fn done(&mut self) {
        self.done = true;
    }

    pub(super) fn unknown(&mut self) {
        self.unknown = true;
    }

    pub(super) fn failed(&mut self, error: Option<&Error>) {
        self.failed = true;
        self.refused_credential |= error.is_some_and(Error::is_auth);
    }

    /// Whether the credential was refused: then it will be for the next row too.
    pub(super) fn is_hopeless(&self) -> bool {
        self.refused_credential
    }

    pub(super) fn exit(&self) -> Exit {
        if self.unknown {
            Exit::Unknown
        } else if !self.failed {
            Exit::Done
        } else if self.refused_credential && !self.done {
            Exit::SignIn
        } else if self.bulk {
            Exit::SomeFailed
        } else {
            Exit::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use rollbook::model::{ErrorKind, Fate};

    use super::*;

    #[test]
    fn what_is_not_known_goes_before_what_failed() {
        let denied = Error::new(ErrorKind::PermissionDenied, Fate::Answered, "x");
        let exit = |bulk, steps: &[fn(&mut Tally)]| {
            let mut tally = Tally::new(bulk);
            steps.iter().for_each(|step| step(&mut tally));
            tally.exit()
        };
        assert_eq!(exit(true, &[Tally::done]), Exit::Done);
        assert_eq!(
            exit(true, &[Tally::done, |tally| tally.failed(None)]),
            Exit::SomeFailed
        );
        assert_eq!(exit(false, &[|tally| tally.failed(None)]), Exit::Failed);
        assert_eq!(
            exit(true, &[Tally::unknown, |tally| tally.failed(None)]),
            Exit::Unknown
        );
        let mut tally = Tally::new(true);
        tally.failed(Some(&denied));
        assert_eq!(tally.exit(), Exit::SignIn);
        tally.done();
        assert_eq!(tally.exit(), Exit::SomeFailed);
    }
}
