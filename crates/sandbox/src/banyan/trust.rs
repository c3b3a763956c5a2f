//! Trust, in the two shapes that one device row carries at once.

use serde::Serialize;

/// What the trust engine says of a user or a device.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    pub(crate) entity: u8,
    pub(crate) cap: u8,
    pub(crate) overridden: bool,
    pub(crate) level: &'static str,
    /// Nanoseconds since 1970.
    pub(crate) updated: i64,
    /// Which of [`FACTORS`] are reported, one bit each.
    pub(crate) reported: u8,
    /// Which of those are met.
    pub(crate) met: u8,
    /// What the newer shape calls the level. A free text: it is not held to the documented set.
    pub(crate) newer_level: &'static str,
    pub(crate) newer_status: &'static str,
}

pub(crate) const FACTORS: &[&str] = &[
    "AutoUpdateEnabled",
    "DiskEncryptionEnabled",
    "FirewallEnabled",
    "NotJailbroken",
    "ScreenLockEnabled",
    "UpToDateOS",
];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TrustData<'a> {
    entity_trustscore: u8,
    override_trustscore: u8,
    access_trustscore: u8,
    override_active: &'a str,
    level: &'a str,
    updated_at: i64,
    factors: Vec<Factor>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Factor {
    name: &'static str,
    value: &'static str,
    r#type: &'static str,
    source: &'static str,
    description: &'static str,
    remediation_description: &'static str,
    #[serde(rename = "RemediationURL")]
    remediation_url: &'static str,
}

/// The newer shape. Only devices have it.
#[derive(Serialize)]
pub(super) struct NewerTrust {
    value: u8,
    level: &'static str,
    status: &'static str,
    last_evaluated: LastEvaluated,
    expired_at: i64,
    factors: Vec<NewerFactor>,
}

#[derive(Serialize)]
struct LastEvaluated {
    last_evaluated_at: i64,
    last_evaluated_value: u8,
    last_evaluated_level: &'static str,
    last_evaluated_factors: Vec<NewerFactor>,
}

#[derive(Serialize)]
struct NewerFactor {
    name: &'static str,
    value: &'static str,
    r#type: &'static str,
    source: &'static str,
    description: &'static str,
    remediation: Remediation,
}

#[derive(Serialize)]
struct Remediation {
    description: &'static str,
    url: &'static str,
}

impl Trust {
    /// The names of the reported factors, each with whether it is met.
    fn factors(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let (reported, met) = (self.reported, self.met);
        FACTORS
            .iter()
            .enumerate()
            .filter(move |(bit, _)| reported & (1 << bit) != 0)
            .map(move |(bit, name)| (*name, met & (1 << bit) != 0))
    }

    pub(super) fn data(&self) -> TrustData<'_> {
        TrustData {
            entity_trustscore: self.entity,
            override_trustscore: self.cap,
            access_trustscore: self.entity.min(self.cap),
            override_active: spelled(self.overridden),
            level: self.level,
            updated_at: self.updated,
            factors: self
                .factors()
                .map(|(name, met)| Factor {
                    name,
                    value: if met { "true" } else { "false" },
                    r#type: "internal",
                    source: "banyan",
                    description: "",
                    remediation_description: if met {
                        ""
                    } else {
                        "Open the app and follow the steps."
                    },
                    remediation_url: "",
                })
                .collect(),
        }
    }

    fn newer_factors(&self) -> Vec<NewerFactor> {
        self.factors()
            .map(|(name, met)| NewerFactor {
                name,
                value: if met { "true" } else { "false" },
                r#type: "internal",
                source: "banyan",
                description: "",
                remediation: Remediation {
                    description: "",
                    url: "",
                },
            })
            .collect()
    }

    /// Milliseconds here, where the older shape has nanoseconds.
    pub(super) fn newer(&self) -> NewerTrust {
        let millis = self.updated / 1_000_000;
        NewerTrust {
            value: self.entity,
            level: self.newer_level,
            status: self.newer_status,
            last_evaluated: LastEvaluated {
                last_evaluated_at: millis,
                last_evaluated_value: self.entity.saturating_sub(20),
                last_evaluated_level: self.newer_level,
                last_evaluated_factors: self.newer_factors(),
            },
            // Before the evaluation, as in the documents' sample.
            expired_at: millis - 9900,
            factors: self.newer_factors(),
        }
    }
}

/// A truth value as v1 spells it.
pub(super) fn spelled(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}
