use std::time::Duration;

use rollbook_transport::{Fate, TransportErrorKind as Kind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::Options;
use super::support::{answer, assert_failed, gzip, host, ok, read_request, request, serve, transport};

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Connect,
        Fate::NotSent,
        host(&base),
        "refused the connection",
    );
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    // The listener is there, and nobody ever answers the handshake.
    let transport = crate::client(Options {
        connect_timeout: Some(Duration::from_millis(50)),
        ..Options::default()
    });
    let result = transport.send(request(&base)).await;
    assert_failed(result, Kind::Connect, Fate::NotSent, host(&base), "in time");
}

#[tokio::test]
async fn a_connection_closed_before_the_answer_leaves_the_fate_unknown() {
    let (base, _server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
    })
    .await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Unknown,
        host(&base),
        "before it answered",
    );
}

#[tokio::test]
async fn a_connection_reset_before_the_answer_leaves_the_fate_unknown() {
    let (base, _server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Unknown,
        host(&base),
        "before it answered",
    );
}

#[tokio::test]
async fn a_connection_closed_within_the_head_leaves_the_fate_unknown() {
    let (base, _server) = answer("HTTP/1.1 200 OK\r\ncontent-le").await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Unknown,
        host(&base),
        "before it answered",
    );
}

#[tokio::test]
async fn a_body_shorter_than_announced_was_answered() {
    let (base, _server) = answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n1234567").await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Answered,
        host(&base),
        "ended after 7 bytes",
    );
}

#[tokio::test]
async fn a_chunked_body_without_its_end_was_answered() {
    for cut in ["5\r\n12345\r\n", "5\r\n123", "5", "5\r\n12345\r\n0\r\n"] {
        let (base, _server) = answer(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{cut}"
        ))
        .await;
        let result = transport().send(request(&base)).await;
        assert_failed(
            result,
            Kind::Interrupted,
            Fate::Answered,
            host(&base),
            "ended after",
        );
    }
}

#[tokio::test]
async fn a_connection_reset_within_the_body_was_answered() {
    // Far more than the sockets' buffers hold: when half of it is written, the client has read the head.
    const ANNOUNCED: usize = 64 * 1024 * 1024;
    let (base, _server) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {ANNOUNCED}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; ANNOUNCED / 2]).await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Answered,
        host(&base),
        "ended after",
    );
}

#[tokio::test]
async fn a_compressed_body_cut_by_the_connection_is_interrupted_not_broken() {
    let body = gzip(&b"0123456789".repeat(1000));
    let half = &body[..body.len() / 2];
    let mut reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    reply.extend_from_slice(half);
    let (base, _server) = answer(reply).await;
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        Kind::Interrupted,
        Fate::Answered,
        host(&base),
        "ended after",
    );
}

#[tokio::test]
async fn broken_compression_is_a_protocol_error_of_an_answer() {
    let whole = gzip(&b"0123456789".repeat(1000));
    let mut corrupt = whole.clone();
    let end = corrupt.len() - 6;
    corrupt[end] ^= 0xff;
    for body in [
        b"this is not gzip".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        corrupt,
    ] {
        let (base, _server) = answer(ok("content-encoding: gzip\r\n", &body)).await;
        let result = transport().send(request(&base)).await;
        assert_failed(
            result,
            Kind::Protocol,
            Fate::Answered,
            host(&base),
            "cannot be decompressed",
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_a_protocol_error_with_unknown_fate() {
    for reply in [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
    ] {
        let (base, _server) = answer(reply).await;
        let result = transport().send(request(&base)).await;
        assert_failed(
            result,
            Kind::Protocol,
            Fate::Unknown,
            host(&base),
            "not valid http",
        );
    }
}

#[tokio::test]
async fn broken_chunk_framing_is_a_protocol_error_of_an_answer() {
    for frame in ["zz\r\n", "5\r\n12345xx", "fffffffffffffffff\r\n"] {
        let (base, _server) = answer(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{frame}"
        ))
        .await;
        let result = transport().send(request(&base)).await;
        assert_failed(
            result,
            Kind::Protocol,
            Fate::Answered,
            host(&base),
            "not valid http",
        );
    }
}
