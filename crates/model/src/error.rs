use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::SourceName;

/// What went wrong, in one word. Use it to decide; use the message to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was asked for cannot be asked: found before any request was sent.
    InvalidArgument,
    /// The source cannot do this: found before any request was sent.
    Unsupported,
    /// The credential was refused.
    Unauthenticated,
    /// The credential is good, but not for this.
    PermissionDenied,
    /// There is no such thing.
    NotFound,
    /// There are several where one was asked for.
    Ambiguous,
    /// The vendor refused the request as wrong.
    InvalidRequest,
    /// The vendor refused because of the state that things are in.
    Conflict,
    /// The vendor asks for fewer requests.
    RateLimited,
    /// The vendor failed, or says that it cannot answer now.
    Unavailable,
    /// The host could not be reached.
    Unreachable,
    /// The TLS handshake failed.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection ended before the answer did.
    Interrupted,
    /// The answer points to another address: it is not followed.
    Redirected,
    /// The answer is larger than it may be.
    TooLarge,
    /// The answer is not what the vendor's documents say.
    Decode,
    /// The pages of a list do not lead to its end.
    Paging,
    /// Nothing was found, but the list was not read whole, so that proves nothing.
    Incomplete,
    /// A guard refused a change before it was sent.
    Refused,
}

impl ErrorKind {
    /// The name in `snake_case`, for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::Unsupported => "unsupported",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::Ambiguous => "ambiguous",
            Self::InvalidRequest => "invalid_request",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Redirected => "redirected",
            Self::TooLarge => "too_large",
            Self::Decode => "decode",
            Self::Paging => "paging",
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was not sent: nothing happened.
    NotSent,
    /// It was answered: what the answer says holds.
    Answered,
    /// It may or may not have taken effect.
    Unknown,
}

impl Fate {
    /// The name in `snake_case`, for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Answered => "answered",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether asking again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// The same request would fail again.
    No,
    /// It may succeed later.
    Later,
    /// It may succeed after this long; the vendor said so.
    After(Duration),
}

