use http::StatusCode;
use rollbook_transport::Response;
use serde_json::json;

use crate::reply;

/// Why a call is not answered with rows.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    /// The methods that would have been served.
    allow: Option<&'static str>,
}

impl Refusal {
    pub(super) fn of(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            allow: None,
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn unauthorized() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "invalid API token")
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::of(StatusCode::NOT_FOUND, message)
    }

    /// One idempotency key was sent with two bodies.
    pub(super) fn key_reused() -> Self {
        Self::of(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the Idempotency-Key was used with another body",
        )
    }

    pub(super) fn not_allowed(methods: &'static str) -> Self {
        Self {
            allow: Some(methods),
            ..Self::of(
                StatusCode::METHOD_NOT_ALLOWED,
                "the sandbox does not serve this method here",
            )
        }
    }

    /// Truto's own error. One of a provider would say so with `truto_is_remote_error`.
    pub(super) fn response(&self) -> Response {
        let body = json!({
            "statusCode": self.status.as_u16(),
            "error": self.status.canonical_reason().unwrap_or_default(),
            "message": self.message,
        });
        let response = reply::json(self.status, &body);
        match self.allow {
            Some(methods) => reply::allowing(response, methods),
            None => response,
        }
    }
}
