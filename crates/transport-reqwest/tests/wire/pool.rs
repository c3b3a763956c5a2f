use rollbook_transport::{Fate, Transport as _, TransportErrorKind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::{assert_failed, get, host, ok, read_request, request, serve, transport};

#[tokio::test]
async fn a_connection_is_used_again() {
    let (base, server) = serve(|mut stream| async move {
        for body in [b"1", b"2", b"3"] {
            read_request(&mut stream).await;
            stream.write_all(&ok("", body)).await.unwrap();
        }
    })
    .await;
    // The server takes one connection only, so each request after the first depends on it.
    let transport = transport();
    for body in ["1", "2", "3"] {
        let response = transport.clone().send(get(&base, "/")).await.unwrap();
        assert_eq!(response.body(), body);
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_not_in_the_way() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        for body in [b"1", b"2"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream
                .write_all(&ok("connection: close\r\n", body))
                .await
                .unwrap();
        }
    });
    let transport = transport();
    for body in ["1", "2"] {
        assert_eq!(transport.send(get(&base, "/")).await.unwrap().body(), body);
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_kept_connection_that_closes_on_a_request_leaves_the_fate_unknown() {
    let (base, server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(&ok("", b"1")).await.unwrap();
        // The second request is read, perhaps carried out, and never answered.
        read_request(&mut stream).await
    })
    .await;
    let transport = transport();
    transport.send(get(&base, "/")).await.unwrap();
    let result = transport.send(request(&base)).await;
    assert_failed(
        result,
        TransportErrorKind::Interrupted,
        Fate::Unknown,
        host(&base),
        "before it answered",
    );
    assert!(server.await.unwrap().starts_with("POST "));
}
