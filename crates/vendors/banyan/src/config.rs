use std::fmt;

use rollbook_auth::Secret;
use rollbook_vendor_kit::BaseUrl;

use crate::DeletePath;

/// The command center where nothing else is said (Banyan API guide, introduction).
pub const DEFAULT_BASE_URL: &str = "https://net.banyanops.com";

/// One Banyan organisation: its command center and a credential.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The command center, without `/api`.
    pub base_url: BaseUrl,
    /// A personal refresh token, or an API key.
    pub credential: Secret,
    /// Whether to trade the credential for an access token first. A refresh token must be traded; an API key may be used as
    /// it is.
    pub exchange: bool,
    /// The address at which a device is deleted; none to find out which of the two exists.
    pub delete_path: Option<DeletePath>,
}

impl Config {
    /// An organisation whose credential is traded for access tokens.
    pub fn new(base_url: BaseUrl, credential: Secret) -> Self {
        Self {
            base_url,
            credential,
            exchange: true,
            delete_path: None,
        }
    }

    /// The same organisation with a credential that is itself the bearer token.
    #[must_use]
    pub fn without_exchange(mut self) -> Self {
        self.exchange = false;
        self
    }
}

/// Shows how the credential is used and not the credential.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("exchange", &self.exchange)
            .field("delete_path", &self.delete_path)
            .finish_non_exhaustive()
    }
}
