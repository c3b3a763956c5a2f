use std::hash::{Hash, Hasher as _};
use std::sync::Arc;

use crate::{KeyHasher, RejectedRow, UnreadMember};

/// Which rows are wanted.
pub(crate) type Keep<T> = Arc<dyn Fn(&T) -> bool + Send + Sync>;

/// One page of a list, as an adapter hands it to the pager.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows that could be read, in the vendor's order.
    pub rows: Vec<Row<T>>,
    /// The rows that could not be read.
    pub rejected: Vec<RejectedRow>,
    /// Members that could not be read; their rows are delivered without them.
    pub unread: Vec<UnreadMember>,
    /// How many rows the list has in all, where the vendor says so.
    pub total: Option<u64>,
    /// The number of the last page, where pages are numbered.
    pub last_page: Option<u32>,
    /// The next page's number or cursor; none or blank at the end.
    pub next: Option<String>,
    /// Whether the vendor marked the page as only a part of what it should be.
    pub partial: bool,
}

impl<T> Page<T> {
    /// A page of these rows that says nothing of the list.
    pub fn new(rows: Vec<Row<T>>) -> Self {
        Self {
            rows,
            rejected: Vec::new(),
            unread: Vec::new(),
            total: None,
            last_page: None,
            next: None,
            partial: false,
        }
    }

    /// The same page with every row changed by `f`; what `keep` does not want stays hidden.
    pub(crate) fn map<U>(self, keep: Option<&Keep<T>>, f: &(dyn Fn(T) -> U + Send + Sync)) -> Page<U> {
        let map = |row: Row<T>| Row {
            key: row.key,
            hidden: row.hidden || keep.is_some_and(|keep| !keep(&row.value)),
            value: f(row.value),
        };
        Page {
            rows: self.rows.into_iter().map(map).collect(),
            rejected: self.rejected,
            unread: self.unread,
            total: self.total,
            last_page: self.last_page,
            next: self.next,
            partial: self.partial,
        }
    }
}

/// One row with the key by which a walk knows it again.
#[derive(Clone, Copy, Debug)]
pub struct Row<T> {
    pub(crate) key: u64,
    /// A filter before a map did not want it: it counts, and is not delivered.
    pub(crate) hidden: bool,
    /// The row.
    pub value: T,
}

impl<T> Row<T> {
    /// A row that is the same as every other row of the same key.
    pub fn new(key: impl Hash, value: T) -> Self {
        Self {
            key: hash_of(key),
            hidden: false,
            value,
        }
    }
}

pub(crate) fn hash_of(key: impl Hash) -> u64 {
    let mut hasher = KeyHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}
