use std::fmt;

use rollbook_auth::Secret;
use rollbook_vendor_kit::BaseUrl;

/// Where Acme's API is. Made up: put the documented address here, and the document that has it.
pub const DEFAULT_BASE_URL: &str = "https://api.acme.example";

/// One Acme tenant: where it is, and the credential for it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Acme's API: [`DEFAULT_BASE_URL`] unless Acme says otherwise.
    pub base_url: BaseUrl,
    /// An API token of the tenant.
    pub token: Secret,
}

impl Config {
    /// A tenant with its token.
    pub fn new(base_url: BaseUrl, token: Secret) -> Self {
        Self { base_url, token }
    }
}

/// Hides the token.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
