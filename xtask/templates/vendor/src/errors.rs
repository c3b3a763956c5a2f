//! What Acme's refusals mean. Nothing is documented here yet, so the status decides, and a message is taken where one is.

use rollbook_vendor_kit::{Answer, ErrorBody, Refusal, refusal_by_status};

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let body = ErrorBody::read(answer.body);
    let refusal = refusal_by_status(answer.status).with_code(body.text(&["code"]));
    match body.text(&["message", "error"]) {
        Some(message) => refusal.with_message(&message),
        None => refusal,
    }
}
