use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Any error that can be a cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What is known of a request that failed. It decides what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// No byte of the request reached the server: repeating it is safe.
    NotSent,
    /// The server answered; what it answered is known, whole or in part.
    Answered,
    /// The request may or may not have taken effect.
    Unknown,
}

/// Why no whole response was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host could not be resolved or reached.
    Connect,
    /// The TLS handshake failed: wrong name, unknown issuer, expired certificate.
    Tls,
    /// One attempt took longer than it may.
    Timeout,
    /// The whole call, with its retries and waits, took longer than it may.
    DeadlineExceeded,
    /// The connection ended before the response did.
    Interrupted,
    /// The response body is larger than it may be.
    BodyTooLarge,
    /// What came back is not HTTP, or its encoding is broken.
    Protocol,
    /// The request cannot be sent as it is (bad address, plain `http` where it is not allowed).
    InvalidRequest,
    /// The vendor refused the credential.
    SignIn,
    /// The vendor says that it cannot sign anybody in now.
    Unavailable,
}

/// Why a request has no whole response, and what that means for repeating it.
///
/// Cheap to clone, so that all who waited for one token can be told why there is none. `Display` is one line in lower
/// case and holds no credential, no query and no body.
#[derive(Clone, Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    fate: Fate,
    message: Arc<str>,
    status: Option<u16>,
    attempts: u32,
    in_sign_in: bool,
    under_way: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of `kind` with the fate of the request and a message of one lower-case line.
    pub fn new(kind: TransportErrorKind, fate: Fate, message: impl Into<String>) -> Self {
        Self {
            kind,
            fate,
            message: message.into().into(),
            status: None,
            attempts: 1,
            in_sign_in: false,
            under_way: false,
            source: None,
        }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// The same error with the HTTP status that it came from.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same error with the number of attempts made before it was given up.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same error with another fate: a wrapper may know more than the wire did.
    #[must_use]
    pub fn with_fate(mut self, fate: Fate) -> Self {
        self.fate = fate;
        self
    }

    /// The same error, of the token call that had to come first. The request itself was not sent.
    #[must_use]
    pub fn in_sign_in(mut self) -> Self {
        self.in_sign_in = true;
        self.fate = Fate::NotSent;
        self
    }

    /// Whether it was the token call that failed. That call has its own retries: the request need not be tried again.
    pub fn is_in_sign_in(&self) -> bool {
        self.in_sign_in
    }

    /// The same error of a call of which an attempt got no answer in time, and may still be under way.
    #[must_use]
    pub fn under_way(mut self) -> Self {
        self.under_way = true;
        self
    }

    /// Whether an attempt of the call may still be under way, and take effect later.
    pub fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// Why there is no response.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// What is known of the request.
    pub fn fate(&self) -> Fate {
        self.fate
    }

    /// The HTTP status that led to this error, where there was one (a refused sign-in).
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// How many attempts were made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The message alone, without the kind.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
