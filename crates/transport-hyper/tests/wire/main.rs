//! The transport against scripted servers on real sockets: what every client promises, and what this one does its own way.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::sync::Arc;

use rollbook_transport::{Fate, Transport, TransportErrorKind};
use rollbook_transport_hyper::HyperTransport;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::suite::support::{assert_failed, get, ok, read_request, request, serve};

#[path = "../../../testkit/wire/mod.rs"]
mod suite;

/// The client that the suite judges.
fn client(options: suite::Options) -> Arc<dyn Transport> {
    let mut builder = HyperTransport::builder();
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
    let transport = HyperTransport::builder().build().unwrap();
    suite::share_a_connection(&transport.clone(), &transport).await;
}

#[tokio::test]
async fn a_server_that_likes_http_2_better_is_asked_for_http_1_1() {
    let authority = suite::tls::Authority::new();
    let acceptor = authority.acceptor("127.0.0.1", &[b"h2", b"http/1.1"], |_| ());
    let (base, server) = serve(|stream: TcpStream| async move {
        let mut stream = acceptor.accept(stream).await.unwrap();
        let seen = read_request(&mut stream).await;
        stream.write_all(&ok("", b"")).await.unwrap();
        seen
    })
    .await;
    let base = base.replace("http://", "https://");
    authority.trusted().send(get(&base, "/")).await.unwrap();
    assert!(server.await.unwrap().starts_with("GET / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_not_sent() {
    let result = client(suite::Options::default())
        .send(request("https://nosuch.invalid:8443"))
        .await;
    assert_failed(
        result,
        TransportErrorKind::Connect,
        Fate::NotSent,
        "nosuch.invalid:8443",
        "cannot be resolved",
    );
}
