use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH};
use rollbook_auth::{Secret, Token, TokenSource, jwt_expiry};
use rollbook_transport::{
    Call, Clock, Fate, Safety, Transport, TransportError, TransportErrorKind, judge_by_status,
};
use rollbook_vendor_kit::{Path, Query, check_sign_in, no_token, read_sign_in};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::Config;

/// Banyan's token call: `POST /api/v1/refresh_token` with the credential as bearer and no body (Banyan API guide,
/// introduction). The answer does not say how long the token is good; the token itself does, when it is a JWT.
#[derive(Clone)]
pub struct TokenCall {
    config: Config,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl TokenCall {
    /// The token call of this organisation, sent through `transport`; `clock` tells how long a token has left.
    pub fn new(config: Config, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            config,
            transport,
            clock,
        }
    }
}

impl fmt::Debug for TokenCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCall")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct TokenReply {
    #[serde(rename = "Message")]
    message: SecretString,
}

#[async_trait]
impl TokenSource for TokenCall {
    async fn fetch(&self) -> Result<Token, TransportError> {
        let cannot_be_sent = || {
            let message = "the token call cannot be sent with this credential";
            TransportError::new(TransportErrorKind::InvalidRequest, Fate::NotSent, message)
        };
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.config.credential.expose()))
            .map_err(|_| cannot_be_sent())?;
        bearer.set_sensitive(true);
        // Asking for a token twice gives two tokens and changes nothing else.
        let call = Call::new("banyan", "refresh_token", Safety::Read, judge_by_status);
        let request = http::Request::post(
            self.config
                .base_url
                .join(&Path::of("/api/v1/refresh_token"), &Query::new()),
        )
        .header(AUTHORIZATION, bearer)
        .header(ACCEPT, "application/json")
        .header(CONTENT_LENGTH, "0")
        .extension(call)
        .body(Bytes::new())
        .map_err(|_| cannot_be_sent())?;
        let response = self.transport.send(request).await?;
        check_sign_in(
            &response,
            "credential, or set exchange = false for an API key that is used as it is",
        )?;
        let reply: TokenReply = read_sign_in(&response)?;
        let text = reply.message.expose_secret();
        let token = Token::new(Secret::new(text).map_err(|_| no_token())?);
        let left = jwt_expiry(text).map(|expiry| expiry.saturating_sub(self.clock.unix_time()));
        Ok(match left {
            // A token that has run out before it was used is worth a try: the clocks may differ.
            Some(left) if !left.is_zero() => token.with_lifetime(left),
            _ => token,
        })
    }
}
