use std::borrow::Cow;

use bytes::Bytes;
use rayon::ThreadPool;
use rollbook_model::{NativeRow, Page};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::decode::{Record, RowMap, Rows, salvage};
use crate::lenient::MOST_ROWS;
use crate::parts::{self, Part};

/// Reads the list in `json`, a part of `reply`, in one pass: a row is read where it stands, and where it ends is known then.
/// The list is the whole of `json` when that is an array, else the member that has one of the `names`. `list` is where it
/// stands in the reply (`$.results`), for the paths in reasons.
///
/// Each row is what `map` makes of it where it is read: see [`RowMap`].
///
/// Gives the page, and the text with an empty list in its place: what the reply says beside its rows. A text that this pass
/// cannot follow is given back whole, without a page: it is for [`decode_page`](crate::decode_page), which is slower, and for
/// errors that name the place.
///
/// A list of 256 KiB and more is read by several threads, and the calling one waits for them.
///
/// ```
/// use bytes::Bytes;
/// use rollbook_vendor_kit::lenient::rows;
/// use rollbook_vendor_kit::{Record, decode_list, decode_page};
/// use serde::Deserialize;
/// use serde_json::value::RawValue;
///
/// #[derive(Deserialize)]
/// struct Phone {
///     id: u32,
/// }
///
/// impl Record for Phone {}
///
/// #[derive(Deserialize)]
/// struct Envelope<'a> {
///     #[serde(borrow, deserialize_with = "rows")]
///     phones: Vec<&'a RawValue>,
///     count: u64,
/// }
///
/// let reply = Bytes::from_static(br#"{"phones": [{"id": 1, "new": 1.50}], "count": 1}"#);
/// let (page, rest) = decode_list::<Phone, _>(&reply, &reply, &["phones"], "$.phones", &|row| row);
/// let envelope: Envelope<'_> = serde_json::from_slice(&rest)?;
/// let page = page.unwrap_or_else(|| decode_page(&reply, &envelope.phones, "$.phones"));
/// assert_eq!((envelope.count, page.rows[0].value.id), (1, 1));
/// assert_eq!(page.rows[0].value.row().get(), r#"{"id": 1, "new": 1.50}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn decode_list<'a, T: Record, U: Send>(
    reply: &Bytes,
    json: &'a [u8],
    names: &[&str],
    list: &str,
    map: RowMap<'_, T, U>,
) -> (Option<Page<U>>, Cow<'a, [u8]>) {
    let read = std::str::from_utf8(json)
        .ok()
        .and_then(|text| Scan { text, at: 0 }.list(names, |scan| scan.rows(Rows::new(reply, map), list)));
    match read {
        Some((rows, rest)) => (Some(rows.into_page()), Cow::Owned(rest.into_bytes())),
        None => (None, Cow::Borrowed(json)),
    }
}

/// Walks the outermost values of a JSON text; serde_json reads them. Nothing means that this is not the way to read it.
pub(crate) struct Scan<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

impl<'a> Scan<'a> {
    /// What `read` makes of the list, and the text around it.
    fn list<R>(
        mut self,
        names: &[&str],
        mut read: impl FnMut(&mut Self) -> Option<R>,
    ) -> Option<(R, String)> {
        let mut found = None;
        self.blank();
        if self.is_at(b'[') {
            found = Some((self.at, read(&mut self)?, self.at));
        } else {
            self.eat(b'{')?;
            while !self.is_at(b'}') {
                let name: &str = self.value()?;
                self.blank();
                self.eat(b':')?;
                self.blank();
                if found.is_none() && names.contains(&name) {
                    found = Some((self.at, read(&mut self)?, self.at));
                } else {
                    let _: IgnoredAny = self.value()?;
                }
                self.next(b'}')?;
            }
            self.eat(b'}')?;
        }
        self.blank();
        let (start, list, end) = found.filter(|_| self.at == self.text.len())?;
        Some((list, format!("{}[]{}", &self.text[..start], &self.text[end..])))
    }

