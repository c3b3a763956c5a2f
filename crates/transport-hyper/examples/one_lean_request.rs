//! Sends one request to a server that this example starts itself, and shows a failure beside it.

use std::io::{self, Write as _};

use bytes::Bytes;
use rollbook_transport::Transport as _;
use rollbook_transport_hyper::HyperTransport;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"users\":[]}")
            .await
    });

    let transport = HyperTransport::builder().build()?;
    let request = http::Request::get(format!("http://{address}/users/?page=1")).body(Bytes::new())?;
    let response = transport.send(request).await?;
    server.await??;

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {}",
        response.status(),
        String::from_utf8_lossy(response.body())
    )?;

    let request = http::Request::get("http://example.com/").body(Bytes::new())?;
    if let Err(error) = transport.send(request).await {
        writeln!(out, "{:?}, {:?}: {error}", error.kind(), error.fate())?;
    }
    Ok(())
}
