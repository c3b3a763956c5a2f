//! A sandbox in the process and the same sandbox on a socket: each fault is the same to the one who asks.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use rollbook_sandbox::fault::{FaultSpec, KINDS};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, Server, credentials};
use rollbook_transport::{
    BodyLimit, Fate, Request, Response, Transport, TransportError, TransportErrorKind as Kind,
};

use super::support::transport;

/// The most that a body may have in these tests.
const LIMIT: u64 = 300_000;

/// What comes of a fault: the status of a reply, or the kind and fate of an error.
type Expected = Result<u16, (Kind, Fate)>;

const FAULTS: &[(&str, Expected)] = &[
    ("bad-row", Ok(200)),
    ("churn", Ok(200)),
    ("clock-skew", Ok(200)),
    ("cursor-expires:after=0", Ok(200)),
    ("deep-nesting:depth=1000", Ok(200)),
    ("empty-page", Ok(200)),
    ("gzip", Ok(200)),
    ("gzip:how=broken", Err((Kind::Protocol, Fate::Answered))),
    ("gzip:how=bomb,bytes=300000", Ok(200)),
    (
        "gzip:how=bomb,bytes=300001",
        Err((Kind::BodyTooLarge, Fate::Answered)),
    ),
    ("html", Ok(200)),
    ("html:code=502", Ok(502)),
    ("latency:ms=2,jitter=2", Ok(200)),
    ("long-string:bytes=10000", Ok(200)),
    (
        "long-string:bytes=300000",
        Err((Kind::BodyTooLarge, Fate::Answered)),
    ),
    ("many-rows:rows=100", Ok(200)),
    ("other-shape", Ok(200)),
    ("oversize:bytes=300000", Ok(200)),
    ("oversize:bytes=300000,announced=no", Ok(200)),
    ("oversize:bytes=300001", Err((Kind::BodyTooLarge, Fate::Answered))),
    (
        "oversize:bytes=300001,announced=no",
        Err((Kind::BodyTooLarge, Fate::Answered)),
    ),
    (
        "oversize:bytes=1000000000000",
        Err((Kind::BodyTooLarge, Fate::Answered)),
    ),
    (
        "oversize:bytes=1000000000000,announced=no",
        Err((Kind::BodyTooLarge, Fate::Answered)),
    ),
    ("page-cap:rows=3", Ok(200)),
    ("partial", Ok(200)),
    ("redirect", Ok(302)),
    ("redirect:code=308", Ok(308)),
    ("repeat-cursor", Ok(200)),
    ("reset", Err((Kind::Interrupted, Fate::Unknown))),
    ("reset:when=after", Err((Kind::Interrupted, Fate::Unknown))),
    ("reset:when=body", Err((Kind::Interrupted, Fate::Answered))),
    ("slow-body:bytes=1000,ms=1", Ok(200)),
    ("status:code=429,retry-after=2", Ok(429)),
    ("status:code=204", Ok(204)),
    ("token-expires:after=0", Ok(200)),
    ("token-refused", Ok(401)),
    ("token-revoked", Ok(200)),
    ("truncated", Ok(200)),
    ("truncated:length=wrong", Err((Kind::Interrupted, Fate::Answered))),
    ("wrong-total:by=-5", Ok(200)),
];

const TARGETS: [&str; 2] = ["/api/v2/devices?skip=0&limit=10", "/unified/mdm/users?limit=10"];

fn sandbox(fault: &FaultSpec) -> Sandbox {
    let config = SandboxConfig::default().with_users(30).with_devices(30);
    Sandbox::new(config.with_fault(fault.clone()))
}

fn request(base: &str, target: &str) -> Request {
    let token = if target.starts_with("/api") {
        credentials::BANYAN_KEY
    } else {
        credentials::TRUTO_TOKEN
    };
    let account = credentials::TRUTO_INTEGRATED_ACCOUNT;
    let mut request = http::Request::get(format!("{base}{target}&integrated_account_id={account}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .unwrap();
    request.extensions_mut().insert(BodyLimit(LIMIT));
    request
}

/// All that can be told apart.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Reply(StatusCode, Vec<(&'static str, String)>, Bytes),
    Failure(Kind, Fate),
}

impl Outcome {
    fn of(result: Result<Response, TransportError>) -> Self {
        match result {
            Err(error) => Self::Failure(error.kind(), error.fate()),
            Ok(response) => {
                let headers = [
                    "content-type",
                    "content-encoding",
                    "location",
                    "retry-after",
                    "x-request-id",
                ];
                let headers = headers.iter().filter_map(|name| {
                    let value = response.headers().get(*name)?;
                    Some((*name, value.to_str().unwrap().to_owned()))
                });
                Self::Reply(response.status(), headers.collect(), response.body().clone())
            }
        }
    }

    fn told(&self) -> Expected {
        match self {
            Self::Reply(status, ..) => Ok(status.as_u16()),
            Self::Failure(kind, fate) => Err((*kind, *fate)),
        }
    }
}

#[tokio::test]
async fn a_fault_is_the_same_in_process_and_on_a_socket() {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    for (text, expected) in FAULTS {
        let fault: FaultSpec = text.parse().unwrap();
        for target in TARGETS {
            let there = sandbox(&fault);
            let server = Server::serve(there.clone(), anywhere, Duration::ZERO)
                .await
                .unwrap();
            let remote = transport().send(request(&server.base_url(), target)).await;
            let here = sandbox(&fault);
            let local = SandboxTransport::new(here.clone());
            let local = local.send(request("http://sandbox", target)).await;
            let (local, remote) = (Outcome::of(local), Outcome::of(remote));
            assert!(
                local == remote,
                "{text} at {target}: {:?}, {:?}",
                local.told(),
                remote.told()
            );
            assert_eq!(remote.told(), *expected, "{text} at {target}");
            let hits = |sandbox: &Sandbox| -> Vec<_> {
                let log = sandbox.request_log().into_iter();
                log.map(|request| (request.status, request.faults)).collect()
            };
            assert_eq!(hits(&here), hits(&there), "{text} at {target}");
            server.shutdown().await;
        }
    }
}

#[test]
fn every_kind_of_fault_is_among_them() {
    for kind in KINDS {
        let named = |text: &str| text.split(':').next() == Some(kind.name);
        assert!(FAULTS.iter().any(|(text, _)| named(text)), "{}", kind.name);
    }
}

#[tokio::test]
async fn the_date_of_a_clock_that_is_wrong_is_the_only_one() {
    let sandbox = sandbox(&"clock-skew:seconds=-864000".parse().unwrap());
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::serve(sandbox, anywhere, Duration::ZERO).await.unwrap();
    let response = transport()
        .send(request(&server.base_url(), TARGETS[0]))
        .await
        .unwrap();
    assert_eq!(response.headers().get_all("date").iter().count(), 1);
}