    /// The rows of the array that begins here.
    fn rows<'r, T: Record, U: Send>(
        &mut self,
        mut rows: Rows<'r, T, U>,
        list: &str,
    ) -> Option<Rows<'r, T, U>> {
        self.eat(b'[')?;
        self.blank();
        match parts::others(self.text.len() - self.at) {
            None => self.rows_before(usize::MAX, MOST_ROWS, &mut rows, Some(list))?,
            Some(others) => self.rows_in_parts(&others, &mut rows, list)?,
        }
        self.eat(b']')?;
        Some(rows)
    }

    /// The same, of which the `others` read a part each.
    fn rows_in_parts<T: Record, U: Send>(
        &mut self,
        others: &ThreadPool,
        rows: &mut Rows<'_, T, U>,
        list: &str,
    ) -> Option<()> {
        let mut parts = Part::guess(self, others.current_num_threads());
        let first = parts.first().map_or(usize::MAX, |part| part.start);
        let (text, reply, map) = (self.text, rows.reply, rows.map);
        Part::read_beside(others, &mut parts, text, reply, map, || {
            self.rows_before(first, MOST_ROWS, rows, Some(list))
        })?;
        let read = parts.iter().filter_map(|part| part.read.as_ref());
        rows.expect(read.map(|(more, _)| more.len()).sum());
        for part in parts {
            match part.read.filter(|_| part.start == self.at) {
                Some((more, at)) if rows.len() + more.len() <= MOST_ROWS => {
                    rows.append(more);
                    self.at = at;
                }
                _ => self.rows_before(part.end, MOST_ROWS, rows, Some(list))?,
            }
        }
        Some(())
    }

    /// Reads rows up to the end of the list, or to the first that begins at `end` or behind it, at `most` so many. An odd row is told
    /// by its place in the `list`; where that is not known, none may be odd.
    pub(crate) fn rows_before<T: Record, U>(
        &mut self,
        end: usize,
        most: usize,
        rows: &mut Rows<'_, T, U>,
        list: Option<&str>,
    ) -> Option<()> {
        while self.at < end && !self.is_at(b']') {
            // The slow way tells that there are too many.
            if rows.len() >= most {
                return None;
            }
            let start = self.at;
            let read = if self.is_at(b'{') { self.value::<T>() } else { None };
            let (text, reply) = (self.text, rows.reply);
            let row = |end| NativeRow::slice_of_text(reply, &text[start..end]);
            match read {
                Some(value) => {
                    if rows.page.rows.is_empty() {
                        rows.expect_rows(text.len().min(end) - start, self.at - start);
                    }
                    rows.keep(row(self.at), value, Vec::new());
                }
                None => {
                    let list = list?;
                    self.at = start;
                    let read = salvage(self.value()?);
                    rows.add(list, row(self.at), read);
                }
            }
            self.next(b']')?;
        }
        Some(())
    }

    /// The value that begins here.
    #[inline]
    fn value<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        let Some(Ok(value)) = values.next() else {
            return None;
        };
        self.at += values.byte_offset();
        Some(value)
    }

    /// Goes on behind the comma, or stays before the `end`.
    fn next(&mut self, end: u8) -> Option<()> {
        self.blank();
        if self.is_at(end) {
            return Some(());
        }
        self.eat(b',')?;
        self.blank();
        // A comma before the end is no JSON.
        (!self.is_at(end)).then_some(())
    }

    fn is_at(&self, byte: u8) -> bool {
        self.text.as_bytes().get(self.at) == Some(&byte)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.is_at(byte).then(|| self.at += 1)
    }

    fn blank(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        self.at += rest.iter().take_while(blank).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Thing {
        id: u32,
    }

    impl Record for Thing {}

    fn read(reply: &'static str) -> Option<(Vec<u32>, usize, String)> {
        let reply = Bytes::from_static(reply.as_bytes());
        let (page, rest) = decode_list::<Thing, _>(&reply, &reply, &["rows"], "$.rows", &|row| row);
        let page = page?;
        let ids = page.rows.iter().map(|row| row.value.id).collect();
        let rest = String::from_utf8(rest.into_owned()).unwrap();
        Some((ids, page.rejected.len(), rest))
    }

    #[test]
    fn a_list_is_read_where_it_stands_and_the_rest_stays() {
        let found = |ids: &[u32], rejected, rest: &str| Some((ids.to_vec(), rejected, rest.to_owned()));
        assert_eq!(
            read(r#" {"n":1 , "rows" : [ {"id":1} ,null,{"id":2,"x":1.50}] } "#),
            found(&[1, 2], 1, r#" {"n":1 , "rows" : [] } "#)
        );
        assert_eq!(read(r#"[{"id":3},[3]]"#), found(&[3], 1, "[]"));
        // The second list is for the envelope to refuse.
        assert_eq!(
            read(r#"{"rows":[],"rows":[{"id":4}]}"#),
            found(&[], 0, r#"{"rows":[],"rows":[{"id":4}]}"#)
        );
    }

    #[test]
    fn what_is_no_json_or_no_list_is_left_to_the_slow_way() {
        for odd in [
            r#"{"rows":[{"id":1},]}"#,
            r#"{"rows":[{"id":1}],}"#,
            r#"{"rows":[{"id":1}{"id":2}]}"#,
            r#"{"rows":[{"id":1}]} x"#,
            r#"{"rows":[{"id":1}"#,
            r#"{"rows":null}"#,
            r#"{"other":[]}"#,
            "",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
