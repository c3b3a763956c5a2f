use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue};
use rollbook_transport::{
    Attempts, Fate, Layer, REDACTED, Request, Response, Scrubber, Transport, TransportError,
    TransportErrorKind,
};

use crate::{IssuedToken, Origin, Secret, TokenProvider};

/// Signs requests with a bearer token.
///
/// - a request to another origin than the token's is refused before anything is sent: `InvalidRequest`;
/// - a request that is answered 401 is sent once more with the next token, if another can be had. When that one is refused
///   too, it is sent again only if that token has served another request in the meantime: then it was good and has ended
///   since, which says nothing of the credential;
/// - a key that is itself the token is sent once more, if it has served;
/// - each time takes from the request's [`Attempts`]; without them there is one replay;
/// - the last 401 is the response;
/// - a failed sign-in is the error, of its own kind, and the request's fate is not sent: a server that rejects the token
///   has not carried the request out;
/// - the header is marked sensitive, and the response carries a [`Scrubber`] for texts that repeat the token.
#[derive(Clone, Debug)]
pub struct AuthLayer {
    provider: Arc<dyn TokenProvider>,
    origin: Origin,
}

impl AuthLayer {
    /// Signs requests to `origin` with the tokens of `provider`.
    pub fn new(provider: Arc<dyn TokenProvider>, origin: Origin) -> Self {
        Self { provider, origin }
    }
}

impl Layer for AuthLayer {
    fn name(&self) -> &'static str {
        "auth"
    }

    fn wrap(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Signing {
            auth: self.clone(),
            served: AtomicU64::new(0),
            inner,
        })
    }
}

#[derive(Debug)]
struct Signing {
    auth: AuthLayer,
    /// One more than the generation of the newest token with which a request succeeded.
    served: AtomicU64,
    inner: Arc<dyn Transport>,
}

impl Signing {
    fn note_served(&self, token: &IssuedToken) {
        self.served
            .fetch_max(token.generation().saturating_add(1), Ordering::Relaxed);
    }

    fn has_served(&self, token: &IssuedToken) -> bool {
        self.served.load(Ordering::Relaxed) > token.generation()
    }
}

#[async_trait]
impl Transport for Signing {
    async fn send(&self, mut request: Request) -> Result<Response, TransportError> {
        let AuthLayer { provider, origin } = &self.auth;
        if !origin.is_of(request.uri()) {
            return Err(elsewhere(&request, origin));
        }
        let replays = request.extensions().get::<Attempts>().cloned();
        let replays = replays.unwrap_or_else(|| Attempts::new(1));
        let mut replayed = false;
        loop {
            let token = provider.token().await.map_err(TransportError::in_sign_in)?;
            let header = bearer(token.value())?;
            request.headers_mut().insert(AUTHORIZATION, header);
            let response = self.inner.send(request.clone()).await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                if response.status().is_success() {
                    self.note_served(&token);
                }
                return Ok(with_scrubber(response, token.value().clone()));
            }
            // Also when there is no replay: the next call shall not meet the same token.
            let another = provider.reject(&token);
            let ended = self.has_served(&token);
            // A key that has served and is refused now is refused by mistake, or is no key any more: once more tells which.
            let again = if another {
                !replayed || ended
            } else {
                !replayed && ended
            };
            if !again || !replays.take() {
                return Ok(with_scrubber(response, token.value().clone()));
            }
            replayed = true;
        }
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue, TransportError> {
    let text = format!("Bearer {}", token.expose());
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
        TransportError::new(
            TransportErrorKind::SignIn,
            Fate::NotSent,
            "the token cannot be the value of a header",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// With what it takes to show the server's words without the token.
fn with_scrubber(mut response: Response, token: Secret) -> Response {
    response
        .extensions_mut()
        .insert(Scrubber::new(move |text| text.replace(token.expose(), REDACTED)));
    response
}

fn elsewhere(request: &Request, origin: &Origin) -> TransportError {
    // Origin only: the path may name somebody.
    let target =
        Origin::of(request.uri()).map_or_else(|error| error.to_string(), |origin| origin.to_string());
    TransportError::new(
        TransportErrorKind::InvalidRequest,
        Fate::NotSent,
        format!("the credential is for {origin} and is not sent elsewhere: {target}"),
    )
}
