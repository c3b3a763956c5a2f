//! The one table of kinds, from which specs are read and listings are made. Each kind stands beside what it does.

use super::form::Form;
use super::turn::{Memory, Turn};
use super::{FaultSpec, delivery, paging, replies, rows, scope, tokens, worlds};
use crate::Sent;
use crate::call::Call;
use crate::listing::Listing;
use crate::vendor::Vendor;

/// One way to misbehave.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FaultKind {
    /// Its name, as a spec begins with it.
    pub name: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Its own keys; [`COMMON_KEYS`](super::COMMON_KEYS) come on top.
    pub keys: &'static [FaultKey],
    /// A whole spec of it.
    pub example: &'static str,
    pub(super) reach: Reach,
    pub(super) act: Act,
}

impl FaultKind {
    /// The keys of its own, then the common ones.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &'static FaultKey> + use<> {
        self.keys.iter().chain(scope::COMMON_KEYS)
    }

    /// Which requests it is about, in words. It does nothing to any other, and does not count it.
    pub fn reach(&self) -> &'static str {
        match self.reach {
            Reach::All => "every request",
            Reach::AllAndTokenCalls => "every request, and each call for a token",
            Reach::Lists => "lists",
            Reach::ListsWithTotal => "lists of TruU and Banyan",
            Reach::ListsWithCursor => "lists of Truto",
            Reach::Tokens => "TruU, and Banyan with a token",
        }
    }

    /// Whether it works beside other faults. Of those that do not, one hits a request at most.
    pub fn composes(&self) -> bool {
        matches!(self.act, Act::World(_))
    }
}

/// One key of a fault.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FaultKey {
    /// Its name.
    pub name: &'static str,
    /// What a value looks like.
    pub value: &'static str,
    /// What holds when it is left out; `None`: nothing in particular.
    pub default: Option<&'static str>,
    /// What it does, in one line.
    pub help: &'static str,
    /// A whole spec with it.
    pub example: &'static str,
    pub(super) form: Form,
}

/// The requests that a kind is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    All,
    /// Without a path too, where the others leave calls for tokens alone.
    AllAndTokenCalls,
    Lists,
    /// Lists that say how many rows they have in all.
    ListsWithTotal,
    ListsWithCursor,
    /// Calls with a token that a vendor issued. Truto's is made by hand, and so is Banyan's key.
    Tokens,
}

impl Reach {
    pub(super) fn includes(self, call: &Call<'_>) -> bool {
        let list = || Listing::of(call);
        match self {
            Self::All | Self::AllAndTokenCalls => true,
            Self::Lists => list().is_some(),
            Self::ListsWithTotal => list().is_some_and(|list| list.vendor != Vendor::Truto),
            Self::ListsWithCursor => list().is_some_and(|list| list.vendor == Vendor::Truto),
            Self::Tokens => call.vendor() != Some(Vendor::Truto) && call.bearer().is_some(),
        }
    }
}

/// What a kind does. Each says whether it found something to do it to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Changes the world, or how it is seen, before the request is carried out. All that are due do.
    World(fn(&FaultSpec, &mut Memory, &mut Turn<'_, '_>) -> bool),
    /// Answers instead of the vendor, or changes what it answered. One that is due does.
    Reply(fn(&FaultSpec, &mut Memory, &mut Turn<'_, '_>) -> Option<Sent>),
}

/// Every kind, in the order of the alphabet.
pub const KINDS: &[FaultKind] = &[
    rows::BAD_ROW,
    worlds::CHURN,
    worlds::CLOCK_SKEW,
    paging::CURSOR_EXPIRES,
    rows::DEEP_NESTING,
    paging::EMPTY_PAGE,
    delivery::GZIP,
    replies::HTML,
    delivery::LATENCY,
    rows::LONG_STRING,
    rows::MANY_ROWS,
    rows::OTHER_SHAPE,
    delivery::OVERSIZE,
    paging::PAGE_CAP,
    paging::PARTIAL,
    replies::REDIRECT,
    paging::REPEAT_CURSOR,
    delivery::RESET,
    delivery::SLOW_BODY,
    replies::STATUS,
    tokens::TOKEN_EXPIRES,
    tokens::TOKEN_REFUSED,
    tokens::TOKEN_REVOKED,
    delivery::TRUNCATED,
    paging::WRONG_TOTAL,
];

/// The kind with this name, of which nothing is unknown.
pub(super) fn kind(name: &str) -> Option<&'static FaultKind> {
    KINDS.iter().find(|kind| kind.name == name)
}
