use bytes::Bytes;
use rollbook_transport::{Fate, TransportErrorKind};

use super::Options;
use super::support::{answer, get, ok, transport};

#[tokio::test]
async fn a_redirect_is_a_plain_response() {
    for status in [301, 302, 303, 307, 308] {
        let reply =
            format!("HTTP/1.1 {status} Moved\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n");
        let (base, server) = answer(reply).await;
        let response = transport().send(get(&base, "/users")).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["location"], "http://127.0.0.1:9/");
        assert!(server.await.unwrap().starts_with("GET /users HTTP/1.1\r\n"));
    }
}

#[tokio::test]
async fn any_status_is_a_response_with_its_headers_and_body() {
    for status in [200, 204, 401, 404, 429, 500, 503] {
        let body = if status == 204 { "" } else { "no" };
        let reply = format!(
            "HTTP/1.1 {status} X\r\nX-Mixed-Case: Kept As It Is\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let (base, _server) = answer(reply).await;
        let response = transport().send(get(&base, "/")).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["x-mixed-case"], "Kept As It Is");
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(response.body(), body);
    }
}

#[tokio::test]
async fn escapes_in_the_address_reach_the_wire_untouched() {
    let path =
        "/a%2Fb%20c/%E2%82%AC/x%3Fy/?email=j%2Bx%40example.com&q=a+b%20c&plus=%2B&lower=%2b&empty=&flag";
    let (base, server) = answer(ok("", b"")).await;
    transport().send(get(&base, path)).await.unwrap();
    let seen = server.await.unwrap();
    assert!(seen.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{seen}");
}

#[tokio::test]
async fn headers_are_sent_as_given_and_nothing_is_added_that_tells_more() {
    let (base, server) = answer(ok("", b"")).await;
    let request = http::Request::get(format!("{base}/"))
        .header("Authorization", "Bearer AbC+/=")
        .header("X-Twice", "One")
        .header("X-Twice", "two")
        .body(Bytes::new())
        .unwrap();
    transport().send(request).await.unwrap();
    let seen = server.await.unwrap();
    let mut lines: Vec<_> = seen
        .trim_end()
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("host: "))
        .collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "accept-encoding: gzip",
            "accept: */*",
            "authorization: Bearer AbC+/=",
            concat!("user-agent: rollbook/", env!("CARGO_PKG_VERSION")),
            "x-twice: One",
            "x-twice: two",
        ]
    );
}

#[tokio::test]
async fn the_user_agent_can_be_chosen_for_all_requests_and_for_one() {
    let transport = crate::client(Options {
        user_agent: Some("inventory/2"),
        ..Options::default()
    });
    let (base, server) = answer(ok("", b"")).await;
    transport.send(get(&base, "/")).await.unwrap();
    assert!(server.await.unwrap().contains("user-agent: inventory/2\r\n"));

    let (base, server) = answer(ok("", b"")).await;
    let mut request = get(&base, "/");
    request
        .headers_mut()
        .insert("user-agent", "one/1".parse().unwrap());
    transport.send(request).await.unwrap();
    let seen = server.await.unwrap();
    assert!(
        seen.contains("user-agent: one/1\r\n") && !seen.contains("inventory/2"),
        "{seen}"
    );
}

#[tokio::test]
async fn a_delete_carries_its_body() {
    let (base, server) = answer(ok("", b"")).await;
    let request = http::Request::delete(format!("{base}/v1/devices"))
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"[\"A\",\"B\"]"))
        .unwrap();
    transport().send(request).await.unwrap();
    let seen = server.await.unwrap();
    assert!(seen.starts_with("DELETE /v1/devices HTTP/1.1\r\n"), "{seen}");
    assert!(
        seen.contains("content-length: 9\r\n") && seen.ends_with("\r\n\r\n[\"A\",\"B\"]"),
        "{seen}"
    );
}

#[tokio::test]
async fn an_empty_post_says_that_it_is_empty_and_an_empty_get_says_nothing() {
    for (method, told) in [
        ("POST", true),
        ("PUT", true),
        ("PATCH", true),
        ("GET", false),
        ("DELETE", false),
    ] {
        let (base, server) = answer(ok("", b"")).await;
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{base}/"))
            .body(Bytes::new())
            .unwrap();
        transport().send(request).await.unwrap();
        let seen = server.await.unwrap();
        assert_eq!(seen.contains("content-length: 0\r\n"), told, "{seen}");
        assert!(!seen.contains("transfer-encoding"), "{seen}");
    }
}

#[tokio::test]
async fn a_request_that_must_not_be_sent_is_refused_before_anything_is_opened() {
    for uri in [
        "http://example.invalid/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:9/a/%2e%2e/b",
        "http://127.0.0.1:9/a\\b",
        "http://ann:secret@127.0.0.1:9/",
        "/only/a/path",
    ] {
        let request = http::Request::get(uri).body(Bytes::new()).unwrap();
        let error = transport().send(request).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fate()),
            (TransportErrorKind::InvalidRequest, Fate::NotSent),
            "{uri}"
        );
    }
}
