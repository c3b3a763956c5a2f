use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rollbook_model::{Capabilities, Error, ErrorKind, Fate, Filter, Operation, Position, SourceName};
use rollbook_transport::{Call, Response, Safety, Transport, Verdict};

use crate::decode::{Native, Record, decode_value};
use crate::errors::transport_error;
use crate::{BaseUrl, Outgoing, Path, Query, Reply};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// One vendor's API at one source: where it is, how it is reached, and what its failures mean.
#[derive(Clone)]
pub struct Api {
    vendor: &'static str,
    source: SourceName,
    base: BaseUrl,
    transport: Arc<dyn Transport>,
    judge: fn(&Response) -> Verdict,
    pub(crate) refusal: fn(&Answer<'_>) -> Refusal,
}

impl Api {
    /// The API of `vendor` at `base`, reached through `transport`, which signs in.
    ///
    /// `judge` says what a response means for asking again, `refusal` what it means for the caller.
    pub fn new(
        vendor: &'static str,
        source: SourceName,
        base: BaseUrl,
        transport: Arc<dyn Transport>,
        judge: fn(&Response) -> Verdict,
        refusal: fn(&Answer<'_>) -> Refusal,
    ) -> Self {
        Self {
            vendor,
            source,
            base,
            transport,
            judge,
            refusal,
        }
    }

    /// The source's name.
    pub fn source(&self) -> &SourceName {
        &self.source
    }

    /// Refuses what the source cannot do, before any request.
    ///
    /// # Errors
    ///
    /// `Unsupported`, with the reason.
    pub fn allow(&self, can: &Capabilities, operation: Operation, filters: &[Filter]) -> Result<(), Error> {
        match can.refusal(operation, filters) {
            Some(reason) => Err(Error::unsupported(reason).with_source_name(self.source.clone())),
            None => Ok(()),
        }
    }

    /// The same path with an id from outside as its next segment.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that every client would fold away.
    pub fn segment(&self, place: &CallPlace, path: Path, id: &str) -> Result<Path, Error> {
        path.segment(id)
            .map_err(|error| self.at(place, Error::invalid_argument(error.to_string())))
    }

    /// Gets `path`, and gives the answer if it is a 2xx.
    ///
    /// # Errors
    ///
    /// By the vendor's table for any other status, and by the transport's error when there is no whole answer. Every error
    /// names the source, the operation and the page.
    pub async fn get(&self, place: &CallPlace, path: &Path, query: &Query) -> Result<Reply, Error> {
        self.send(place, &Outgoing::get(path.clone(), query.clone()))
            .await
    }

    /// Sends a call, and gives the answer if it is a 2xx.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). The fate of a change is unknown when the vendor failed (5xx), when a success cannot be read,
    /// and when there is no whole answer.
    pub async fn send(&self, place: &CallPlace, outgoing: &Outgoing) -> Result<Reply, Error> {
        if let Some(reason) = &outgoing.unwritable {
            let message = format!("the body of this call cannot be written: {reason}");
            return Err(self.at(place, Error::invalid_argument(message)));
        }
        let call = Call::new(self.vendor, place.operation, outgoing.safety, self.judge);
        let mut builder = http::Request::builder()
            .method(outgoing.method.clone())
            .uri(self.base.join(&outgoing.path, &outgoing.query))
            .header(ACCEPT, JSON)
            .extension(call);
        if outgoing.body.is_some() {
            builder = builder.header(CONTENT_TYPE, JSON);
        }
        if let Some(key) = &outgoing.idempotency_key {
            builder = builder.header(IDEMPOTENCY_KEY, key);
        }
        let request = builder.body(outgoing.body()).map_err(|error| {
            self.at(
                place,
                Error::invalid_argument("the address or a header of this call cannot be sent")
                    .with_cause(error),
            )
        })?;
        let response = self.transport.send(request).await.map_err(|error| {
            let error = transport_error(error);
            let error = match error.fate() {
                // Of an answer that cannot be used the request knows that it arrived, and not what it did.
                Fate::Answered if outgoing.safety != Safety::Read => error.with_fate(Fate::Unknown),
                _ => error,
            };
            self.at(place, error)
        })?;
        Reply::new(self.clone(), place.clone(), outgoing.safety, response).accept()
    }

    /// Gets `path` and reads the whole answer as one record.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and `Decode` when the answer is not such a record.
    pub async fn get_record<T: Record>(
        &self,
        place: &CallPlace,
        path: &Path,
        query: &Query,
    ) -> Result<Native<T>, Error> {
        let reply = self.get(place, path, query).await?;
        decode_value(reply.body()).map_err(|error| reply.fail(error))
    }

    /// The same error, naming this source and this call.
    pub fn at(&self, place: &CallPlace, error: Error) -> Error {
        let error = error
            .with_source_name(self.source.clone())
            .with_operation(place.operation);
        match &place.position {
            Some(position) => error.with_place(position.to_string()),
            None => error,
        }
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("vendor", &self.vendor)
            .field("source", &self.source)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// Which function of the adapter is at work, and at which page.
#[derive(Clone, Debug)]
pub struct CallPlace {
    operation: &'static str,
    position: Option<Position>,
}

impl CallPlace {
    /// A call that is no page of a list.
    pub fn of(operation: &'static str) -> Self {
        Self {
            operation,
            position: None,
        }
    }

    /// A call for a page of a list.
    pub fn page(operation: &'static str, position: &Position) -> Self {
        Self {
            operation,
            position: Some(position.clone()),
        }
    }
}

/// An answer that is not a success, for a vendor's table.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Bytes,
}

impl<'a> Answer<'a> {
    /// An answer as a table sees it.
    pub fn new(status: StatusCode, headers: &'a HeaderMap, body: &'a Bytes) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }
}

/// What an answer that is not a success means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The vendor's message, or our words for the status.
    pub message: String,
    /// The vendor's own code.
    pub code: Option<String>,
    /// Whether the vendor passed it on from the provider behind it.
    pub from_provider: bool,
}

/// The longest message of a vendor that an error shows.
const MAX_MESSAGE: usize = 300;

/// The longest code of a vendor that an error shows.
const MAX_CODE: usize = 64;

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).collect()
}

