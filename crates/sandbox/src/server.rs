use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rollbook_transport::Request;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::body::{Closed, Outgoing, outgoing};
use crate::{Sandbox, Sent, reply};

/// The greatest request body that is read. The documents know none above a few kilobytes.
const MAX_BODY: usize = 1 << 20;

/// How long to wait after a connection could not be taken, so that a full table of open files does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A sandbox on a socket: HTTP/1.1 with connections kept alive. It stops when it is dropped.
///
/// ```
/// use std::net::{Ipv4Addr, SocketAddr};
/// use std::time::Duration;
/// use rollbook_sandbox::{Sandbox, SandboxConfig, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
/// let sandbox = Sandbox::new(SandboxConfig::default());
/// let server = Server::serve(sandbox, anywhere, Duration::ZERO).await?;
/// assert!(server.base_url().starts_with("http://127.0.0.1:"));
/// server.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Binds `addr` (port 0: any free one) and serves `sandbox` there on the tokio runtime that runs this. Each answer
    /// is held back by `latency`.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub async fn serve(sandbox: Sandbox, addr: SocketAddr, latency: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, sandbox, latency, stopping));
        Ok(Self {
            addr,
            stop,
            accepting,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The root of all three vendors, without a slash at its end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Waits until the server has stopped, which it does not do by itself.
    pub async fn stopped(&mut self) {
        // An error would say that the task was cancelled or died: it has stopped all the same.
        let _ = (&mut self.accepting).await;
    }

    /// Takes no more connections, and ends the open ones after the answer under way.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.stopped().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(
    listener: TcpListener,
    sandbox: Sandbox,
    latency: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, sandbox.clone(), latency, stopping.clone()));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    sandbox: Sandbox,
    latency: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    // Without it a small answer may wait for an acknowledgement; if it fails, the answer is only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(sandbox.clone(), latency, request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    // What ends a connection early is the client's affair and visible to it.
    tokio::select! {
        _ = served.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

async fn answer(
    sandbox: Sandbox,
    latency: Duration,
    request: http::Request<Incoming>,
) -> Result<http::Response<Outgoing>, Closed> {
    let (head, body) = request.into_parts();
    // A body that announces its length is refused before it is sent.
    let announced = body.size_hint().lower() > MAX_BODY as u64;
    let body = if announced {
        None
    } else {
        Limited::new(body, MAX_BODY).collect().await.ok()
    };
    let Some(body) = body else {
        return outgoing(Sent::Whole(reply::empty(StatusCode::PAYLOAD_TOO_LARGE)), None).ok_or(Closed);
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) {
        sandbox.set_unix_time(now.as_secs());
    }
    let request = Request::from_parts(head, body.to_bytes());
    let answer = sandbox.answer(request);
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    outgoing(answer.sent, answer.pace).ok_or(Closed)
}
