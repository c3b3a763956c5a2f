//! Rollbook's credentials: where secrets come from, how tokens are had and kept, and the layer that signs requests.
//!
//! - a [`Secret`] is never shown; a [`SecretSource`] says where it is read from: the environment, a file, a command;
//! - a [`TokenSource`] is a vendor's token call; [`CachedTokens`] makes of it a [`TokenProvider`] that signs in once for
//!   everybody who waits, before the token expires; [`StaticToken`] is one for a key that is itself the token;
//! - the [`AuthLayer`] puts the token on requests to the one [`Origin`] that it is for, and replays a request whose
//!   token was rejected.
//!
//! ```
//! use std::sync::Arc;
//! use rollbook_auth::{AuthLayer, Origin, Secret, StaticToken};
//! use rollbook_testkit::{FakeTransport, Reply, Rule};
//! use rollbook_transport::{Layer, Transport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = StaticToken::new(Secret::new("sandbox-key")?);
//! let origin = Origin::parse("https://net.banyanops.com")?;
//! let wire = FakeTransport::ordered([
//!     Rule::get("/api/v1/devices").header("authorization", "Bearer sandbox-key").reply(Reply::json(200, "[]")),
//! ]);
//! let signed = AuthLayer::new(Arc::new(key), origin).wrap(Arc::new(wire));
//!
//! let request = http::Request::get("https://net.banyanops.com/api/v1/devices").body(Default::default())?;
//! assert_eq!(signed.send(request).await?.status(), 200);
//!
//! let elsewhere = http::Request::get("https://example.com/api/v1/devices").body(Default::default())?;
//! assert!(signed.send(elsewhere).await.is_err());
//! # Ok(())
//! # }
//! ```

mod cached;
mod command;
mod jwt;
mod layer;
mod origin;
mod secret;
mod secret_error;
mod secret_source;
mod token;

pub use cached::CachedTokens;
pub use jwt::jwt_expiry;
pub use layer::AuthLayer;
pub use origin::{InvalidOrigin, Origin};
pub use secret::Secret;
pub use secret_error::SecretError;
pub use secret_source::SecretSource;
pub use token::{IssuedToken, StaticToken, Token, TokenProvider, TokenSource};

/// The example of the README, which is run as those here are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
