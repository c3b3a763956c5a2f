//! What is known to name nobody. Everything else is replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rollbook_contract::Contract;
use serde_json::Value;

/// What is known of a vendor's replies.
#[derive(Debug)]
pub struct Policy {
    /// The name of the vendor's folder.
    pub(crate) vendor: &'static str,
    /// The members whose values stay: small numbers, times that are numbers, and [`VALUES`].
    pub(crate) kept: &'static [&'static str],
    /// The members whose numbers stay, and whose texts do not.
    pub(crate) counts: &'static [&'static str],
    /// The members that hold what another system said: nothing in them is known.
    pub(crate) opaque: &'static [&'static str],
    /// The members whose texts stay where they are times.
    pub(crate) times: &'static [&'static str],
    /// The members that hold a secret which is not called one.
    pub(crate) secret: &'static [&'static str],
}

const POLICIES: &[Policy] = &[
    Policy {
        vendor: "truu",
        kept: &[
            "page",
            "next",
            "previous",
            "final",
            "pageSize",
            "count",
            "lastHeardFrom",
            "assuranceLevel",
            "type",
        ],
        counts: &[],
        opaque: &[],
        times: &["created", "lastHeardFrom", "lastSynced"],
        secret: &["notificationId"],
    },
    Policy {
        vendor: "banyan",
        kept: &[
            "count",
            "LastLogin",
            "LoginCount",
            "CreatedAt",
            "UpdatedAt",
            "Timestamp",
            "EntityTrustscore",
            "OverrideTrustscore",
            "AccessTrustscore",
            "OverrideActive",
            "Level",
            "Ownership",
            "Platform",
            "Architecture",
            "RegisteredStatus",
            "CompromisedStatus",
            "CompliantStatus",
            "Banned",
            "level",
            "status",
            "last_evaluated_at",
            "last_evaluated_level",
            "expired_at",
            "error_code",
            "invited_at",
            "created_at",
            "last_login",
            "ownership",
            "platform",
            "architecture",
            "trust_level",
            "trust_status",
        ],
        counts: &["last_evaluated_value", "value"],
        opaque: &[],
        times: &[],
        secret: &[],
    },
    Policy {
        vendor: "truto",
        kept: &[
            "statusCode",
            "status",
            "user_type",
            "type",
            "platform",
            "result_count",
        ],
        counts: &[],
        opaque: &["remote_data", "raw_response", "identifiers"],
        times: &[
            "activated_at",
            "created_at",
            "last_active_at",
            "last_login_at",
            "status_changed_at",
            "status_updated_at",
            "updated_at",
        ],
        secret: &[],
    },
];

impl Policy {
    /// The policy for the vendor of this name.
    pub fn of(vendor: &str) -> Option<&'static Self> {
        POLICIES.iter().find(|policy| policy.vendor == vendor)
    }

    /// Whether the vendor's contract has a member of this name.
    pub(crate) fn documents(&self, member: &str) -> bool {
        DOCUMENTED
            .get(self.vendor)
            .is_some_and(|names| names.contains(member))
    }

    /// Whether a member of this name is one of those that are known.
    pub(crate) fn names(&self, member: &str) -> bool {
        let listed = [self.kept, self.counts, self.opaque, self.secret, SENTENCES];
        listed.iter().any(|list| list.contains(&member)) || SECRETS.contains(&member.to_lowercase().as_str())
    }
}

/// The names of the members in each vendor's contract.
static DOCUMENTED: LazyLock<BTreeMap<&str, BTreeSet<String>>> = LazyLock::new(|| {
    let of = |contract: &'static Contract| {
        let document: Value = serde_json::from_str(contract.text()).unwrap_or_default();
        let mut names = BTreeSet::new();
        collect(&document, &mut names);
        (contract.vendor(), names)
    };
    Contract::all().iter().map(of).collect()
});

