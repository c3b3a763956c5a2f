use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rollbook_transport::{Fate, Transport, TransportErrorKind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::Options;
use super::support::{assert_failed, get, host, ok, read_request, request, serve, transport};

/// A certificate authority of our own.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    /// A server's side of TLS with a certificate for `name`, changed by `change`.
    pub(crate) fn acceptor(
        &self,
        name: &str,
        alpn: &[&[u8]],
        change: impl FnOnce(&mut CertificateParams),
    ) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }

    /// A client that trusts this authority.
    pub(crate) fn trusted(&self) -> Arc<dyn Transport> {
        crate::client(Options {
            root_pems: vec![self.pem.clone()],
            ..Options::default()
        })
    }
}

/// Answers one request over TLS; a handshake that the client breaks off is the client's business.
async fn answer(acceptor: TlsAcceptor) -> String {
    let (base, _server) = serve(|stream: TcpStream| async move {
        if let Ok(mut stream) = acceptor.accept(stream).await {
            read_request(&mut stream).await;
            stream.write_all(&ok("", b"over tls")).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    })
    .await;
    base.replace("http://", "https://")
}

#[tokio::test]
async fn an_added_authority_is_trusted() {
    let authority = Authority::new();
    let base = answer(authority.acceptor("127.0.0.1", &[], |_| ())).await;
    let response = authority.trusted().send(request(&base)).await.unwrap();
    assert_eq!(response.body(), "over tls");
}

#[tokio::test]
async fn an_authority_from_a_file_is_trusted_by_name_too() {
    let authority = Authority::new();
    let path =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(concat!(env!("CARGO_PKG_NAME"), ".pem"));
    std::fs::write(
        &path,
        format!("# our own\n{}\n{}", authority.pem, Authority::new().pem),
    )
    .unwrap();
    let base = answer(authority.acceptor("localhost", &[], |_| ())).await;
    let transport = crate::client(Options {
        ca_files: vec![path],
        ..Options::default()
    });
    let response = transport
        .send(get(&base.replace("127.0.0.1", "localhost"), "/"))
        .await
        .unwrap();
    assert_eq!(response.body(), "over tls");
}

#[tokio::test]
async fn an_unknown_authority_is_a_tls_error() {
    for transport in [transport(), Authority::new().trusted()] {
        let base = answer(Authority::new().acceptor("127.0.0.1", &[], |_| ())).await;
        let result = transport.send(request(&base)).await;
        assert_failed(
            result,
            TransportErrorKind::Tls,
            Fate::NotSent,
            host(&base),
            "is not signed by an authority that is trusted here",
        );
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_a_tls_error() {
    let authority = Authority::new();
    let base = answer(authority.acceptor("other.example", &[], |_| ())).await;
    let result = authority.trusted().send(request(&base)).await;
    assert_failed(
        result,
        TransportErrorKind::Tls,
        Fate::NotSent,
        host(&base),
        "is for another name",
    );
}

#[tokio::test]
async fn a_certificate_outside_its_time_is_a_tls_error() {
    for (from, to, message) in [(2001, 2002, "has expired"), (2101, 2102, "is not valid yet")] {
        let authority = Authority::new();
        let acceptor = authority.acceptor("127.0.0.1", &[], |params| {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
        });
        let base = answer(acceptor).await;
        let result = authority.trusted().send(request(&base)).await;
        assert_failed(
            result,
            TransportErrorKind::Tls,
            Fate::NotSent,
            host(&base),
            message,
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_a_tls_error() {
    let (base, _server) = serve(|mut stream| async move {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        stream
    })
    .await;
    let base = base.replace("http://", "https://");
    let result = transport().send(request(&base)).await;
    assert_failed(
        result,
        TransportErrorKind::Tls,
        Fate::NotSent,
        host(&base),
        "does not speak tls",
    );
}

#[tokio::test]
async fn a_server_that_speaks_nothing_newer_than_http_1_1_is_understood() {
    let authority = Authority::new();
    let base = answer(authority.acceptor("127.0.0.1", &[b"http/1.1"], |_| ())).await;
    let response = authority.trusted().send(request(&base)).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_11);
    assert_eq!(response.body(), "over tls");
}
