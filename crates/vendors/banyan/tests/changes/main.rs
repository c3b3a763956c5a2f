//! What a change would do, what is sent for it, and what became of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod address;
mod fates;
mod links;
mod predictions;
mod read_back;
mod selectors;
mod tenant;
