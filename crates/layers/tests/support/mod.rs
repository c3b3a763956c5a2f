//! What the tests of several layers need.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use bytes::Bytes;
use rollbook_testkit::FakeClock;
use rollbook_transport::{Call, Clock, Request, Safety, judge_by_status};

/// A request for `path` that says what it is.
pub(crate) fn call(path: &str, safety: Safety) -> Request {
    let mut request = bare(path);
    request
        .extensions_mut()
        .insert(Call::new("truu", "enrolled_users", safety, judge_by_status));
    request
}

/// A request for `path` that says nothing of itself.
pub(crate) fn bare(path: &str) -> Request {
    http::Request::get(format!("https://vendor.test{path}"))
        .body(Bytes::new())
        .unwrap()
}

/// The clock as layers take it.
pub(crate) fn shared(clock: &FakeClock) -> Arc<dyn Clock> {
    Arc::new(clock.clone())
}
