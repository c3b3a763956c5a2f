use std::net::IpAddr;

use crate::{Cursor, Device, Filter, User, Workstation};

/// Which users to list. What is set must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserQuery {
    /// One of the user's e-mail addresses, without case.
    pub email: Option<String>,
    /// What the user signs in with, without case.
    pub user_name: Option<String>,
    /// The directory's id (TruU), without case.
    pub guid: Option<String>,
    /// TruU's own id, without case.
    pub tuid: Option<String>,
    /// The whole name to show, without case.
    pub name: Option<String>,
    /// The status, without case.
    pub status: Option<String>,
    /// The serial number of one of the user's devices: the vendor must know it (Banyan).
    pub serial: Option<String>,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

impl UserQuery {
    /// The filters that are set.
    pub fn filters(&self) -> Vec<Filter> {
        set(&[
            (Filter::Email, self.email.is_some()),
            (Filter::UserName, self.user_name.is_some()),
            (Filter::Guid, self.guid.is_some()),
            (Filter::Tuid, self.tuid.is_some()),
            (Filter::Name, self.name.is_some()),
            (Filter::Status, self.status.is_some()),
            (Filter::Serial, self.serial.is_some()),
        ])
    }

    /// Whether `user` fits. A serial number is not on a user's row: the vendor alone can tell.
    pub fn matches(&self, user: &User) -> bool {
        let id = |name, wanted: &Option<String>| wanted.is_none() || same(wanted, user.vendor_ids.get(name));
        let email = self.email.as_deref().is_none_or(|wanted| {
            user.emails
                .iter()
                .any(|email| folded(&email.value) == folded(wanted))
        });
        email
            && same(&self.user_name, user.user_name.as_deref())
            && same(&self.name, user.display_name.as_deref())
            && same(&self.status, user.status.as_ref().map(crate::UserStatus::as_str))
            && id("guid", &self.guid)
            && id("tuid", &self.tuid)
    }
}

/// Which devices to list. What is set must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceQuery {
    /// The serial number. Case counts.
    pub serial: Option<String>,
    /// The e-mail address of one of the device's users, without case.
    pub email: Option<String>,
    /// The whole name to show, without case.
    pub name: Option<String>,
    /// The model, without case.
    pub model: Option<String>,
    /// The operating system family, without case.
    pub platform: Option<String>,
    /// The vendor's word for the kind of device, without case.
    pub kind: Option<String>,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

impl DeviceQuery {
    /// The filters that are set.
    pub fn filters(&self) -> Vec<Filter> {
        set(&[
            (Filter::Serial, self.serial.is_some()),
            (Filter::Email, self.email.is_some()),
            (Filter::Name, self.name.is_some()),
            (Filter::Model, self.model.is_some()),
            (Filter::Platform, self.platform.is_some()),
            (Filter::Type, self.kind.is_some()),
        ])
    }

    /// Whether `device` fits. A row that names no users fits no e-mail address.
    pub fn matches(&self, device: &Device) -> bool {
        let platform = self.platform.as_deref().is_none_or(|wanted| {
            device
                .platform
                .as_ref()
                .is_some_and(|platform| *platform == crate::Platform::read(wanted))
                || same(
                    &self.platform,
                    device.platform.as_ref().map(crate::Platform::as_str),
                )
        });
        let email = self.email.as_deref().is_none_or(|wanted| {
            device.users.iter().any(|user| {
                [&user.email, &user.user_name]
                    .into_iter()
                    .flatten()
                    .any(|email| folded(email) == folded(wanted))
            })
        });
        platform
            && email
            && self
                .serial
                .as_deref()
                .is_none_or(|wanted| device.serial_number.as_deref() == Some(wanted))
            && same(&self.name, device.name.as_deref())
            && same(&self.model, device.model.as_deref())
            && same(&self.kind, device.kind.as_deref())
    }
}

/// Which workstations to list: one of the addresses of each kind that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkstationQuery {
    /// IP addresses, any of them.
    pub ips: Vec<String>,
    /// MAC addresses, any of them, without case and separators.
    pub macs: Vec<String>,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

impl WorkstationQuery {
    /// The filters that are set.
    pub fn filters(&self) -> Vec<Filter> {
        set(&[
            (Filter::Ip, !self.ips.is_empty()),
            (Filter::Mac, !self.macs.is_empty()),
        ])
    }

    /// Whether `workstation` fits.
    pub fn matches(&self, workstation: &Workstation) -> bool {
        any_same(&self.ips, &workstation.network.ip_addresses, plain_ip)
            && any_same(&self.macs, &workstation.network.mac_addresses, plain_mac)
    }
}

