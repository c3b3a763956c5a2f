use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use http::{HeaderMap, StatusCode};

use crate::{Request, Response, Scrubber};

/// What a call is, for the layers that it passes: put into the request's extensions by the adapter.
///
/// ```
/// use rollbook_transport::{Call, Safety, judge_by_status};
///
/// let call = Call::new("truu", "enrolled_users", Safety::Read, judge_by_status);
/// assert!(call.safety.is_repeatable());
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The vendor's name in lower case.
    pub vendor: &'static str,
    /// The name of the adapter's function, as in fixtures and errors.
    pub operation: &'static str,
    /// Whether sending the call twice can do harm.
    pub safety: Safety,
    /// The vendor's own reading of a response.
    pub judge: fn(&Response) -> Verdict,
}

impl Call {
    /// A call of `operation` at `vendor`, judged by the vendor's own table.
    pub fn new(
        vendor: &'static str,
        operation: &'static str,
        safety: Safety,
        judge: fn(&Response) -> Verdict,
    ) -> Self {
        Self {
            vendor,
            operation,
            safety,
            judge,
        }
    }
}

/// Whether sending a call twice can do harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// Changes something, and carries a key by which the server knows a repetition.
    KeyedChange,
    /// Changes something; a repetition may change it again.
    Change,
}

impl Safety {
    /// True when the call may be sent again although the first may have taken effect.
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::Read | Self::KeyedChange)
    }
}

/// What a response means for sending the same call again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// This is the answer, good or bad; asking again would not change it.
    Final,
    /// The server says that it did not carry the call out, and that a later try may succeed (429).
    NotDone,
    /// The server failed; whether it carried the call out is not known (5xx).
    Unknown,
}

/// The broad net under every vendor's table: 429 was not done; 408, 500, 502, 503 and 504 are unknown; all else is final.
pub fn judge_by_status(response: &Response) -> Verdict {
    match response.status() {
        StatusCode::TOO_MANY_REQUESTS => Verdict::NotDone,
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Verdict::Unknown,
        _ => Verdict::Final,
    }
}

/// The attempts of one call, and what they have in common: how many were made, how many may be, when the last must have
/// ended, and what takes their credential out of a text. One extension for all layers, so that a request is cheap to copy.
///
/// Whoever is about to send takes one. A clone counts together with its original.
#[derive(Clone, Debug)]
pub struct Attempts(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    made: AtomicU32,
    max: OnceLock<u32>,
    excused: AtomicU32,
    end: Option<Deadline>,
    /// Somebody has promised to put the attempts into the response.
    promised: AtomicBool,
    scrubber: Mutex<Option<Scrubber>>,
}

impl Attempts {
    /// None made yet, `max` allowed.
    pub fn new(max: u32) -> Self {
        let attempts = Self(Arc::default());
        attempts.bound(max);
        attempts
    }

    /// None made yet, and no bound yet: one is allowed until somebody sets it. The last must have ended at `end`.
    pub fn until(end: Deadline) -> Self {
        Self(Arc::new(Shared {
            end: Some(end),
            ..Shared::default()
        }))
    }

    /// The attempts of this request, put into it now if nobody did before.
    pub fn of(request: &mut Request) -> Self {
        request
            .extensions_mut()
            .get_or_insert_with(|| Self(Arc::default()))
            .clone()
    }

    /// Says how many may be made in all. The first word holds.
    pub fn bound(&self, max: u32) {
        let _ = self.0.max.set(max);
    }