/// The names under each `properties` of a document.
fn collect(document: &Value, names: &mut BTreeSet<String>) {
    match document {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            names.extend(
                properties
                    .into_iter()
                    .flat_map(|properties| properties.keys().cloned()),
            );
            members.values().for_each(|value| collect(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => (),
    }
}

/// The members and arguments whose values are credentials, at any vendor, in small letters.
pub(crate) const SECRETS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "authorization",
    "client_assertion",
    "client_secret",
    "cookie",
    "id_token",
    "password",
    "private_key",
    "refresh_token",
    "secret",
    "token",
];

/// The arguments of calls that say how to ask, and not for whom.
pub(crate) const ARGUMENTS: &[&str] = &[
    "active",
    "architecture",
    "at_once",
    "banned",
    "delete_path",
    "exclude_fields",
    "format",
    "ignore_limit",
    "ignore_remote_data",
    "is_primary",
    "key_by",
    "last_login_at",
    "order",
    "order_by",
    "ownership",
    "page_size",
    "pages_ahead",
    "platform",
    "product",
    "status",
    "type",
    "types",
    "user_type",
];

/// The headers of a reply that are kept with their values.
pub(crate) const HEADERS: &[&str] = &[
    "content-type",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
];

/// The headers of a reply that are kept without their values: clients look for them.
pub(crate) const REMOVED_HEADERS: &[&str] = &["request-id", "x-request-id"];

/// The members that hold sentences: of these [`WORDS`] stay, and every other word is replaced.
pub(crate) const SENTENCES: &[&str] = &[
    "data",
    "description",
    "detail",
    "details",
    "error",
    "error_description",
    "message",
];

/// The values of the vendors' sets, in small letters: in the kept members they stay.
pub(crate) const VALUES: &[&str] = &[
    "active",
    "admin",
    "alwaysallow",
    "alwaysdeny",
    "amd64",
    "android",
    "arm64",
    "chromeos",
    "chromeos flex",
    "corporate dedicated",
    "corporate shared",
    "corporatededicated",
    "corporateshared",
    "darwin",
    "deleted",
    "department",
    "desktop",
    "employee owned",
    "employeeowned",
    "end_user",
    "false",
    "group",
    "high",
    "home",
    "i686",
    "inactive",
    "invited",
    "ios",
    "ios_secure_enclave",
    "ipados",
    "laptop",
    "limited",
    "linux",
    "linux_agent",
    "linux_tpm",
    "low",
    "mac_agent",
    "mac_tpm",
    "machine",
    "macos",
    "medium",
    "mobile",
    "ok",
    "other",
    "personal",
    "reporting",
    "server",
    "staged for deletion",
    "suspended",
    "tablet",
    "true",
    "undefined",
    "unknown",
    "user",
    "virtual_machine",
    "windows",
    "windows_agent",
    "windows_tpm",
    "work",
    "workstation",
    "x86_64",
];

/// The values of [`ARGUMENTS`] that are not from a vendor's replies.
pub(crate) const OPTIONS: &[&str] = &[
    "asc",
    "desc",
    "devicefriendlyname",
    "documented",
    "email",
    "model",
    "name",
    "normalized",
    "raw",
    "serialnumber",
    "stream",
    "teams",
    "undoubled",
    "unified",
];

/// The content types that a case keeps.
pub(crate) const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/problem+json",
    "application/xml",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
];

/// Values that say that there is none, or yes or no in a text: they stay wherever they stand.
pub(crate) const NOBODY: &[&str] = &["false", "n/a", "none", "null", "true", "undefined", "unknown"];

/// The words of errors and pages of errors, and of the vendors' sets of values. They name nobody, unless a whole value that was
/// replaced is such a word.
pub(crate) const WORDS: &[&str] = &[
    "a",
    "access",
    "account",
    "active",
    "admin",
    "allow",
    "alwaysallow",
    "alwaysdeny",
    "amd64",
    "an",
    "and",
    "android",
    "api",
    "are",
    "arm64",
    "as",
    "assets",
    "at",
    "authentication",
    "authorized",
    "bad",
    "banned",
    "banyan",
    "be",
    "been",
    "block",
    "blocked",
    "body",
    "by",
    "cannot",
    "center",
    "client",
    "cloudflare",
    "conflict",
    "corporate",
    "count",
    "created",
    "dedicated",
    "deleted",
    "denied",
    "desktop",
    "device",
    "devices",
    "disabled",
    "do",
    "doctype",
    "does",
    "email",
    "emails",
    "employee",
    "end",
    "enduser",
    "endusers",
    "error",
    "exceeded",
    "exist",
    "exists",
    "expired",
    "failed",
    "field",
    "for",
    "forbidden",
    "found",
    "gateway",
    "grant",
    "group",
    "groups",
    "h1",
    "has",
    "head",
    "high",
    "hr",
    "html",
    "id",
    "in",
    "inactive",
    "integrated",
    "internal",
    "invalid",
    "invited",
    "ios",
    "ipados",
    "iphone",
    "is",
    "it",
    "laptop",
    "large",
    "later",
    "level",
    "limit",
    "limited",
    "linux",
    "low",
    "mac",
    "machine",
    "macos",
    "marked",
    "medium",
    "message",
    "method",
    "missing",
    "mobile",
    "must",
    "name",
    "nginx",
    "no",
    "not",
    "object",
    "of",
    "ok",
    "on",
    "or",
    "other",
    "owned",
    "p",
    "page",
    "param",
    "parameter",
    "permission",
    "permissions",
    "platform",
    "please",
    "provider",
    "rate",
    "record",
    "refused",
    "reporting",
    "request",
    "requests",
    "required",
    "resource",
    "role",
    "roles",
    "scope",
    "serial",
    "server",
    "service",
    "shared",
    "status",
    "success",
    "successfully",
    "tablet",
    "temporarily",
    "the",
    "this",
    "timeout",
    "title",
    "to",
    "token",
    "too",
    "tpm",
    "truto",
    "truu",
    "try",
    "type",
    "unauthorized",
    "unavailable",
    "unknown",
    "user",
    "users",
    "valid",
    "was",
    "windows",
    "with",
    "workstation",
    "workstations",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_in_small_letters() {
        for list in [
            WORDS,
            NOBODY,
            SECRETS,
            SENTENCES,
            ARGUMENTS,
            HEADERS,
            VALUES,
            OPTIONS,
            CONTENT_TYPES,
        ] {
            assert!(list.is_sorted(), "{list:?}");
            assert!(list.iter().all(|word| *word == word.to_lowercase()));
        }
    }
}
