use std::fmt;

use http::Uri;

/// Scheme, host and port: where a credential may go.
///
/// ```
/// use rollbook_auth::Origin;
///
/// let origin = Origin::parse("https://API.truto.one/unified")?;
/// assert_eq!(origin.to_string(), "https://api.truto.one:443");
/// assert!(origin.is_of(&"https://api.truto.one:443/unified/mdm/users".parse()?));
/// assert!(!origin.is_of(&"http://api.truto.one/unified/mdm/users".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

/// The address has no origin: it is not an absolute `http` or `https` address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an absolute http or https address")]
#[non_exhaustive]
pub struct InvalidOrigin;

impl Origin {
    /// The origin of the address in `text`.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] when it is not an absolute `http` or `https` address.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        Self::of(&uri)
    }

    /// The origin of `uri`.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] when it is not an absolute `http` or `https` address.
    pub fn of(uri: &Uri) -> Result<Self, InvalidOrigin> {
        let (scheme, host, port) = parts(uri)?;
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_ascii_lowercase(),
            port,
        })
    }

    /// Whether `uri` is of this origin.
    pub fn is_of(&self, uri: &Uri) -> bool {
        self.is_written_in(uri) || self.is_that_of(uri)
    }

    /// Whether `uri` begins with this origin as it is written here, its own port left out. Most do, and need not be taken apart.
    fn is_written_in(&self, uri: &Uri) -> bool {
        let port = uri
            .authority()
            .and_then(|authority| authority.as_str().strip_prefix(&self.host));
        uri.scheme_str() == Some(&self.scheme)
            && port.is_some_and(|port| match port.strip_prefix(':') {
                Some(digits) => digits.parse() == Ok(self.port),
                None => port.is_empty() && default_port(&self.scheme) == Some(self.port),
            })
    }

    fn is_that_of(&self, uri: &Uri) -> bool {
        parts(uri).is_ok_and(|(scheme, host, port)| {
            scheme.eq_ignore_ascii_case(&self.scheme)
                && host.eq_ignore_ascii_case(&self.host)
                && port == self.port
        })
    }
}

/// Scheme, host and port as they are written.
fn parts(uri: &Uri) -> Result<(&str, &str, u16), InvalidOrigin> {
    let scheme = uri.scheme_str().ok_or(InvalidOrigin)?;
    let default_port = default_port(scheme).ok_or(InvalidOrigin)?;
    let authority = uri.authority().ok_or(InvalidOrigin)?;
    let host = authority.host();
    if host.is_empty() {
        return Err(InvalidOrigin);
    }
    let port = match authority.port() {
        None => default_port,
        Some(_) => authority.port_u16().ok_or(InvalidOrigin)?,
    };
    Ok((scheme, host, port))
}

fn default_port(scheme: &str) -> Option<u16> {
    if scheme.eq_ignore_ascii_case("https") {
        Some(443)
    } else if scheme.eq_ignore_ascii_case("http") {
        Some(80)
    } else {
        None
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::proptest;

    fn same(one: &str, other: &str) -> bool {
        Origin::parse(one).unwrap().is_of(&other.parse().unwrap())
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert!(same("https://a.test", "https://A.TEST:443/x?y"));
        assert!(same("http://127.0.0.1:8080/base", "http://127.0.0.1:8080/"));
        assert!(!same("https://a.test", "http://a.test/"));
        assert!(!same("https://a.test", "https://a.test:8443/"));
        assert!(!same("https://a.test", "https://a.test.evil.test/"));
        assert!(!same("https://a.test", "https://a.test@evil.test/"));
        assert!(!same("https://a.test", "https://b.a.test/"));
    }

    #[test]
    fn what_is_not_an_absolute_address_has_no_origin() {
        for text in ["", "/x", "a.test", "ftp://a.test", "https://", "https://:443/"] {
            assert_eq!(Origin::parse(text), Err(InvalidOrigin), "{text}");
        }
    }

    proptest! {
        /// What is compared as it is written says yes only where the parts do.
        #[test]
        fn the_short_way_says_nothing_else(
            origin in "https?://(a|a\\.b|\\[::1\\])(:(80|443|8080|0080))?",
            uri in "https?://(a|A|a\\.b|a@b|\\[::1\\])(:(80|443|8080|0080|99999)?)?/x",
        ) {
            if let (Ok(origin), Ok(uri)) = (Origin::parse(&origin), uri.parse::<Uri>()) {
                assert!(!origin.is_written_in(&uri) || origin.is_that_of(&uri));
                assert_eq!(origin.is_of(&uri), Origin::of(&uri) == Ok(origin));
            }
        }

        #[test]
        fn no_text_panics(text in "(https?://)?[ -~]{0,30}") {
            if let Ok(origin) = Origin::parse(&text) {
                assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
            }
        }
    }
}
