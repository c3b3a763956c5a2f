//! What Banyan says of a change with a success: each of the three changes in another shape.

use http::StatusCode;
use rollbook_model::{Error, Fate};
use rollbook_vendor_kit::{Reply, refusal_by_status, wrong_shape};
use serde::Deserialize;

use crate::reply::data_v2;

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Message")]
    message: String,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected one Message or a list of them")]
enum OneOrMany {
    Many(Vec<Said>),
    One(Said),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a Message")]
enum TextOrSaid {
    Text(String),
    Said(Said),
}

/// `[{"Message": "Success"}]` (Banyan API guide, "Ban & Unban Devices"); one object alone is what Banyan's own client reads.
pub(crate) fn updated(reply: &Reply) -> Result<(), Error> {
    let said = match reply.read()? {
        OneOrMany::Many(said) => said,
        OneOrMany::One(said) => vec![said],
    };
    let (good, other): (Vec<Said>, Vec<Said>) = said
        .into_iter()
        .partition(|said| said.message.trim().eq_ignore_ascii_case("success"));
    match (good.as_slice(), other.as_slice()) {
        ([], []) => Err(reply.fail(wrong_shape("$: expected a Message, found none"))),
        (_, []) => Ok(()),
        (_, [said, ..]) => Err(unknown_words(reply, &said.message)),
    }
}

/// `"Successfully deleted end user device"` (Banyan API guide, "Delete Enduser Device"); older clients read an object with
/// `Message`.
pub(crate) fn deleted(reply: &Reply) -> Result<(), Error> {
    match reply.read()? {
        TextOrSaid::Text(text) | TextOrSaid::Said(Said { message: text }) => success(reply, &text),
    }
}

/// The v2 envelope with `"successfully marked the endusers as inactive"` (Banyan API guide, "DELETE enduser").
pub(crate) fn marked_inactive(reply: &Reply) -> Result<(), Error> {
    let data = data_v2(reply)?;
    let text: String = reply.read_at("$.data", data.get().as_bytes())?;
    success(reply, &text)
}

fn success(reply: &Reply, text: &str) -> Result<(), Error> {
    const WORD: &str = "success";
    let start = text.trim_start().get(..WORD.len());
    if start.is_some_and(|start| start.eq_ignore_ascii_case(WORD)) {
        Ok(())
    } else {
        Err(unknown_words(reply, text))
    }
}

/// A success by its status, and none by its words. No document has words with which such an answer refuses, so whether the
/// change was made has to be read. (The v2 envelope has its `error_code` for a refusal.)
fn unknown_words(reply: &Reply, text: &str) -> Error {
    let words = format!("the answer does not say that it is done: \"{}\"", text.trim());
    let refusal = refusal_by_status(StatusCode::CONFLICT).with_message(&words);
    reply.refuse(refusal).with_fate(Fate::Unknown)
}
