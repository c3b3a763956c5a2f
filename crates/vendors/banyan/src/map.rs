//! Banyan's rows in the words of the model. Pure and total: every row maps, and what Banyan does not say stays absent.

use rollbook_model::{
    Device, DeviceOwner, Email, Ownership, Platform, SourceName, Timestamp, Trust, TrustLevel, TrustOverride,
    User, UserStatus, Vendor,
};
use rollbook_vendor_kit::Native;
use rollbook_vendor_kit::mapping::{filled, moment, yes};

use crate::wire::{self, Level};

pub(crate) fn user(source: &SourceName, native: Native<wire::EndUser>) -> User {
    let (row, raw, unread) = native.into_parts();
    let email = row.email.as_str().to_owned();
    let mut user = User::new(source.clone(), Vendor::BANYAN, row.email);
    user.user_name = Some(email.clone());
    user.display_name = filled(row.name);
    // Banyan knows one address, so it is the main one.
    user.emails = vec![Email::new(email, Some(true), None)];
    user.status = yes(row.is_deleted)
        .filter(|deleted| *deleted)
        .map(|_| UserStatus::Deleted);
    user.groups = row.groups.as_deref().map(split_groups).unwrap_or_default();
    user.roles = row.roles;
    user.created_at = moment(row.created_at);
    user.last_login_at = moment(row.last_login);
    user.trust = row.trust_data.map(|data| trust(Some(data), None));
    user.native = Some(raw);
    user.unread = unread;
    user
}

fn split_groups(groups: &str) -> Vec<String> {
    groups
        .split(',')
        .map(str::trim)
        .filter(|group| !group.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(crate) fn device(source: &SourceName, native: Native<wire::Device>) -> Device {
    let (row, raw, unread) = native.into_parts();
    let (id, row) = row.into_parts();
    let mut device = Device::new(source.clone(), Vendor::BANYAN, id);
    device.serial_number = filled(row.serial_number);
    device.name = filled(row.device_friendly_name);
    device.platform = filled(row.platform).map(|platform| Platform::read(&platform));
    device.os_version = filled(row.os);
    device.model = filled(row.model);
    device.app_version = filled(row.app_version);
    device.ownership = filled(row.ownership).map(|ownership| Ownership::read(&ownership));
    device.banned = yes(row.banned);
    device.registered = yes(row.registered_status);
    device.users = row
        .emails
        .unwrap_or_default()
        .into_iter()
        .filter(|email| !email.trim().is_empty())
        .map(owner)
        .collect();
    device.trust =
        (row.trust.is_some() || row.trust_data.is_some()).then(|| trust(row.trust_data, row.trust));
    device.created_at = moment(row.created_at);
    device.last_seen_at = moment(row.last_login);
    device.native = Some(raw);
    device.unread = unread;
    device
}

/// A user of a device is known by the address alone, which is also the user's id and what the user signs in with.
fn owner(email: String) -> DeviceOwner {
    DeviceOwner::new(Some(email.clone()), Some(email.clone()), Some(email))
}

/// The two assessments on a row can disagree, so all of a trust is taken from one of them: from `TrustData`, which knows
/// overrides, or from `trust` where `TrustData` has no level.
fn trust(data: Option<wire::TrustData>, evaluated: Option<wire::DeviceTrust>) -> Trust {
    let says = |level: &Option<Level>| {
        level
            .as_ref()
            .is_some_and(|level| !level.as_str().trim().is_empty())
    };
    match (data, evaluated) {
        (Some(data), evaluated)
            if says(&data.level) || !evaluated.as_ref().is_some_and(|trust| says(&trust.level)) =>
        {
            assessment(data.level, data.entity_trust_score, moment(data.updated_at))
        }
        (_, Some(evaluated)) => {
            let at = evaluated.last_evaluated.and_then(|last| moment(last.at));
            assessment(evaluated.level, evaluated.value, at)
        }
        (_, None) => Trust::default(),
    }
}

/// A decision of a person is an override and is not put on the scale.
fn assessment(level: Option<Level>, score: Option<i64>, observed_at: Option<Timestamp>) -> Trust {
    let mut trust = level
        .as_ref()
        .map(|level| Trust::of_native(level.to_value()))
        .unwrap_or_default();
    trust.level = level.as_ref().and_then(on_scale);
    trust.override_ = level.as_ref().and_then(decision);
    trust.score = score;
    trust.observed_at = observed_at;
    trust
}

fn on_scale(level: &Level) -> Option<TrustLevel> {
    match level {
        Level::Low => Some(TrustLevel::Low),
        Level::Medium => Some(TrustLevel::Medium),
        Level::High => Some(TrustLevel::High),
        Level::AlwaysAllow | Level::AlwaysDeny | Level::Other(_) => None,
    }
}

fn decision(level: &Level) -> Option<TrustOverride> {
    match level {
        Level::AlwaysAllow => Some(TrustOverride::AlwaysAllow),
        Level::AlwaysDeny => Some(TrustOverride::AlwaysDeny),
        _ => None,
    }
}
