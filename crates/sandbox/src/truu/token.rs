//! The token call: OAuth 2.0 client credentials, in a form body (TruU guide, "Step 2").

use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use rollbook_transport::Response;
use serde_json::json;

use crate::call::{Call, Query};
use crate::credentials::{TRUU_CLIENT_ID, TRUU_CLIENT_SECRET, TRUU_SCOPE};
use crate::reply;
use crate::sandbox::Core;
use crate::tokens::Issuer;

/// Seconds for which a token lasts, as the guide's sample says.
const LIFETIME: u64 = 7199;

/// The tenant that the token carries.
const TENANT: &str = "4a9de178-8be4-4bb0-aa4b-1239a9695627";

pub(super) fn answer(core: &Core, call: &Call<'_>) -> Response {
    if call.method != Method::POST {
        return reply::allowing(reply::empty(StatusCode::METHOD_NOT_ALLOWED), "POST");
    }
    let response = match check(call) {
        Ok(()) => grant(core, call),
        Err((status, error, description)) => {
            let body = json!({"error": error, "error_description": description});
            let refused = reply::json(status, &body);
            if status == StatusCode::UNAUTHORIZED {
                reply::with_header(refused, WWW_AUTHENTICATE, "Basic realm=\"oauth\"")
            } else {
                refused
            }
        }
    };
    reply::with_header(response, CACHE_CONTROL, "no-store")
}

/// The checks of RFC 6749, with its error words.
fn check(call: &Call<'_>) -> Result<(), (StatusCode, &'static str, &'static str)> {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    let content_type = call
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err((BAD, "invalid_request", "the body must be a form"));
    }
    let form = Query::new(call.body);
    if ["grant_type", "scope", "client_id", "client_secret"]
        .iter()
        .any(|name| form.all(name).len() > 1)
    {
        return Err((BAD, "invalid_request", "a parameter is repeated"));
    }
    let Some(grant_type) = form.last("grant_type") else {
        return Err((BAD, "invalid_request", "grant_type is missing"));
    };
    if grant_type != "client_credentials" {
        return Err((
            BAD,
            "unsupported_grant_type",
            "only client_credentials is supported",
        ));
    }
    if form.last("client_id") != Some(TRUU_CLIENT_ID)
        || form.last("client_secret") != Some(TRUU_CLIENT_SECRET)
    {
        return Err((
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "bad client credentials",
        ));
    }
    if form.last("scope") != Some(TRUU_SCOPE) {
        return Err((
            BAD,
            "invalid_scope",
            "the client may ask for tenant-management-api-user only",
        ));
    }
    Ok(())
}

fn grant(core: &Core, call: &Call<'_>) -> Response {
    let claims = json!({"domain": TENANT, "scope": TRUU_SCOPE, "ver": "2.0"});
    let token = core.tokens().issue(Issuer::Truu, LIFETIME, call.now, claims);
    let body = json!({
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": TRUU_SCOPE,
        "domain": TENANT,
        "ver": "2.0",
        "jti": token.jti,
    });
    reply::json(StatusCode::OK, &body)
}