fn shortened(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

impl Refusal {
    /// The same refusal with the vendor's message: one line without control characters. The error shows its beginning.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        let line = one_line(message);
        if !line.is_empty() {
            self.message = line;
        }
        self
    }

    /// The same refusal with the vendor's own code, cleaned like a message.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.code = code.map(|code| one_line(&code)).filter(|code| !code.is_empty());
        self
    }

    /// The same refusal with all that the vendor may have worded passed through `change`.
    #[must_use]
    pub(crate) fn with_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        self.message = change(&self.message);
        self.code = self.code.as_deref().map(change);
        self
    }

    /// The error that the refusal is, with no more than the beginning of a long message.
    pub fn into_error(self) -> Error {
        let error = Error::new(self.kind, Fate::Answered, shortened(&self.message, MAX_MESSAGE));
        let error = match self.code {
            Some(code) => error.with_vendor_code(shortened(&code, MAX_CODE)),
            None => error,
        };
        if self.from_provider {
            error.from_provider()
        } else {
            error
        }
    }
}

/// The broad net under every vendor's table: the kind by the status, and our words for it.
pub fn refusal_by_status(status: StatusCode) -> Refusal {
    let kind = match status.as_u16() {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::PermissionDenied,
        404 | 410 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        409 | 412 => ErrorKind::Conflict,
        413 => ErrorKind::TooLarge,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::InvalidRequest,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Decode,
    };
    let message = match kind {
        ErrorKind::Unauthenticated => "the credential was refused".to_owned(),
        ErrorKind::PermissionDenied => "the credential is not allowed to do this".to_owned(),
        ErrorKind::NotFound => "there is no such thing".to_owned(),
        ErrorKind::RateLimited => "too many requests".to_owned(),
        _ => format!(
            "the vendor answered {}",
            status
                .canonical_reason()
                .unwrap_or("an unknown status")
                .to_lowercase()
        ),
    };
    Refusal {
        kind,
        message,
        code: None,
        from_provider: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendors_message_is_one_short_line() {
        let refusal = refusal_by_status(StatusCode::BAD_REQUEST).with_message("a\r\n b\u{1b}[31m");
        assert_eq!(refusal.message, "a b[31m");
        let long = refusal_by_status(StatusCode::BAD_REQUEST).with_message(&"x".repeat(10_000));
        assert_eq!(long.into_error().message().len(), MAX_MESSAGE);
        assert_eq!(
            refusal_by_status(StatusCode::NOT_FOUND).with_message(" ").message,
            "there is no such thing"
        );
    }
}
