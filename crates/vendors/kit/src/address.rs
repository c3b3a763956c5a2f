use std::fmt::{self, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the letters, digits and marks that no address gives a meaning to.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Where a vendor's API is: scheme, host, and a path in front where a gateway adds one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    origin: String,
    host: String,
    prefix: String,
}

/// Why a text is not a base URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// It is not an absolute address.
    #[error("not an address like https://host")]
    Malformed,
    /// It is neither `https` nor `http`.
    #[error("the scheme must be https")]
    Scheme,
    /// It is `http` to a host that is not this machine.
    #[error("plain http is only for loopback addresses; use https")]
    PlainHttp,
    /// It has a query, a fragment or a user name.
    #[error("a base URL has no query, no fragment and no user name")]
    Decorated,
}

impl BaseUrl {
    /// Reads `https://host[:port][/prefix]`; plain `http` only to this machine (`localhost`, `127.0.0.0/8`, `::1`).
    ///
    /// # Errors
    ///
    /// [`InvalidBaseUrl`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        if text.contains(['?', '#', '@']) {
            return Err(InvalidBaseUrl::Decorated);
        }
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(InvalidBaseUrl::Malformed);
        };
        // Whatever stands after the host must be a port.
        let has_port = authority.as_str().len() > authority.host().len();
        if authority.host().is_empty() || (has_port && authority.port_u16().is_none()) {
            return Err(InvalidBaseUrl::Malformed);
        }
        let base = Self {
            origin: format!("{scheme}://{authority}").to_ascii_lowercase(),
            host: authority.host().to_ascii_lowercase(),
            prefix: uri.path().trim_end_matches('/').to_owned(),
        };
        match scheme {
            "https" => Ok(base),
            "http" if base.is_loopback() => Ok(base),
            "http" => Err(InvalidBaseUrl::PlainHttp),
            _ => Err(InvalidBaseUrl::Scheme),
        }
    }

    /// Scheme, host and port: the only place to which this source's credential may go.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
            || host.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The whole address of a call.
    pub fn join(&self, path: &Path, query: &Query) -> String {
        format!("{}{}{}", self.origin, self.prefix, query.behind(path))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.prefix)
    }
}

/// The path of a call. What comes from outside can only become one segment of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);

/// Why a text cannot be a segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id cannot be blank, `.` or `..` in an address")]
pub struct InvalidSegment;

impl Path {
    /// A path that is written in the code, with its slashes.
    pub fn of(fixed: &'static str) -> Self {
        Self(fixed.to_owned())
    }

    /// The same path and one more segment, with everything escaped that has a meaning in an address.
    ///
    /// # Errors
    ///
    /// A blank segment, `.` and `..` are refused: every client folds them away, and another path is called.
    pub fn segment(mut self, segment: &str) -> Result<Self, InvalidSegment> {
        if segment.trim().is_empty() || segment == "." || segment == ".." {
            return Err(InvalidSegment);
        }
        self.0.extend(utf8_percent_encode(segment, ESCAPED));
        Ok(self)
    }

    /// The same path and a piece that is written in the code.
    #[must_use]
    pub fn then(mut self, fixed: &'static str) -> Self {
        self.0.push_str(fixed);
        self
    }
}

