use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode, Uri};
use rollbook_model::{Error, ErrorKind, Fate};
use rollbook_transport::{Attempts, OpenAttempt, Response, Safety, Scrubber, request_id, retry_after};
use serde::Deserialize;

use crate::decode::{read_at, wrong_shape};
use crate::lenient::MOST_ROWS;
use crate::{Answer, Api, CallPlace, Refusal};

/// The answer to a call, and what an error in it has to say: where it happened, the status, the request id, the attempts.
#[derive(Debug)]
pub struct Reply {
    api: Api,
    place: CallPlace,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    changes: bool,
    open: Option<OpenAttempt>,
    scrubber: Option<Scrubber>,
    body: Bytes,
}

impl Reply {
    pub(crate) fn new(api: Api, place: CallPlace, safety: Safety, response: Response) -> Self {
        let scrubber = Scrubber::of(&response);
        let (parts, body) = response.into_parts();
        // An earlier attempt of the same call may have taken effect, whatever the last answer says.
        let open: Option<OpenAttempt> = parts.extensions.get().copied();
        Self {
            api,
            place,
            status: parts.status,
            attempts: parts.extensions.get::<Attempts>().map_or(1, Attempts::made),
            changes: safety != Safety::Read,
            open,
            scrubber,
            headers: parts.headers,
            body,
        }
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Reads the answer, of whatever shape.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the place in the answer.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        self.read_at("$", &self.body)
    }

    /// Reads the envelope, which is an object, in `json`, the answer or [what is left of it](crate::decode_list): serde would take
    /// an array for its members in their order, and an array that is no envelope for an empty list.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the place in the answer.
    pub fn read_object<'a, T: Deserialize<'a>>(&self, json: &'a [u8]) -> Result<T, Error> {
        match json.trim_ascii_start().first() {
            Some(b'[') => Err(self.fail(wrong_shape("$: expected an object, found an array"))),
            _ => self.read_at("$", json),
        }
    }

    /// Reads a part of the answer that stands at `root` in it.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the place in the answer.
    pub fn read_at<'a, T: Deserialize<'a>>(&self, root: &str, json: &'a [u8]) -> Result<T, Error> {
        read_at(root, json).map_err(|error| self.fail(error))
    }

    /// The error with all that is known of the call, and without the credential if the server repeated it.
    pub fn fail(&self, error: Error) -> Error {
        let mut error = error
            .with_status(self.status.as_u16())
            .with_attempts(self.attempts);
        if self.open.is_some() || (self.changes && is_open(error.kind())) {
            error = error.with_fate(Fate::Unknown);
        }
        let is_late = error.kind() == ErrorKind::Timeout || self.status == StatusCode::ACCEPTED;
        if self.open.is_some_and(|open| open.under_way) || (self.changes && is_late) {
            error = error.with_under_way();
        }
        if let Some(id) = request_id(&self.headers) {
            error = error.with_request_id(id.0);
        }
        if let Some(scrubber) = &self.scrubber {
            error = error.with_texts(|text| scrubber.scrub(text));
        }
        self.api.at(&self.place, error)
    }

    /// The error of a refusal. The credential goes out of its words before they are shortened: half of one is no longer known
    /// for one.
    pub fn refuse(&self, refusal: Refusal) -> Error {
        let refusal = match &self.scrubber {
            Some(scrubber) => refusal.with_texts(|text| scrubber.scrub(text)),
            None => refusal,
        };
        self.fail(refusal.into_error())
    }

    /// The reply, if it is a success and not a page for people.
    pub(crate) fn accept(self) -> Result<Self, Error> {
        let error = if self.changes && self.status == StatusCode::ACCEPTED {
            // It may come yet, or fail: no document has this answer.
            wrong_shape("the vendor has taken the change on, and does not say that it is done")
        } else if self.status.is_success() {
            match media_type(&self.headers) {
                // A proxy's or a portal's page: say that, and not at which column it stops being JSON.
                Some(found) if found.contains("html") => wrong_shape(&format!(
                    "$: expected JSON, found {found}; check base_url and proxies"
                )),
                _ if objects(&self.body) > MOST_OBJECTS => {
                    wrong_shape(&format!("$: more than {MOST_OBJECTS} objects in one reply"))
                }
                _ => return Ok(self),
            }
        } else if self.status.is_redirection() {
            let message = format!(
                "the answer is a redirect to {}, which is not followed",
                target(&self.headers)
            );
            Error::new(ErrorKind::Redirected, Fate::Answered, message)
        } else {
            let answer = Answer::new(self.status, &self.headers, &self.body);
            let error = self.refuse((self.api.refusal)(&answer));
            return Err(match retry_after(&self.headers, None) {
                Some(wait) => error.with_retry_after(wait),
                None => error,
            });
        };
        Err(self.fail(error))
    }
}

/// Whether such an answer to a change leaves open what the change did: the vendor failed, or gave an answer that cannot be
/// read.
fn is_open(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Decode
    )
}

/// How many objects a reply may have, sixteen for each of the most rows. An empty one of three bytes can become a type of a hundred
/// members, so that it is their number that bounds what a reply costs, and not its length.
const MOST_OBJECTS: usize = 16 * MOST_ROWS;

/// How many objects there are at most: braces in texts count too.
fn objects(json: &[u8]) -> usize {
    memchr::memchr_iter(b'{', json).count()
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value
        .split(';')
        .next()
        .map(str::trim)
        .filter(|media_type| media_type.len() <= 64)
}

/// The host that a redirect points to. Its path and query can repeat what was sent.
fn target(headers: &HeaderMap) -> String {
    let location = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok()?.parse::<Uri>().ok());
    match location.as_ref().and_then(Uri::host) {
        Some(host) => host.to_owned(),
        None => "another address of the same host".to_owned(),
    }
}
