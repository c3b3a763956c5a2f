use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::suite::support::serve;
use crate::suite::tls::Authority;

#[tokio::test]
async fn http_2_is_used_where_the_server_offers_it() {
    let authority = Authority::new();
    let acceptor = authority.acceptor("127.0.0.1", &[b"h2", b"http/1.1"], |_| ());
    let (base, _server) = serve(|stream: TcpStream| async move {
        let stream = acceptor.accept(stream).await.unwrap();
        let echo = hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
            let line = format!(
                "{} {} ",
                request.method(),
                request.uri().path_and_query().unwrap()
            );
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let told = [line.into_bytes(), body.to_vec()].concat();
            Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from(told))))
        });
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(stream), echo)
            .await
    })
    .await;
    let request = http::Request::delete(format!("{}/a%2Fb?q=%2B", base.replace("http://", "https://")))
        .body(Bytes::from_static(b"body"))
        .unwrap();
    let response = authority.trusted().send(request).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert_eq!(response.body(), "DELETE /a%2Fb?q=%2B body");
}
