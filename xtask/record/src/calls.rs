//! The calls that can be recorded: those that the tests of the adapters' cases know, which are included as they are. What a
//! case can say, can be recorded, and what was recorded is run by the same function.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use futures_util::FutureExt as _;
use rollbook_testkit::fixtures::{Case, Fixtures};

use crate::Result;

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the tests of the cases stand there, too")
)]
#[path = "../../../crates/vendors/banyan/tests/fixtures.rs"]
mod banyan;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the tests of the cases stand there, too")
)]
#[path = "../../../crates/vendors/truto/tests/fixtures.rs"]
mod truto;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the tests of the cases stand there, too")
)]
#[path = "../../../crates/vendors/truu/tests/fixtures.rs"]
mod truu;

/// Makes the call of a case. What it becomes is not looked at: an error of the vendor is worth a case, too.
pub(crate) async fn call(vendor: &str, case: Case) -> Result<()> {
    match vendor {
        "banyan" => caught(banyan::run(case)).await.map(drop),
        "truto" => caught(truto::run(case)).await.map(drop),
        "truu" => caught(truu::run(case)).await.map(drop),
        other => Err(unknown(other)),
    }
}

/// Runs the cases of a vendor in `fixtures` without a network. With `UPDATE_FIXTURES=1` their requests and results are written.
pub(crate) async fn replay(fixtures: &Path, vendor: &str) -> Result<()> {
    let dir = fixtures.join(vendor);
    let fixtures = caught(async { Fixtures::open(dir, "cargo xtask fixtures") }).await?;
    match vendor {
        "banyan" => caught(fixtures.check(banyan::run)).await,
        "truto" => caught(fixtures.check(truto::run)).await,
        "truu" => caught(fixtures.check(truu::run)).await,
        other => Err(unknown(other)),
    }
}

fn unknown(vendor: &str) -> Box<dyn std::error::Error> {
    format!("no calls are known of a vendor `{vendor}`; add them to xtask/record/src/calls.rs").into()
}

/// A test reports by a panic. Here it is an error, with the same words.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T> {
    AssertUnwindSafe(future).catch_unwind().await.map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        said.unwrap_or_else(|| "the call ended without a word".to_owned())
            .into()
    })
}
