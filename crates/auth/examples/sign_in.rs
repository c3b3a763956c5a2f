//! Signs in once for many calls, and again when the server stops taking the token.
//!
//! ```text
//! cargo run -p rollbook-auth --example sign_in
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rollbook_auth::{AuthLayer, CachedTokens, Origin, Secret, SecretSource, Token, TokenSource};
use rollbook_testkit::{FakeClock, FakeTransport, Reply, Rule};
use rollbook_transport::{Fate, Layer as _, Transport, TransportError, TransportErrorKind};

/// A vendor's token call: trades a client secret for a token.
#[derive(Debug)]
struct SignIn {
    wire: FakeTransport,
    client_secret: Secret,
}

#[async_trait::async_trait]
impl TokenSource for SignIn {
    async fn fetch(&self) -> Result<Token, TransportError> {
        println!("signing in");
        let refused = |cause: Box<dyn Error + Send + Sync>| {
            TransportError::new(TransportErrorKind::SignIn, Fate::Answered, "no token came back")
                .with_source(cause)
        };
        let request = http::Request::post("https://vendor.test/oauth/token")
            .body(Bytes::from(format!(
                "client_secret={}",
                self.client_secret.expose()
            )))
            .map_err(|error| refused(error.into()))?;
        let response = self.wire.send(request).await?;
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let token = Secret::new(text).map_err(|error| refused(error.into()))?;
        Ok(Token::new(token).with_lifetime(Duration::from_secs(7199)))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client_secret = SecretSource::Command(vec!["echo".into(), "sandbox-secret".into()]).resolve()?;
    println!("the client secret is {client_secret:?}");

    let wire = FakeTransport::ordered([
        Rule::post("/oauth/token").reply(Reply::text(200, "first")),
        Rule::get("/users/")
            .header("authorization", "Bearer first")
            .reply(Reply::status(200))
            .reply(Reply::status(401)),
        Rule::post("/oauth/token").reply(Reply::text(200, "second")),
        Rule::get("/users/").header("authorization", "Bearer second"),
    ]);
    let sign_in = SignIn {
        wire: wire.clone(),
        client_secret,
    };
    let tokens = CachedTokens::new(sign_in, Arc::new(FakeClock::automatic()));
    let signed = AuthLayer::new(Arc::new(tokens), Origin::parse("https://vendor.test")?).wrap(Arc::new(wire));
    for _ in 0..2 {
        let request = http::Request::get("https://vendor.test/users/").body(Bytes::new())?;
        println!("answered {}", signed.send(request).await?.status());
    }
    Ok(())
}
