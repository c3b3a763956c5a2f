use serde::Serialize;
use serde_json::Value;

use crate::Timestamp;
use crate::open::open_enum;

/// What a vendor says of how far a user, a device or an enrollment is trusted.
///
/// The vendor's own value is always kept in `native`; `level` stands beside it so that vendors can be compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trust {
    /// The level on one scale for all vendors. TruU: Basic is low, Trusted is medium, Certified is high.
    pub level: Option<TrustLevel>,
    /// The vendor's score from 0 to 100 (Banyan).
    pub score: Option<i64>,
    /// The vendor's own value as it came: TruU a number (100, 300, 500), Banyan a word.
    pub native: Option<Value>,
    /// A person's decision that stands above the level. It is not a level and is not put on the scale.
    #[serde(rename = "override")]
    pub override_: Option<TrustOverride>,
    /// When the vendor last came to this value.
    pub observed_at: Option<Timestamp>,
}

impl Trust {
    /// A trust of which only the vendor's own value is known yet.
    pub fn of_native(native: Value) -> Self {
        Self {
            native: Some(native),
            ..Self::default()
        }
    }
}

/// How far something is trusted, on one scale for all vendors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TrustLevel {
    /// Banyan Low; TruU Basic.
    Low,
    /// Banyan Medium; TruU Trusted.
    Medium,
    /// Banyan High; TruU Certified.
    High,
}

impl TrustLevel {
    /// The name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

open_enum! {
    /// A person's decision about trust that stands above what the vendor measured.
    TrustOverride {
        /// Let in whatever the level is.
        AlwaysAllow = "always_allow",
        /// Keep out whatever the level is.
        AlwaysDeny = "always_deny",
    }
}
