//! Truto's rows in the words of the model. Pure and total: every row maps, and what Truto does not say stays absent.

use rollbook_model::{Device, DeviceOwner, Email, Ownership, Platform, SourceName, User, UserStatus, Vendor};
use rollbook_vendor_kit::mapping::{filled, moment, yes};
use rollbook_vendor_kit::{Flag, Native};

use crate::wire;

fn emails(rows: Vec<wire::Email>) -> Vec<Email> {
    let email = |row: wire::Email| {
        Some(Email::new(
            filled(row.email)?,
            yes(row.is_primary),
            filled(row.kind),
        ))
    };
    rows.into_iter().filter_map(email).collect()
}

pub(crate) fn user(source: &SourceName, native: Native<wire::User>) -> User {
    let (row, raw, unread) = native.into_parts();
    let mut user = User::new(source.clone(), Vendor::TRUTO, row.id);
    if let Some(id) = filled(row.external_id) {
        user.vendor_ids.insert("external_id", id);
    }
    user.user_name = filled(row.username);
    user.display_name = filled(row.name);
    user.given_name = filled(row.first_name);
    user.family_name = filled(row.last_name);
    user.emails = emails(row.emails);
    user.status = row
        .status
        .filter(|status| !status.as_str().is_empty())
        .map(|status| UserStatus::read(status.as_str()));
    user.groups = row
        .groups
        .into_iter()
        .filter_map(|group| filled(group.name).or(filled(group.id)))
        .collect();
    user.roles = row.roles.into_iter().filter_map(role).collect();
    user.created_at = moment(row.created_at);
    user.updated_at = moment(row.updated_at);
    user.last_login_at = moment(row.last_login_at);
    user.native = Some(raw);
    user.unread = unread;
    user
}

/// The role's name, else its id, else the role that the user has somewhere.
fn role(role: wire::Role) -> Option<String> {
    [role.name, role.id, role.organization, role.workspace, role.group]
        .into_iter()
        .find_map(filled)
}

pub(crate) fn mdm_user(source: &SourceName, native: Native<wire::MdmUser>) -> User {
    let (row, raw, unread) = native.into_parts();
    let mut user = User::new(source.clone(), Vendor::TRUTO, row.id);
    user.display_name = filled(row.name);
    user.given_name = filled(row.first_name);
    user.family_name = filled(row.last_name);
    user.emails = emails(row.emails);
    user.status = row
        .is_active
        .and_then(|active| active.as_bool())
        .map(|active| match active {
            true => UserStatus::Active,
            false => UserStatus::Inactive,
        });
    user.created_at = moment(row.created_at);
    user.updated_at = moment(row.updated_at);
    user.native = Some(raw);
    user.unread = unread;
    user
}

pub(crate) fn device(source: &SourceName, native: Native<wire::MdmDevice>) -> Device {
    let (row, raw, unread) = native.into_parts();
    let mut device = Device::new(source.clone(), Vendor::TRUTO, row.id);
    device.serial_number = filled(row.serial_number);
    device.name = filled(row.name).or(filled(row.hostname));
    device.kind = filled(row.kind);
    device.platform = filled(row.platform).map(|platform| Platform::read(&platform));
    device.os_version = filled(row.os_version);
    device.model = filled(row.model);
    // That a device is not the company's does not say whose it is.
    device.ownership = (row.is_corporate_owned == Some(Flag::True)).then_some(Ownership::Corporate);
    device.users = row.owner.and_then(owner).into_iter().collect();
    device.native = Some(raw);
    device.unread = unread;
    device
}

fn owner(owner: wire::Owner) -> Option<DeviceOwner> {
    let id = filled(owner.id);
    let email = owner.emails.into_iter().find_map(|email| filled(email.email));
    (id.is_some() || email.is_some()).then(|| DeviceOwner::new(id, email, None))
}
