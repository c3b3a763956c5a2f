use rollbook_transport::{Fate, TransportErrorKind};
use tokio::io::AsyncWriteExt as _;

use super::support::{answer, assert_failed, exchange, host, read_request, request, serve, transport};

fn lines(count: usize) -> String {
    (0..count).map(|number| format!("x-{number}: y\r\n")).collect()
}

#[tokio::test]
async fn ninety_headers_and_one_of_64_kib_are_read() {
    let long = "y".repeat(64 * 1024);
    for headers in [lines(90), format!("x-long: {long}\r\n")] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 0\r\n\r\n");
        assert_eq!(exchange(reply).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn too_many_headers_and_too_long_ones_are_an_error_that_says_so() {
    let long = "y".repeat(2 * 1024 * 1024);
    for headers in [lines(200), lines(200_000), format!("x-long: {long}\r\n")] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 0\r\n\r\n");
        let (base, _server) = answer(reply).await;
        let result = transport().send(request(&base)).await;
        assert_failed(
            result,
            TransportErrorKind::Protocol,
            Fate::Unknown,
            host(&base),
            "head",
        );
    }
}

#[tokio::test]
async fn a_head_without_an_end_is_left() {
    /// More than what the system holds for both ends of a connection.
    const BUFFERS: usize = 32 * 1024 * 1024;
    let (base, server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        let (mut sent, line) = (0, "x-more: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(100));
        let mut result = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while result.is_ok() {
            result = stream.write_all(line.as_bytes()).await;
            sent += line.len();
        }
        sent
    })
    .await;
    let result = transport().send(request(&base)).await;
    assert!(result.is_err());
    let sent = server.await.unwrap();
    assert!(sent < BUFFERS, "{sent} bytes");
}
