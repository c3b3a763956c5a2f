//! The address of a request in the client's own type, which would make another of some.

use std::net::Ipv6Addr;

use http::Uri;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use rollbook_transport::{Fate, Host, TransportError, TransportErrorKind};

/// The address as the client takes it. One that the client would send as another is refused, on top of what
/// [`check_address`](rollbook_transport::check_address) refuses.
pub(crate) fn url(uri: &Uri, host: &Host) -> Result<Url, TransportError> {
    let url =
        Url::parse(&uri.to_string()).map_err(|_| refused("the address of the request is not a valid url"))?;
    if is_same(uri, &url) {
        Ok(url)
    } else {
        Err(refused(format!(
            "the address of the request to {host} would be sent as another one"
        )))
    }
}

/// The client's url type rewrites odd hosts. It may escape a character more; whatever else it changes names another resource.
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
    use rollbook_transport::check_address;

    use super::*;

    fn made(address: &str) -> Result<Url, TransportError> {
        let uri = address.parse().unwrap();
        url(&uri, &check_address(&uri)?)
    }

    #[test]
    fn a_host_that_would_become_another_is_refused() {
        for address in ["https://0x7f.1/", "https://0177.0.0.1/", "https://2130706433/"] {
            let error = made(address).unwrap_err();
            assert_eq!(
                (error.kind(), error.fate()),
                (TransportErrorKind::InvalidRequest, Fate::NotSent),
                "{address}"
            );
            assert!(
                error.message().ends_with("would be sent as another one"),
                "{error}"
            );
        }
        assert!(made("http://[0:0:0:0:0:0:0:1]/").is_ok());
    }

    #[test]
    fn escapes_are_kept_as_they_are() {
        for address in [
            "https://example.com/a%2Fb/%2e%2ex/..%2f/c%25d/?q=%2B%20+%2e%2e&e=a%40b",
            "https://example.com/?",
            "https://example.com/?a",
            "https://example.com//x//",
        ] {
            assert_eq!(made(address).unwrap().as_str(), address);
        }
    }

    #[test]
    fn a_raw_quote_is_escaped_and_still_the_same() {
        let url = made("https://example.com/?filter=name+eq+'x'").unwrap();
        assert_eq!(url.query(), Some("filter=name+eq+%27x%27"));
    }
}
