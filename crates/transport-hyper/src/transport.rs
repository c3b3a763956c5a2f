use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use rollbook_transport::{BodyLimit, Request, Response, Transport, TransportError, check_address};

use crate::body::Body;
use crate::connect::Connector;
use crate::{HyperTransportBuilder, failure};

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// The lean HTTP client. A clone shares its connections.
///
/// Connections are kept and used again, over HTTP/1.1. There is no timeout but for connecting: how long an attempt may
/// take is a layer's business, and dropping the future ends it.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Full<Bytes>>,
    user_agent: HeaderValue,
}

impl HyperTransport {
    /// Starts with the defaults: the system's authorities, 10 s to connect.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::new()
    }

    pub(crate) fn new(client: Client<Connector, Full<Bytes>>, user_agent: HeaderValue) -> Self {
        Self { client, user_agent }
    }

    /// The request as hyper takes it, with what every request says unless it says so itself.
    fn outgoing(&self, request: Request) -> http::Request<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        if body.is_empty() && takes_content(&parts.method) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut say = |name, value| {
            headers.entry(name).or_insert(value);
        };
        say(ACCEPT, HeaderValue::from_static("*/*"));
        say(ACCEPT_ENCODING, GZIP);
        say(USER_AGENT, self.user_agent.clone());
        let mut outgoing = http::Request::new(Full::new(body));
        *outgoing.method_mut() = parts.method;
        *outgoing.uri_mut() = parts.uri;
        *outgoing.headers_mut() = headers;
        outgoing
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let host = check_address(request.uri())?;
        let limit = request.extensions().get::<BodyLimit>().copied();
        let (mut head, incoming) = self
            .client
            .request(self.outgoing(request))
            .await
            .map_err(|error| failure::before_head(error, &host))?
            .into_parts();
        let body = Body::new(incoming, limit, &host);
        let body = if is_gzip(&head.headers) {
            head.headers.remove(CONTENT_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
            body.read_gzip().await?
        } else {
            body.read().await?
        };
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.version_mut() = head.version;
        *response.headers_mut() = head.headers;
        Ok(response)
    }
}

/// Methods whose servers expect a length (RFC 9110, 8.6): some answer 411 when an empty body comes without one.
fn takes_content(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn is_gzip(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING) == Some(&GZIP)
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}
