use crate::{Error, User};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeFate {
    /// It took effect.
    Done,
    /// It did not take effect.
    NotDone,
    /// It may or may not have taken effect.
    Unknown,
}

impl ChangeFate {
    /// The name in `snake_case`, for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }
}

/// What a read showed, after a request whose answer left open what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// All is as the change wanted it.
    Changed,
    /// All is as it was before.
    Unchanged,
    /// It cannot be told: there is no read for it, it failed too, or it shows something in between.
    Unclear,
}

impl Found {
    /// The name in `snake_case`, for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Unclear => "unclear",
        }
    }
}

/// What became of one step of a plan.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What became of it.
    pub fate: ChangeFate,
    /// What a read showed, where the answer to the request left it open.
    pub read_back: Option<Found>,
    /// What the request itself failed with, also where the read showed that it took effect.
    pub error: Option<Error>,
    /// The user that the vendor created.
    pub created: Option<User>,
}

impl Outcome {
    /// It took effect, by the vendor's own word.
    pub fn done() -> Self {
        Self {
            fate: ChangeFate::Done,
            read_back: None,
            error: None,
            created: None,
        }
    }

    /// It ended with `error`, and is `fate`.
    pub fn failed(fate: ChangeFate, error: Error) -> Self {
        Self {
            fate,
            read_back: None,
            error: Some(error),
            created: None,
        }
    }

    /// The same outcome with what a read showed.
    #[must_use]
    pub fn with_read_back(mut self, found: Found) -> Self {
        self.read_back = Some(found);
        self
    }

    /// The same outcome with the user that was created.
    #[must_use]
    pub fn with_created(mut self, user: User) -> Self {
        self.created = Some(user);
        self
    }
}
