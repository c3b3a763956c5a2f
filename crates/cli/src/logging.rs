use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Writes what the libraries tell to stderr, from `-vv` on.
///
/// Only Rollbook's own crates are heard: they hide what must not be shown, and the crates below them may not.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 | 1 => return,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_filter(Targets::new().with_target("rollbook", level));
    // It fails only when somebody has started before.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
