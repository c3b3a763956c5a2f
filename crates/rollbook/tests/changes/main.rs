//! Changes at all vendors over the sandbox: what a plan predicts is what happens, and the fate told is the truth.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

#[path = "../faults/clock.rs"]
mod clock;
mod fates;
mod predictions;
mod world;
