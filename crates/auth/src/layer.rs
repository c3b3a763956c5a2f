use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;
use http::header::AUTHORIZATION;
use rollbook_transport::{
    Attempts, Fate, Layer, Request, Response, Sent, Spare, Transport, TransportError, TransportErrorKind,
};

use crate::{IssuedToken, Origin, TokenProvider};

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
/// - the header is marked sensitive, and the response comes with a [`Scrubber`](rollbook_transport::Scrubber) for texts that
///   repeat the token.
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

impl Transport for Signing {
    fn send<'a, 'b>(&'a self, mut request: Request) -> Sent<'b>
    where
        'a: 'b,
    {
        Box::pin(async move {
            let AuthLayer { provider, origin } = &self.auth;
            if !origin.is_of(request.uri()) {
                return Err(elsewhere(&request, origin));
            }
            let attempts = request.extensions().get::<Attempts>().cloned();
            let attempts = attempts.unwrap_or_else(|| Attempts::new(1));
            let mut replayed = false;
            loop {
                let token = match provider.at_hand() {
                    Some(token) => token,
                    None => provider.token().await.map_err(TransportError::in_sign_in)?,
                };
                let spare = Spare::of(&request);
                request.headers_mut().insert(AUTHORIZATION, token.bearer()?);
                let response = self.inner.send(request).await?;
                if response.status() != StatusCode::UNAUTHORIZED {
                    if response.status().is_success() {
                        self.note_served(&token);
                    }
                    return Ok(with_scrubber(response, &token, &attempts));
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
                if !again || !attempts.take() {
                    return Ok(with_scrubber(response, &token, &attempts));
                }
                request = spare.into_request();
                replayed = true;
            }
        })
    }
}

/// With what it takes to show the server's words without the token.
fn with_scrubber(mut response: Response, token: &IssuedToken, attempts: &Attempts) -> Response {
    if let Err(scrubber) = attempts.keep_scrubber(token.scrubber()) {
        response.extensions_mut().insert(scrubber);
    }
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
