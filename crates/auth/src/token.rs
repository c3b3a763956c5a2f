use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderValue;
use rollbook_transport::{Fate, REDACTED, Scrubber, TransportError, TransportErrorKind};

use crate::Secret;

/// A token as a vendor's token call gave it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    /// The token itself.
    pub value: Secret,
    /// How long it is good from when it was asked for; not known means until it is rejected.
    pub lifetime: Option<Duration>,
}

impl Token {
    /// A token that is good until it is rejected.
    pub fn new(value: Secret) -> Self {
        Self {
            value,
            lifetime: None,
        }
    }

    /// The same token with its lifetime.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

/// A vendor's token call. The vendor's crate implements it; [`CachedTokens`](crate::CachedTokens) calls it.
///
/// - every call signs in anew;
/// - a credential that the vendor refuses is an error of kind `SignIn`.
#[async_trait]
pub trait TokenSource: Send + Sync + fmt::Debug {
    /// Signs in.
    ///
    /// # Errors
    ///
    /// What the token call failed of; the kind is `SignIn` when the credential was refused, or when what came back is
    /// not a token.
    async fn fetch(&self) -> Result<Token, TransportError>;
}

/// Gives the token for a request.
///
/// - a token that was rejected is not given again, unless there is no other;
/// - it may be asked by many at once.
#[async_trait]
pub trait TokenProvider: Send + Sync + fmt::Debug {
    /// The token to use now.
    ///
    /// # Errors
    ///
    /// Why there is none: the error of the sign-in.
    async fn token(&self) -> Result<IssuedToken, TransportError>;

    /// The token to use now, if it is here without a sign-in: what [`token`](Self::token) would give at once.
    fn at_hand(&self) -> Option<IssuedToken> {
        None
    }

    /// Says that the server did not take this token. True when another can be had.
    fn reject(&self, token: &IssuedToken) -> bool;
}

/// A token that a provider gave, told apart from those before and after it, with what each of its requests needs of it. A clone
/// is the same token.
#[derive(Clone, Debug)]
pub struct IssuedToken(Arc<Issued>);

#[derive(Debug)]
struct Issued {
    value: Secret,
    generation: u64,
    /// None when the token cannot be the value of a header.
    bearer: Option<HeaderValue>,
    scrubber: Scrubber,
}

impl IssuedToken {
    /// The token of this generation; a provider counts them.
    pub fn new(value: Secret, generation: u64) -> Self {
        let bearer = HeaderValue::try_from(format!("Bearer {}", value.expose())).ok();
        let secret = value.clone();
        Self(Arc::new(Issued {
            value,
            generation,
            bearer: bearer.map(|mut bearer| {
                bearer.set_sensitive(true);
                bearer
            }),
            scrubber: Scrubber::new(move |text| text.replace(secret.expose(), REDACTED)),
        }))
    }

    /// The value of the header that signs a request, marked sensitive.
    pub(crate) fn bearer(&self) -> Result<HeaderValue, TransportError> {
        self.0.bearer.clone().ok_or_else(|| {
            TransportError::new(
                TransportErrorKind::SignIn,
                Fate::NotSent,
                "the token cannot be the value of a header",
            )
        })
    }

    /// What it takes to show the server's words without the token.
    pub(crate) fn scrubber(&self) -> Scrubber {
        self.0.scrubber.clone()
    }

    /// The token itself.
    pub fn value(&self) -> &Secret {
        &self.0.value
    }

    /// Which of its provider's tokens it is.
    pub fn generation(&self) -> u64 {
        self.0.generation
    }
}

/// A key that is itself the token (a Banyan API key, a Truto API token). There is no other.
#[derive(Clone, Debug)]
pub struct StaticToken(IssuedToken);

impl StaticToken {
    /// A provider of this token.
    pub fn new(value: Secret) -> Self {
        Self(IssuedToken::new(value, 0))
    }
}

#[async_trait]
impl TokenProvider for StaticToken {
    async fn token(&self) -> Result<IssuedToken, TransportError> {
        Ok(self.0.clone())
    }

    fn at_hand(&self) -> Option<IssuedToken> {
        Some(self.0.clone())
    }

    fn reject(&self, _: &IssuedToken) -> bool {
        false
    }
}
