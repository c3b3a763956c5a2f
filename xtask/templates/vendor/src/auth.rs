//! How a request to Acme is signed: with the tenant's token, as a bearer. Where Acme has a token call, implement
//! `TokenSource` here and give it to `CachedTokens`: it signs in once for all who wait.

use std::sync::Arc;

use rollbook_auth::{AuthLayer, Origin, StaticToken};
use rollbook_model::Error;
use rollbook_transport::{Layer as _, Transport};

use crate::Config;

/// `wire` with what signs every request, for Acme's own origin alone.
pub(crate) fn signed(config: &Config, wire: Arc<dyn Transport>) -> Result<Arc<dyn Transport>, Error> {
    let origin = Origin::parse(config.base_url.origin())
        .map_err(|error| Error::invalid_argument(error.to_string()))?;
    let token = StaticToken::new(config.token.clone());
    Ok(AuthLayer::new(Arc::new(token), origin).wrap(wire))
}