fn set(filters: &[(Filter, bool)]) -> Vec<Filter> {
    filters
        .iter()
        .filter(|(_, set)| *set)
        .map(|(filter, _)| *filter)
        .collect()
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn same(wanted: &Option<String>, found: Option<&str>) -> bool {
    wanted
        .as_deref()
        .is_none_or(|wanted| found.is_some_and(|found| folded(found) == folded(wanted)))
}

fn any_same(wanted: &[String], found: &[String], plain: fn(&str) -> String) -> bool {
    wanted.is_empty()
        || wanted
            .iter()
            .any(|wanted| found.iter().any(|found| plain(found) == plain(wanted)))
}

/// The address in its shortest form, where it is one.
fn plain_ip(text: &str) -> String {
    text.trim()
        .parse::<IpAddr>()
        .map_or_else(|_| folded(text), |ip| ip.to_string())
}

/// The digits alone: vendors mix `:`, `-` and `.`, also in one address.
fn plain_mac(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;
    use crate::{Email, SourceName, UserId, Vendor, WorkstationId};

    fn source() -> SourceName {
        SourceName::new("s").unwrap()
    }

    #[test]
    fn addresses_compare_without_case_and_ids_by_name() {
        let mut user = User::new(source(), Vendor::TRUU, UserId::new("t").unwrap());
        user.emails.push(Email::new("Ann+x@Example.com", None, None));
        user.vendor_ids.insert("guid", "G1".into());
        let query = |f: fn(&mut UserQuery)| {
            let mut query = UserQuery::default();
            f(&mut query);
            query.matches(&user)
        };
        assert!(query(|_| {}));
        assert!(query(|q| q.email = Some("ann+X@example.COM".into())));
        assert!(!query(|q| q.email = Some("ann@example.com".into())));
        assert!(query(|q| q.guid = Some("g1".into())));
        assert!(!query(|q| q.tuid = Some("g1".into())));
        assert!(!query(|q| q.name = Some("Ann".into())));
    }

    #[test]
    fn a_malformed_mac_matches_itself_and_its_mended_form() {
        let mut machine = Workstation::new(source(), Vendor::TRUU, WorkstationId::new("m").unwrap());
        machine.network.mac_addresses.push("b4:4a:8a.64:71:e8".into());
        for mac in ["b4:4a:8a.64:71:e8", "B4-4A-8A-64-71-E8"] {
            let query = WorkstationQuery {
                macs: vec![mac.into()],
                ..WorkstationQuery::default()
            };
            assert!(query.matches(&machine), "{mac}");
        }
        let both = WorkstationQuery {
            macs: vec!["b44a8a6471e8".into()],
            ips: vec!["10.0.0.1".into()],
            ..WorkstationQuery::default()
        };
        assert!(!both.matches(&machine));
    }

    proptest! {
        #[test]
        fn a_user_fits_what_its_own_row_says(user in testing::user()) {
            let query = UserQuery {
                email: user.emails.first().map(|email| email.value.to_uppercase()),
                user_name: user.user_name.clone(),
                guid: user.vendor_ids.get("guid").map(str::to_owned),
                tuid: user.vendor_ids.get("tuid").map(str::to_owned),
                name: user.display_name.clone(),
                status: user.status.as_ref().map(ToString::to_string),
                ..UserQuery::default()
            };
            prop_assert!(query.matches(&user));
            let other = UserQuery { guid: Some("of nobody".into()), ..query };
            prop_assert!(!other.matches(&user));
        }

        #[test]
        fn a_device_fits_what_its_own_row_says(device in testing::device()) {
            let query = DeviceQuery {
                serial: device.serial_number.clone(),
                email: device.users.iter().find_map(|user| user.email.clone()),
                name: device.name.clone(),
                model: device.model.clone(),
                platform: device.platform.as_ref().map(ToString::to_string),
                kind: device.kind.clone(),
                cursor: None,
            };
            prop_assert!(query.matches(&device));
            let serial = device.serial_number.as_deref().map(str::to_lowercase);
            let differs = serial != device.serial_number;
            prop_assert_eq!(DeviceQuery { serial, ..query }.matches(&device), !differs, "case counts");
        }

        #[test]
        fn a_workstation_fits_each_of_its_addresses(machine in testing::workstation()) {
            let network = &machine.network;
            for (ips, macs) in [
                (network.ip_addresses.clone(), network.mac_addresses.clone()),
                (network.ip_addresses.iter().take(1).cloned().collect(), Vec::new()),
                (Vec::new(), network.mac_addresses.iter().map(|mac| plain_mac(mac)).collect()),
            ] {
                let query = WorkstationQuery { ips, macs, cursor: None };
                prop_assert!(query.matches(&machine));
            }
        }
    }
}
