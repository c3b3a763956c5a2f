//! Pages read by the kit, as each client does it for native rows.

use std::convert::identity;

use bytes::Bytes;
use rollbook_model::Page;
use rollbook_vendor_kit::{Native, Record, decode_list};
use serde::Deserialize;
use serde_json::value::RawValue;

/// TruU.
pub fn truu<T: Record>(body: &Bytes) -> Page<Native<T>> {
    let (page, rest) = decode_list(body, body, &["results"], "$.results", &identity);
    let envelope: rollbook_truu::wire::Envelope<'_> = serde_json::from_slice(&rest).expect("a page");
    let mut page = page.expect("rows");
    page.next = envelope.next.map(|next| next.to_string());
    page
}

#[derive(Deserialize)]
struct Paged {
    count: i64,
}

fn banyan<T: Record>(body: &Bytes, name: &str) -> Page<Native<T>> {
    let (page, rest) = decode_list(body, body, &[name], "$", &identity);
    let paged: Paged = serde_json::from_slice(&rest).expect("a page");
    let mut page = page.expect("rows");
    page.total = paged.count.try_into().ok();
    page
}

/// Banyan.
pub fn banyan_users(body: &Bytes) -> Page<Native<rollbook_banyan::wire::EndUser>> {
    banyan(body, "endusers")
}

/// Banyan.
pub fn banyan_devices(body: &Bytes) -> Page<Native<rollbook_banyan::wire::Device>> {
    banyan(body, "devices")
}

/// Truto.
pub fn truto<T: Record>(body: &Bytes) -> Page<Native<T>> {
    let (page, rest) = decode_list(body, body, &["result"], "$.result", &identity);
    let envelope: rollbook_truto::wire::Envelope<'_, Vec<&RawValue>> =
        serde_json::from_slice(&rest).expect("a page");
    let mut page = page.expect("rows");
    page.next = envelope.next_cursor;
    page
}
