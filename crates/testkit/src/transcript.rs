use std::fmt::Write as _;

use http::header::AUTHORIZATION;
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
    if let Some(query) = request.uri().query() {
        let _ = write!(line, "?{}", redacted_form(query));
    }
    line
}

/// One block per request, with a blank line between two.
pub(crate) fn transcript(requests: &[Request]) -> String {
    let blocks: Vec<String> = requests.iter().map(block).collect();
    blocks.join("\n")
}

fn block(request: &Request) -> String {
    let mut out = head(request);
    out.push('\n');
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let scheme = authorization
        .and_then(|value| value.split_once(' '))
        .map_or("", |(scheme, _)| scheme);
    for line in redacted_headers(request.headers()).lines() {
        match line.strip_prefix("authorization: ") {
            Some(_) if !scheme.is_empty() => {
                let _ = writeln!(out, "authorization: {scheme} {REDACTED}");
            }
            _ => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    if !request.body().is_empty() {
        let _ = writeln!(out, "\n{}", body(request));
    }
    out
}

fn body(request: &Request) -> String {
    let Ok(text) = std::str::from_utf8(request.body()) else {
        return format!("({} bytes that are not text)", request.body().len());
    };
    let kind = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return redacted_form(text);
    }
    let mut json = serde_json::from_str::<Value>(text).unwrap_or_default();
    // As it was written, unless something has to be hidden.
    if redact_json(&mut json) {
        json.to_string()
    } else {
        text.to_owned()
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

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.contains(&name.to_ascii_lowercase().as_str())
}
