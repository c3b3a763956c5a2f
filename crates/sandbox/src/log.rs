//! What was asked, for tests that hold a client to what it was allowed to send.

use std::collections::VecDeque;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

use crate::call::Call;
use crate::fault::FaultSpec;

/// How many requests the log remembers.
const REQUESTS: usize = 100_000;

/// How many bytes of bodies the log remembers. It goes beyond any test, and keeps a server small that runs for weeks.
const BODY_BYTES: usize = 64 << 20;

/// One request that a sandbox was sent.
///
/// It holds no credential: of the headers it has the idempotency key alone, and no body of a token call. Bodies and
/// idempotency keys are kept for changes: whatever is neither a `GET`, `HEAD` or `OPTIONS` nor a token call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The method.
    pub method: Method,
    /// The path and the query, as they came.
    pub target: String,
    /// The status of the answer; 444 when a fault ended the connection instead.
    pub status: StatusCode,
    /// The body of a change, if it has one. Bytes that are not UTF-8 are replaced.
    pub body: Option<String>,
    /// The `Idempotency-Key` header of a change.
    pub idempotency_key: Option<String>,
    /// The faults that hit the request.
    pub faults: Vec<FaultSpec>,
    /// How many requests came before it.
    pub number: u64,
    /// When it came, after the moment at which the sandbox was told of a clock
    /// ([`Sandbox::measure_by`](crate::Sandbox::measure_by)); `None` while it has none.
    pub at: Option<Duration>,
}

impl LoggedRequest {
    pub(crate) fn of(
        call: &Call<'_>,
        status: StatusCode,
        faults: Vec<FaultSpec>,
        number: u64,
        at: Option<Duration>,
    ) -> Self {
        let change = call.is_change();
        let body = change && !call.body.is_empty();
        Self {
            method: call.method.clone(),
            target: call.target.clone(),
            status,
            body: body.then(|| String::from_utf8_lossy(call.body).into_owned()),
            idempotency_key: change.then(|| idempotency_key(call.headers)).flatten(),
            faults,
            number,
            at,
        }
    }

    fn body_bytes(&self) -> usize {
        self.body.as_ref().map_or(0, String::len)
    }
}

fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?;
    Some(String::from_utf8_lossy(key.as_bytes()).into_owned())
}

/// The last requests. The oldest is forgotten first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    requests: VecDeque<LoggedRequest>,
    body_bytes: usize,
}

impl Log {
    pub(crate) fn push(&mut self, request: LoggedRequest) {
        self.body_bytes += request.body_bytes();
        self.requests.push_back(request);
        while self.requests.len() > REQUESTS || self.body_bytes > BODY_BYTES {
            let Some(oldest) = self.requests.pop_front() else {
                break;
            };
            self.body_bytes -= oldest.body_bytes();
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<LoggedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bodies_in_the_log_are_bounded_together() {
        let mut log = Log::default();
        let request = LoggedRequest {
            method: Method::POST,
            target: "/".to_owned(),
            status: StatusCode::OK,
            body: Some("x".repeat(BODY_BYTES / 3)),
            idempotency_key: None,
            faults: Vec::new(),
            number: 0,
            at: None,
        };
        for _ in 0..5 {
            log.push(request.clone());
        }
        assert_eq!(log.to_vec().len(), 3);
    }
}
