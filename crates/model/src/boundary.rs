use std::hash::{Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};

use crate::{Cursor, KeyHasher, Page, Position};

/// A page with rows, by its place, and what stood there: so that it can be seen later whether that still stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Boundary {
    at: Cursor,
    pub(crate) received: u64,
    /// The hash of the keys of its rows, in their order, and of the rows that could not be read.
    rows: u64,
}

impl Boundary {
    /// None for a page without rows, and for one that is not asked for by its place.
    pub(crate) fn of<T>(position: &Position, page: &Page<T>) -> Option<Self> {
        let received = page.received();
        if received == 0 || !has_place(position) {
            return None;
        }
        let mut rows = KeyHasher::default();
        for row in &page.rows {
            row.key.hash(&mut rows);
        }
        for row in &page.rejected {
            row.native.get().hash(&mut rows);
        }
        Some(Self {
            at: Cursor(position.clone()),
            received,
            rows: rows.finish(),
        })
    }

    /// Where it is; none where no such page is asked for by its place.
    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        Some(&self.at).filter(|at| has_place(&at.0))
    }

    /// How to ask for it again.
    pub(crate) fn position(&self) -> Position {
        match self.at.0.clone() {
            // As many rows as came: a server that caps its pages did not give more.
            Position::Offset { skip, .. } => Position::Offset {
                skip,
                limit: self.received,
            },
            position => position,
        }
    }

    /// Whether what stood there stands on `page`, which came when it was asked for again.
    pub(crate) fn is<T>(&self, page: &Page<T>) -> bool {
        Self::of(&self.at.0, page).is_some_and(|now| now == *self)
    }
}

fn has_place(position: &Position) -> bool {
    matches!(position, Position::Page(_) | Position::Offset { .. })
}
