//! The shapes in which Banyan gives a list: an array without `skip` and `limit`, an object named after the resource with
//! them, and the v2 envelope around such an object.

use std::borrow::Cow;

use rollbook_model::{Error, Page};
use rollbook_vendor_kit::lenient::{Rows, integer, rows, text};
use rollbook_vendor_kit::{Record, Reply, RowMap, decode_list, decode_page, wrong_shape};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::errors::refusal_in_envelope;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paged<'a> {
    #[serde(borrow, deserialize_with = "present")]
    endusers: Option<Vec<&'a RawValue>>,
    #[serde(borrow, deserialize_with = "present")]
    enduser: Option<Vec<&'a RawValue>>,
    #[serde(borrow, deserialize_with = "present")]
    users: Option<Vec<&'a RawValue>>,
    #[serde(borrow, deserialize_with = "present")]
    devices: Option<Vec<&'a RawValue>>,
    #[serde(deserialize_with = "integer")]
    count: Option<i64>,
}

impl<'a> Paged<'a> {
    fn take(&mut self, name: &str) -> Option<Vec<&'a RawValue>> {
        match name {
            "endusers" => self.endusers.take(),
            "enduser" => self.enduser.take(),
            "users" => self.users.take(),
            "devices" => self.devices.take(),
            _ => None,
        }
    }
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

/// Which list a reply holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Endusers,
    Devices,
}

impl List {
    /// The names under which the list is known to come, the documented one first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Endusers => &["endusers", "enduser", "users"],
            Self::Devices => &["devices"],
        }
    }
}

/// Reads a v1 reply of either shape. `skip` is how many rows were left out.
pub(crate) fn page_v1<T: Record, U: Send>(
    reply: &Reply,
    list: List,
    skip: u64,
    map: RowMap<'_, T, U>,
) -> Result<Page<U>, Error> {
    read_list(reply, list, skip, "$", reply.body(), map)
}

/// Reads a v2 reply: the envelope, and the list in its `data`.
pub(crate) fn page_v2<T: Record, U: Send>(
    reply: &Reply,
    list: List,
    skip: u64,
    map: RowMap<'_, T, U>,
) -> Result<Page<U>, Error> {
    let data = data_v2(reply)?.get().as_bytes();
    read_list(reply, list, skip, "$.data", data, map)
}

/// The `data` of a v2 envelope that reports no error.
pub(crate) fn data_v2(reply: &Reply) -> Result<&RawValue, Error> {
    let envelope: Envelope<'_> = reply.read_object(reply.body())?;
    match envelope.error_code.unwrap_or(0) {
        0 => {}
        code => {
            let description = envelope.error_description.unwrap_or_default();
            return Err(reply.refuse(refusal_in_envelope(code, &description)));
        }
    }
    envelope
        .data
        .ok_or_else(|| reply.fail(wrong_shape("$: missing field `data`")))
}

/// Reads the list in `json`, which stands at `root` in the reply.
fn read_list<T: Record, U: Send>(
    reply: &Reply,
    list: List,
    skip: u64,
    root: &str,
    json: &[u8],
    map: RowMap<'_, T, U>,
) -> Result<Page<U>, Error> {
    // An empty list can come as null.
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'[' | b'n')) {
        let (page, rest) = decode_list(reply.body(), json, &[], root, map);
        let Rows(raws) = reply.read_at(root, &rest)?;
        let mut page = page.unwrap_or_else(|| decode_page(reply.body(), &raws, root).map(map));
        // An array is a whole list: asked for again from its end, it would come again from its start.
        page.total = (skip == 0).then_some((page.rows.len() + page.rejected.len()) as u64);
        return Ok(page);
    }
    read_named(reply, list, root, json, map)
}

/// Reads the list that is a member of the object in `json`. A list without rows gives way to one of another name; rows under two
/// names are refused: no document says which of them count.
fn read_named<T: Record, U: Send>(
    reply: &Reply,
    list: List,
    root: &str,
    json: &[u8],
    map: RowMap<'_, T, U>,
) -> Result<Page<U>, Error> {
    let place = |name: &str| format!("{root}.{name}");
    let mut found = None;
    let mut rest = Cow::Borrowed(json);
    for &name in list.names() {
        if let (Some(page), others) = decode_list(reply.body(), json, &[name], &place(name), map)
            && !(page.rows.is_empty() && page.rejected.is_empty())
        {
            (found, rest) = (Some((name, page)), others);
            break;
        }
    }
    let mut paged: Paged<'_> = reply.read_at(root, &rest)?;
    let mut is_there = false;
    for &name in list.names() {
        let Some(raws) = paged.take(name) else { continue };
        is_there = true;
        if raws.is_empty() {
            continue;
        }
        if let Some((other, _)) = found {
            let two =
                format!("{root}: rows under `{other}` and under `{name}`: which are the list is not known");
            return Err(reply.fail(wrong_shape(&two)));
        }
        found = Some((name, decode_page(reply.body(), &raws, &place(name)).map(map)));
    }
    if !is_there {
        let missing = format!("{root}: missing field `{}`", list.names()[0]);
        return Err(reply.fail(wrong_shape(&missing)));
    }
    let mut page = found.map_or_else(|| Page::new(Vec::new()), |(_, page)| page);
    page.total = paged.count.and_then(|count| u64::try_from(count).ok());
    Ok(page)
}
