use rollbook_transport::{Fate, Transport, TransportErrorKind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::support::{assert_failed, get, host, ok, read_request, request, serve, transport};

/// Sends over `first` and then over `second` to a server that takes one connection only.
pub(crate) async fn share_a_connection(first: &dyn Transport, second: &dyn Transport) {
    let (base, server) = serve(|mut stream| async move {
        for body in [b"1", b"2"] {
            read_request(&mut stream).await;
            stream.write_all(&ok("", body)).await.unwrap();
        }
    })
    .await;
    assert_eq!(first.send(get(&base, "/")).await.unwrap().body(), "1");
    assert_eq!(second.send(get(&base, "/")).await.unwrap().body(), "2");
    server.await.unwrap();
}

/// Lets the client see what has come over its idle connections meanwhile.
async fn let_the_client_look() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

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
        let response = transport.send(get(&base, "/")).await.unwrap();
        assert_eq!(response.body(), body);
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_connection_that_the_server_will_close_is_not_used_again() {
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
async fn a_kept_connection_that_ended_after_its_reply_does_not_cost_the_next_change() {
    for reset in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (reply_read, reply_was_read) = oneshot::channel();
        let (ended, has_ended) = oneshot::channel();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(&ok("", b"1")).await.unwrap();
            reply_was_read.await.unwrap();
            if reset {
                stream.set_zero_linger().unwrap();
            }
            drop(stream);
            ended.send(()).unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let seen = read_request(&mut stream).await;
            stream.write_all(&ok("", b"2")).await.unwrap();
            seen
        });
        let transport = transport();
        transport.send(get(&base, "/")).await.unwrap();
        reply_read.send(()).unwrap();
        has_ended.await.unwrap();
        let_the_client_look().await;
        let response = transport.send(request(&base)).await.unwrap();
        assert_eq!(response.body(), "2", "reset: {reset}");
        assert!(server.await.unwrap().starts_with("POST "));
    }
}

#[tokio::test]
async fn a_request_for_a_kept_connection_that_ended_is_not_sent_when_no_other_is_to_be_had() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(&ok("", b"1")).await.unwrap();
        // The connection and the listener end here.
    });
    let transport = transport();
    transport.send(get(&base, "/")).await.unwrap();
    server.await.unwrap();
    let_the_client_look().await;
    let result = transport.send(request(&base)).await;
    assert_failed(
        result,
        TransportErrorKind::Connect,
        Fate::NotSent,
        host(&base),
        "refused the connection",
    );
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

#[tokio::test]
async fn a_request_on_a_connection_whose_runtime_ends_leaves_the_fate_unknown() {
    let (arrived, has_arrived) = oneshot::channel();
    let (base, _server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(&ok("", b"1")).await.unwrap();
        read_request(&mut stream).await;
        arrived.send(()).unwrap();
        // The request was carried out, and its answer finds nobody.
        stream
    })
    .await;
    let elsewhere = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let transport = transport();
    let first = get(&base, "/");
    let connected = transport.clone();
    elsewhere
        .spawn(async move { connected.send(first).await })
        .await
        .unwrap()
        .unwrap();
    let mut sending = transport.send(request(&base));
    tokio::select! {
        _ = &mut sending => panic!("nobody has answered"),
        arrived = has_arrived => arrived.unwrap(),
    }
    elsewhere.shutdown_background();
    assert_failed(
        sending.await,
        TransportErrorKind::Interrupted,
        Fate::Unknown,
        host(&base),
        "before it answered",
    );
}
