//! A request taken apart: the path in decoded segments, the query in decoded pairs.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use rollbook_transport::Request;

use crate::vendor::Vendor;

/// One request, as the vendors look at it.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// The path and the query as they came.
    pub(crate) target: String,
    pub(crate) path: Path,
    pub(crate) query: Query,
    /// The time of day in seconds since 1970, when the sandbox was told it.
    pub(crate) now: Option<u64>,
    /// The most rows on a page, where a fault says so.
    pub(crate) page_cap: Option<usize>,
    /// Whether a fault leaves members out and has that told.
    pub(crate) partial: bool,
    /// Whether a fault keeps the credential from being looked at.
    pub(crate) refused: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(request: &'a Request, now: Option<u64>) -> Self {
        let uri = request.uri();
        Self {
            method: request.method(),
            headers: request.headers(),
            body: request.body(),
            target: uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            path: Path::new(uri.path()),
            query: Query::new(uri.query().unwrap_or_default().as_bytes()),
            now,
            page_cap: None,
            partial: false,
            refused: false,
        }
    }

    /// The path as it came, without the query.
    pub(crate) fn raw_path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    pub(crate) fn vendor(&self) -> Option<Vendor> {
        Vendor::of(&self.path.segments())
    }

    /// The most rows on a page where a vendor's own bound is `cap`.
    pub(crate) fn page_cap(&self, cap: usize) -> usize {
        self.page_cap.map_or(cap, |told| told.min(cap))
    }

    /// Whether the call could change something: it is no read, and it does not ask for a token.
    pub(crate) fn is_change(&self) -> bool {
        let read = [Method::GET, Method::HEAD, Method::OPTIONS].contains(self.method);
        !read && !names_token_call(self.raw_path())
    }

    /// The bearer token of the `Authorization` header; the scheme is compared without case, as HTTP says.
    pub(crate) fn bearer(&self) -> Option<&str> {
        if self.refused {
            return None;
        }
        let value = self.headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

/// Whether a raw path is that of a token call, or so near to one that a credential may be in the body.
pub(crate) fn names_token_call(raw: &str) -> bool {
    let mut segments = raw.split('/').map(decoded);
    segments.any(|segment| matches!(segment.as_str(), "oauth" | "refresh_token"))
}

/// A path in segments. It is split before it is decoded, so an encoded slash stays inside its segment.
pub(crate) struct Path {
    segments: Vec<String>,
    pub(crate) trailing_slash: bool,
}

impl Path {
    fn new(raw: &str) -> Self {
        let trailing_slash = raw.len() > 1 && raw.ends_with('/');
        let inner = raw.strip_prefix('/').unwrap_or(raw);
        let inner = if trailing_slash {
            &inner[..inner.len() - 1]
        } else {
            inner
        };
        let segments = inner.split('/').map(decoded).collect();
        Self {
            segments,
            trailing_slash,
        }
    }

    pub(crate) fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }
}

/// The segment with its escapes undone; one that is not UTF-8 then matches nothing.
fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// A query or a form in pairs, in the order in which they came. `+` is a space.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn new(raw: &[u8]) -> Self {
        Self(form_urlencoded::parse(raw).into_owned().collect())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of `name`.
    pub(crate) fn all<'q>(&'q self, name: &str) -> Vec<&'q str> {
        self.pairs()
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The value of `name`; the last where it is repeated.
    pub(crate) fn last<'q>(&'q self, name: &str) -> Option<&'q str> {
        self.all(name).pop()
    }

    /// The value of `name`, whose letter case does not matter; the last where it is repeated.
    pub(crate) fn last_ignoring_case<'q>(&'q self, name: &str) -> Option<&'q str> {
        self.pairs()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_slash_stays_inside_its_segment() {
        let path = Path::new("/unified/mdm/users/a%2Fb");
        assert_eq!(path.segments(), ["unified", "mdm", "users", "a/b"]);
        assert!(!path.trailing_slash);
    }

    #[test]
    fn a_trailing_slash_is_not_a_segment_but_a_doubled_one_is() {
        assert_eq!(Path::new("/a/").segments(), ["a"]);
        assert!(Path::new("/a/").trailing_slash);
        assert_eq!(Path::new("/a//").segments(), ["a", ""]);
        assert_eq!(Path::new("/").segments(), [""]);
    }

    #[test]
    fn a_plus_in_a_query_is_a_space() {
        assert_eq!(Query::new(b"email=a+b%2Bc").last("email"), Some("a b+c"));
    }
}
