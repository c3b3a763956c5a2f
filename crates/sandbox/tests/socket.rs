//! The sandbox on a real socket.

#[cfg(test)]
mod socket {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Duration;

    use rollbook_sandbox::credentials::{TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN};
    use rollbook_sandbox::{Sandbox, SandboxConfig, Server};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn server() -> (Sandbox, Server) {
        let sandbox = Sandbox::new(SandboxConfig::default());
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::serve(sandbox.clone(), anywhere, Duration::ZERO)
            .await
            .unwrap();
        (sandbox, server)
    }

    /// Writes one request and reads one answer: the head, and the body by its length.
    async fn ask(stream: &mut TcpStream, request: &str) -> (String, Vec<u8>) {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        let head_end = loop {
            assert!(
                stream.read_buf(&mut read).await.unwrap() > 0,
                "the connection ended"
            );
            if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8(read[..head_end].to_vec())
            .unwrap()
            .to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap();
        let mut body = read[head_end..].to_vec();
        while body.len() < length.parse().unwrap() {
            assert!(
                stream.read_buf(&mut body).await.unwrap() > 0,
                "the connection ended"
            );
        }
        (head, body)
    }

    #[tokio::test]
    async fn one_connection_carries_several_requests() {
        let (sandbox, server) = server().await;
        assert_eq!(server.base_url(), format!("http://{}", server.addr()));
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let form = "grant_type=client_credentials&scope=tenant-management-api-user\
                    &client_id=sandbox&client_secret=sandbox-secret";
        let request = format!(
            "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        let (head, body) = ask(&mut stream, &request).await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let token: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let token = token["access_token"].as_str().unwrap();
        let request = format!(
            "GET /api/v1/system/devices/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        let (head, body) = ask(&mut stream, &request).await;
        assert!(head.contains("content-type: application/json") && head.contains("x-request-id: sandbox-2"));
        let page: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(page["count"], sandbox.truth().truu_devices.len());
        assert_eq!(sandbox.request_log().len(), 2);
    }

    #[tokio::test]
    async fn shutdown_ends_idle_connections_and_frees_the_port() {
        let (_, server) = server().await;
        let addr = server.addr();
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let (head, _) = ask(&mut stream, "GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(head.starts_with("http/1.1 200"));
        server.shutdown().await;
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
        assert!(TcpStream::connect(addr).await.is_err());
    }

    #[tokio::test]
    async fn a_reset_ends_the_connection_without_a_byte_of_reply() {
        let (sandbox, server) = server().await;
        let users = sandbox.truth().truto_mdm_users.len();
        sandbox.add_fault("reset:when=after,method=POST,times=1".parse().unwrap());
        let body = r#"{"name": "A", "emails": []}"#;
        let request = format!(
            "POST /unified/mdm/users?integrated_account_id={TRUTO_INTEGRATED_ACCOUNT} HTTP/1.1\r\nhost: x\r\n\
             authorization: Bearer {TRUTO_TOKEN}\r\nidempotency-key: k\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let (head, _) = ask(&mut stream, "GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.unwrap();
        assert!(read.is_empty(), "{read:?}");
        assert_eq!(sandbox.truth().truto_mdm_users.len(), users + 1);
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let (head, _) = ask(&mut stream, &request).await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert_eq!(sandbox.truth().truto_mdm_users.len(), users + 1);
        let statuses: Vec<u16> = sandbox
            .request_log()
            .iter()
            .map(|request| request.status.as_u16())
            .collect();
        assert_eq!(statuses, [200, 444, 200]);
    }

    #[tokio::test]
    async fn a_body_beyond_the_bound_is_a_413() {
        let (sandbox, server) = server().await;
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let head = format!(
            "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
            3 << 20
        );
        let (head, _) = ask(&mut stream, &head).await;
        assert!(head.starts_with("http/1.1 413"), "{head}");
        assert!(sandbox.request_log().is_empty());
    }
}
