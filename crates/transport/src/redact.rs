use std::fmt::Write as _;

use http::{HeaderMap, Uri};

/// What stands in the place of a value that is not shown.
pub const REDACTED: &str = "REDACTED";

/// The headers whose values may be shown. Every other value is hidden, so a header that nobody thought of is hidden too.
const SHOWN_HEADERS: &[&str] = &[
    "accept",
    "cache-control",
    "cf-ray",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "request-id",
    "retry-after",
    "server",
    "transfer-encoding",
    "user-agent",
    "x-request-id",
];

/// The query parameters whose values may be shown: they page and sort, and name nobody.
const SHOWN_PARAMETERS: &[&str] = &[
    "active",
    "limit",
    "order",
    "orderby",
    "page",
    "skip",
    "truto_ignore_limit",
    "truto_ignore_remote_data",
    "truto_key_by",
    "truto_response_format",
];

/// Renders headers as `name: value` lines with every value hidden that is not on the list of harmless ones.
///
/// ```
/// use http::HeaderMap;
/// use rollbook_transport::redacted_headers;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("authorization", "Bearer abc".parse().unwrap());
/// headers.insert("accept", "application/json".parse().unwrap());
/// assert_eq!(redacted_headers(&headers), "accept: application/json\nauthorization: REDACTED\n");
/// ```
pub fn redacted_headers(headers: &HeaderMap) -> String {
    let mut lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| {
            let shown = SHOWN_HEADERS.contains(&name.as_str()) && !value.is_sensitive();
            let value = value.to_str().ok().filter(|_| shown).unwrap_or(REDACTED);
            format!("{name}: {value}\n")
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// Renders an address with every query value hidden that is not on the list of harmless ones, and without user info.
///
/// ```
/// use rollbook_transport::redacted_uri;
///
/// let uri = "https://example.com/v1/devices?email=a%40b.c&limit=10".parse().unwrap();
/// assert_eq!(redacted_uri(&uri), "https://example.com/v1/devices?email=REDACTED&limit=10");
/// ```
pub fn redacted_uri(uri: &Uri) -> String {
    let mut out = String::new();
    if let Some(scheme) = uri.scheme_str() {
        let _ = write!(out, "{scheme}://");
    }
    if let Some(host) = uri.host() {
        out.push_str(host);
        if let Some(port) = uri.port() {
            let _ = write!(out, ":{port}");
        }
    }
    out.push_str(uri.path());
    let mut separator = '?';
    for pair in uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if SHOWN_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
            value
        } else {
            REDACTED
        };
        let _ = write!(out, "{separator}{name}={value}");
        separator = '&';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_info_is_not_shown() {
        let uri: Uri = "https://user:secret@example.com/x".parse().unwrap();
        assert_eq!(redacted_uri(&uri), "https://example.com/x");
    }

    #[test]
    fn a_sensitive_value_is_hidden_even_under_a_harmless_name() {
        let mut headers = HeaderMap::new();
        let mut value: http::HeaderValue = "secret".parse().unwrap();
        value.set_sensitive(true);
        headers.insert("server", value);
        assert_eq!(redacted_headers(&headers), "server: REDACTED\n");
    }
}
