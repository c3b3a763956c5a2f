//! The parts of a large list are read at the same time. Where each begins is guessed, and what was read of it counts only when the
//! part before it ends exactly there: so the rows are those of one reading from the first to the last.

use std::iter;
use std::num::NonZero;
use std::sync::{LazyLock, Mutex, MutexGuard, TryLockError};
use std::thread;

use bytes::Bytes;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::decode::{Record, RowMap, Rows};
use crate::lenient::MOST_ROWS;
use crate::listed::Scan;

/// Bytes that are worth a thread of their own. Tests and fuzz targets have parts of some rows.
const LEAST_PART: usize = if cfg!(any(test, fuzzing)) { 48 } else { 128 * 1024 };

/// No more parts of a list are read at once than these, and on a machine of fewer cores fewer.
const MOST_PARTS: usize = 4;

/// In so many bytes a row names its first member.
const LONGEST_OPENING: usize = 64;

/// The threads that read all parts but the first, which is for the one that wants the list. There are none on a machine of one core,
/// and where they cannot be started.
static OTHERS: LazyLock<Option<Mutex<ThreadPool>>> = LazyLock::new(|| {
    let cores = if cfg!(any(test, fuzzing)) {
        MOST_PARTS
    } else {
        thread::available_parallelism().map_or(1, NonZero::get)
    };
    let others = cores.min(MOST_PARTS) - 1;
    let pool = ThreadPoolBuilder::new()
        .num_threads(others)
        .thread_name(|number| format!("rollbook-rows-{number}"));
    (others > 0).then(|| pool.build().ok()).flatten().map(Mutex::new)
});

