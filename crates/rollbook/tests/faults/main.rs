//! Reading under faults: properties over random worlds and random schedules of what the sandbox can do to a client.
//!
//! Everything runs in process on tokio's paused clock, so nothing waits for real. A failure prints the world, the faults, what
//! each walk says of itself and the requests. `PROPTEST_CASES=2000` runs more cases than usual.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

mod budgets;
mod clock;
mod fan_out;
mod oracle;
mod reading;
mod resume;
mod schedules;
mod sign_in;
mod walks;
