use std::fmt;

use rollbook_auth::Secret;
use rollbook_vendor_kit::BaseUrl;

/// Where TruU's platform is for every tenant: the token tells the tenant (TruU guide, "Retrieving an OAuth Token").
pub const DEFAULT_BASE_URL: &str = "https://global.platform.truu.ai";

/// One TruU tenant: the platform and a "User Operations" OAuth client, made in the admin console under
/// Integrations > OAuth Clients.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The platform: [`DEFAULT_BASE_URL`] unless TruU says otherwise.
    pub base_url: BaseUrl,
    /// The OAuth client's id.
    pub client_id: String,
    /// The OAuth client's secret.
    pub client_secret: Secret,
}

impl Config {
    /// A tenant with its OAuth client.
    pub fn new(base_url: BaseUrl, client_id: impl Into<String>, client_secret: Secret) -> Self {
        Self {
            base_url,
            client_id: client_id.into(),
            client_secret,
        }
    }
}

/// Shows the secret's place and not the secret.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
