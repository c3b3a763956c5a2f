use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use rollbook_transport::{Fate, TransportError, TransportErrorKind};

/// The address of a request, checked and in the client's own type.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) host: Host,
}

/// The host of a request as messages name it, with its port where that is not the scheme's own.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    name: String,
    pub(crate) is_loopback: bool,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Takes the address apart and refuses what cannot be sent, must not be sent in the clear, or would be sent as another.
pub(crate) fn check(uri: &Uri) -> Result<Target, TransportError> {
    let scheme = uri
        .scheme_str()
        .ok_or_else(|| refused("the address of the request has no scheme"))?;
    if scheme != "http" && scheme != "https" {
        return Err(refused(format!(
            "the scheme `{scheme}` is neither http nor https"
        )));
    }
    if uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'))
    {
        return Err(refused("the address of the request holds user information"));
    }
    let url =
        Url::parse(&uri.to_string()).map_err(|_| refused("the address of the request is not a valid url"))?;
    let host = host_of(&url);
    if !is_same(uri, &url) {
        return Err(refused(format!(
            "the address of the request to {host} would be sent as another one"
        )));
    }
    if scheme == "http" && !host.is_loopback {
        return Err(refused(format!(
            "plain http is allowed to loopback hosts only, and {host} is none"
        )));
    }
    Ok(Target { url, host })
}

/// The host of `url`, for messages.
pub(crate) fn host_of(url: &Url) -> Host {
    let bare = url.host_str().unwrap_or_default();
    let is_loopback = bare == "localhost"
        || bare
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    let name = match url.port() {
        Some(port) => format!("{bare}:{port}"),
        None => bare.to_owned(),
    };
    Host { name, is_loopback }
}

/// The client's url type resolves dot segments (also escaped ones), turns `\` into `/` and rewrites odd hosts. It may
/// escape a character more; whatever else it changes names another resource.
fn is_same(uri: &Uri, url: &Url) -> bool {
    let query = |text: Option<&str>| text.map(|text| percent_decode_str(text).collect::<Vec<u8>>());
    is_same_host(uri.host().unwrap_or_default(), url.host_str().unwrap_or_default())
        && percent_decode_str(uri.path()).eq(percent_decode_str(url.path()))
        && query(uri.query()) == query(url.query())
}

fn is_same_host(given: &str, parsed: &str) -> bool {
    let ipv6 = |text: &str| text.trim_matches(['[', ']']).parse::<Ipv6Addr>().ok();
    given.eq_ignore_ascii_case(parsed) || (ipv6(given).is_some() && ipv6(given) == ipv6(parsed))
}

fn refused(message: impl Into<String>) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest, Fate::NotSent, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str) -> Result<Target, TransportError> {
        check(&uri.parse().unwrap())
    }

    #[test]
    fn plain_http_is_for_loopback_hosts_only() {
        for uri in [
            "http://localhost/",
            "http://LocalHost:8080/",
            "http://127.0.0.1:1/",
            "http://127.8.9.1/",
            "http://[::1]:8080/x",
            "https://example.com/",
            "https://10.0.0.1/",
        ] {
            assert!(target(uri).is_ok(), "{uri}");
        }
        for uri in [
            "http://example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://[::2]/",
        ] {
            let error = target(uri).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::InvalidRequest, "{uri}");
            assert_eq!(error.fate(), Fate::NotSent, "{uri}");
            assert!(error.message().starts_with("plain http"), "{uri}: {error}");
        }
    }

    #[test]
    fn an_address_that_would_become_another_is_refused() {
        for uri in [
            "https://example.com/users/../admin",
            "https://example.com/users/%2e%2E/admin",
            "https://example.com/users/.%2e",
            "https://example.com/users/%2e/x",
            "https://example.com/users\\admin",
            "https://0x7f.1/",
        ] {
            let error = target(uri).unwrap_err();
            assert_eq!(
                (error.kind(), error.fate()),
                (TransportErrorKind::InvalidRequest, Fate::NotSent),
                "{uri}"
            );
        }
    }

    #[test]
    fn escapes_are_kept_as_they_are() {
        for uri in [
            "https://example.com/a%2Fb/%2e%2ex/..%2f/c%25d/?q=%2B%20+%2e%2e&e=a%40b",
            "https://example.com/?",
            "https://example.com/?a",
            "https://example.com//x//",
        ] {
            assert_eq!(target(uri).unwrap().url.as_str(), uri);
        }
    }

    #[test]
    fn a_raw_quote_is_escaped_and_still_the_same() {
        let target = target("https://example.com/?filter=name+eq+'x'").unwrap();
        assert_eq!(target.url.query(), Some("filter=name+eq+%27x%27"));
    }

    #[test]
    fn user_information_and_other_schemes_are_refused_without_being_shown() {
        for uri in [
            "https://user:canary@example.com/",
            "ftp://example.com/canary",
            "/canary",
            "http://example.com/canary?canary",
        ] {
            let error = target(uri).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::InvalidRequest, "{uri}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_host_is_named_with_a_port_that_is_not_the_usual_one() {
        for (uri, name) in [
            ("https://Example.com:443/", "example.com"),
            ("https://example.com:8443/", "example.com:8443"),
            ("http://[::1]:80/", "[::1]"),
        ] {
            assert_eq!(target(uri).unwrap().host.to_string(), name);
        }
    }
}
