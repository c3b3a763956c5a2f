//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use bytes::Bytes;
use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::{Api, CallPlace, Flag, Members, Native, Record, decode_page};
use serde_json::value::RawValue;

use crate::api::Keyed;
use crate::wire::Envelope;

pub(crate) fn page<T: Record>(api: &Api, place: &CallPlace, body: &Bytes) -> Result<Page<Native<T>>, Error> {
    let envelope: Envelope<'_, Vec<&RawValue>> = api.read(place, body)?;
    let mut page = decode_page(body, &envelope.result, "result");
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

pub(crate) fn keyed_page<T: Record>(
    api: &Api,
    place: &CallPlace,
    body: &Bytes,
) -> Result<Page<Keyed<T>>, Error> {
    let envelope: Envelope<'_, Members<'_>> = api.read(place, body)?;
    let mut page = Page::new(Vec::with_capacity(envelope.result.0.len()));
    for (key, raw) in envelope.result.0 {
        let one = decode_page::<T>(body, &[raw], &format!("result.{key}"));
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
