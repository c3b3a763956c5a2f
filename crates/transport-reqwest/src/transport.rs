use std::fmt;

use async_trait::async_trait;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use reqwest::Client;
use rollbook_transport::{BodyLimit, Request, Response, Transport, TransportError, check_address};

use crate::address;
use crate::failure::{self, Peer};
use crate::{ReqwestTransportBuilder, body};

/// The default HTTP client. A clone shares its connections.
///
/// Connections are kept and used again; HTTP/2 is used where the server offers it. There is no timeout but for
/// connecting: how long an attempt may take is a layer's business, and dropping the future ends it.
#[derive(Clone)]
pub struct ReqwestTransport {
    to_loopback: Client,
    to_others: Client,
    proxy: Option<String>,
}

impl ReqwestTransport {
    /// Starts with the defaults: the system's authorities, the environment's proxy, 10 s to connect.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::new()
    }

    pub(crate) fn new(to_loopback: Client, to_others: Client, proxy: Option<String>) -> Self {
        Self {
            to_loopback,
            to_others,
            proxy,
        }
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (parts, body) = request.into_parts();
        let host = check_address(&parts.uri)?;
        let url = address::url(&parts.uri, &host)?;
        let limit = parts.extensions.get::<BodyLimit>().copied();
        let peer = Peer {
            host: &host,
            proxy: self.proxy.as_deref(),
        };
        let client = if host.is_loopback() {
            &self.to_loopback
        } else {
            &self.to_others
        };

        let is_bare = body.is_empty() && takes_content(&parts.method);
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        if is_bare {
            outgoing
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *outgoing.body_mut() = Some(body.into());

        let mut incoming = client
            .execute(outgoing)
            .await
            .map_err(|error| failure::before_head(error, &peer))?;
        let body = body::read(&mut incoming, limit, &peer).await?;
        let mut response = Response::new(body);
        *response.status_mut() = incoming.status();
        *response.version_mut() = incoming.version();
        *response.headers_mut() = std::mem::take(incoming.headers_mut());
        Ok(response)
    }
}

/// Methods whose servers expect a length (RFC 9110, 8.6): some answer 411 when an empty body comes without one.
fn takes_content(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
