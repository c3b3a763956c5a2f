//! The transport against scripted servers on real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod body;
mod failures;
mod pool;
mod proxy;
mod request;
mod support;
mod tls;
