use std::process::ExitCode;

use rollbook::model::{Completeness, Error, ErrorKind};

/// How the program ends. The numbers are part of what scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, and complete.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Done, but the data is incomplete or drifted.
    Incomplete = 3,
    /// A sign-in or a permission was refused.
    SignIn = 4,
    /// A guard refused a change: nothing was changed.
    Refused = 6,
    /// Some of many changes were not done.
    SomeFailed = 7,
    /// It is not known whether a change took effect.
    Unknown = 8,
    /// A vendor no longer answers as its contract says.
    Drift = 9,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What happened at all sources, and the exit that follows from it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    delivered: bool,
    finished: bool,
    incomplete: bool,
    failed: bool,
    refused: bool,
    wrong: bool,
}

impl Outcome {
    /// Some rows arrived.
    pub(crate) fn delivered(&mut self, rows: usize) {
        self.delivered |= rows > 0;
    }

    /// A walk ended so, with or without an error.
    pub(crate) fn walked(&mut self, completeness: &Completeness, error: Option<&Error>) {
        match error {
            Some(error) => self.failed(error),
            None => {
                self.finished = true;
                self.incomplete |= !completeness.is_complete();
            }
        }
    }

    /// Something of what arrived could not be read.
    pub(crate) fn unreadable(&mut self) {
        self.incomplete = true;
    }

    /// Something could not be done.
    pub(crate) fn failed(&mut self, error: &Error) {
        match error.kind() {
            ErrorKind::InvalidArgument | ErrorKind::Unsupported => self.wrong = true,
            _ if error.is_auth() => self.refused = true,
            _ => self.failed = true,
        }
    }

    pub(crate) fn exit(self) -> Exit {
        let error = self.failed || self.refused || self.wrong;
        if self.delivered && (error || self.incomplete) {
            Exit::Incomplete
        } else if self.refused {
            Exit::SignIn
        } else if self.failed || (self.wrong && self.finished) {
            Exit::Failed
        } else if self.wrong {
            Exit::Usage
        } else if self.incomplete {
            Exit::Incomplete
        } else {
            Exit::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use rollbook::model::{Fate, Grade};

    use super::*;

    fn outcome(f: impl Fn(&mut Outcome)) -> Exit {
        let mut outcome = Outcome::default();
        f(&mut outcome);
        outcome.exit()
    }

    fn complete() -> Completeness {
        let mut completeness = Completeness::never_started("");
        completeness.grade = Grade::Complete;
        completeness
    }

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, Fate::Answered, "x")
    }

    #[test]
    fn rows_of_one_source_and_an_error_of_another_are_incomplete() {
        assert_eq!(
            outcome(|o| {
                o.delivered(3);
                o.failed(&error(ErrorKind::Unauthenticated));
            }),
            Exit::Incomplete
        );
    }

    #[test]
    fn without_rows_the_worst_of_sign_in_and_failure_counts() {
        let unreachable = error(ErrorKind::Unreachable);
        let refused = error(ErrorKind::PermissionDenied);
        assert_eq!(outcome(|o| o.failed(&unreachable)), Exit::Failed);
        assert_eq!(
            outcome(|o| {
                o.failed(&refused);
                o.failed(&unreachable);
            }),
            Exit::SignIn
        );
        assert_eq!(
            outcome(|o| {
                o.walked(&complete(), None);
                o.failed(&refused);
            }),
            Exit::SignIn
        );
    }

    #[test]
    fn what_was_asked_wrongly_is_usage_and_nothing_wrong_is_done() {
        assert_eq!(outcome(|o| o.failed(&Error::invalid_argument("x"))), Exit::Usage);
        assert_eq!(outcome(|o| o.walked(&complete(), None)), Exit::Done);
        assert_eq!(outcome(|_| ()), Exit::Done);
        let partial = Completeness::never_started("x");
        assert_eq!(outcome(|o| o.walked(&partial, None)), Exit::Incomplete);
    }
}
