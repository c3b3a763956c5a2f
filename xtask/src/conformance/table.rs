//! What each client is expected to show of each operation: written down here and nowhere else.

use super::evidence::Outcome;

/// A client that somebody else wrote.
#[derive(Debug)]
pub(super) struct Client {
    /// The name of its driver in `xtask/conformance`, and of the requirements beside it.
    pub(super) driver: &'static str,
    /// Its name in the package index. `None` is curl, for what a guide has and no client of the vendor.
    pub(super) package: Option<&'static str>,
    /// The oldest Python on which it, its packages and its driver run: 11 is 3.11.
    pub(super) python: u32,
}

pub(super) const CLIENTS: &[Client] = &[
    Client {
        driver: "truu",
        package: None,
        python: 9,
    },
    Client {
        driver: "banyan_v2",
        package: Some("pybanyan"),
        python: 11,
    },
    Client {
        driver: "banyan_v1",
        package: Some("pybanyan"),
        python: 11,
    },
    Client {
        driver: "banyan_guide",
        package: None,
        python: 9,
    },
    Client {
        driver: "truto",
        package: Some("truto-python-sdk"),
        python: 12,
    },
];

/// One operation of a vendor, by the name that it has in `fixtures/`.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    /// As the vendor's documents have it.
    pub(super) call: &'static str,
    /// By driver; none when no client has this call.
    pub(super) expected: &'static [(&'static str, Outcome)],
    /// Why no client proves it; empty where one does.
    pub(super) why_not: &'static str,
}

impl Operation {
    const fn because(self, why_not: &'static str) -> Self {
        Self { why_not, ..self }
    }

    /// One client is enough. curl counts where no client has the call: it asks as the guide does, and does not outweigh a
    /// client of the vendor that asks otherwise. `None` when nobody asks.
    pub(super) fn verdict(&self) -> Option<Outcome> {
        let of = |is_client: bool| {
            let counted = self.expected.iter().filter(move |(driver, _)| {
                let client = CLIENTS.iter().find(|client| client.driver == *driver);
                client.is_some_and(|client| client.package.is_some()) == is_client
            });
            let outcomes = counted.map(|(_, outcome)| *outcome);
            outcomes.min_by_key(|outcome| *outcome != Outcome::Proven)
        };
        of(true).or_else(|| of(false))
    }

    /// Whether the client is expected to tell of it.
    pub(super) fn is_asked_by(&self, client: &Client) -> bool {
        self.expected.iter().any(|(driver, _)| *driver == client.driver)
    }
}

/// A vendor and its operations.
#[derive(Debug)]
pub(super) struct Vendor {
    pub(super) name: &'static str,
    pub(super) operations: &'static [Operation],
}

const fn operation(
    name: &'static str,
    call: &'static str,
    expected: &'static [(&'static str, Outcome)],
) -> Operation {
    Operation {
        name,
        call,
        expected,
        why_not: "",
    }
}

const CURL: &[(&str, Outcome)] = &[("truu", Outcome::Proven)];
const BANYAN_GUIDE: &[(&str, Outcome)] = &[("banyan_guide", Outcome::Proven)];
const TRUTO: &[(&str, Outcome)] = &[("truto", Outcome::Proven)];
const BANYAN_V1: &[(&str, Outcome)] = &[("banyan_v1", Outcome::Proven)];
const BANYAN_V2: &[(&str, Outcome)] = &[("banyan_v2", Outcome::Proven)];

