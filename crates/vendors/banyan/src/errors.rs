//! What Banyan's refusals mean. v1 answers `{"Message"}` or `{"error", "error_code"}`, v2 its envelope; "record not found"
//! is a 400 (Banyan API guide, "DELETE enduser").

use http::StatusCode;
use rollbook_model::ErrorKind;
use rollbook_transport::{Response, Verdict, judge_by_status};
use rollbook_vendor_kit::{Answer, Refusal, refusal_by_status};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(rename = "Message")]
    message: Option<String>,
    error: Option<String>,
    error_code: Option<i64>,
    error_description: Option<String>,
}

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let refusal = refusal_by_status(answer.status);
    let Ok(body) = serde_json::from_slice::<Body>(answer.body) else {
        return refusal;
    };
    match body.error_description.or(body.message).or(body.error) {
        Some(message) => worded(refusal, &message, body.error_code),
        None => refusal,
    }
}

/// The refusal in a v2 envelope whose status was a success: its code is an HTTP status.
pub(crate) fn refusal_in_envelope(code: i64, description: &str) -> Refusal {
    let status = u16::try_from(code)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    worded(
        refusal_by_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
        description,
        Some(code),
    )
}

fn worded(mut refusal: Refusal, message: &str, code: Option<i64>) -> Refusal {
    if refusal.kind == ErrorKind::InvalidRequest && message.to_lowercase().contains("record not found") {
        refusal.kind = ErrorKind::NotFound;
    }
    refusal.code = code.filter(|code| *code != 0).map(|code| code.to_string());
    refusal.with_message(message)
}

pub(crate) fn judge(response: &Response) -> Verdict {
    judge_by_status(response)
}
