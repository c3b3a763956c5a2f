use std::error::Error as StdError;
use std::fmt;
use std::io;

use rollbook_transport::{Fate, Host, TransportError, TransportErrorKind as Kind};
use rustls::CertificateError;

/// Whom a request goes to, as messages name it: never with a path, a query or a credential.
#[derive(Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) host: &'a Host,
    /// The proxy that was configured for this transport. One from the environment is not known here.
    pub(crate) proxy: Option<&'a str>,
}

impl fmt::Display for Peer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.proxy {
            Some(proxy) => write!(f, "{} (through the proxy {proxy})", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

/// What an error of the client comes down to.
#[derive(Debug)]
enum Cause<'a> {
    Unsendable,
    Unresolved,
    Unreachable(Option<io::ErrorKind>),
    ConnectTimeout,
    Tls(&'a rustls::Error),
    LargeHead,
    NotHttp,
    Encoding,
    Broken,
}

/// The error of a request that got no response head.
pub(crate) fn before_head(error: reqwest::Error, peer: &Peer<'_>) -> TransportError {
    let fate = if error.is_connect() {
        Fate::NotSent
    } else {
        Fate::Unknown
    };
    let (kind, fate, message) = match diagnose(&error) {
        Cause::Unsendable => (
            Kind::InvalidRequest,
            Fate::NotSent,
            format!("the request to {peer} cannot be sent as it is"),
        ),
        Cause::Unresolved => (
            Kind::Connect,
            fate,
            format!("the name of {peer} cannot be resolved"),
        ),
        Cause::Unreachable(Some(io::ErrorKind::ConnectionRefused)) => {
            (Kind::Connect, fate, format!("{peer} refused the connection"))
        }
        Cause::Unreachable(_) => (Kind::Connect, fate, format!("{peer} cannot be reached")),
        Cause::ConnectTimeout => (
            Kind::Connect,
            fate,
            format!("{peer} did not take the connection in time"),
        ),
        Cause::Tls(cause) => (Kind::Tls, fate, tls_message(cause, peer)),
        Cause::LargeHead => (
            Kind::Protocol,
            fate,
            format!("the head of the answer of {peer} is too large"),
        ),
        Cause::NotHttp | Cause::Encoding => (
            Kind::Protocol,
            fate,
            format!("the answer of {peer} is not valid http"),
        ),
        Cause::Broken => (
            Kind::Interrupted,
            fate,
            format!("the connection to {peer} ended before it answered"),
        ),
    };
    TransportError::new(kind, fate, message).with_source(error.without_url())
}

/// The error of a response whose head came and whose body, of which `read` bytes came, did not come to its end.
pub(crate) fn in_body(error: reqwest::Error, peer: &Peer<'_>, read: u64) -> TransportError {
    let (kind, message) = match diagnose(&error) {
        Cause::NotHttp => (
            Kind::Protocol,
            format!("the response of {peer} is not valid http after {read} bytes of its body"),
        ),
        Cause::Encoding => (
            Kind::Protocol,
            format!("the response of {peer} cannot be decompressed after {read} bytes"),
        ),
        Cause::Tls(_) => (
            Kind::Tls,
            format!("the tls connection to {peer} failed after {read} bytes of the response"),
        ),
        _ => (
            Kind::Interrupted,
            format!("the connection to {peer} ended after {read} bytes, before the response did"),
        ),
    };
    TransportError::new(kind, Fate::Answered, message).with_source(error.without_url())
}

fn diagnose(error: &reqwest::Error) -> Cause<'_> {
    let chain: Vec<_> = chain(error).collect();
    let find_io = || chain.iter().find_map(|cause| cause.downcast_ref::<io::Error>());
    if error.is_builder() {
        return Cause::Unsendable;
    }
    if let Some(tls) = chain
        .iter()
        .find_map(|cause| cause.downcast_ref::<rustls::Error>())
    {
        return Cause::Tls(tls);
    }
    if error.is_connect() {
        return match () {
            () if error.is_dns() => Cause::Unresolved,
            () if error.is_timeout() => Cause::ConnectTimeout,
            () => Cause::Unreachable(find_io().map(io::Error::kind)),
        };
    }
    let hyper = chain
        .iter()
        .find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match (hyper, find_io().map(io::Error::kind)) {
        (Some(hyper), _) if is_large_head(hyper) => Cause::LargeHead,
        (Some(hyper), _) if hyper.is_parse() => Cause::NotHttp,
        // Broken chunk framing comes as one of these two kinds; a connection that ends within a chunk does not.
        (Some(_), Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)) => Cause::NotHttp,
        // Also what hyper calls an error of its user: a runtime that ended, with the connection and the request on it.
        (Some(_), _) => Cause::Broken,
        // The connection was fine, what failed is the decoder above it.
        (None, _) if error.is_decode() => Cause::Encoding,
        (None, _) => Cause::Broken,
    }
}

/// hyper has a method for this, but for servers only: its words are what a client has. The wire suite holds them.
fn is_large_head(error: &hyper::Error) -> bool {
    error.is_parse() && error.to_string() == "message head is too large"
}

/// The error and its causes. An `io::Error` that wraps another error has that error's source for its own, so the
/// wrapped error itself, which is what tells most, is fetched out of it.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

fn tls_message(error: &rustls::Error, peer: &Peer<'_>) -> String {
    use CertificateError as Cert;
    match error {
        rustls::Error::InvalidCertificate(certificate) => {
            let what = match certificate {
                Cert::Expired | Cert::ExpiredContext { .. } => "has expired",
                Cert::NotValidYet | Cert::NotValidYetContext { .. } => "is not valid yet",
                Cert::NotValidForName | Cert::NotValidForNameContext { .. } => "is for another name",
                // The second where a trusted authority has the same name as the one that signed.
                Cert::UnknownIssuer | Cert::BadSignature => {
                    "is not signed by an authority that is trusted here"
                }
                Cert::Revoked => "is revoked",
                _ => "is not valid",
            };
            format!("the certificate of {peer} {what}")
        }
        rustls::Error::InvalidMessage(_) => format!("{peer} does not speak tls"),
        rustls::Error::AlertReceived(_) => format!("{peer} refused the tls connection"),
        _ => format!("the tls handshake with {peer} failed"),
    }
}
