//! What Banyan's refusals mean. v1 answers `{"Message"}` or `{"error", "error_code"}` (as Banyan's own clients read it; the
//! guide has none), v2 its envelope, where "record not found" is a 400 (Banyan API guide, "DELETE enduser").

use http::StatusCode;
use rollbook_model::ErrorKind;
use rollbook_vendor_kit::{Answer, ErrorBody, Refusal, refusal_by_status};

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let body = ErrorBody::read(answer.body);
    let message = body
        .text(&["error_description", "Message", "error"])
        .unwrap_or_default();
    worded(
        refusal_by_status(answer.status),
        &message,
        body.text(&["error_code"]),
    )
}

/// The refusal in a v2 envelope whose status was a success: its code is an HTTP status.
pub(crate) fn refusal_in_envelope(code: i64, description: &str) -> Refusal {
    let status = u16::try_from(code)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    worded(
        refusal_by_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
        description,
        Some(code.to_string()),
    )
}

fn worded(mut refusal: Refusal, message: &str, code: Option<String>) -> Refusal {
    if refusal.kind == ErrorKind::InvalidRequest && names_no_record(message) {
        refusal.kind = ErrorKind::NotFound;
    }
    refusal
        .with_code(code.filter(|code| code != "0"))
        .with_message(message)
}

/// Whether this message says that what was named is not there: the address of the call is.
pub(crate) fn names_no_record(message: &str) -> bool {
    message.to_lowercase().contains("record not found")
}
