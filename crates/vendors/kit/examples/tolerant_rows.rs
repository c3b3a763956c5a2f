//! Reads a page of rows as vendors really send them: two that can be read, one that cannot, and nothing is lost.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use bytes::Bytes;
use rollbook_model::DeviceId;
use rollbook_vendor_kit::{Flag, Millis, Record, WireTime, decode_page};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
struct Phone {
    #[serde(deserialize_with = "rollbook_vendor_kit::lenient::id")]
    id: DeviceId,
    banned: Option<Flag>,
    seen: Option<WireTime<Millis>>,
}

impl Record for Phone {}

fn main() -> Result<(), serde_json::Error> {
    let reply = Bytes::from_static(
        br#"[{"id":"a","banned":"TRUE","seen":1705327828000},{"id":"b","seen":"2024-01-06T07:13:54Z","new":1.50},{"id":[]}]"#,
    );
    let raws: Vec<&RawValue> = serde_json::from_slice(&reply)?;
    let page = decode_page::<Phone>(&reply, &raws, "phones");
    for row in page.rows {
        let phone = row.value;
        let banned = phone.banned.as_ref().and_then(Flag::as_bool);
        let seen = phone
            .seen
            .as_ref()
            .and_then(WireTime::timestamp)
            .map(|time| time.to_string());
        println!(
            "{}: banned {banned:?}, seen {seen:?}, as it came {}",
            phone.id,
            phone.row().get()
        );
    }
    for row in page.rejected {
        println!("{} could not be read: {}", row.path, row.reason);
    }
    Ok(())
}
