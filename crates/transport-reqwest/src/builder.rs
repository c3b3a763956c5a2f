use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use reqwest::{Client, ClientBuilder, Proxy, Url, redirect};
use rollbook_transport::BoxError;

use crate::{ReqwestTransport, tls};

/// How long a connection with its TLS handshake may take, unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Load balancers usually close theirs after 60 s: being first by a margin avoids
/// sending into a connection that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Collects the options of a [`ReqwestTransport`]. Made by [`ReqwestTransport::builder`].
///
/// Nothing is read or checked before [`build`](Self::build). `Debug` shows no proxy credential.
#[derive(Clone)]
#[must_use]
pub struct ReqwestTransportBuilder {
    ca_files: Vec<PathBuf>,
    root_pems: Vec<Vec<u8>>,
    proxy: Option<String>,
    connect_timeout: Duration,
    user_agent: String,
}

impl ReqwestTransportBuilder {
    pub(crate) fn new() -> Self {
        Self {
            ca_files: Vec::new(),
            root_pems: Vec::new(),
            proxy: None,
            connect_timeout: CONNECT_TIMEOUT,
            user_agent: concat!("rollbook/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Trusts the authorities in this PEM file too, beside the system's. May be called more than once.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_files.push(path.into());
        self
    }

    /// Trusts the authorities in this PEM text too, beside the system's. May be called more than once.
    pub fn add_root_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_pems.push(pem.into());
        self
    }

    /// Sends every request through this proxy, also those to loopback hosts, whatever the environment says.
    ///
    /// `http://` or `https://`, a host, a port, and `user:password@` where the proxy asks for it. Without this, requests
    /// to other hosts than loopback use `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` as they are at [`build`](Self::build).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// How long a connection with its TLS handshake may take. 10 s unless told otherwise.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// What `User-Agent` says where a request does not say it. `rollbook/VERSION` unless told otherwise.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Reads the authorities and makes the client. Needs no async runtime and opens no connection.
    ///
    /// # Errors
    ///
    /// A [`BuildError`] when a CA file cannot be used, or the proxy or the user agent is not valid.
    pub fn build(self) -> Result<ReqwestTransport, BuildError> {
        let mut extra = Vec::new();
        for path in &self.ca_files {
            let origin = format!("the CA file {}", path.display());
            let pem = std::fs::read(path).map_err(|source| BuildError::CaFile {
                path: path.clone(),
                source,
            })?;
            extra.extend(tls::certificates(&pem, &origin)?);
        }
        for pem in &self.root_pems {
            extra.extend(tls::certificates(pem, "the added PEM text")?);
        }
        let config = tls::config(&extra).map_err(|error| BuildError::Client(error.into()))?;
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let base = || {
            Client::builder()
                .tls_backend_preconfigured(config.clone())
                .user_agent(user_agent.clone())
                .connect_timeout(self.connect_timeout)
                .pool_idle_timeout(IDLE_TIMEOUT)
                .redirect(redirect::Policy::none())
                .referer(false)
        };
        let made = |builder: ClientBuilder| {
            builder
                .build()
                .map_err(|error| BuildError::Client(error.without_url().into()))
        };
        let (to_loopback, to_others, proxy) = match &self.proxy {
            Some(address) => {
                let (proxy, host) = parse_proxy(address)?;
                let client = made(base().no_proxy().proxy(proxy))?;
                (client.clone(), client, Some(host))
            }
            None => (made(base().no_proxy())?, made(base())?, None),
        };
        Ok(ReqwestTransport::new(to_loopback, to_others, proxy))
    }
}

/// The proxy, and its host as messages name it.
fn parse_proxy(address: &str) -> Result<(Proxy, String), BuildError> {
    // As in curl, an address without a scheme is one of an http proxy.
    let address = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    let url = Url::parse(&address).map_err(|_| BuildError::Proxy)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(BuildError::Proxy);
    }
    let bare = url.host_str().unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{bare}:{port}"),
        None => bare.to_owned(),
    };
    let proxy = Proxy::all(url).map_err(|_| BuildError::Proxy)?;
    Ok((proxy, host))
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = self.proxy.as_deref().map(|address| match parse_proxy(address) {
            Ok((_, host)) => host,
            Err(_) => "not valid".to_owned(),
        });
        f.debug_struct("ReqwestTransportBuilder")
            .field("ca_files", &self.ca_files)
            .field("root_pems", &self.root_pems.len())
            .field("proxy", &proxy)
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .finish()
    }
}

/// Why no [`ReqwestTransport`] could be made. `Display` is one line and holds no credential.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A CA file cannot be read.
    #[error("cannot read the CA file {}", path.display())]
    #[non_exhaustive]
    CaFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A CA file or PEM text holds no certificate.
    #[error("{origin} holds no PEM certificate")]
    #[non_exhaustive]
    NoCertificate {
        /// Which file or text.
        origin: String,
    },
    /// A certificate of a CA file or PEM text cannot be decoded.
    #[error("{origin} holds a certificate that cannot be decoded")]
    #[non_exhaustive]
    BadCertificate {
        /// Which file or text.
        origin: String,
        /// Why.
        source: BoxError,
    },
    /// The proxy address is not valid. It is not shown, since it may hold a password.
    #[error("the proxy address is not an http:// or https:// address with a host")]
    Proxy,
    /// The user agent cannot be a header value.
    #[error("the user agent holds characters that a header cannot hold")]
    UserAgent,
    /// The client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] BoxError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_address_without_a_scheme_is_one_of_an_http_proxy() {
        assert_eq!(parse_proxy("proxy.example:3128").unwrap().1, "proxy.example:3128");
    }

    #[test]
    fn a_bad_proxy_address_is_refused_and_not_shown() {
        for address in [
            "socks5://user:canary@proxy.example",
            "http://user:canary@",
            "",
            "http://",
        ] {
            let builder = ReqwestTransport::builder().proxy(address);
            assert!(!format!("{builder:?}").contains("canary"));
            let error = builder.build().unwrap_err();
            assert!(matches!(error, BuildError::Proxy), "{address}: {error:?}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn debug_shows_no_proxy_credential() {
        let builder = ReqwestTransport::builder().proxy("http://user:canary@proxy.example:3128");
        let transport = builder.clone().build().unwrap();
        for text in [format!("{builder:?}"), format!("{transport:?}")] {
            assert!(text.contains("proxy.example:3128"), "{text}");
            assert!(!text.contains("canary") && !text.contains("user:"), "{text}");
        }
    }

    #[test]
    fn a_ca_file_that_is_missing_or_holds_no_certificate_is_an_error_that_names_it() {
        let missing = ReqwestTransport::builder()
            .ca_file("no-such.pem")
            .build()
            .unwrap_err();
        assert_eq!(missing.to_string(), "cannot read the CA file no-such.pem");
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let empty = ReqwestTransport::builder().ca_file(manifest).build().unwrap_err();
        assert!(
            empty.to_string().ends_with("Cargo.toml holds no PEM certificate"),
            "{empty}"
        );
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let broken = ReqwestTransport::builder()
            .add_root_pem(broken)
            .build()
            .unwrap_err();
        assert!(matches!(broken, BuildError::BadCertificate { .. }), "{broken:?}");
    }

    #[test]
    fn a_user_agent_with_a_line_break_is_refused() {
        let error = ReqwestTransport::builder()
            .user_agent("a\r\nb")
            .build()
            .unwrap_err();
        assert!(matches!(error, BuildError::UserAgent));
    }
}
