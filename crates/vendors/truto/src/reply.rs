//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::lenient::{Rows, text};
use rollbook_vendor_kit::{Flag, Members, Native, Record, Reply, decode_list, decode_page, find_member};
use serde::Deserialize;

use crate::api::Keyed;
use crate::wire::Envelope;

/// The cursor of the next page, found without reading the rows before it; none also where the reply is not as it should be, which
/// reading it tells.
pub(crate) fn next_cursor(reply: &Reply) -> Option<String> {
    cursor_in(reply.body())
}

fn cursor_in(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Cursor(#[serde(deserialize_with = "text")] Option<String>);

    let cursor = find_member(body, "next_cursor")?;
    serde_json::from_slice::<Cursor>(cursor).ok()?.0
}

pub(crate) fn page<T: Record>(reply: &Reply) -> Result<Page<Native<T>>, Error> {
    let (page, rest) = decode_list(reply.body(), reply.body(), &["result"], "$.result");
    let envelope: Envelope<'_, Rows<'_>> = reply.read_object(&rest)?;
    let mut page = page.unwrap_or_else(|| decode_page(reply.body(), &envelope.result.0, "$.result"));
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

pub(crate) fn keyed_page<T: Record>(reply: &Reply) -> Result<Page<Keyed<T>>, Error> {
    let envelope: Envelope<'_, Members<'_>> = reply.read_object(reply.body())?;
    let mut page = Page::new(Vec::with_capacity(envelope.result.0.len()));
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
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::cursor_in;

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
            (r#"{"next_\u0063ursor":"c:1","result":[]}"#, None),
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
