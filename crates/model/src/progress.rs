use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::{Counts, Evidence, News};
use crate::key_set::KeySet;
use crate::{Cursor, Error};

/// What the numbers and keys of a progress mean. Grows when they, or the hash of the keys, mean something else.
const VERSION: u32 = 5;

/// That version: another one cannot be read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
struct Version;

impl From<Version> for u32 {
    fn from(Version: Version) -> Self {
        VERSION
    }
}

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(version: u32) -> Result<Self, String> {
        if version == VERSION {
            Ok(Self)
        } else {
            Err(format!("progress of version {version}, expected {VERSION}"))
        }
    }
}

/// What a walk has done since its progress was last taken: see [`Pager::take_progress`](crate::Pager::take_progress).
///
/// It serializes to numbers, hashes of rows' ids and the vendor's cursor: nothing of a row itself. All progress of a walk
/// together takes some 20 bytes a row, and a few hundred a page, as JSON. That of another version of this crate, which may mean
/// something else, is refused where it is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    version: Version,
    next: Next,
    counts: Counts,
    keys: Vec<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    repeated: Vec<u64>,
    /// The keys of rows that were delivered and do not count yet: their page led nowhere, and is the next again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<u64>,
}

/// What is left of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    /// The page of this cursor.
    Page(Cursor),
    /// No page is known to come: the pass is to be judged.
    EndOfPass,
    /// The list was being read again, and is to be from its start: what that pass had seen is not kept.
    Anew,
    /// Nothing: the walk has ended.
    Nothing,
}

impl Progress {
    pub(crate) fn new(next: Next, counts: Counts, news: News, again: Vec<u64>) -> Self {
        Self {
            version: Version,
            next,
            counts,
            keys: news.keys,
            repeated: news.repeated,
            again,
        }
    }

    /// How many rows came for the first time.
    pub fn rows(&self) -> usize {
        self.keys.len()
    }
}

/// How far a walk got: all of its [`Progress`] together.
///
/// ```
/// use rollbook_model::{Page, Pager, Paging, Position, Row, Snapshot};
///
/// # futures_executor::block_on(async {
/// let list = || {
///     Pager::new("colours", Paging::Cursor, |position| async move {
///         let (colour, next) = match position {
///             Position::Token(Some(_)) => ("blue", None),
///             _ => ("red", Some("second".to_owned())),
///         };
///         let mut page = Page::new(vec![Row::new(colour, colour)]);
///         page.next = next;
///         Ok(page)
///     })
/// };
/// let mut first = list().tracked();
/// assert_eq!(first.next_page().await.expect("a page")?, ["red"]);
/// let saved = serde_json::to_string(&first.take_progress()).expect("numbers and texts");
///
/// let mut snapshot = Snapshot::default();
/// snapshot.add(serde_json::from_str(&saved).expect("what was saved"))?;
/// let mut rest = list().resume_from(snapshot)?;
/// assert_eq!(rest.next_page().await.expect("a page")?, ["blue"]);
/// assert!(rest.next_page().await.is_none());
/// // What came before is known: the walk proves as much as one that was not stopped.
/// assert_eq!(rest.completeness().unique, 2);
/// assert!(rest.completeness().is_complete());
/// # Ok::<(), rollbook_model::Error>(())
/// # }).unwrap();
/// ```
#[derive(Default)]
pub struct Snapshot {
    next: Option<Next>,
    counts: Counts,
    seen: KeySet,
    repeated: HashSet<u64>,
    again: HashSet<u64>,
}

impl Snapshot {
    /// Adds what the walk did next. Progress must be added in the order in which it was taken.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for one that counts more than a walk can, and for one that goes on after the walk's end.
    pub fn add(&mut self, progress: Progress) -> Result<(), Error> {
        if !progress.counts.are_possible() {
            return Err(Error::invalid_argument(
                "progress that counts more than a walk can",
            ));
        }
        if self.is_ended() && progress.next != Next::Nothing {
            return Err(Error::invalid_argument("progress after the end of the walk"));
        }
        self.again = progress.again.into_iter().collect();
        self.next = Some(progress.next);
        self.counts = progress.counts;
        for key in progress.keys {
            self.seen.insert(key);
        }
        self.repeated.extend(progress.repeated);
        Ok(())
    }

    /// Whether the walk came to its end.
    pub fn is_ended(&self) -> bool {
        self.next == Some(Next::Nothing)
    }

    /// None where nothing was added.
    pub(crate) fn into_parts(self) -> Option<(Next, Evidence)> {
        let evidence = Evidence::restored(self.counts, self.seen, self.repeated, self.again);
        Some((self.next?, evidence))
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("next", &self.next)
            .field("rows", &self.seen.len())
            .finish_non_exhaustive()
    }
}
