//! The shapes in which Banyan gives a list: an array without `skip` and `limit`, an object named after the resource with
//! them, and the v2 envelope around such an object.

use bytes::Bytes;
use rollbook_model::{Error, Page};
use rollbook_vendor_kit::lenient::{integer, rows, text};
use rollbook_vendor_kit::{Api, CallPlace, Native, Record, decode_page};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::errors::refusal_in_envelope;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paged<'a> {
    #[serde(borrow, alias = "enduser", alias = "users", deserialize_with = "present")]
    endusers: Option<Vec<&'a RawValue>>,
    #[serde(borrow, deserialize_with = "present")]
    devices: Option<Vec<&'a RawValue>>,
    #[serde(deserialize_with = "integer")]
    count: Option<i64>,
}

/// A list that is there, if only as null: that is how an empty one can be written. A missing one is another shape.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<&'a RawValue>>, D::Error> {
    rows(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, deserialize_with = "integer")]
    error_code: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    error_description: Option<String>,
    /// Null is there, and is not the same as missing.
    #[serde(borrow, default, deserialize_with = "data")]
    data: Option<&'a RawValue>,
}

fn data<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Which list a reply holds: the name of its member.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Endusers,
    Devices,
}

impl List {
    fn member(self) -> &'static str {
        match self {
            Self::Endusers => "endusers",
            Self::Devices => "devices",
        }
    }
}

/// Reads a v1 reply of either shape. `skip` is how many rows were left out.
pub(crate) fn page_v1<T: Record>(
    api: &Api,
    place: &CallPlace,
    list: List,
    skip: u64,
    body: &Bytes,
) -> Result<Page<Native<T>>, Error> {
    read_list(api, place, list, skip, body, body)
}

/// Reads a v2 reply: the envelope, and the list in its `data`.
pub(crate) fn page_v2<T: Record>(
    api: &Api,
    place: &CallPlace,
    list: List,
    skip: u64,
    body: &Bytes,
) -> Result<Page<Native<T>>, Error> {
    let envelope: Envelope<'_> = api.read(place, body)?;
    match envelope.error_code.unwrap_or(0) {
        0 => {}
        code => {
            let description = envelope.error_description.unwrap_or_default();
            return Err(api.at(place, refusal_in_envelope(code, &description).into_error()));
        }
    }
    let Some(data) = envelope.data else {
        return Err(api.at(place, rollbook_vendor_kit::wrong_shape("$: missing field `data`")));
    };
    read_list(api, place, list, skip, body, data.get().as_bytes())
}

fn read_list<T: Record>(
    api: &Api,
    place: &CallPlace,
    list: List,
    skip: u64,
    body: &Bytes,
    json: &[u8],
) -> Result<Page<Native<T>>, Error> {
    // An empty list can come as null.
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'[' | b'n')) {
        let raws: Option<Vec<&RawValue>> = api.read(place, json)?;
        let raws = raws.unwrap_or_default();
        let mut page = decode_page(body, &raws, "$");
        // An array is a whole list: asked for again from its end, it would come again from its start.
        page.total = (skip == 0).then_some(raws.len() as u64);
        return Ok(page);
    }
    let paged: Paged<'_> = api.read(place, json)?;
    let raws = match list {
        List::Endusers => paged.endusers,
        List::Devices => paged.devices,
    };
    let Some(raws) = raws else {
        return Err(api.at(
            place,
            rollbook_vendor_kit::wrong_shape(&format!("$: missing field `{}`", list.member())),
        ));
    };
    let mut page = decode_page(body, &raws, list.member());
    page.total = paged.count.and_then(|count| u64::try_from(count).ok());
    Ok(page)
}
