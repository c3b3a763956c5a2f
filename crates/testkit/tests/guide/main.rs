//! The suite as the guide shows it. What stands in the guide as a block is compiled only, since its tests are none of a `main`.
#![cfg(feature = "sandbox")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod suite;

#[test]
fn the_guide_shows_what_is_run_here() {
    let guide = include_str!("../../../../docs/guides/testing.md").replace("\r\n", "\n");
    let suite = include_str!("suite.rs").replace("\r\n", "\n");
    assert!(
        guide.contains(&format!("```rust\n{suite}```\n")),
        "no block of docs/guides/testing.md is crates/testkit/tests/guide/suite.rs"
    );
}
