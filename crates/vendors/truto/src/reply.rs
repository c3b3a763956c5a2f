//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::lenient::Rows;
use rollbook_vendor_kit::{Flag, Members, Native, Record, Reply, decode_page};

use crate::api::Keyed;
use crate::wire::Envelope;

pub(crate) fn page<T: Record>(reply: &Reply) -> Result<Page<Native<T>>, Error> {
    let envelope: Envelope<'_, Rows<'_>> = reply.read_object()?;
    let mut page = decode_page(reply.body(), &envelope.result.0, "$.result");
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

pub(crate) fn keyed_page<T: Record>(reply: &Reply) -> Result<Page<Keyed<T>>, Error> {
    let envelope: Envelope<'_, Members<'_>> = reply.read_object()?;
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
