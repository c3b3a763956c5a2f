//! A secret is in nothing that this crate shows.

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use rollbook_auth::{
    AuthLayer, CachedTokens, IssuedToken, Origin, Secret, SecretSource, StaticToken, Token,
    TokenProvider as _, TokenSource,
};
use rollbook_testkit::{FakeClock, FakeTransport, Reply};
use rollbook_transport::{Layer as _, Transport as _, TransportError};

const CANARY: &str = "c4n4ry-s3cr3t";

#[derive(Debug)]
struct SignIn(Secret);

#[async_trait::async_trait]
impl TokenSource for SignIn {
    async fn fetch(&self) -> Result<Token, TransportError> {
        Ok(Token::new(self.0.clone()))
    }
}

fn check(what: &str, shown: &dyn Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(CANARY), "{what} shows the secret: {text}");
    }
}

#[tokio::test]
async fn no_secret_is_shown_by_anything() {
    let secret = Secret::new(CANARY).unwrap();
    check("Secret", &secret);
    check("Token", &Token::new(secret.clone()));
    check("IssuedToken", &IssuedToken::new(secret.clone(), 1));

    let key = StaticToken::new(secret.clone());
    check("StaticToken", &key);
    let tokens = CachedTokens::new(SignIn(secret.clone()), Arc::new(FakeClock::manual()));
    check("a token", &tokens.token().await);
    check("CachedTokens", &tokens);

    let origin = Origin::parse("https://vendor.test").unwrap();
    let layer = AuthLayer::new(Arc::new(tokens), origin);
    check("AuthLayer", &layer);
    let fake = FakeTransport::answering(|_| Reply::status(200));
    let signed = layer.wrap(Arc::new(fake.clone()));
    check("the signing transport", &signed);

    let request = |uri: &str| http::Request::get(uri).body(Bytes::new()).unwrap();
    check(
        "the response",
        &signed.send(request("https://vendor.test/x")).await,
    );
    check("the requests", &fake.requests());
    let elsewhere = format!("https://evil.test/{CANARY}?{CANARY}");
    let error = signed.send(request(&elsewhere)).await.unwrap_err();
    check("the error", &error);
    assert!(!error.to_string().contains(CANARY));
    assert!(!fake.transcript().contains(CANARY));
}

#[test]
fn no_secret_is_in_the_error_that_refuses_it() {
    let script = format!("printf '{CANARY}\\n{CANARY}'");
    let command = SecretSource::Command(vec!["sh".into(), "-c".into(), script]);
    for error in [
        Secret::new(format!("{CANARY}\n")).unwrap_err(),
        command.resolve().unwrap_err(),
    ] {
        check("SecretError", &error);
        let mut cause: Option<&dyn Error> = Some(&error);
        while let Some(error) = cause {
            assert!(!error.to_string().contains(CANARY), "{error}");
            cause = error.source();
        }
    }
}
