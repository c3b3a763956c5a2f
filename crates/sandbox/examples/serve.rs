//! Serves a sandbox on a free port of the loopback address and asks it one question. With an address, a number of users
//! and a number of devices as arguments it serves there until it is stopped.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use rollbook_sandbox::{Sandbox, SandboxConfig, Server, credentials};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [addr, users, devices] = arguments.as_slice() {
        let config = SandboxConfig::default()
            .with_users(users.parse()?)
            .with_devices(devices.parse()?);
        let mut server = Server::serve(Sandbox::new(config), addr.parse()?, Duration::ZERO).await?;
        writeln!(std::io::stdout(), "{}", server.base_url())?;
        server.stopped().await;
        return Ok(());
    }

    let sandbox = Sandbox::new(SandboxConfig::default().with_users(20).with_devices(30));
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::serve(sandbox, anywhere, Duration::ZERO).await?;

    let mut stream = TcpStream::connect(server.addr()).await?;
    let request = format!(
        "GET /api/v1/endusers?skip=0&limit=1 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         connection: close\r\n\r\n",
        credentials::BANYAN_KEY
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;

    writeln!(std::io::stdout(), "{} says:\n{answer}", server.base_url())?;
    server.shutdown().await;
    Ok(())
}
