use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use rollbook_transport::BoxError;
use rustls::ClientConfig;
use tower_service::Service;

/// How often a silent connection is asked whether its other end is still there, and how often in vain until it ends.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_RETRIES: u32 = 3;

type Https = HttpsConnector<HttpConnector<Resolver>>;
type BoxFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Opens connections, with TLS where the scheme asks for it, within a time that holds for all of it.
#[derive(Clone)]
pub(crate) struct Connector {
    https: Https,
    timeout: Duration,
}

impl Connector {
    pub(crate) fn new(tls: ClientConfig, timeout: Duration) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(KEEPALIVE));
        http.set_keepalive_interval(Some(KEEPALIVE));
        http.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        // Divided among the addresses of the host: one that does not answer leaves time for the next.
        http.set_connect_timeout(Some(timeout));
        Self {
            https: Https::from((http, tls)),
            timeout,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = <Https as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connected = tokio::time::timeout(self.timeout, self.https.call(uri));
        Box::pin(async move { connected.await.unwrap_or_else(|_| Err(NotInTime.into())) })
    }
}

/// The system's resolver, whose failures can be told from those of connecting.
#[derive(Clone)]
pub(crate) struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = Unresolved;
    type Future = BoxFuture<GaiAddrs, Unresolved>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context).map_err(Unresolved)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolved = self.0.call(name);
        Box::pin(async move { resolved.await.map_err(Unresolved) })
    }
}

/// The connection with its TLS handshake took longer than it may.
#[derive(Debug, thiserror::Error)]
#[error("not connected in time")]
pub(crate) struct NotInTime;

/// The host has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name cannot be resolved")]
pub(crate) struct Unresolved(#[source] std::io::Error);
