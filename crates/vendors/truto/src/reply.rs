//! The shapes in which Truto gives a list: an array, or with `truto_key_by` an object whose keys are a member's values.

use std::fmt;

use bytes::Bytes;
use rollbook_model::{Error, Page, Row};
use rollbook_vendor_kit::{Api, CallPlace, Flag, Native, Record, decode_rows};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::api::Keyed;
use crate::wire::Envelope;

pub(crate) fn page<T: Record>(api: &Api, place: &CallPlace, body: &Bytes) -> Result<Page<Native<T>>, Error> {
    let envelope: Envelope<'_, Vec<&RawValue>> = api.read(place, body)?;
    let (rows, rejected) = decode_rows(body, &envelope.result, "result");
    let mut page = Page::new(rows);
    page.rejected = rejected;
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

pub(crate) fn keyed_page<T: Record>(
    api: &Api,
    place: &CallPlace,
    body: &Bytes,
) -> Result<Page<Keyed<T>>, Error> {
    let envelope: Envelope<'_, Entries<'_>> = api.read(place, body)?;
    let mut rows = Vec::with_capacity(envelope.result.0.len());
    let mut rejected = Vec::new();
    for (key, raw) in envelope.result.0 {
        let (row, bad) = decode_rows::<T>(body, &[raw], &format!("result.{key}"));
        rejected.extend(bad);
        // The key is what the rows are told apart by, in one page and in all of them.
        rows.extend(row.into_iter().map(|row| {
            Row::new(
                &key,
                Keyed {
                    key: key.clone(),
                    row: row.value,
                },
            )
        }));
    }
    let mut page = Page::new(rows);
    page.rejected = rejected;
    page.partial = envelope.is_partial_response == Some(Flag::True);
    page.next = envelope.next_cursor;
    Ok(page)
}

/// The members of an object in their order, without reading their values.
#[derive(Default)]
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of rows by key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(InOrder).map(Self)
    }
}