pub(super) const VENDORS: &[Vendor] = &[
    Vendor {
        name: "TruU",
        operations: &[
            operation("token", "POST /oauth/token", CURL),
            operation("enrolled_users", "GET /api/v1/system/enrolled/users/", CURL),
            operation("devices", "GET /api/v1/system/devices/", CURL),
            operation("domain_user", "GET /api/v1/system/domainusers/GUID/", CURL),
            operation(
                "domain_user_device",
                "GET /api/v1/system/domainusers/GUID/devices/ID/",
                CURL,
            ),
            operation("data_users", "GET /data/api/v1/users/", CURL),
            operation("data_assets", "GET /data/api/v1/assets/", CURL),
            operation(
                "delete_domain_user_device",
                "DELETE /api/v1/system/domainusers/GUID/devices/ID/",
                CURL,
            ),
            operation(
                "delete_domain_user",
                "DELETE /api/v1/system/domainusers/GUID/",
                CURL,
            ),
        ],
    },
    Vendor {
        name: "Banyan",
        operations: &[
            operation(
                "refresh_token",
                "POST /api/v1/refresh_token",
                &[("banyan_v2", Outcome::Proven), ("banyan_v1", Outcome::Proven)],
            ),
            operation("endusers", "GET /api/v1/endusers", BANYAN_V1),
            operation("devices", "GET /api/v1/devices", BANYAN_V1),
            operation("endusers_v2", "GET /api/v2/enduser", BANYAN_V2),
            operation("devices_v2", "GET /api/v2/devices", BANYAN_V2),
            operation(
                "update_device",
                "POST /api/v1/mdm/update_device",
                &[
                    ("banyan_v2", Outcome::NotProven),
                    ("banyan_v1", Outcome::NotProven),
                    ("banyan_guide", Outcome::Proven),
                ],
            )
            .because(
                "why not: Banyan's guide and Banyan's client differ, in every version of the client that was looked at \
                 (0.0.11 to 0.29.4), and nothing says what the server takes besides; the sandbox keeps to the guide",
            ),
            operation(
                "delete_device_everywhere",
                "DELETE /api/v1/v1/delete_device, by serial number alone",
                &[("banyan_v2", Outcome::Proven), ("banyan_v1", Outcome::NotProven)],
            ),
            operation(
                "delete_device",
                "DELETE /api/v1/v1/delete_device, by serial number and e-mail address",
                BANYAN_GUIDE,
            ),
            operation("delete_endusers", "DELETE /api/v2/endusers", BANYAN_GUIDE),
        ],
    },
    Vendor {
        name: "Truto",
        operations: &[
            operation("user_directory_users", "GET /unified/user-directory/users", TRUTO),
            operation(
                "user_directory_user",
                "GET /unified/user-directory/users/ID",
                TRUTO,
            ),
            operation("mdm_users", "GET /unified/mdm/users", TRUTO),
            operation("mdm_user", "GET /unified/mdm/users/ID", TRUTO),
            operation("mdm_devices", "GET /unified/mdm/devices", TRUTO),
            operation("mdm_device", "GET /unified/mdm/devices/ID", TRUTO),
            operation("create_mdm_user", "POST /unified/mdm/users", TRUTO),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn one_client_that_proves_an_operation_is_enough_and_curl_does_not_outweigh_one() {
        const CLIENT: (&str, Outcome) = ("banyan_v2", Outcome::Proven);
        const OTHERWISE: (&str, Outcome) = ("banyan_v1", Outcome::NotProven);
        const CURL: (&str, Outcome) = ("banyan_guide", Outcome::Proven);
        for (expected, verdict) in [
            (&[OTHERWISE, CLIENT][..], Some(Outcome::Proven)),
            (&[OTHERWISE, CURL], Some(Outcome::NotProven)),
            (&[CURL], Some(Outcome::Proven)),
            (&[], None),
        ] {
            assert_eq!(
                operation("ban", "POST /ban", expected).verdict(),
                verdict,
                "{expected:?}"
            );
        }
    }

    #[test]
    fn every_operation_with_fixtures_has_a_row_and_no_other_has() {
        let folders = |path: &Path| -> BTreeSet<String> {
            fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap())
                .filter(|entry| entry.file_type().unwrap().is_dir())
                .map(|entry| entry.file_name().into_string().unwrap())
                .collect()
        };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        for name in folders(&fixtures) {
            let operations = folders(&fixtures.join(&name));
            let vendor = VENDORS.iter().find(|vendor| vendor.name.to_lowercase() == name);
            // A new adapter has no cases yet.
            let Some(vendor) = vendor else {
                assert_eq!(operations, BTreeSet::new(), "{name} is not in the table");
                continue;
            };
            let rows: BTreeSet<String> = vendor
                .operations
                .iter()
                .map(|operation| operation.name.to_owned())
                .collect();
            assert_eq!(rows, operations, "{name}");
        }
    }

    #[test]
    fn every_operation_is_proven_or_has_a_reason() {
        for operation in VENDORS.iter().flat_map(|vendor| vendor.operations) {
            let is_proven = operation.verdict() == Some(Outcome::Proven);
            assert_eq!(is_proven, operation.why_not.is_empty(), "{}", operation.name);
            for (driver, _) in operation.expected {
                assert!(CLIENTS.iter().any(|client| client.driver == *driver), "{driver}");
            }
        }
    }
}