/// The other threads, where a list of so many bytes is worth it. They read one list at a time: a second one is read by the thread that
/// wants it.
pub(crate) fn others(bytes: usize) -> Option<MutexGuard<'static, ThreadPool>> {
    if bytes < 2 * LEAST_PART {
        return None;
    }
    match OTHERS.as_ref()?.try_lock() {
        Ok(others) => Some(others),
        // A map of rows has panicked: threads have nothing that it could have left undone.
        Err(TryLockError::Poisoned(others)) => Some(others.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Rows behind the first ones of a list.
pub(crate) struct Part<'a, T, U> {
    /// Where the first of them may begin.
    pub(crate) start: usize,
    /// Where the next part may begin.
    pub(crate) end: usize,
    /// How many rows it may have: twice its share of what a reply may have.
    most: usize,
    /// The rows that begin before the end, and where the one after them begins.
    pub(crate) read: Option<(Rows<'a, T, U>, usize)>,
}

impl<'a, T: Record, U: Send> Part<'a, T, U> {
    /// The parts for so many `others`, of the list whose first row is next: at about equal distances, where the text looks as it does
    /// at that row.
    pub(crate) fn guess(list: &Scan<'_>, others: usize) -> Vec<Self> {
        let Some(opening) = opening(&list.text[list.at..]) else {
            return Vec::new();
        };
        let length = list.text.len() - list.at;
        let parts = (length / LEAST_PART).min(others + 1);
        let mut starts: Vec<usize> = (1..parts)
            .filter_map(|part| find(opening, list.text, list.at + length / parts * part))
            .collect();
        starts.dedup();
        let ends = starts.iter().copied().skip(1).chain(iter::once(usize::MAX));
        let part = |(start, end)| Self {
            start,
            end,
            most: 2 * MOST_ROWS / parts,
            read: None,
        };
        starts.iter().copied().zip(ends).map(part).collect()
    }

    /// Lets the `others` read the `parts` of a `text` while `first` is at work.
    pub(crate) fn read_beside<R>(
        others: &ThreadPool,
        parts: &mut [Self],
        text: &str,
        reply: &'a Bytes,
        map: RowMap<'a, T, U>,
        first: impl FnOnce() -> R,
    ) -> R {
        others.in_place_scope(|scope| {
            for part in parts {
                scope.spawn(move |_| part.read(text, reply, map));
            }
            first()
        })
    }

    /// Reads the rows, of which none may be odd: an odd row is told by its number, which is not known here.
    fn read(&mut self, text: &str, reply: &'a Bytes, map: RowMap<'a, T, U>) {
        let mut scan = Scan { text, at: self.start };
        let mut rows = Rows::new(reply, map);
        let read = scan.rows_before(self.end, self.most, &mut rows, None);
        self.read = read.map(|()| (rows, scan.at));
    }
}

/// How a row begins: up to its first colon.
fn opening(row: &str) -> Option<&str> {
    let mut begin = row.bytes().take(LONGEST_OPENING);
    begin.position(|byte| byte == b':').map(|colon| &row[..=colon])
}

/// Where `opening` is found first, `from` there on.
fn find(opening: &str, text: &str, from: usize) -> Option<usize> {
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at))?;
    text[from..].find(opening).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rollbook_model::Page;
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;
    use crate::{Native, decode_list, decode_page};

    #[derive(Debug, Deserialize)]
    struct Thing {
        id: u32,
        #[serde(default)]
        inner: Option<Box<Thing>>,
    }

    impl Record for Thing {}

    /// Rows that look like the first one, within others too, and odd ones.
    fn row() -> impl Strategy<Value = String> {
        let plain = (0..100_u32).prop_map(|id| format!(r#"{{"id":{id}}}"#));
        let inside = (0..100_u32, 0..100_u32).prop_map(|(id, inner)| {
            format!(r#"{{"id":{id},"inner":{{"id":{inner}}},"text":"é{{\"id\":1}},"}}"#)
        });
        let odd = prop::sample::select(vec![
            r#"{"id":[{"id":1},{"id":2}]}"#,
            r#"{"id":1,"inner":[{"id":2},{"id":3}]}"#,
            r#"{ "id":4}"#,
            "null",
            "{}",
            "[[{\"id\":5}]]",
        ]);
        prop_oneof![8 => plain, 8 => inside, 1 => odd.prop_map(str::to_owned)]
    }

    fn told_row(row: Native<Thing>) -> String {
        let inner = row.inner.as_ref().map(|thing| thing.id);
        format!("{} {inner:?} {}", row.id, row.row().get())
    }

    fn told(page: &Page<String>) -> Vec<String> {
        // With the key and the place of each.
        let rows = page.rows.iter().map(|row| format!("{row:?}"));
        let rejected = page.rejected.iter().map(|row| format!("{row:?}"));
        let unread = page.unread.iter().map(|member| format!("{member:?}"));
        rows.chain(rejected).chain(unread).collect()
    }

    proptest! {
        #[test]
        fn a_list_read_in_parts_is_the_list_read_row_after_row(
            rows in prop::collection::vec(row(), 0..60),
            between in prop::sample::select(vec![",", " , "]),
            cut in 0..30_usize,
        ) {
            let whole = format!(r#"{{"rows": [{}], "after": [{{"id":1}},{{"id":2}}]}}"#, rows.join(between));
            for text in [&whole[..], &whole[..whole.len() - cut]] {
                let reply = Bytes::copy_from_slice(text.as_bytes());
                let (page, rest) = decode_list::<Thing, _>(&reply, &reply, &["rows"], "$.rows", &told_row);
                if text.len() < whole.len() {
                    prop_assert!(page.is_none());
                    continue;
                }
                #[derive(Deserialize)]
                struct Envelope<'a> {
                    #[serde(borrow)]
                    rows: Vec<&'a RawValue>,
                }
                let envelope: Envelope<'_> = serde_json::from_slice(&reply).unwrap();
                let one_by_one = decode_page::<Thing>(&reply, &envelope.rows, "$.rows").map(told_row);
                prop_assert_eq!(told(&page.unwrap()), told(&one_by_one));
                prop_assert_eq!(&*rest, br#"{"rows": [], "after": [{"id":1},{"id":2}]}"#);
            }
        }
    }

    #[test]
    fn a_guess_that_the_part_before_it_passes_over_does_not_count() {
        let mut wrong = 0;
        for count in 10..40 {
            let row = |id| format!(r#"{{"id":{id},"inner":{{"id":7}}}}"#);
            let rows: Vec<String> = (0..count).map(row).collect();
            let text = format!("[{}]", rows.join(","));
            let guesses = Part::<Thing, Native<Thing>>::guess(&Scan { text: &text, at: 1 }, 3);
            let is_inside = |part: &&Part<'_, _, _>| text[..part.start].ends_with(r#""inner":"#);
            wrong += guesses.iter().filter(is_inside).count();
            let reply = Bytes::from(text);
            let (page, _) = decode_list::<Thing, _>(&reply, &reply, &[], "$", &|row| row);
            let ids: Vec<u32> = page.unwrap().rows.iter().map(|row| row.value.id).collect();
            assert_eq!(ids, Vec::from_iter(0..count));
        }
        assert!(wrong > 0);
    }

    #[test]
    fn the_other_threads_read_the_parts_behind_the_first() {
        let rows: Vec<String> = (0..40).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        let text = format!("[{}]", rows.join(","));
        let reply = Bytes::copy_from_slice(text.as_bytes());
        let mut parts = Part::<Thing, Native<Thing>>::guess(&Scan { text: &text, at: 1 }, 3);
        assert_eq!(parts.len(), 3);
        let others = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        Part::read_beside(&others, &mut parts, &text, &reply, &|row| row, || ());
        let read: Vec<usize> = parts
            .iter()
            .filter_map(|part| Some(part.read.as_ref()?.1))
            .collect();
        let next = parts.iter().skip(1).map(|part| part.start);
        assert_eq!(read, Vec::from_iter(next.chain([text.len() - 1])));
    }
}
