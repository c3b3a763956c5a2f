use std::fmt;
use std::sync::{Arc, Mutex as StateMutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rollbook_transport::{Clock, TransportError};
use tokio::sync::Mutex;

use crate::{IssuedToken, TokenProvider, TokenSource};

/// Tokens of a [`TokenSource`], kept until shortly before they expire.
///
/// - a token is given until a tenth of its lifetime is left, or a minute if that is less; without a lifetime until it is
///   rejected;
/// - one sign-in for all who wait, whether it succeeds or fails: they share the token or the error. Who comes after a
///   failure tries again;
/// - who is dropped while signing in hands over to the next who waits;
/// - a token is replaced once however many reject it: rejecting one that has been replaced does nothing.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use rollbook_auth::{CachedTokens, Secret, Token, TokenProvider, TokenSource};
/// use rollbook_transport::{SystemClock, TransportError};
///
/// #[derive(Debug)]
/// struct SignIn(Secret);
///
/// #[async_trait::async_trait]
/// impl TokenSource for SignIn {
///     async fn fetch(&self) -> Result<Token, TransportError> {
///         Ok(Token::new(self.0.clone()).with_lifetime(Duration::from_secs(7199)))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tokens = CachedTokens::new(SignIn(Secret::new("abc")?), Arc::new(SystemClock));
/// let first = tokens.token().await?;
/// assert_eq!(tokens.token().await?.generation(), first.generation());
/// assert!(tokens.reject(&first));
/// assert_ne!(tokens.token().await?.generation(), first.generation());
/// # Ok(())
/// # }
/// ```
pub struct CachedTokens {
    source: Box<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    state: StateMutex<State>,
    /// Held by whoever signs in.
    signing_in: Mutex<()>,
}

#[derive(Default)]
struct State {
    /// How many sign-ins have ended. A token's generation is the number of the one that gave it.
    ended: u64,
    /// How the last one ended; nothing when its token was rejected.
    last: Option<Result<Kept, TransportError>>,
}

struct Kept {
    token: IssuedToken,
    /// When a new one is to be had before the next use.
    renew_at: Option<Instant>,
}

impl CachedTokens {
    /// Keeps the tokens of `source`, by `clock`.
    pub fn new(source: impl TokenSource + 'static, clock: Arc<dyn Clock>) -> Self {
        Self {
            source: Box::new(source),
            clock,
            state: StateMutex::default(),
            signing_in: Mutex::new(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sign_in(&self) -> Result<IssuedToken, TransportError> {
        // The lifetime counts from when the vendor made the token, which is not before it was asked for.
        let asked = self.clock.now();
        let result = self.source.fetch().await;

        let mut state = self.state();
        state.ended += 1;
        let generation = state.ended;
        let kept = result.map(|token| Kept {
            token: IssuedToken::new(token.value, generation),
            renew_at: token
                .lifetime
                .and_then(|lifetime| asked.checked_add(lifetime.saturating_sub(margin(lifetime)))),
        });
        let outcome = kept
            .as_ref()
            .map(|kept| kept.token.clone())
            .map_err(TransportError::clone);
        state.last = Some(kept);
        outcome
    }
}

/// How long before its end a token is not used any more: a tenth for those that live shortly, a minute for a slow
/// request and a clock that is off for the others.
fn margin(lifetime: Duration) -> Duration {
    (lifetime / 10).min(Duration::from_secs(60))
}

impl State {
    fn fresh(&self, now: Instant) -> Option<IssuedToken> {
        let Some(Ok(kept)) = &self.last else {
            return None;
        };
        let fresh = kept.renew_at.is_none_or(|renew_at| now < renew_at);
        fresh.then(|| kept.token.clone())
    }

    /// How the sign-in ended that a caller has waited for: one that ended after the first `seen`. A token that lives no
    /// longer than it took to hand it on is good for those who waited, else each of them would sign in.
    fn ended_since(&self, seen: u64) -> Option<Result<IssuedToken, TransportError>> {
        let last = self.last.as_ref().filter(|_| self.ended != seen)?;
        Some(
            last.as_ref()
                .map(|kept| kept.token.clone())
                .map_err(TransportError::clone),
        )
    }
}

#[async_trait]
impl TokenProvider for CachedTokens {
    async fn token(&self) -> Result<IssuedToken, TransportError> {
        let seen = {
            let state = self.state();
            if let Some(token) = state.fresh(self.clock.now()) {
                return Ok(token);
            }
            state.ended
        };
        let _signing_in = self.signing_in.lock().await;
        // Not in the condition itself, where the state would stay locked.
        let ended = self.state().ended_since(seen);
        match ended {
            Some(outcome) => outcome,
            None => self.sign_in().await,
        }
    }

    fn at_hand(&self) -> Option<IssuedToken> {
        self.state().fresh(self.clock.now())
    }

    fn reject(&self, token: &IssuedToken) -> bool {
        let mut state = self.state();
        if matches!(&state.last, Some(Ok(kept)) if kept.token.generation() == token.generation()) {
            state.last = None;
        }
        true
    }
}

impl fmt::Debug for CachedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedTokens")
            .field("source", &self.source)
            .field("sign_ins", &self.state().ended)
            .finish_non_exhaustive()
    }
}
