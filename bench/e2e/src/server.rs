//! The server: HTTP/1.1 with connections kept alive, in a process of its own, that renders next to nothing while it is measured.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::Result;
use crate::world::World;

/// Serves until it is killed. Its first line says where.
pub(crate) async fn serve(rows: u64, delay: Duration) -> Result<()> {
    let world = Arc::new(World::new(rows)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("base_url=http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let world = Arc::clone(&world);
        let service = service_fn(move |request| answer(Arc::clone(&world), delay, request));
        // What ends a connection early is the client's affair.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    world: Arc<World>,
    delay: Duration,
    request: http::Request<Incoming>,
) -> std::result::Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    if let Some(page) = world.page(head.uri.path(), query) {
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let mut response = http::Response::new(Full::new(page));
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        return Ok(response);
    }
    let body = body
        .collect()
        .await
        .map(|body| body.to_bytes())
        .unwrap_or_default();
    Ok(world.answer(http::Request::from_parts(head, body)).map(Full::new))
}

/// A server in a process of its own, which ends when this is dropped.
pub(crate) struct Server {
    pub(crate) base_url: String,
    _child: Child,
}

impl Server {
    /// The server of this bench, whose lists have `rows` rows.
    pub(crate) async fn start(rows: u64, delay_ms: u64) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([
            "serve",
            "--rows",
            &rows.to_string(),
            "--delay-ms",
            &delay_ms.to_string(),
        ]);
        Self::of(command).await
    }

    /// Whatever says `base_url=...` on its first line.
    pub(crate) async fn of(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).await?;
        let base_url = line
            .trim()
            .strip_prefix("base_url=")
            .ok_or("the server does not say where it is")?;
        Ok(Self {
            base_url: base_url.to_owned(),
            _child: child,
        })
    }
}
