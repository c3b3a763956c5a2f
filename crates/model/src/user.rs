use serde::Serialize;

use crate::open::open_enum;
use crate::{NativeRow, SourceName, Timestamp, Trust, UserId, Vendor, VendorIds};

/// One account at one source. Names are SCIM's where SCIM has one. What a vendor does not say is absent, never guessed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct User {
    /// The source that the row came from.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// The vendor's id: TruU the `tuid`, Banyan the e-mail address, Truto the `id`.
    pub id: UserId,
    /// Further ids by name: `guid` (TruU's directory id), `v2` (Banyan), `external_id` (Truto).
    pub vendor_ids: VendorIds,
    /// What the person signs in with.
    pub user_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The first name.
    pub given_name: Option<String>,
    /// The last name.
    pub family_name: Option<String>,
    /// All known e-mail addresses.
    pub emails: Vec<Email>,
    /// Whether the account may be used.
    pub status: Option<UserStatus>,
    /// Names of groups, or their ids where they have no name.
    pub groups: Vec<String>,
    /// Names of roles, or their ids where they have no name.
    pub roles: Vec<String>,
    /// When the account came to be.
    pub created_at: Option<Timestamp>,
    /// When the account last changed.
    pub updated_at: Option<Timestamp>,
    /// When the person last signed in; absent for never.
    pub last_login_at: Option<Timestamp>,
    /// When the vendor last read the account from its directory.
    pub last_synced_at: Option<Timestamp>,
    /// How far the vendor trusts the user.
    pub trust: Option<Trust>,
    /// The vendor's row, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<NativeRow>,
    /// Members of the vendor's row that could not be read, each with the reason.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl User {
    /// A user of whom nothing but the id is known.
    #[inline]
    pub fn new(source: SourceName, vendor: Vendor, id: UserId) -> Self {
        Self {
            source,
            vendor,
            id,
            vendor_ids: VendorIds::default(),
            user_name: None,
            display_name: None,
            given_name: None,
            family_name: None,
            emails: Vec::new(),
            status: None,
            groups: Vec::new(),
            roles: Vec::new(),
            created_at: None,
            updated_at: None,
            last_login_at: None,
            last_synced_at: None,
            trust: None,
            native: None,
            unread: Vec::new(),
        }
    }
}

/// One e-mail address of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Email {
    /// The address, in the letter case of the vendor. Compare addresses without case.
    pub value: String,
    /// Whether the vendor marks it as the main one; absent when it does not say.
    pub primary: Option<bool>,
    /// The vendor's word for what kind of address it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Email {
    /// An address with what the vendor says of it.
    pub fn new(value: impl Into<String>, primary: Option<bool>, kind: Option<String>) -> Self {
        Self {
            value: value.into(),
            primary,
            kind,
        }
    }
}

open_enum! {
    /// Whether an account may be used.
    UserStatus {
        /// May be used.
        Active = "active",
        /// Switched off.
        Inactive = "inactive",
        /// Removed, but still listed.
        Deleted = "deleted",
        /// Asked to join, not there yet.
        Invited = "invited",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_keeps_the_vendors_text() {
        assert_eq!(UserStatus::read("ACTIVE"), UserStatus::Active);
        assert_eq!(
            UserStatus::read("Staged For Deletion").as_str(),
            "Staged For Deletion"
        );
    }
}
