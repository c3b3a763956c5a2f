//! What Truto's refusals mean. Truto tells its own errors from those of the provider behind it (Truto API reference,
//! "Errors"): the envelope is the same, and `truto_is_remote_error` is set on the provider's.

use http::StatusCode;
use rollbook_transport::{Response, Verdict, judge_by_status};
use rollbook_vendor_kit::{Answer, Refusal, refusal_by_status};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<String>,
    message: Option<Value>,
    truto_is_remote_error: bool,
    truto_error_insight: Map<String, Value>,
}

impl Body {
    fn message(&self) -> Option<&str> {
        self.message
            .as_ref()
            .and_then(Value::as_str)
            .filter(|message| !message.trim().is_empty())
    }

    /// What Truto makes of the provider's error; `message` can be blank then.
    fn insight(&self) -> Option<&str> {
        self.truto_error_insight
            .values()
            .find_map(|insight| insight.get("description")?.as_str())
    }
}

pub(crate) fn refusal(answer: &Answer<'_>) -> Refusal {
    let refusal = refusal_by_status(answer.status);
    let Ok(body) = serde_json::from_slice::<Body>(answer.body) else {
        return refusal;
    };
    let mut refusal = match body.message().or(body.insight()).or(body.error.as_deref()) {
        Some(message) => refusal.with_message(message),
        None => refusal,
    };
    refusal.from_provider = body.truto_is_remote_error;
    refusal
}

/// A 503 of Truto's own whose message says that the account is blocked will be one again; all else goes by the status.
pub(crate) fn judge(response: &Response) -> Verdict {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let body = serde_json::from_slice::<Body>(response.body()).unwrap_or_default();
        if !body.truto_is_remote_error
            && body
                .message()
                .is_some_and(|text| text.to_lowercase().contains("block"))
        {
            return Verdict::Final;
        }
    }
    judge_by_status(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;
    use rollbook_model::ErrorKind;

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
