use std::fmt;
use std::str::FromStr;

use rollbook_auth::Secret;
use rollbook_vendor_kit::BaseUrl;

/// Where Truto's API is (Truto API reference, introduction).
pub const DEFAULT_BASE_URL: &str = "https://api.truto.one";

/// One integrated account: a customer's tenant of a provider, as Truto knows it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Truto's API.
    pub base_url: BaseUrl,
    /// The integrated account's id, a uuid.
    pub integrated_account_id: String,
    /// An API token of the environment that the account is in.
    pub token: Secret,
    /// The unified models that the integration has.
    pub models: Vec<Model>,
}

impl Config {
    /// An integrated account with a user directory.
    pub fn new(base_url: BaseUrl, integrated_account_id: impl Into<String>, token: Secret) -> Self {
        let integrated_account_id = integrated_account_id.into();
        Self {
            base_url,
            integrated_account_id,
            token,
            models: vec![Model::UserDirectory],
        }
    }
}

/// Hides the token.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("integrated_account_id", &self.integrated_account_id)
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// A unified model of Truto.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Model {
    /// `user-directory`: the accounts of an app.
    UserDirectory,
    /// `mdm`: the devices and users of a device manager.
    Mdm,
}

impl Model {
    /// Truto's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserDirectory => "user-directory",
            Self::Mdm => "mdm",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no such model here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownModel;

impl fmt::Display for UnknownModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a model is \"user-directory\" or \"mdm\"")
    }
}

impl std::error::Error for UnknownModel {}

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(text: &str) -> Result<Self, UnknownModel> {
        [Self::UserDirectory, Self::Mdm]
            .into_iter()
            .find(|model| model.as_str() == text)
            .ok_or(UnknownModel)
    }
}
