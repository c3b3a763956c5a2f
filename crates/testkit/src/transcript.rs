use std::fmt::Write as _;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use percent_encoding::percent_decode_str;
use rollbook_transport::{REDACTED, Request, redacted_headers};
use serde_json::Value;

/// The members and parameters whose values are credentials, wherever they stand.
const SECRET_NAMES: &[&str] = &[
    "access_token",
    "api_key",
    "authorization",
    "client_assertion",
    "client_secret",
    "password",
    "refresh_token",
    "secret",
    "token",
];

/// The method and the address without its host, one line. A test owns its data, so the query is shown, but for
/// credentials.
pub(crate) fn head(request: &Request) -> String {
    let mut line = format!("{} {}", request.method(), request.uri().path());
    if let Some(query) = query(request) {
        let _ = write!(line, "?{query}");
    }
    line
}

/// The query as it is sent, without credentials.
pub(crate) fn query(request: &Request) -> Option<String> {
    request.uri().query().map(redacted_form)
}

/// One block per request, with a blank line between two.
pub(crate) fn transcript(requests: &[Request]) -> String {
    let blocks: Vec<String> = requests.iter().map(block).collect();
    blocks.join("\n")
}

fn block(request: &Request) -> String {
    let mut out = head(request);
    out.push('\n');
    for (name, value) in headers(request) {
        let _ = writeln!(out, "{name}: {value}");
    }
    if let Some(body) = body(request) {
        let _ = writeln!(out, "\n{body}");
    }
    out
}

/// The headers by name; of those that may hold a secret only that they are there, and of the authorization its scheme.
pub(crate) fn headers(request: &Request) -> Vec<(String, String)> {
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let scheme = authorization.and_then(|value| value.split_once(' '));
    redacted_headers(request.headers())
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| match scheme {
            Some((scheme, _)) if name == AUTHORIZATION.as_str() => {
                (name.to_owned(), format!("{scheme} {REDACTED}"))
            }
            _ => (name.to_owned(), value.to_owned()),
        })
        .collect()
}

/// The body as text without credentials; `None` where there is none.
pub(crate) fn body(request: &Request) -> Option<String> {
    if request.body().is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(request.body()) else {
        return Some(format!("({} bytes that are not text)", request.body().len()));
    };
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Some(redacted_form(text));
    }
    let mut json = serde_json::from_str::<Value>(text).unwrap_or_default();
    // As it was written, unless something has to be hidden.
    if redact_json(&mut json) {
        Some(json.to_string())
    } else {
        Some(text.to_owned())
    }
}

fn redacted_form(form: &str) -> String {
    let pairs: Vec<String> = form
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(&percent_decode_str(name).decode_utf8_lossy()) => {
                format!("{name}={REDACTED}")
            }
            _ => pair.to_owned(),
        })
        .collect();
    pairs.join("&")
}

/// Hides credentials in place; true when there was one.
fn redact_json(json: &mut Value) -> bool {
    match json {
        Value::Array(items) => items.iter_mut().map(redact_json).max().unwrap_or(false),
        Value::Object(members) => {
            let redact = |(name, value): (&String, &mut Value)| {
                if !is_secret(name) {
                    return redact_json(value);
                }
                *value = Value::from(REDACTED);
                true
            };
            members.iter_mut().map(redact).max().unwrap_or(false)
        }
        _ => false,
    }
}

pub(crate) fn is_secret(name: &str) -> bool {
    SECRET_NAMES.contains(&name.to_ascii_lowercase().as_str())
}
