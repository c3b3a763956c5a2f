//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use std::fmt;

use memchr::memmem;
use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::lenient::{Rows, text};
use rollbook_vendor_kit::{Members, Record, Reply, RowMap, decode_list, decode_page};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};

use crate::api::Keyed;
use crate::wire::Envelope;

/// The cursor of the next page, found without reading the rows where it stands behind them, and else by reading no further than
/// to its end. In a reply that is not as it should be, one may be found or not: reading it tells.
pub(crate) fn next_cursor(reply: &Reply) -> Option<String> {
    cursor_in(reply.body())
}

fn cursor_in(body: &[u8]) -> Option<String> {
    cursor_behind_rows(body).unwrap_or_else(|| cursor_before_rows(body))
}

#[derive(Deserialize)]
struct Cursor(#[serde(deserialize_with = "text")] Option<String>);

#[derive(Deserialize)]
struct LastMembers {
    next_cursor: Cursor,
}

/// How far from the end of a reply its last members may begin.
const LONGEST_END: usize = 4096;

/// A quote behind a comma begins a text, and what is open where this one begins is closed behind it: when that is one object, the
/// text is the name of a member of the outermost.
fn cursor_behind_rows(body: &[u8]) -> Option<Option<String>> {
    let end = &body[body.len().saturating_sub(LONGEST_END)..];
    let (before, members) = end.split_at(memmem::rfind(end, br#""next_cursor""#)?);
    before.trim_ascii_end().strip_suffix(b",")?;
    let object = [b"{", members].concat();
    Some(serde_json::from_slice::<LastMembers>(&object).ok()?.next_cursor.0)
}

fn cursor_before_rows(body: &[u8]) -> Option<String> {
    let mut cursor = None;
    // An error tells nothing: serde has one for an object that is not read to its end too.
    let _ = serde_json::Deserializer::from_slice(body).deserialize_map(UpToCursor(&mut cursor));
    cursor
}

struct UpToCursor<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for UpToCursor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "next_cursor" {
                *self.0 = members.next_value::<Cursor>()?.0;
                break;
            }
            members.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

pub(crate) fn page<T: Record, U: Send>(reply: &Reply, map: RowMap<'_, T, U>) -> Result<Page<U>, Error> {
    let (page, rest) = decode_list(reply.body(), reply.body(), &["result"], "$.result", map);
    let envelope: Envelope<'_, Rows<'_>> = reply.read_object(&rest)?;
    let mut page = page.unwrap_or_else(|| decode_page(reply.body(), &envelope.result.0, "$.result").map(map));
    page.partial = envelope.is_partial();
    page.next = envelope.next_cursor;
    Ok(page)
}

pub(crate) fn keyed_page<T: Record>(reply: &Reply) -> Result<Page<Keyed<T>>, Error> {
    let envelope: Envelope<'_, Members<'_>> = reply.read_object(reply.body())?;
    let mut page = Page::new(Vec::with_capacity(envelope.result.0.len()));
    page.partial = envelope.is_partial();
    for (index, (key, raw)) in envelope.result.0.into_iter().enumerate() {
        // The key can be an address, so the place in the reply stands for it.
        let one = decode_page::<T>(reply.body(), &[raw], &format!("$.result.*[{index}]"));
        page.rejected.extend(one.rejected);
        page.unread.extend(one.unread);
        // The key is what the rows are told apart by, in one page and in all of them.
        page.rows.extend(one.rows.into_iter().map(|row| {
            Row::new(
                &key,
                Keyed {
                    key: key.clone(),
                    row: row.value,
                },
            )
        }));
    }
    page.next = envelope.next_cursor;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::cursor_in;
    use crate::wire::Envelope;

    #[test]
    fn a_reply_is_partial_unless_it_says_no_or_nothing() {
        for (flag, partial) in [
            ("true", true),
            ("\"True\"", true),
            ("1", true),
            ("\"some\"", true),
            ("false", false),
            ("\"\"", false),
            ("null", false),
        ] {
            let body = format!(r#"{{"result":[],"is_partial_response":{flag}}}"#);
            let envelope: Envelope<'_, Vec<u8>> = serde_json::from_str(&body).unwrap();
            assert_eq!(envelope.is_partial(), partial, "{flag}");
        }
    }

    #[test]
    fn the_cursor_is_found_wherever_it_stands_and_never_in_a_row() {
        for (body, cursor) in [
            (
                r#"{"next_cursor":"c:1","result":[{"next_cursor":"no"}]}"#,
                Some("c:1"),
            ),
            (
                r#"{"result":[{"next_cursor":"no"}],"next_cursor":"c:1"}"#,
                Some("c:1"),
            ),
            (
                r#"{"result":[{"a":"]}{\"next_cursor\":"}],"next_cursor":"c:1"}"#,
                Some("c:1"),
            ),
            (r#"{"next_\u0063ursor":"c:1","result":[]}"#, Some("c:1")),
            (
                r#"{"next_cursor":"c:1","result":[{"a":1,"next_cursor":"no"}]}"#,
                Some("c:1"),
            ),
            (
                r#"{"next_cursor":"c:1","result":[],"a":{"b":1,"next_cursor":"no"}}"#,
                Some("c:1"),
            ),
            (
                r#"{"result":[], "next_cursor" : "c:1" , "a":[{"b":1}]} "#,
                Some("c:1"),
            ),
            (r#"{"result":[],"a":["b","next_cursor"]}"#, None),
            (r#"{"result":[],"a\",\"next_cursor":"no"}"#, None),
            (r#"{"result":[{"next_cursor":"no"}]}"#, None),
            (r#"{"result":[{"next_cursor":"no"}"#, None),
            (r#"[{"next_cursor":"no"}]"#, None),
            (r#"{"next_cursor":null,"result":[]}"#, None),
            (r#"{"next_cursor":["no"],"result":[]}"#, None),
            (r#"{"nex"#, None),
            ("", None),
        ] {
            assert_eq!(cursor_in(body.as_bytes()).as_deref(), cursor, "{body}");
        }
    }
}