    /// Takes one attempt: `true` when it may be made.
    pub fn take(&self) -> bool {
        let max = self.max();
        self.0
            .made
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |made| {
                (made < max).then_some(made + 1)
            })
            .is_ok()
    }

    /// One of those that were made does not count, so that one more may be made: the server did not look at it.
    pub fn excuse(&self) {
        self.0.excused.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were made.
    pub fn made(&self) -> u32 {
        self.0.made.load(Ordering::Relaxed)
    }

    /// How many may be made in all, with those that were excused.
    pub fn max(&self) -> u32 {
        let max = self.0.max.get().copied().unwrap_or(1);
        max.saturating_add(self.0.excused.load(Ordering::Relaxed))
    }

    /// Promises that the response will have these attempts among its extensions, so that it need not have a [`Scrubber`] beside
    /// them.
    pub fn will_be_in_the_response(&self) {
        self.0.promised.store(true, Ordering::Relaxed);
    }

    /// Keeps the scrubber of the last attempt for the response, or gives it back when nobody has promised that the response
    /// will have these attempts.
    ///
    /// # Errors
    ///
    /// The scrubber, which belongs into the response's own extensions then.
    pub fn keep_scrubber(&self, scrubber: Scrubber) -> Result<(), Scrubber> {
        if !self.0.promised.load(Ordering::Relaxed) {
            return Err(scrubber);
        }
        *self.slot() = Some(scrubber);
        Ok(())
    }

    /// The scrubber of the last attempt that kept one.
    pub(crate) fn scrubber(&self) -> Option<Scrubber> {
        self.slot().clone()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Scrubber>> {
        self.0.scrubber.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the whole call must have ended, by the stack's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub Instant);

impl Deadline {
    /// When the call of `request` must have ended: the earlier of what stands in the request and of what its [`Attempts`] say.
    pub fn of(request: &Request) -> Option<Self> {
        let own = request.extensions().get::<Self>().copied();
        let shared = request
            .extensions()
            .get::<Attempts>()
            .and_then(|attempts| attempts.0.end);
        own.into_iter().chain(shared).min()
    }
}

/// The largest response body, in bytes, that this request wants: the wire stops reading past it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimit(pub u64);

/// An earlier attempt of this call may have taken effect, whatever the last response says.
///
/// Put into the response's extensions by whoever sent a change again: a 429 on the second attempt says that the second
/// was not carried out, and nothing of the first. It goes before what the status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAttempt {
    /// Such an attempt got no answer in time: it may still be under way, and take effect later.
    pub under_way: bool,
}

/// The vendor's own name for a request, from the response headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The request id that a server put into the response headers (`x-request-id`, `request-id`, `cf-ray`).
pub fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    ["x-request-id", "request-id", "cf-ray"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .filter(|id| !id.is_empty() && id.len() <= 128)
        .map(|id| RequestId(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn attempts_of_clones_are_counted_together_and_bounded() {
        let attempts = Attempts::new(2);
        let clone = attempts.clone();
        assert!(attempts.take() && clone.take());
        assert!(!attempts.take());
        assert_eq!(clone.made(), 2);
        clone.excuse();
        assert!(attempts.take() && !clone.take());
        assert_eq!((attempts.made(), attempts.max()), (3, 3));
    }

    #[test]
    fn attempts_are_bounded_once_and_one_is_allowed_before() {
        let attempts = Attempts::of(&mut Request::default());
        assert_eq!(attempts.max(), 1);
        attempts.bound(3);
        attempts.bound(9);
        assert_eq!(attempts.max(), 3);
    }

    #[test]
    fn the_earlier_deadline_holds() {
        let now = Instant::now();
        let later = now + std::time::Duration::from_secs(1);
        for (own, shared) in [(now, later), (later, now)] {
            let mut request = Request::default();
            assert_eq!(Deadline::of(&request), None);
            request.extensions_mut().insert(Attempts::until(Deadline(shared)));
            assert_eq!(Deadline::of(&request), Some(Deadline(shared)));
            request.extensions_mut().insert(Deadline(own));
            assert_eq!(Deadline::of(&request), Some(Deadline(now)));
        }
    }

    #[test]
    fn a_scrubber_is_kept_only_for_a_response_that_will_have_the_attempts() {
        let attempts = Attempts::new(1);
        let scrubber = || Scrubber::new(|_| "clean".to_owned());
        assert!(attempts.keep_scrubber(scrubber()).is_err());
        attempts.will_be_in_the_response();
        attempts.keep_scrubber(scrubber()).unwrap();
        let mut response = Response::default();
        assert!(Scrubber::of(&response).is_none());
        response.extensions_mut().insert(attempts);
        assert_eq!(Scrubber::of(&response).unwrap().scrub("secret"), "clean");
    }

    #[test]
    fn judge_reads_the_status() {
        for (status, verdict) in [
            (200, Verdict::Final),
            (301, Verdict::Final),
            (401, Verdict::Final),
            (429, Verdict::NotDone),
            (501, Verdict::Final),
            (503, Verdict::Unknown),
        ] {
            let response = http::Response::builder()
                .status(status)
                .body(Bytes::new())
                .unwrap();
            assert_eq!(judge_by_status(&response), verdict, "{status}");
        }
    }

    #[test]
    fn request_id_ignores_what_is_blank_or_absurd() {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "".parse().unwrap());
        assert_eq!(request_id(&headers), None);
        headers.insert("x-request-id", "abc".parse().unwrap());
        assert_eq!(request_id(&headers), Some(RequestId("abc".into())));
    }
}
