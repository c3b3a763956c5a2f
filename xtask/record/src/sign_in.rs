//! How a source signs its requests: found out by letting it sign one, which is not sent.
//!
//! The facade reads the configuration and signs in. What it sends and gets for that is what must be nowhere in a case.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use rollbook::model::{ErrorKind, UserQuery};
use rollbook::{Rollbook, SourceConfig};
use rollbook_layers::TimeoutLayer;
use rollbook_transport::{
    Call, Fate, Layer as _, Request, Response, SystemClock, Transport, TransportError, TransportErrorKind,
};
use rollbook_transport_reqwest::ReqwestTransport;

use crate::{Result, SIGN_INS};

/// The parameter that says which account of Truto is meant.
pub(crate) const ACCOUNT: &str = "integrated_account_id";

/// What signs a request of a source.
pub(crate) struct Signed {
    pub(crate) wire: Arc<dyn Transport>,
    pub(crate) authorization: HeaderValue,
    /// Where the vendor wants it, as it is spelt in an address.
    pub(crate) account: Option<String>,
    /// The secret, what it was exchanged for, and what else was told of the tenant.
    pub(crate) secrets: Vec<String>,
}

/// Signs in as the source does.
pub(crate) async fn sign_in(source: &SourceConfig) -> Result<Signed> {
    let settings = source.settings();
    let mut client = ReqwestTransport::builder();
    if let Some(file) = &settings.ca_file {
        client = client.ca_file(file);
    }
    if let Some(proxy) = &settings.proxy {
        client = client.proxy(proxy);
    }
    let limit = settings.timeout.unwrap_or(TimeoutLayer::DEFAULT);
    let wire = TimeoutLayer::new(Arc::new(SystemClock), limit).wrap(Arc::new(client.build()?));
    let tap = Arc::new(Tap {
        wire: Arc::clone(&wire),
        seen: Mutex::default(),
    });
    let rollbook = Rollbook::builder()
        .transport(Arc::clone(&tap) as Arc<dyn Transport>)
        .build([source])?;
    let first = match rollbook.sources() {
        [source] => source.directory().list_users(&UserQuery::default())?,
        _ => Vec::new(),
    };
    for mut pager in first {
        // The tap does not let it through: what it would have been is all that is wanted.
        if let Some(Err(error)) = pager.next_page().await
            && error.kind() != ErrorKind::InvalidArgument
        {
            return Err(error.into());
        }
    }
    let seen = std::mem::take(&mut *tap.seen.lock().unwrap_or_else(PoisonError::into_inner));
    let Some(authorization) = seen.authorization else {
        return Err("the source did not sign a request".into());
    };
    let mut secrets = seen.secrets;
    secrets.extend(credential(&authorization));
    secrets.extend(seen.account.clone());
    let origin = source.base_url().origin();
    let authority = origin
        .split_once("://")
        .map_or(origin, |(_, authority)| authority);
    secrets.push(authority.to_owned());
    secrets.extend(authority.rsplit_once(':').map(|(host, _)| host.to_owned()));
    Ok(Signed {
        wire,
        authorization,
        account: seen.account,
        secrets,
    })
}

/// Lets a source sign in, and keeps the first other request back.
#[derive(Debug)]
struct Tap {
    wire: Arc<dyn Transport>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    authorization: Option<HeaderValue>,
    account: Option<String>,
    secrets: Vec<String>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen")
    }
}

#[async_trait]
impl Transport for Tap {
    async fn send(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let operation = request.extensions().get::<Call>().map(|call| call.operation);
        if operation.is_some_and(|operation| SIGN_INS.contains(&operation)) {
            let mut secrets = secrets_sent(&request);
            let reply = self.wire.send(request).await?;
            secrets.extend(secrets_received(&reply));
            self.seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .secrets
                .extend(secrets);
            return Ok(reply);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.authorization = request.headers().get(AUTHORIZATION).cloned();
        let mut pairs = request.uri().query().unwrap_or_default().split('&');
        seen.account = pairs.find_map(|pair| Some(pair.strip_prefix(ACCOUNT)?.strip_prefix('=')?.to_owned()));
        Err(TransportError::new(
            TransportErrorKind::InvalidRequest,
            Fate::NotSent,
            "kept back: only its signature is wanted",
        ))
    }
}

/// What follows the scheme.
fn credential(authorization: &HeaderValue) -> Option<String> {
    let (_, credential) = authorization.to_str().ok()?.split_once(' ')?;
    Some(credential.to_owned())
}

fn secrets_sent(request: &Request) -> Vec<String> {
    let form = form_urlencoded::parse(request.body());
    let named = form.filter(|(name, _)| matches!(name.as_ref(), "client_id" | "client_secret"));
    let mut secrets: Vec<String> = named.map(|(_, value)| value.into_owned()).collect();
    secrets.extend(request.headers().get(AUTHORIZATION).and_then(credential));
    secrets
}

/// The tokens, and the names of the tenant and of the token.
fn secrets_received(reply: &Response) -> Vec<String> {
    let reply: serde_json::Value = serde_json::from_slice(reply.body()).unwrap_or_default();
    let names = [
        "access_token",
        "refresh_token",
        "id_token",
        "Message",
        "domain",
        "jti",
    ];
    let values = names.iter().filter_map(|name| reply.get(name)?.as_str());
    values.map(str::to_owned).collect()
}
