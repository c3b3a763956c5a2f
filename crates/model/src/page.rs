use std::fmt;
use std::hash::{Hash, Hasher as _};
use std::sync::Arc;

use bytes::Bytes;

use crate::{Error, KeyHasher, RejectedRow, UnreadMember};

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
    /// How many bytes its rows keep in memory.
    pub(crate) bytes: usize,
    /// The reply that the rows say where they stand in.
    reply: Bytes,
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
            bytes: 0,
            reply: Bytes::new(),
        }
    }

    /// The same page, come in this reply. It must be the one that the [`Place`]s of the rows were made of.
    #[must_use]
    pub fn of_reply(mut self, reply: Bytes) -> Self {
        self.reply = reply;
        self
    }

    /// How many rows it has, also those that could not be read.
    pub(crate) fn received(&self) -> u64 {
        (self.rows.len() + self.rejected.len()) as u64
    }

    /// The hash of what the row says, where that is known.
    pub(crate) fn content_of(&self, row: &Row<T>) -> Option<u64> {
        let text = self.text_of(row);
        (!text.is_empty()).then(|| hash_of(text))
    }

    /// What the row says; nothing where that is not known.
    pub(crate) fn text_of(&self, row: &Row<T>) -> &[u8] {
        let Place { start, end } = row.place;
        self.reply.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Lets the reply go, unless a row keeps it.
    pub(crate) fn forget_reply(&mut self) {
        self.reply = Bytes::new();
    }

    /// The same page with every row changed by `f`.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Page<U> {
        self.map_hiding(None, f)
    }

    /// The same page with every row changed by `f`; what `keep` does not want stays hidden.
    fn map_hiding<U>(self, keep: Option<&Keep<T>>, f: impl Fn(T) -> U) -> Page<U> {
        let map = |row: Row<T>| Row {
            key: row.key,
            place: row.place,
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
            bytes: self.bytes,
            reply: self.reply,
        }
    }
}

/// A page that has come and is not read yet: its cursor is known first, so that the next page can be asked for before the
/// rows of this one take their time.
pub struct UnreadPage<T> {
    pub(crate) next: Option<String>,
    pub(crate) bytes: usize,
    read: Box<dyn FnOnce() -> Result<Page<T>, Error> + Send>,
}

impl<T: 'static> UnreadPage<T> {
    /// The cursor of the page after this one, as far as it was found, and how this one is read. A cursor that was found is the
    /// page's own, whatever `read` says of it.
    pub fn new(next: Option<String>, read: impl FnOnce() -> Result<Page<T>, Error> + Send + 'static) -> Self {
        Self {
            next,
            bytes: 0,
            read: Box::new(read),
        }
    }

    /// The same page, which holds so many bytes until it is read: of large pages fewer are asked for ahead.
    #[must_use]
    pub fn holding(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    pub(crate) fn read(self) -> Result<Page<T>, Error> {
        let mut page = (self.read)()?;
        page.next = self.next.or(page.next);
        page.bytes = self.bytes;
        Ok(page)
    }

    /// The same page with every row changed by `f` when it is read.
    pub(crate) fn map<U: 'static>(
        self,
        keep: Option<Keep<T>>,
        f: Arc<dyn Fn(T) -> U + Send + Sync>,
    ) -> UnreadPage<U> {
        let read = self.read;
        UnreadPage::new(self.next, move || Ok(read()?.map_hiding(keep.as_ref(), &*f))).holding(self.bytes)
    }
}

/// A page that is read already: there is nothing to be quicker than.
impl<T: Send + 'static> From<Page<T>> for UnreadPage<T> {
    fn from(page: Page<T>) -> Self {
        Self::new(None, move || Ok(page))
    }
}

impl<T> fmt::Debug for UnreadPage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadPage")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// One row with the key by which a walk knows it again.
#[derive(Clone, Copy, Debug)]
pub struct Row<T> {
    pub(crate) key: u64,
    place: Place,
    /// A filter before a map did not want it: it counts, and is not delivered.
    pub(crate) hidden: bool,
    /// The row.
    pub value: T,
}

/// Where a row begins and ends in the reply that it came in; by default nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    start: u32,
    end: u32,
}

impl Place {
    /// The place of this `row`, which is a part of `reply`: elsewhere it is nowhere.
    #[inline]
    pub fn of(row: &[u8], reply: &Bytes) -> Self {
        let start = (row.as_ptr() as usize).wrapping_sub(reply.as_ptr() as usize);
        let end = start.wrapping_add(row.len());
        let inside = start < end && end <= reply.len();
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) if inside => Self { start, end },
            _ => Self::default(),
        }
    }
}

impl<T> Row<T> {
    /// A row that is the same as every other row of the same key on another page, but for what [`at`](Self::at) says.
    pub fn new(key: impl Hash, value: T) -> Self {
        Self::of_key(hash_of(key), value)
    }

    /// The same, of a key that is a hash already.
    #[inline]
    pub fn of_key(key: u64, value: T) -> Self {
        Self {
            key,
            place: Place::default(),
            hidden: false,
            value,
        }
    }

    /// The same row, with its place in the reply of its page. Two rows of one id, on different pages, are one row that moved unless
    /// they say different things; where that is not known, they are taken for one.
    #[must_use]
    #[inline]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

pub(crate) fn hash_of(key: impl Hash) -> u64 {
    let mut hasher = KeyHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_a_part_of_the_reply_or_nowhere() {
        let reply = Bytes::from_static(b"[1,22]");
        let said = |row: &[u8]| {
            let place = Place::of(row, &reply);
            Page::new(vec![Row::new("key", ()).at(place)]).of_reply(reply.clone())
        };
        let content = |page: Page<()>| page.content_of(&page.rows[0]);
        assert_eq!(content(said(&reply[3..5])), Some(hash_of(&b"22"[..])));
        assert_eq!(content(said(&reply)), Some(hash_of(&b"[1,22]"[..])));
        assert_eq!(content(said(&reply[5..])), Some(hash_of(&b"]"[..])));
        assert_eq!(content(said(&reply[3..3])), None);
        assert_eq!(content(said(b"22")), None);
    }
}