/// A failure, with all that a person or a program needs to act on it.
///
/// `Display` is one line in lower case that names the source, the operation and the place. It never holds a credential or
/// a row. The cause is reached by `source()`.
///
/// ```
/// use rollbook_model::{Error, ErrorKind, Fate};
///
/// let error = Error::new(ErrorKind::NotFound, Fate::Answered, "no user has this id")
///     .with_operation("domain_user")
///     .with_status(404);
/// assert!(error.is_not_found() && !error.is_transient());
/// assert_eq!(error.to_string(), "domain_user: no user has this id (status 404)");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    fate: Fate,
    message: String,
    source_name: Option<SourceName>,
    operation: Option<&'static str>,
    place: Option<String>,
    status: Option<u16>,
    vendor_code: Option<String>,
    request_id: Option<String>,
    attempts: u32,
    retry_after: Option<Duration>,
    from_provider: bool,
    under_way: bool,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of `kind` with the fate of the request and one lower-case line.
    pub fn new(kind: ErrorKind, fate: Fate, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            fate,
            message: message.into(),
            source_name: None,
            operation: None,
            place: None,
            status: None,
            vendor_code: None,
            request_id: None,
            attempts: 0,
            retry_after: None,
            from_provider: false,
            under_way: false,
            cause: None,
        }))
    }

    /// A failure found before any request was sent: the caller asked for something that cannot be asked.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, Fate::NotSent, message)
    }

    /// A failure found before any request was sent: the source cannot do this.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, Fate::NotSent, message)
    }

    /// A change that was refused before it was sent: it is not certain that it touches what was named, and that alone.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, Fate::NotSent, message)
    }

    /// The same failure, in another word: where it happened gives it another meaning.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure, at this source.
    #[must_use]
    pub fn with_source_name(mut self, name: SourceName) -> Self {
        self.0.source_name = Some(name);
        self
    }

    /// The same failure, in this function of the adapter.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// The same failure, at this page of a list.
    #[must_use]
    pub fn with_place(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// The same failure, with the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The same failure, with the vendor's own code for it.
    #[must_use]
    pub fn with_vendor_code(mut self, code: impl Into<String>) -> Self {
        self.0.vendor_code = Some(code.into());
        self
    }

    /// The same failure, with the vendor's name for the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// The same failure, after this many attempts.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The same failure, with the wait that the vendor asked for.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The same failure, with another fate: what is known of earlier attempts counts too.
    #[must_use]
    pub fn with_fate(mut self, fate: Fate) -> Self {
        self.0.fate = fate;
        self
    }

    /// The same failure of a change that got no answer in time, and may yet take effect.
    #[must_use]
    pub fn with_under_way(mut self) -> Self {
        self.0.under_way = true;
        self
    }

    /// The same failure, which the vendor only passed on from the provider behind it (Truto).
    #[must_use]
    pub fn from_provider(mut self) -> Self {
        self.0.from_provider = true;
        self
    }

    /// The same failure, with everything that the vendor may have worded passed through `change`: to take a credential out.
    #[must_use]
    pub fn with_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        self.0.message = change(&self.0.message);
        for text in [&mut self.0.vendor_code, &mut self.0.request_id]
            .into_iter()
            .flatten()
        {
            *text = change(text);
        }
        self
    }

    /// The same failure, with its cause.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What went wrong, in one word.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is known of the request.
    pub fn fate(&self) -> Fate {
        self.0.fate
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The source at which it happened.
    pub fn source_name(&self) -> Option<&SourceName> {
        self.0.source_name.as_ref()
    }

    /// The adapter's function in which it happened.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The page of the list at which it happened.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code.
    pub fn vendor_code(&self) -> Option<&str> {
        self.0.vendor_code.as_deref()
    }

    /// The vendor's name for the request: quote it to the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many attempts were made; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the request, or an earlier attempt of it, may still be under way at the vendor: that nothing has changed yet
    /// then proves nothing.
    pub fn may_be_under_way(&self) -> bool {
        self.0.under_way
    }

    /// Whether the failure is the provider's behind the vendor and not the vendor's own (Truto).
    pub fn is_from_provider(&self) -> bool {
        self.0.from_provider
    }

    /// Whether asking again may help.
    pub fn retry_advice(&self) -> RetryAdvice {
        match self.0.retry_after {
            Some(wait) => RetryAdvice::After(wait),
            None if self.is_transient() => RetryAdvice::Later,
            None => RetryAdvice::No,
        }
    }

    /// There is no such thing.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// The credential was refused, or is not enough.
    pub fn is_auth(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Unauthenticated | ErrorKind::PermissionDenied
        )
    }

    /// The source cannot do this; nothing was sent.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == ErrorKind::Unsupported
    }

    /// The same request may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::RateLimited
                | ErrorKind::Unavailable
                | ErrorKind::Unreachable
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(name) = &inner.source_name {
            write!(f, "{name}: ")?;
        }
        match (inner.operation, &inner.place) {
            (Some(operation), Some(place)) => write!(f, "{operation} {place}: ")?,
            (Some(operation), None) => write!(f, "{operation}: ")?,
            (None, Some(place)) => write!(f, "{place}: ")?,
            (None, None) => {}
        }
        f.write_str(&inner.message)?;
        let mut notes = Vec::new();
        if let Some(status) = inner.status {
            notes.push(format!("status {status}"));
        }
        if let Some(code) = &inner.vendor_code {
            notes.push(format!("code {code}"));
        }
        if inner.from_provider {
            notes.push("from the provider".to_owned());
        }
        if let Some(id) = &inner.request_id {
            notes.push(format!("request {id}"));
        }
        if inner.attempts > 1 {
            notes.push(format!("{} attempts", inner.attempts));
        }
        if !notes.is_empty() {
            write!(f, " ({})", notes.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("fate", &self.0.fate)
            .field("message", &self.to_string())
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_source_operation_and_place() {
        let error = Error::new(ErrorKind::Decode, Fate::Answered, "results: expected an array")
            .with_source_name(SourceName::new("corp-truu").unwrap())
            .with_operation("enrolled_users")
            .with_place("page 3")
            .with_status(200)
            .with_attempts(2);
        assert_eq!(
            error.to_string(),
            "corp-truu: enrolled_users page 3: results: expected an array (status 200, 2 attempts)"
        );
    }

    #[test]
    fn advice_follows_the_kind_and_the_vendors_wait() {
        let error = |kind| Error::new(kind, Fate::Answered, "x");
        assert_eq!(error(ErrorKind::NotFound).retry_advice(), RetryAdvice::No);
        assert_eq!(error(ErrorKind::Unavailable).retry_advice(), RetryAdvice::Later);
        let wait = Duration::from_secs(10);
        assert_eq!(
            error(ErrorKind::RateLimited)
                .with_retry_after(wait)
                .retry_advice(),
            RetryAdvice::After(wait)
        );
    }
}
