//! What a plan has to know of TruU's rows.

use rollbook_model::{Subject, UserId};
use rollbook_vendor_kit::mapping::{filled, yes};

use crate::ids;
use crate::wire::{SystemDevice, SystemDeviceId, User, UserRef};

/// By what a row names a user. A deletion goes by the guid, TruU itself by the tuid.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) guid: Option<String>,
    pub(super) tuid: Option<String>,
}

impl Person {
    /// Whether both are one user; none when that cannot be told: nothing to compare, or one id says yes and the other no.
    pub(super) fn is(&self, other: &Self) -> Option<bool> {
        let both = |one: &Option<String>, other: &Option<String>, same: fn(&str, &str) -> bool| {
            Some(same(one.as_deref()?, other.as_deref()?))
        };
        let by_guid = both(&self.guid, &other.guid, ids::same);
        let by_tuid = both(&self.tuid, &other.tuid, str::eq_ignore_ascii_case);
        match (by_guid, by_tuid) {
            (Some(one), Some(other)) if one != other => None,
            (known, other) => known.or(other),
        }
    }
}

/// A user, as a list or a single answer shows it.
#[derive(Clone, Debug)]
pub(super) struct UserFact {
    pub(super) id: UserId,
    pub(super) person: Person,
    pub(super) upn: Option<String>,
    pub(super) email: Option<String>,
    name: Option<String>,
}

impl UserFact {
    pub(super) fn of(row: User) -> Self {
        let person = Person {
            guid: filled(row.guid),
            tuid: Some(row.tuid.to_string()),
        };
        Self {
            id: row.tuid,
            person,
            upn: filled(row.user_principal),
            email: filled(row.email),
            name: filled(row.display_name),
        }
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::User {
            id: Some(self.id.to_string()),
            name: self.name.clone(),
            email: self.email.clone(),
        }
    }
}

/// One device of one user.
#[derive(Clone, Debug)]
pub(super) struct DeviceFact {
    pub(super) id: SystemDeviceId,
    /// A device that TruU says nothing of is one that can be deleted.
    pub(super) active: bool,
    pub(super) owner: Person,
    name: Option<String>,
}

impl DeviceFact {
    pub(super) fn of(row: SystemDevice) -> Self {
        let UserRef { guid, tuid, .. } = row.user.unwrap_or_default();
        Self {
            id: row.device_id,
            active: yes(row.active) != Some(false),
            owner: Person {
                guid: filled(guid),
                tuid: filled(tuid),
            },
            name: filled(row.device_name),
        }
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::Device {
            id: self.id.to_string(),
            serial: None,
            name: self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(guid: &str, tuid: &str) -> Person {
        let id = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Person {
            guid: id(guid),
            tuid: id(tuid),
        }
    }

    #[test]
    fn ids_that_contradict_each_other_name_nobody() {
        let ann = person("g-1", "t-1");
        for (other, expected) in [
            (person("g-1", "T-1"), Some(true)),
            (person("g-1", ""), Some(true)),
            (person("", "t-1"), Some(true)),
            (person("G-1", ""), Some(false)),
            (person("g-2", "t-2"), Some(false)),
            (person("g-1", "t-2"), None),
            (person("g-2", "t-1"), None),
            (person("", ""), None),
        ] {
            assert_eq!(ann.is(&other), expected, "{other:?}");
        }
    }
}