/// The query of a call. Values are escaped so that `+` is a plus and not a space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same query and one more parameter. A name may be given again.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        // Brackets stay as the vendor's documents write them: `remote_query[foo]=bar`.
        for piece in name.split_inclusive(['[', ']']) {
            let (text, bracket) = match piece.strip_suffix(['[', ']']) {
                Some(text) => (text, &piece[text.len()..]),
                None => (piece, ""),
            };
            self.0.extend(utf8_percent_encode(text, ESCAPED));
            self.0.push_str(bracket);
        }
        self.0.push('=');
        let _ = write!(self.0, "{}", utf8_percent_encode(&value.to_string(), ESCAPED));
        self
    }

    /// The path and this query behind it.
    pub(crate) fn behind(&self, path: &Path) -> String {
        let separator = if self.0.is_empty() { "" } else { "?" };
        format!("{}{separator}{}", path.0, self.0)
    }

    /// The parameters as the body of a form.
    pub fn into_form(self) -> String {
        self.0
    }

    /// The same query, and the parameter if there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The same query, and the parameter once for each value.
    #[must_use]
    pub fn with_each(self, name: &str, values: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        values
            .into_iter()
            .fold(self, |query, value| query.with(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_http_is_only_for_this_machine() {
        for good in [
            "http://127.0.0.1:80",
            "http://localhost:1/x/",
            "http://[::1]:9",
            "https://example.com",
            "http://127.9.9.9",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://example.com", InvalidBaseUrl::PlainHttp),
            ("http://localhost.example.com", InvalidBaseUrl::PlainHttp),
            ("http://127.0.0.1.example.com", InvalidBaseUrl::PlainHttp),
            ("http://0.0.0.0", InvalidBaseUrl::PlainHttp),
            ("ftp://example.com", InvalidBaseUrl::Scheme),
            ("example.com", InvalidBaseUrl::Malformed),
            ("", InvalidBaseUrl::Malformed),
            ("https://127.0.0.1:99999", InvalidBaseUrl::Malformed),
            ("https://example.com:abc", InvalidBaseUrl::Malformed),
            ("https://example.com:", InvalidBaseUrl::Malformed),
            ("https://user:pass@example.com", InvalidBaseUrl::Decorated),
            ("https://example.com?x=1", InvalidBaseUrl::Decorated),
        ] {
            assert_eq!(BaseUrl::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_prefix_is_kept_and_a_slash_at_the_end_is_not() {
        let base = BaseUrl::parse("https://Gateway.example.com/truu/").unwrap();
        assert_eq!(
            base.join(&Path::of("/oauth/token"), &Query::new()),
            "https://gateway.example.com/truu/oauth/token"
        );
    }

    #[test]
    fn brackets_in_names_stay_and_all_else_is_escaped() {
        let query = Query::new()
            .with("remote_query[a b]", "x&y=z")
            .with("truto_exclude_fields[]", "id");
        assert_eq!(query.0, "remote_query[a%20b]=x%26y%3Dz&truto_exclude_fields[]=id");
    }

    proptest! {
        #[test]
        fn a_segment_is_one_segment_and_comes_back(id in ".{1,40}") {
            match Path::of("/a/").segment(&id) {
                Err(InvalidSegment) => prop_assert!(id.trim().is_empty() || id == "." || id == ".."),
                Ok(path) => {
                    let segment = path.0.strip_prefix("/a/").unwrap();
                    prop_assert!(!segment.contains(['/', '?', '#', '\\', '\n', '+', ' ']));
                    let back = percent_encoding::percent_decode_str(segment).decode_utf8().unwrap();
                    prop_assert_eq!(back, id.as_str());
                    let uri: Uri = format!("https://h{}", path.0).parse().unwrap();
                    prop_assert_eq!(uri.path(), path.0.as_str());
                }
            }
        }

        #[test]
        fn a_value_is_one_value_and_comes_back(value in ".{0,40}") {
            let query = Query::new().with("a", &value).with("b", 1);
            let (a, b) = query.0.split_once('&').unwrap();
            prop_assert_eq!(b, "b=1");
            let encoded = a.strip_prefix("a=").unwrap();
            prop_assert!(!encoded.contains(['+', ' ', '&', '#']));
            prop_assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), value.as_str());
        }

        #[test]
        fn no_text_panics_the_base_url(text in ".{0,40}") {
            if let Ok(base) = BaseUrl::parse(&text) {
                prop_assert_eq!(BaseUrl::parse(&base.to_string()), Ok(base));
            }
        }
    }
}
