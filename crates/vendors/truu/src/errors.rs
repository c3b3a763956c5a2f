//! What TruU's refusals mean. The guide lists 200 and 204 only: no error body and no other status is documented, so the
//! status decides, and a message is taken where one is.

use rollbook_vendor_kit::{Answer, ErrorBody, Refusal, refusal_by_status};

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let body = ErrorBody::read(answer.body);
    let refusal = refusal_by_status(answer.status).with_code(body.text(&["error"]));
    // RFC 6749's members, and what servers of this kind commonly send.
    match body.text(&["error_description", "message", "detail", "error"]) {
        Some(message) => refusal.with_message(&message),
        None => refusal,
    }
}
