//! Banyan, today SonicWall Cloud Secure Edge: the refresh call, and users and devices in v1 and v2 (API guide,
//! "UsersDevices").

mod cascade;
mod changes;
mod churn;
mod errors;
mod list;
mod seed;
mod token;
mod trust;
mod v1;
mod v2;

use std::borrow::Cow;

use http::{Method, StatusCode};
use rollbook_transport::Response;

use crate::call::Call;
use crate::credentials::BANYAN_KEY;
use crate::reply;
use crate::sandbox::Core;
use crate::tokens::Issuer;
use errors::{Refusal, Version};
use trust::Trust;

/// The Banyan organisation.
#[derive(Debug)]
pub(crate) struct Banyan {
    pub(crate) users: Vec<EndUser>,
    pub(crate) devices: Vec<Device>,
}

impl Banyan {
    pub(crate) fn active_users(&self) -> impl Iterator<Item = &EndUser> {
        self.users.iter().filter(|user| user.active)
    }

    pub(crate) fn active_devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().filter(|device| device.active)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct EndUser {
    /// Shown by v2 only. Opaque: not every one is a UUID.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// Joined with commas.
    pub(crate) groups: String,
    pub(crate) roles: Option<Vec<&'static str>>,
    /// Nanoseconds since 1970; 0 is never.
    pub(crate) last_login: i64,
    pub(crate) created: i64,
    pub(crate) invited: i64,
    pub(crate) login_count: i64,
    pub(crate) trust: Trust,
    pub(crate) active: bool,
    /// The devices that it is registered on, by number.
    pub(crate) devices: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// A UUID.
    pub(crate) id: String,
    /// Whether v1 shows the id: some rows have `null` there.
    pub(crate) id_in_v1: bool,
    pub(crate) serial: String,
    pub(crate) name: String,
    // A change can replace these four.
    pub(crate) ownership: Cow<'static, str>,
    pub(crate) platform: Cow<'static, str>,
    pub(crate) model: Cow<'static, str>,
    pub(crate) architecture: Cow<'static, str>,
    pub(crate) os: String,
    pub(crate) app_version: &'static str,
    pub(crate) registered: bool,
    pub(crate) banned: bool,
    pub(crate) mdm: Mdm,
    /// Whether the row has the newer `trust` member.
    pub(crate) newer_trust: bool,
    pub(crate) trust: Trust,
    /// Nanoseconds since 1970; 0 is never.
    pub(crate) last_login: i64,
    pub(crate) created: i64,
    pub(crate) login_count: i64,
    pub(crate) active: bool,
    /// The users registered on it, by number.
    pub(crate) users: Vec<usize>,
}

impl Device {
    /// What tells the device apart in v1: its id, or its serial number where the id is `null`.
    pub(crate) fn v1_key(&self) -> &str {
        if self.id_in_v1 { &self.id } else { &self.serial }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Mdm {
    /// Nanoseconds since 1970, or 0.
    pub(crate) timestamp: i64,
    pub(crate) source: &'static str,
    pub(crate) compromised: &'static str,
    pub(crate) compliant: &'static str,
}

/// Answers a call to Banyan. The token is looked at before the address, so a stranger learns nothing of it.
pub(crate) fn answer(core: &Core, call: &Call<'_>, segments: &[&str]) -> Response {
    let (version, rest) = match segments {
        ["api", "v1", rest @ ..] => (Version::V1, rest),
        ["api", "v2", rest @ ..] | ["api", "experimental", "v2", rest @ ..] => (Version::V2, rest),
        _ => return Refusal::not_found().response(Version::V1),
    };
    if version == Version::V1 && rest == ["refresh_token"] && !call.path.trailing_slash {
        return token::answer(core, call);
    }
    if !signed_in(core, call) {
        return Refusal::unauthorized().response(version);
    }
    let (method, serve): (Method, Serve) = match (version, rest) {
        _ if call.path.trailing_slash => return Refusal::not_found().response(version),
        (Version::V1, ["endusers"]) => (Method::GET, |core, call| {
            v1::users(core, &core.read().banyan, call)
        }),
        (Version::V1, ["devices"]) => (Method::GET, |core, call| {
            v1::devices(core, &core.read().banyan, call)
        }),
        (Version::V2, ["enduser"]) => (Method::GET, |core, call| {
            v2::users(core, &core.read().banyan, call)
        }),
        (Version::V2, ["devices"]) => (Method::GET, |core, call| {
            v2::devices(core, &core.read().banyan, call)
        }),
        (Version::V1, ["v1", "delete_device"]) if core.config.banyan_delete_path.has_doubled() => {
            (Method::DELETE, changes::delete_device)
        }
        (Version::V1, ["delete_device"]) if core.config.banyan_delete_path.has_single() => {
            (Method::DELETE, changes::delete_device)
        }
        (Version::V1, ["mdm", "update_device"]) => (Method::POST, changes::update_device),
        (Version::V2, ["endusers"]) => (Method::DELETE, changes::delete_users),
        // A documented change, which is not served.
        (Version::V1, ["set_max_trust_level"]) => {
            return Refusal::not_allowed("this sandbox does not carry out this change").response(version);
        }
        _ => return Refusal::not_found().response(version),
    };
    if call.method != method {
        let refused = Refusal::not_allowed("method not allowed").response(version);
        return reply::allowing(refused, method.as_str());
    }
    serve(core, call).unwrap_or_else(|refusal| refusal.response(version))
}

/// What answers a call to one address by its one method.
type Serve = fn(&Core, &Call<'_>) -> Result<Response, Refusal>;

/// An error as Banyan words it for a call to this address.
pub(crate) fn failure(segments: &[&str], status: StatusCode, description: &'static str) -> Response {
    let version = match segments {
        ["api", "v2", ..] | ["api", "experimental", "v2", ..] => Version::V2,
        _ => Version::V1,
    };
    Refusal::of(status, description).response(version)
}

/// Both the key itself and a token that was traded for it open the door.
fn signed_in(core: &Core, call: &Call<'_>) -> bool {
    call.bearer()
        .is_some_and(|token| token == BANYAN_KEY || core.tokens().admit(Issuer::Banyan, token, call.now))
}

/// A whole number out of a query, or the refusal of what is none.
fn whole_number(text: &str) -> Result<usize, Refusal> {
    text.parse()
        .map_err(|_| Refusal::bad_request("skip and limit must be whole numbers"))
}

const OK: StatusCode = StatusCode::OK;
