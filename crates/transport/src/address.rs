use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::{Fate, TransportError, TransportErrorKind};

/// The host of a request: for messages, which name its port where that is not the scheme's own, and for clients that treat
/// loopback hosts apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    name: String,
    is_loopback: bool,
}

impl Host {
    /// Whether it is `localhost` or an address of this machine's own, such as `127.0.0.1` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Checks the address of a request as every client must before it sends anything, and gives its host.
///
/// ```
/// use rollbook_transport::check_address;
///
/// let host = check_address(&"https://api.example.com:8443/users/a%2Fb".parse()?)?;
/// assert_eq!(host.to_string(), "api.example.com:8443");
/// for refused in ["http://api.example.com/", "https://api.example.com/users/%2e%2e/keys"] {
///     assert!(check_address(&refused.parse()?).is_err());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`InvalidRequest`](TransportErrorKind::InvalidRequest), not sent, for an address that
///
/// - is not whole, or of another scheme than `http` and `https`;
/// - holds user information, which is not shown;
/// - others on the way may take for another: one with `.` or `..` for a part of its path, also escaped, or with `\`;
/// - would be sent in the clear: plain `http` is for loopback hosts only.
pub fn check_address(uri: &Uri) -> Result<Host, TransportError> {
    let scheme = uri
        .scheme_str()
        .ok_or_else(|| refused("the address of the request has no scheme"))?;
    let usual_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => {
            return Err(refused(format!(
                "the scheme `{scheme}` is neither http nor https"
            )));
        }
    };
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err(refused("the address of the request holds user information"));
    }
    let bare = uri.host().unwrap_or_default().to_ascii_lowercase();
    let port = uri.port_u16();
    // A port that is no number of a port reads as none, and would become the scheme's own.
    if bare.is_empty() || (port.is_none() && authority.len() != bare.len()) {
        return Err(refused("the address of the request is not a valid url"));
    }
    let host = Host {
        is_loopback: is_loopback(&bare),
        name: match port {
            Some(port) if port != usual_port => format!("{bare}:{port}"),
            _ => bare,
        },
    };
    if may_become_another(uri.path()) {
        return Err(refused(format!(
            "the address of the request to {host} may be taken for another one"
        )));
    }
    if scheme == "http" && !host.is_loopback {
        return Err(refused(format!(
            "plain http is allowed to loopback hosts only, and {host} is none"
        )));
    }
    Ok(host)
}

/// Whether a server or a gateway may resolve parts of the path: dot segments, also escaped ones, and `\` for `/`.
fn may_become_another(path: &str) -> bool {
    path.contains('\\')
        || path
            .split('/')
            .any(|part| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

fn refused(message: impl Into<String>) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest, Fate::NotSent, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(uri: &str) -> Result<Host, TransportError> {
        check_address(&uri.parse().unwrap())
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
            assert!(host(uri).is_ok(), "{uri}");
        }
        for uri in [
            "http://example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://0x7f.1/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://[::2]/",
        ] {
            let error = host(uri).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::InvalidRequest, "{uri}");
            assert_eq!(error.fate(), Fate::NotSent, "{uri}");
            assert!(error.message().starts_with("plain http"), "{uri}: {error}");
        }
    }

    #[test]
    fn an_address_that_may_become_another_is_refused() {
        for uri in [
            "https://example.com/users/../admin",
            "https://example.com/users/%2e%2E/admin",
            "https://example.com/users/.%2e",
            "https://example.com/users/%2e/x",
            "https://example.com/users\\admin",
            "https://example.com:99999/",
            "https://example.com:/",
        ] {
            let error = host(uri).unwrap_err();
            assert_eq!(
                (error.kind(), error.fate()),
                (TransportErrorKind::InvalidRequest, Fate::NotSent),
                "{uri}"
            );
        }
    }

    #[test]
    fn dots_and_escapes_that_are_no_part_of_their_own_are_accepted() {
        for uri in [
            "https://example.com/a%2Fb/%2e%2ex/..%2f/c%25d/?q=%2B%20+%2e%2e&e=a%40b",
            "https://example.com/.../?/../",
            "https://example.com//x//",
            "https://example.com",
        ] {
            assert!(host(uri).is_ok(), "{uri}");
        }
    }

    #[test]
    fn user_information_and_other_schemes_are_refused_without_being_shown() {
        for uri in [
            "https://user:canary@example.com/",
            "ftp://example.com/canary",
            "/canary",
            "http://example.com/canary?canary",
        ] {
            let error = host(uri).unwrap_err();
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
            assert_eq!(host(uri).unwrap().to_string(), name);
        }
    }
}
