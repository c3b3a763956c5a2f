//! The transport against scripted servers on real sockets: what every client promises, and what this one adds.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::sync::Arc;

use rollbook_transport::Transport;
use rollbook_transport_reqwest::ReqwestTransport;

mod http2;
mod proxy;
#[path = "../../../testkit/wire/mod.rs"]
mod suite;

/// The client that the suite judges.
fn client(options: suite::Options) -> Arc<dyn Transport> {
    let mut builder = ReqwestTransport::builder();
    for path in options.ca_files {
        builder = builder.ca_file(path);
    }
    for pem in options.root_pems {
        builder = builder.add_root_pem(pem);
    }
    if let Some(timeout) = options.connect_timeout {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(user_agent) = options.user_agent {
        builder = builder.user_agent(user_agent);
    }
    Arc::new(builder.build().unwrap())
}

#[tokio::test]
async fn a_clone_shares_its_connections() {
    let transport = ReqwestTransport::builder().build().unwrap();
    suite::share_a_connection(&transport.clone(), &transport).await;
}
