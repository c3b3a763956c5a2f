//! Small lists for the pager, in each way of paging.

use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_executor::block_on;
use rollbook_model::{
    Completeness, Error, ErrorKind, Fate, Page, Pager, Paging, Place, Position, Progress, Row, Snapshot,
};

pub(crate) fn n(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap()
}

pub(crate) fn rows(ids: impl IntoIterator<Item = u32>) -> Vec<Row<u32>> {
    ids.into_iter().map(|id| Row::new(id, id)).collect()
}

pub(crate) fn error(kind: ErrorKind) -> Error {
    Error::new(kind, Fate::Answered, "made up")
}

/// Is ready after some polls, so that pages arrive out of order.
pub(crate) struct After(pub(crate) u32);

impl Future for After {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pub(crate) fn numbered(list: &[u32], page: u32, size: usize) -> Result<Page<u32>, Error> {
    let last = list.len().div_ceil(size).max(1) as u32;
    if page > last {
        return Err(error(ErrorKind::NotFound));
    }
    let start = (page as usize - 1) * size;
    let mut out = Page::new(rows(list[start..(start + size).min(list.len())].iter().copied()));
    out.total = Some(list.len() as u64);
    out.last_page = Some(last);
    out.next = (page < last).then(|| (page + 1).to_string());
    Ok(out)
}

pub(crate) fn offset(list: &[u32], skip: u64, limit: u64, cap: u64) -> Page<u32> {
    let ids = list
        .iter()
        .copied()
        .skip(skip as usize)
        .take(limit.min(cap) as usize);
    let mut out = Page::new(rows(ids));
    out.total = Some(list.len() as u64);
    out
}

pub(crate) fn numbered_pager<T: Send + 'static>(
    ahead: u32,
    fetch: impl Fn(u32) -> Result<Page<T>, Error> + Send + Sync + 'static,
) -> Pager<T> {
    Pager::new("test", Paging::Numbered { ahead: n(ahead) }, move |position| {
        let Position::Page(page) = position else {
            panic!("{position:?}")
        };
        let (reply, wait) = (fetch(page), page.wrapping_mul(7) % 5);
        async move {
            After(wait).await;
            reply
        }
    })
}

/// What rows say, and what they stand in.
pub(crate) static TEXT: &str = "abcdefghijklmnopqr";

/// Rows with their keys, of which two are 7, on pages that are far apart: the total counts both, and they say different things.
pub(crate) fn sharing() -> Vec<(u32, &'static str)> {
    let text = |place: usize| &TEXT[place..=place];
    let keys = [1, 7, 2, 3, 4, 5, 7, 6].into_iter();
    keys.enumerate().map(|(place, key)| (key, text(place))).collect()
}

