//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::lenient::{Rows, text};
use rollbook_vendor_kit::{Flag, Members, Native, Record, Reply, decode_list, decode_page};
use serde::Deserialize;

use crate::api::Keyed;
use crate::wire::Envelope;

/// The cursor of the next page, found without reading the rows; none also where the reply cannot be read, which reading it tells.
pub(crate) fn next_cursor(reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct Next {
        #[serde(default, deserialize_with = "text")]
        next_cursor: Option<String>,
    }
    serde_json::from_slice::<Next>(reply.body()).ok()?.next_cursor
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
