//! What a pager promises, against small lists that misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed test says so by panicking"
)]

mod boundary;
mod drift;
mod nowhere;
mod resume;
mod rules;
mod shared_keys;
mod support;
mod window;
