//! What TruU's refusals mean. The guide lists 200 and 204 only: no error body and no other status is documented, so the
//! status decides and a message is taken where one is.

use rollbook_transport::{Response, Verdict, judge_by_status};
use rollbook_vendor_kit::{Answer, Refusal, refusal_by_status};
use serde::Deserialize;

/// Members under which an error body may carry its message: RFC 6749, and what servers of this kind commonly send.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<String>,
    error_description: Option<String>,
    message: Option<String>,
    detail: Option<String>,
}

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let refusal = refusal_by_status(answer.status);
    let Ok(body) = serde_json::from_slice::<Body>(answer.body) else {
        return refusal;
    };
    let message = [body.error_description, body.message, body.detail]
        .into_iter()
        .flatten()
        .next();
    let mut refusal = match message.or_else(|| body.error.clone()) {
        Some(message) => refusal.with_message(&message),
        None => refusal,
    };
    refusal.code = body.error.filter(|code| code.len() <= 64);
    refusal
}

pub(crate) fn judge(response: &Response) -> Verdict {
    judge_by_status(response)
}
