//! Changes at TruU: what a plan says, what is sent, and what is said of it afterwards.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fates;
mod plans;
mod read_back;
mod refusals;
mod support;
