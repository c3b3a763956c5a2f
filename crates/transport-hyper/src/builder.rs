use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rollbook_transport::BoxError;

use crate::connect::Connector;
use crate::{HyperTransport, tls};

/// How long a connection with its TLS handshake may take, unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Load balancers usually close theirs after 60 s: being first by a margin avoids
/// sending into a connection that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Collects the options of a [`HyperTransport`]. Made by [`HyperTransport::builder`].
///
/// Nothing is read or checked before [`build`](Self::build).
#[derive(Clone)]
#[must_use]
pub struct HyperTransportBuilder {
    ca_files: Vec<PathBuf>,
    root_pems: Vec<Vec<u8>>,
    connect_timeout: Duration,
    user_agent: String,
}

impl HyperTransportBuilder {
    pub(crate) fn new() -> Self {
        Self {
            ca_files: Vec::new(),
            root_pems: Vec::new(),
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
    /// A [`BuildError`] when a CA file cannot be used, or the user agent is not valid.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
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
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(Connector::new(config, self.connect_timeout));
        Ok(HyperTransport::new(client, user_agent))
    }
}

impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A PEM text can hold a key beside its certificates.
        f.debug_struct("HyperTransportBuilder")
            .field("ca_files", &self.ca_files)
            .field("root_pems", &self.root_pems.len())
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .finish()
    }
}

/// Why no [`HyperTransport`] could be made. `Display` is one line and holds no credential.
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
    fn a_ca_file_that_is_missing_or_holds_no_certificate_is_an_error_that_names_it() {
        let missing = HyperTransport::builder()
            .ca_file("no-such.pem")
            .build()
            .unwrap_err();
        assert_eq!(missing.to_string(), "cannot read the CA file no-such.pem");
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let empty = HyperTransport::builder().ca_file(manifest).build().unwrap_err();
        assert!(
            empty.to_string().ends_with("Cargo.toml holds no PEM certificate"),
            "{empty}"
        );
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let broken = HyperTransport::builder()
            .add_root_pem(broken)
            .build()
            .unwrap_err();
        assert!(matches!(broken, BuildError::BadCertificate { .. }), "{broken:?}");
    }

    #[test]
    fn a_user_agent_with_a_line_break_is_refused() {
        let error = HyperTransport::builder()
            .user_agent("a\r\nb")
            .build()
            .unwrap_err();
        assert!(matches!(error, BuildError::UserAgent));
    }
}
