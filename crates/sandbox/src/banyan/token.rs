//! The refresh call: a long-lived key for a short-lived access token (API guide, "Introduction").

use http::{Method, StatusCode};
use rollbook_transport::Response;
use serde_json::json;

use super::errors::{Refusal, Version};
use crate::call::Call;
use crate::credentials::BANYAN_KEY;
use crate::reply;
use crate::sandbox::Core;
use crate::tokens::Issuer;

/// Seconds for which an access token lasts. The documents say "short-lived" only.
const LIFETIME: u64 = 3600;

pub(super) fn answer(core: &Core, call: &Call<'_>) -> Response {
    if call.method != Method::POST {
        let refused = Refusal::not_allowed("method not allowed").response(Version::V1);
        return reply::allowing(refused, "POST");
    }
    if call.bearer() != Some(BANYAN_KEY) {
        return Refusal::unauthorized().response(Version::V1);
    }
    if !call.body.is_empty() {
        return Refusal::bad_request("the body must be empty").response(Version::V1);
    }
    let claims = json!({"iss": "banyan-sandbox", "sub": "admin@example.com"});
    let token = core.tokens().issue(Issuer::Banyan, LIFETIME, call.now, claims);
    reply::json(StatusCode::OK, &json!({"Message": token.text}))
}
