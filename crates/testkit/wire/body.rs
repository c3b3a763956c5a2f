use rollbook_transport::{BodyLimit, Fate, Response, TransportError, TransportErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;

use super::support::{
    answer, assert_failed, exchange, get, gzip, host, ok, read_request, request, serve, transport,
};

const GZIP: &str = "content-encoding: gzip\r\n";

async fn limited(reply: impl Into<Vec<u8>>, limit: u64) -> (Result<Response, TransportError>, String) {
    let (base, _server) = answer(reply).await;
    let mut request = request(&base);
    request.extensions_mut().insert(BodyLimit(limit));
    (transport().send(request).await, base)
}

#[tokio::test]
async fn a_body_of_many_chunks_comes_whole() {
    let content: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let response = exchange(ok("", &content)).await.unwrap();
    assert!(response.body() == &content, "the body came as another");
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    let response = exchange("HTTP/1.1 200 OK\r\n\r\nall of it").await.unwrap();
    assert_eq!(response.body(), "all of it");
}

#[tokio::test]
async fn a_chunked_body_is_put_together() {
    let reply = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nall\r\n6\r\n of it\r\n0\r\n\r\n";
    assert_eq!(exchange(reply).await.unwrap().body(), "all of it");
}

#[tokio::test]
async fn a_compressed_body_is_decompressed_and_its_headers_tell_so() {
    let content = b"{\"rows\":[]}".repeat(10_000);
    let response = exchange(ok(GZIP, &gzip(&content))).await.unwrap();
    assert!(response.body() == &content, "the body came as another");
    assert!(!response.headers().contains_key("content-encoding"));
    assert!(!response.headers().contains_key("content-length"));
}

#[tokio::test]
async fn an_empty_body_that_calls_itself_compressed_is_empty() {
    assert!(exchange(ok(GZIP, b"")).await.unwrap().body().is_empty());
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_accepted() {
    let (result, _) = limited(ok("", b"12345"), 5).await;
    assert_eq!(result.unwrap().body(), "12345");
    let (result, _) = limited(ok(GZIP, &gzip(b"12345")), 5).await;
    assert_eq!(result.unwrap().body(), "12345");
}

#[tokio::test]
async fn a_body_past_the_limit_is_an_error_whether_or_not_it_is_announced() {
    for reply in [
        ok("", b"123456"),
        // Not one byte of it comes: what is announced is not waited for.
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\n\r\n123456".to_vec(),
        b"HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n1\r\n6\r\n0\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n12\r\n2\r\n34\r\n2\r\n56\r\n0\r\n\r\n"
            .to_vec(),
        ok(GZIP, &gzip(b"123456")),
    ] {
        let (result, base) = limited(reply, 5).await;
        assert_failed(
            result,
            TransportErrorKind::BodyTooLarge,
            Fate::Answered,
            host(&base),
            "larger than the 5 bytes",
        );
    }
}

#[tokio::test]
async fn a_compressed_bomb_is_not_unpacked() {
    let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
    let (result, base) = limited(ok(GZIP, &bomb), 1024 * 1024).await;
    assert_failed(
        result,
        TransportErrorKind::BodyTooLarge,
        Fate::Answered,
        host(&base),
        "larger than the 1048576 bytes",
    );
}

#[tokio::test]
async fn an_absurd_announced_length_sets_nothing_aside() {
    let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n12", u64::MAX / 4);
    let (base, _server) = answer(reply).await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        TransportErrorKind::Interrupted,
        Fate::Answered,
        host(&base),
        "ended after",
    );
}

#[tokio::test]
async fn a_body_that_comes_slowly_is_waited_for() {
    let (half_sent, half_came) = oneshot::channel();
    let (go_on, gone_on) = oneshot::channel();
    let (base, _server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345")
            .await
            .unwrap();
        half_sent.send(()).unwrap();
        gone_on.await.unwrap();
        for byte in b"67890" {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    let transport = transport();
    let mut sending = transport.send(get(&base, "/"));
    tokio::select! {
        _ = &mut sending => panic!("half a body is no response"),
        came = half_came => came.unwrap(),
    }
    go_on.send(()).unwrap();
    assert_eq!(sending.await.unwrap().body(), "1234567890");
}

#[tokio::test]
async fn dropping_the_future_within_the_body_closes_the_connection() {
    let (half_sent, half_came) = oneshot::channel();
    let (base, server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345")
            .await
            .unwrap();
        half_sent.send(()).unwrap();
        // Ends when the client closes, by the end of the stream or by a reset.
        stream.read(&mut [0]).await.unwrap_or(0)
    })
    .await;
    let transport = transport();
    tokio::select! {
        _ = transport.send(get(&base, "/")) => panic!("half a body is no response"),
        came = half_came => came.unwrap(),
    }
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn an_endless_body_is_left_at_the_limit() {
    /// More than what the system holds for both ends of a connection.
    const BUFFERS: usize = 32 * 1024 * 1024;
    const LIMIT: usize = 1024 * 1024;
    let (base, server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        let mut chunk = b"4000\r\n".to_vec();
        chunk.extend([b'x'; 0x4000]);
        chunk.extend(b"\r\n");
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut sent = 0;
        let mut result = stream.write_all(head).await;
        while result.is_ok() {
            result = stream.write_all(&chunk).await;
            sent += chunk.len();
        }
        sent
    })
    .await;
    let mut request = request(&base);
    request.extensions_mut().insert(BodyLimit(LIMIT as u64));
    let result = transport().send(request).await;
    assert_failed(
        result,
        TransportErrorKind::BodyTooLarge,
        Fate::Answered,
        host(&base),
        "larger than the 1048576 bytes",
    );
    // The connection is closed, which is how the server comes to an end.
    let sent = server.await.unwrap();
    assert!(sent < LIMIT + BUFFERS, "{sent} bytes");
}
