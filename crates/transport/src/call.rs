use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use http::{HeaderMap, StatusCode};

use crate::Response;

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

/// The attempts of one call: how many were made and how many it may make. Shared by all layers that send again.
///
/// Whoever is about to send takes one. A clone counts together with its original.
#[derive(Clone, Debug)]
pub struct Attempts {
    made: Arc<AtomicU32>,
    max: Arc<AtomicU32>,
}

impl Attempts {
    /// None made yet, `max` allowed.
    pub fn new(max: u32) -> Self {
        Self {
            made: Arc::new(AtomicU32::new(0)),
            max: Arc::new(AtomicU32::new(max)),
        }
    }

    /// Takes one attempt: `true` when it may be made.
    pub fn take(&self) -> bool {
        self.made
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |made| {
                (made < self.max()).then_some(made + 1)
            })
            .is_ok()
    }

    /// One of those that were made does not count, so that one more may be made: the server did not look at it.
    pub fn excuse(&self) {
        self.max.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were made.
    pub fn made(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    /// How many may be made in all, with those that were excused.
    pub fn max(&self) -> u32 {
        self.max.load(Ordering::Relaxed)
    }
}

/// When the whole call must have ended, by the stack's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(pub Instant);

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
