use std::future::Future;

/// Runs a test to its end, on a runtime of its own: a crate that names its subject needs none.
///
/// # Panics
///
/// When the test does, or there can be no runtime.
#[track_caller]
pub fn run<T>(test: impl Future<Output = T>) -> T {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(test),
        Err(error) => panic!("no runtime: {error}"),
    }
}
