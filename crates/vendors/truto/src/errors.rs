//! What Truto's refusals mean. Truto tells its own errors from those of the provider behind it (Truto API reference,
//! "Errors"): the envelope is the same, and `truto_is_remote_error` is set on the provider's.

use http::StatusCode;
use rollbook_model::ErrorKind;
use rollbook_transport::{Response, Verdict, judge_by_status};
use rollbook_vendor_kit::{Answer, ErrorBody, Refusal, refusal_by_status};

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let body = ErrorBody::read(answer.body);
    let mut refusal = refusal_by_status(answer.status);
    if is_blocked(answer.status, &body) {
        refusal.kind = ErrorKind::Conflict;
    }
    let message = body
        .text(&["message"])
        .or_else(|| insight(&body))
        .or_else(|| body.text(&["error"]));
    refusal.from_provider = body.is_true(FROM_PROVIDER);
    match message {
        Some(message) => refusal.with_message(&message),
        None => refusal,
    }
}

/// A blocked account will be blocked the next time too; all else goes by the status.
pub(crate) fn judge(response: &Response) -> Verdict {
    match response.status() {
        status @ StatusCode::SERVICE_UNAVAILABLE if is_blocked(status, &ErrorBody::read(response.body())) => {
            Verdict::Final
        }
        _ => judge_by_status(response),
    }
}

const FROM_PROVIDER: &str = "truto_is_remote_error";

/// Truto's own 503 means that the account is blocked, when its message says so; a provider's 503 never does.
fn is_blocked(status: StatusCode, body: &ErrorBody) -> bool {
    status == StatusCode::SERVICE_UNAVAILABLE
        && !body.is_true(FROM_PROVIDER)
        && body
            .text(&["message"])
            .is_some_and(|text| text.to_lowercase().contains("block"))
}

/// What Truto makes of a provider's error; `message` can be blank then.
fn insight(body: &ErrorBody) -> Option<String> {
    let insights = body.object("truto_error_insight")?;
    insights
        .values()
        .find_map(|insight| Some(insight.get("description")?.as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;

    fn response(status: u16, body: &'static str) -> Response {
        http::Response::builder()
            .status(status)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap()
    }

    #[test]
    fn a_blocked_account_is_not_asked_again_and_another_503_is() {
        let blocked =
            r#"{"statusCode":503,"error":"Service Unavailable","message":"Integrated account is blocked"}"#;
        assert_eq!(judge(&response(503, blocked)), Verdict::Final);
        let remote = r#"{"statusCode":503,"message":"blocked by upstream","truto_is_remote_error":true}"#;
        assert_eq!(judge(&response(503, remote)), Verdict::Unknown);
        assert_eq!(judge(&response(503, "<html>")), Verdict::Unknown);
        assert_eq!(judge(&response(429, "")), Verdict::NotDone);
        let (headers, body) = (HeaderMap::new(), Bytes::from_static(blocked.as_bytes()));
        let answer = Answer::new(StatusCode::SERVICE_UNAVAILABLE, &headers, &body);
        assert_eq!(refusal(&answer).kind, ErrorKind::Conflict);
    }

    #[test]
    fn a_providers_error_is_told_apart_from_trutos_own() {
        let body = Bytes::from_static(
            br#"{"statusCode":403,"error":"Forbidden","message":"","truto_is_remote_error":true,
                "truto_error_insight":{"forbidden_error":{"description":"scope users:read is missing"}}}"#,
        );
        let headers = HeaderMap::new();
        let refusal = refusal(&Answer::new(StatusCode::FORBIDDEN, &headers, &body));
        assert_eq!(refusal.kind, ErrorKind::PermissionDenied);
        assert!(refusal.from_provider);
        assert_eq!(refusal.message, "scope users:read is missing");
    }
}
