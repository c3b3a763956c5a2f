//! The credentials that every sandbox accepts. They are fixed and public: they open nothing else.

/// The TruU OAuth client id.
pub const TRUU_CLIENT_ID: &str = "sandbox";

/// The TruU OAuth client secret.
pub const TRUU_CLIENT_SECRET: &str = "sandbox-secret";

/// The only scope that the TruU token call grants.
pub const TRUU_SCOPE: &str = "tenant-management-api-user";

/// The Banyan key: a bearer token as it is, and what the refresh call trades for an access token.
pub const BANYAN_KEY: &str = "sandbox-key";

/// The Truto API token.
pub const TRUTO_TOKEN: &str = "sandbox-token";

/// The Truto integrated account. It answers the user directory and the MDM model.
pub const TRUTO_INTEGRATED_ACCOUNT: &str = "00000000-0000-4000-8000-000000000001";
