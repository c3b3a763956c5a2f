use std::collections::BTreeMap;
use std::process::Command;

use rollbook_transport::{Fate, Transport as _, TransportErrorKind as Kind};
use rollbook_transport_reqwest::ReqwestTransport;
use tokio::io::AsyncWriteExt as _;

use crate::suite::support::{
    CANARY, answer, assert_failed, get, host, ok, read_request, request, serve, transport,
};

/// Tells the child below what to ask for. A test cannot change its own environment without touching its neighbours.
const CHILD_URL: &str = "ROLLBOOK_TEST_CHILD_URL";

/// Not a test by itself: sends one request in the environment that its parent made for it, and prints what came of it.
#[tokio::test]
async fn child() {
    let Ok(url) = std::env::var(CHILD_URL) else {
        return;
    };
    match transport().send(get(&url, "")).await {
        Ok(response) => println!("child: {}", response.status().as_u16()),
        Err(error) => println!("child: {:?} {:?} {error}", error.kind(), error.fate()),
    }
}

async fn in_environment(url: String, variables: &[(&str, String)]) -> String {
    let variables: BTreeMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        command
            .args(["--exact", "proxy::child", "--nocapture"])
            .env(CHILD_URL, url)
            .envs(variables)
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let line = stdout.lines().find_map(|line| line.split_once("child: "));
    line.unwrap_or_else(|| panic!("the child said: {stdout}"))
        .1
        .to_owned()
}

/// A proxy that refuses the first tunnel it is asked for; gives what it was asked.
async fn refusing_proxy() -> (String, tokio::task::JoinHandle<String>) {
    answer("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await
}

#[tokio::test]
async fn other_hosts_go_through_the_proxy_of_the_environment() {
    let (proxy, server) = refusing_proxy().await;
    let told = in_environment("https://api.invalid/x".into(), &[("HTTPS_PROXY", proxy)]).await;
    let seen = server.await.unwrap();
    assert!(seen.starts_with("CONNECT api.invalid:443 HTTP/1.1\r\n"), "{seen}");
    assert!(!seen.contains("/x"), "{seen}");
    assert!(told.starts_with("Connect NotSent api.invalid "), "{told}");
}

#[tokio::test]
async fn a_host_in_no_proxy_is_asked_directly() {
    let (proxy, server) = refusing_proxy().await;
    let told = in_environment(
        "https://api.invalid/".into(),
        &[
            ("HTTPS_PROXY", proxy),
            ("NO_PROXY", "other.example,.invalid".into()),
        ],
    )
    .await;
    assert_eq!(told, "Connect NotSent the name of api.invalid cannot be resolved");
    assert!(!server.is_finished());
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_not_sent() {
    let told = in_environment("https://nosuch.invalid:8443/".into(), &[]).await;
    assert_eq!(
        told,
        "Connect NotSent the name of nosuch.invalid:8443 cannot be resolved"
    );
}

#[tokio::test]
async fn loopback_hosts_never_go_through_the_proxy_of_the_environment() {
    let (proxy, proxied) = refusing_proxy().await;
    let (base, server) = answer(ok("", b"")).await;
    let variables =
        ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"].map(|name| (name, proxy.clone()));
    assert_eq!(in_environment(base, &variables).await, "200");
    server.await.unwrap();
    assert!(!proxied.is_finished());
}

#[tokio::test]
async fn an_explicit_proxy_wins_also_for_loopback_hosts_and_is_told_its_credential() {
    let (proxy, server) = answer(ok("", b"proxied")).await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://someone:{CANARY}@{}", host(&proxy)))
        .build()
        .unwrap();
    assert!(!format!("{transport:?}").contains(CANARY));
    let response = transport
        .send(get("http://127.0.0.1:9", "/a%2Fb?q=%2B"))
        .await
        .unwrap();
    assert_eq!(response.body(), "proxied");
    let seen = server.await.unwrap();
    assert!(
        seen.starts_with("GET http://127.0.0.1:9/a%2Fb?q=%2B HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.contains("\r\nproxy-authorization: Basic "), "{seen}");
}

#[tokio::test]
async fn a_proxy_that_refuses_the_tunnel_is_named_without_its_credential() {
    let (proxy, server) = serve(|mut stream| async move {
        let seen = read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
        seen
    })
    .await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://someone:{CANARY}@{}", host(&proxy)))
        .build()
        .unwrap();
    let result = transport.send(request("https://api.invalid")).await;
    assert_failed(
        result,
        Kind::Connect,
        Fate::NotSent,
        host(&proxy),
        "api.invalid (through the proxy",
    );
    let seen = server.await.unwrap();
    assert!(
        !seen.contains("authorization: Bearer"),
        "the proxy was told the credential of the host: {seen}"
    );
}
