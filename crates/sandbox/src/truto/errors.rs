use http::StatusCode;
use rollbook_transport::Response;
use serde_json::json;

use crate::reply;

/// Why a call is not answered with rows.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }

    pub(super) fn unauthorized() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            message: "invalid API token".to_owned(),
        }
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: message.to_owned(),
        }
    }

    pub(super) fn not_allowed() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            message: "this sandbox does not carry out changes".to_owned(),
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
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => reply::allowing(response, "GET"),
            _ => response,
        }
    }
}
