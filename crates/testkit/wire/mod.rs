//! What every HTTP client promises, held against scripted servers on real sockets.
//!
//! No part of the published kit: the test `wire` of each client includes this file by its path, and beside it defines
//! `fn client(options: suite::Options) -> Arc<dyn Transport>`, which makes the client that is judged.

use std::path::PathBuf;
use std::time::Duration;

mod body;
mod failures;
mod faults;
mod head;
mod pool;
mod request;
pub(crate) mod support;
pub(crate) mod tls;

pub(crate) use pool::share_a_connection;

/// How a client is to be made; what is left out is as the client has it by default.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) ca_files: Vec<PathBuf>,
    pub(crate) root_pems: Vec<String>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: Option<&'static str>,
}
