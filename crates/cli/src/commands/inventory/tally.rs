use rollbook::Resource;
use rollbook::model::{Device, Trust, TrustLevel, User, UserStatus, Workstation};
use serde::{Deserialize, Serialize};

/// How far things are trusted: how many at each level. An override stands above the levels and counts by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct TrustCounts {
    pub(super) low: u64,
    pub(super) medium: u64,
    pub(super) high: u64,
    #[serde(rename = "override")]
    pub(super) override_: u64,
    pub(super) unknown: u64,
}

impl TrustCounts {
    pub(super) fn of(trust: Option<&Trust>) -> Self {
        let mut counts = Self::default();
        counts.count(trust);
        counts
    }

    pub(super) fn count(&mut self, trust: Option<&Trust>) {
        let counter = match trust.map(|trust| (&trust.override_, trust.level)) {
            Some((Some(_), _)) => &mut self.override_,
            Some((None, Some(TrustLevel::Low))) => &mut self.low,
            Some((None, Some(TrustLevel::Medium))) => &mut self.medium,
            Some((None, Some(TrustLevel::High))) => &mut self.high,
            _ => &mut self.unknown,
        };
        *counter += 1;
    }

    pub(super) fn add(&mut self, more: Self) {
        self.low += more.low;
        self.medium += more.medium;
        self.high += more.high;
        self.override_ += more.override_;
        self.unknown += more.unknown;
    }
}

/// What an inventory keeps of a row: numbers, so that memory does not grow with the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) trust: TrustCounts,
    pub(super) enrollments: u64,
    pub(super) banned: Option<bool>,
    pub(super) inactive: Option<bool>,
}

impl Facts {
    pub(super) fn of_user(user: User) -> Self {
        let inactive = |status: &UserStatus| matches!(status, UserStatus::Inactive | UserStatus::Deleted);
        Self {
            trust: TrustCounts::of(user.trust.as_ref()),
            enrollments: 0,
            banned: None,
            inactive: user.status.as_ref().map(inactive),
        }
    }

    pub(super) fn of_device(device: Device) -> Self {
        Self {
            trust: TrustCounts::of(device.trust.as_ref()),
            enrollments: 0,
            banned: device.banned,
            inactive: device.active.map(|active| !active),
        }
    }

    /// Trust belongs to the account on the machine: each enrollment counts, and the machine does not.
    pub(super) fn of_workstation(workstation: Workstation) -> Self {
        let mut trust = TrustCounts::default();
        for enrollment in &workstation.enrollments {
            trust.count(enrollment.trust.as_ref());
        }
        Self {
            trust,
            enrollments: workstation.enrollments.len() as u64,
            banned: None,
            inactive: None,
        }
    }
}

/// What an inventory says of one list, or of all lists of one kind at a source.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Tally {
    pub(super) count: u64,
    /// How many enrollments the trust is of; only workstations have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) enrollments: Option<u64>,
    pub(super) trust: TrustCounts,
    /// None where no row says whether it is banned.
    pub(super) banned: Option<u64>,
    /// None where no row says whether it is active.
    pub(super) inactive: Option<u64>,
}

impl Tally {
    pub(super) fn of(resource: Resource) -> Self {
        Self {
            enrollments: (resource == Resource::Workstations).then_some(0),
            ..Self::default()
        }
    }

    pub(super) fn count(&mut self, facts: &Facts) {
        self.count += 1;
        self.trust.add(facts.trust);
        if let Some(enrollments) = &mut self.enrollments {
            *enrollments += facts.enrollments;
        }
        for (counter, fact) in [
            (&mut self.banned, facts.banned),
            (&mut self.inactive, facts.inactive),
        ] {
            if let Some(fact) = fact {
                *counter = Some(counter.unwrap_or(0) + u64::from(fact));
            }
        }
    }

    pub(super) fn add(&mut self, more: &Self) {
        let sum = |left: Option<u64>, right: Option<u64>| match (left, right) {
            (None, None) => None,
            (left, right) => Some(left.unwrap_or(0) + right.unwrap_or(0)),
        };
        self.count += more.count;
        self.trust.add(more.trust);
        self.enrollments = sum(self.enrollments, more.enrollments);
        self.banned = sum(self.banned, more.banned);
        self.inactive = sum(self.inactive, more.inactive);
    }
}
