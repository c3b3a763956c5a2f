use http::StatusCode;
use rollbook_transport::Response;
use serde_json::json;

use crate::reply;

/// The generation of the API, which decides what an error looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// Why a call is not answered with rows.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    description: &'static str,
}

impl Refusal {
    pub(super) fn of(status: StatusCode, description: &'static str) -> Self {
        Self { status, description }
    }

    pub(super) fn bad_request(description: &'static str) -> Self {
        Self::of(StatusCode::BAD_REQUEST, description)
    }

    /// What a change is told that names something unknown: not a 404.
    pub(super) fn no_record() -> Self {
        Self::bad_request("record not found")
    }

    pub(super) fn unauthorized() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "invalid or expired token")
    }

    /// There is no such address.
    pub(super) fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "page not found")
    }

    pub(super) fn not_allowed(description: &'static str) -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED, description)
    }

    /// v1 has the members that the vendor's two clients look for; v2 is the documented envelope.
    pub(super) fn response(&self, version: Version) -> Response {
        let code = self.status.as_u16();
        let body = match version {
            Version::V1 => json!({
                "error": self.status.canonical_reason().unwrap_or_default(),
                "error_code": code,
                "error_description": self.description,
            }),
            Version::V2 => json!({
                "request_id": "",
                "error_code": code,
                "error_description": self.description,
                "data": null,
            }),
        };
        reply::json(self.status, &body)
    }
}
