//! The default stack, and requests through it.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken};
use rollbook_layers::{Budget, StackBuilder};
use rollbook_transport::{Call, Safety, SystemClock, Transport, judge_by_status};

use crate::canned::Canned;

/// A wire that answers at once, and over it the stack that the facade builds by default.
pub fn bare_and_whole() -> [Arc<dyn Transport>; 2] {
    let wire = Canned::transport(&Bytes::from_static(b"{}"));
    let clock = Arc::new(SystemClock);
    let token = Arc::new(StaticToken::new(Secret::new("sandbox-key").expect("a key")));
    let origin = Origin::parse("http://127.0.0.1:1").expect("an origin");
    let stack = StackBuilder::new(Arc::clone(&wire), clock.clone())
        .auth(Arc::new(AuthLayer::new(token, origin)))
        .budget(Arc::new(Budget::new(clock)))
        .build();
    [wire, stack.into_transport()]
}

/// Sends one request, which is answered without waiting.
pub fn send(transport: &dyn Transport) {
    let call = Call::new("truu", "devices", Safety::Read, judge_by_status);
    let request = http::Request::get("http://127.0.0.1:1/api/v1/system/devices/").extension(call);
    let request = request.body(Bytes::new()).expect("a request");
    let sent = transport.send(request).now_or_never().expect("an answer at once");
    drop(black_box(sent.expect("an answer")));
}
