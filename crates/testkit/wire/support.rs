use std::error::Error as StdError;
use std::future::Future;
use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use rollbook_transport::{Fate, Request, Response, Transport, TransportError, TransportErrorKind};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::Options;

/// Stands in every part of a request that no error may show.
pub(crate) const CANARY: &str = "canary-5f3a";

/// The client as it is by default.
pub(crate) fn transport() -> Arc<dyn Transport> {
    crate::client(Options::default())
}

/// A request with a canary in its path, its query, its credential and its body.
pub(crate) fn request(base: &str) -> Request {
    http::Request::post(format!("{base}/users/{CANARY}/?email={CANARY}%40example.com"))
        .header("authorization", format!("Bearer {CANARY}"))
        .body(Bytes::from(format!("{{\"secret\":\"{CANARY}\"}}")))
        .unwrap()
}

pub(crate) fn get(base: &str, path: &str) -> Request {
    http::Request::get(format!("{base}{path}"))
        .body(Bytes::new())
        .unwrap()
}

/// Runs `script` on the first connection to a new loopback listener; gives the base address and the script's result.
pub(crate) async fn serve<F, T>(
    script: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> (String, JoinHandle<T>)
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        script(stream).await
    });
    (base, served)
}

/// Answers one request with `reply` and closes; gives the request as it came.
pub(crate) async fn answer(reply: impl Into<Vec<u8>>) -> (String, JoinHandle<String>) {
    let reply = reply.into();
    serve(|mut stream| async move {
        let request = read_request(&mut stream).await;
        stream.write_all(&reply).await.unwrap();
        stream.shutdown().await.unwrap();
        request
    })
    .await
}

/// What `reply` makes of a request whose body may have at most `limit` bytes.
pub(crate) async fn exchange(reply: impl Into<Vec<u8>>) -> Result<Response, TransportError> {
    let (base, _server) = answer(reply).await;
    transport().send(request(&base)).await
}

/// Reads one request: its head, and as many bytes of body as it announces.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert_ne!(read, 0, "the request ended within its head: {text}");
            continue;
        };
        if read == 0 || body.len() >= content_length(head) {
            return text;
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap())
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A 200 with these extra header lines and a body of the length that it says.
pub(crate) fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut reply = format!(
        "HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    reply.extend_from_slice(body);
    reply
}

/// Checks kind and fate, and that the message is one line that names the host and nothing of the error holds a canary.
#[track_caller]
pub(crate) fn assert_failed(
    result: Result<Response, TransportError>,
    kind: TransportErrorKind,
    fate: Fate,
    host: &str,
    message: &str,
) {
    let error = result.expect_err("the request should have failed");
    let told = render(&error);
    assert_eq!((error.kind(), error.fate()), (kind, fate), "{told}");
    assert!(error.message().contains(message), "{told}");
    assert!(error.message().contains(host), "{told}");
    assert!(
        !error.message().contains('\n') && !told.contains(CANARY),
        "{told}"
    );
    assert_eq!(error.attempts(), 1);
}

/// Everything that the error and its causes can be made to say.
pub(crate) fn render(error: &TransportError) -> String {
    let mut told = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(&format!("\ncaused by {error} {error:?}"));
        cause = error.source();
    }
    told
}

/// The `host:port` of a base address.
pub(crate) fn host(base: &str) -> &str {
    base.split_once("://").unwrap().1
}
