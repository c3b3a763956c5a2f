use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use rollbook_auth::{Secret, Token, TokenSource};
use rollbook_transport::{
    Call, Fate, Safety, Transport, TransportError, TransportErrorKind, judge_by_status,
};
use rollbook_vendor_kit::{Path, Query, check_sign_in, no_token, read_sign_in};
use secrecy::ExposeSecret as _;

use crate::Config;
use crate::wire::TokenReply;

/// The one scope of user management (TruU guide, "Retrieving an OAuth Token").
const SCOPE: &str = "tenant-management-api-user";

/// TruU's token call: `POST /oauth/token` with the client's id and secret in the body. There is no refresh token: when the
/// token has run out, the call is made again.
#[derive(Clone)]
pub struct TokenCall {
    config: Config,
    transport: Arc<dyn Transport>,
}

impl TokenCall {
    /// The token call of this tenant, sent through `transport`.
    pub fn new(config: Config, transport: Arc<dyn Transport>) -> Self {
        Self { config, transport }
    }
}

impl fmt::Debug for TokenCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCall")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenSource for TokenCall {
    async fn fetch(&self) -> Result<Token, TransportError> {
        let form = Query::new()
            .with("grant_type", "client_credentials")
            .with("scope", SCOPE)
            .with("client_id", &self.config.client_id)
            .with("client_secret", self.config.client_secret.expose());
        // Asking for a token twice gives two tokens and changes nothing else.
        let call = Call::new("truu", "token", Safety::Read, judge_by_status);
        let request = http::Request::post(
            self.config
                .base_url
                .join(&Path::of("/oauth/token"), &Query::new()),
        )
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .extension(call)
        .body(Bytes::from(form.into_form()))
        .map_err(|error| {
            TransportError::new(
                TransportErrorKind::InvalidRequest,
                Fate::NotSent,
                "the token call's address cannot be sent",
            )
            .with_source(error)
        })?;
        let response = self.transport.send(request).await?;
        check_sign_in(&response, "client_id and client_secret")?;
        let reply: TokenReply = read_sign_in(&response)?;
        let value = Secret::new(reply.access_token.expose_secret()).map_err(|_| no_token())?;
        let token = Token::new(value);
        Ok(
            match reply.expires_in.and_then(|seconds| u64::try_from(seconds).ok()) {
                Some(seconds) => token.with_lifetime(Duration::from_secs(seconds)),
                None => token,
            },
        )
    }
}