/// A page of rows that say where they stand.
pub(crate) fn saying(
    rows: &[(u32, &'static str)],
    size: usize,
    page: u32,
) -> Result<Page<(u32, &'static str)>, Error> {
    let mut pages = rows.chunks(size);
    let (last, cut) = (pages.len() as u32, pages.nth(page as usize - 1));
    let reply = Bytes::from_static(TEXT.as_bytes());
    let row = |row: &(u32, &'static str)| Row::new(row.0, *row).at(Place::of(row.1.as_bytes(), &reply));
    let mut page = Page::new(cut.unwrap().iter().map(row).collect()).of_reply(reply.clone());
    (page.total, page.last_page) = (Some(rows.len() as u64), Some(last));
    Ok(page)
}

pub(crate) fn sharing_pager(size: usize) -> Pager<(u32, &'static str)> {
    numbered_pager(2, move |page| saying(&sharing(), size, page))
}

pub(crate) fn offset_pager(
    limit: u32,
    ahead: u32,
    fetch: impl Fn(u64, u64) -> Result<Page<u32>, Error> + Send + Sync + 'static,
) -> Pager<u32> {
    Pager::new(
        "test",
        Paging::Offset {
            limit: n(limit),
            ahead: n(ahead),
        },
        move |position| {
            let Position::Offset { skip, limit } = position else {
                panic!("{position:?}")
            };
            let (reply, wait) = (fetch(skip, limit), (skip as u32).wrapping_mul(7) % 5);
            async move {
                After(wait).await;
                reply
            }
        },
    )
}

pub(crate) fn cursor_pager<T: Send + 'static>(
    fetch: impl Fn(Option<&str>) -> Result<Page<T>, Error> + Send + Sync + 'static,
) -> Pager<T> {
    Pager::new("test", Paging::Cursor, move |position| {
        let Position::Token(token) = position else {
            panic!("{position:?}")
        };
        let reply = fetch(token.as_deref());
        async move { reply }
    })
}

pub(crate) fn read<T: Send + 'static>(pager: &mut Pager<T>) -> (Vec<T>, Option<Error>, Completeness) {
    let (rows, error) = block_on(pager.collect_rows());
    (rows, error, pager.completeness())
}

/// What is left of a walk that was killed: the rows that it wrote, and what it kept of its progress.
pub(crate) struct Killed<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) kept: Vec<String>,
    /// The last page was written and not kept.
    pub(crate) lost: usize,
}

/// Reads some pages and dies: between two pages, or between a page and the keeping of its progress.
pub(crate) fn kill_after<T: Send + 'static>(
    mut pager: Pager<T>,
    pages: usize,
    in_between: bool,
) -> Killed<T> {
    let mut killed = Killed {
        rows: Vec::new(),
        kept: Vec::new(),
        lost: 0,
    };
    for number in 0..pages {
        let Some(page) = block_on(pager.next_page()) else {
            killed.kept.push(text(pager.take_progress().unwrap()));
            break;
        };
        let page = page.unwrap();
        let count = page.len();
        killed.rows.extend(page);
        if in_between && number + 1 == pages {
            killed.lost = count;
        } else {
            killed.kept.push(text(pager.take_progress().unwrap()));
        }
    }
    killed
}

pub(crate) fn text(progress: Progress) -> String {
    serde_json::to_string(&progress).unwrap()
}

pub(crate) fn snapshot(kept: &[String]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for progress in kept {
        snapshot.add(serde_json::from_str(progress).unwrap()).unwrap();
    }
    snapshot
}

/// What both parts delivered, and what the second proves.
pub(crate) fn go_on<T: Send + Clone + 'static>(
    killed: &Killed<T>,
    pager: Pager<T>,
) -> (Vec<T>, Completeness) {
    let mut rest = pager.resume_from(snapshot(&killed.kept)).unwrap();
    let (rows, error, completeness) = read(&mut rest);
    assert!(error.is_none(), "{error:?}");
    ([killed.rows.clone(), rows].concat(), completeness)
}

pub(crate) fn by_cursor(list: Vec<u32>, size: usize) -> Pager<u32> {
    cursor_pager(move |token| {
        let start: usize = token.map_or(0, |token| token[2..].parse().unwrap());
        let end = (start + size).min(list.len());
        let mut page = Page::new(rows(list[start..end].iter().copied()));
        page.next = (end < list.len()).then(|| format!("c:{end}"));
        Ok(page)
    })
}

pub(crate) fn pager(kind: u32, list: &[u32], size: u32, ahead: u32) -> Pager<u32> {
    let list = list.to_vec();
    match kind {
        0 => numbered_pager(ahead, move |page| numbered(&list, page, size as usize)),
        // The server gives at most seven rows at once.
        1 => offset_pager(size, ahead, move |skip, limit| Ok(offset(&list, skip, limit, 7))),
        2 => by_cursor(list, size as usize),
        _ => Pager::new("test", Paging::Whole, move |_| {
            let page = Page::new(rows(list.clone()));
            async move { Ok(page) }
        }),
    }
}
