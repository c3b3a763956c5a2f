//! Three witnesses of what the vendors do, held against each other: the contract, the fixtures and the sandbox.
//!
//! After a change that is meant, of any of the three: `cargo xtask generate` writes the copies, and
//! `INSTA_UPDATE=always cargo test -p rollbook-contract --all-features --test witnesses` what is allowed and not shown.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod support;
