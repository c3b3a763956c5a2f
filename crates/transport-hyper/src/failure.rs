use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;
use rollbook_transport::{Fate, Host, TransportError, TransportErrorKind as Kind};
use rustls::CertificateError;

use crate::connect::{NotInTime, Unresolved};

/// The error of a request that got no response head.
///
/// Only what failed in connecting is known not to have been sent. A kept connection that had ended before the request
/// began is none of these: the pool has then taken another.
pub(crate) fn before_head(error: legacy::Error, host: &Host) -> TransportError {
    let fate = if error.is_connect() {
        Fate::NotSent
    } else {
        Fate::Unknown
    };
    let (kind, message) = if let Some(tls) = find::<rustls::Error>(&error) {
        (Kind::Tls, tls_message(tls, host))
    } else if error.is_connect() {
        (Kind::Connect, connect_message(&error, host))
    } else if find(&error).is_some_and(is_large_head) {
        (
            Kind::Protocol,
            format!("the head of the answer of {host} is too large"),
        )
    } else if find(&error).is_some_and(hyper::Error::is_parse) {
        (Kind::Protocol, format!("the answer of {host} is not valid http"))
    } else {
        (
            Kind::Interrupted,
            format!("the connection to {host} ended before it answered"),
        )
    };
    TransportError::new(kind, fate, message).with_source(error)
}

/// hyper has a method for this, but for servers only: its words are what a client has. The wire suite holds them.
fn is_large_head(error: &hyper::Error) -> bool {
    error.is_parse() && error.to_string() == "message head is too large"
}

/// The error of a response whose head came and whose body, of which `read` bytes came, did not come to its end.
pub(crate) fn in_body(error: hyper::Error, host: &Host, read: u64) -> TransportError {
    let (kind, message) = if find::<rustls::Error>(&error).is_some() {
        (
            Kind::Tls,
            format!("the tls connection to {host} failed after {read} bytes of the response"),
        )
    } else if has_broken_frame(&error) {
        (
            Kind::Protocol,
            format!("the response of {host} is not valid http after {read} bytes of its body"),
        )
    } else {
        (
            Kind::Interrupted,
            format!("the connection to {host} ended after {read} bytes, before the response did"),
        )
    };
    TransportError::new(kind, Fate::Answered, message).with_source(error)
}

/// Broken chunk framing comes as one of these two kinds; a connection that ends within a chunk does not.
fn has_broken_frame(error: &hyper::Error) -> bool {
    let kind = find(error).map(io::Error::kind);
    error.is_parse()
        || matches!(
            kind,
            Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
        )
}

fn connect_message(error: &legacy::Error, host: &Host) -> String {
    let kind = find(error).map(io::Error::kind);
    if find::<Unresolved>(error).is_some() {
        format!("the name of {host} cannot be resolved")
    } else if find::<NotInTime>(error).is_some() || kind == Some(io::ErrorKind::TimedOut) {
        format!("{host} did not take the connection in time")
    } else if kind == Some(io::ErrorKind::ConnectionRefused) {
        format!("{host} refused the connection")
    } else {
        format!("{host} cannot be reached")
    }
}

/// The first cause of this type. An `io::Error` that wraps another error has that error's source for its own, so the
/// wrapped error itself, which is what tells most, is fetched out of it.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
    .find_map(|cause| cause.downcast_ref())
}

fn tls_message(error: &rustls::Error, host: &Host) -> String {
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
            format!("the certificate of {host} {what}")
        }
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak tls"),
        rustls::Error::AlertReceived(_) => format!("{host} refused the tls connection"),
        _ => format!("the tls handshake with {host} failed"),
    }
}
