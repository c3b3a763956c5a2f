//! TruU: the token call, the system API and the data API (TruU guide, "User Management").

mod churn;
mod data;
mod page;
mod seed;
mod system;
mod token;

use http::StatusCode;
use http::header::{LOCATION, WWW_AUTHENTICATE};
use rollbook_transport::Response;
use serde::Serialize;
use serde_json::json;

use crate::call::Call;
use crate::clock::Micros;
use crate::reply;
use crate::sandbox::Core;
use crate::tokens::Issuer;

/// The TruU tenant.
#[derive(Debug)]
pub(crate) struct Truu {
    pub(crate) domain: Domain,
    pub(crate) users: Vec<User>,
    pub(crate) devices: Vec<Device>,
    pub(crate) assets: Vec<Asset>,
}

impl Truu {
    /// The users who were not deleted.
    pub(crate) fn enrolled_users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().filter(|user| !user.deleted)
    }

    /// The devices of those users, active or not.
    pub(crate) fn enrolled_devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().filter(|device| self.is_enrolled(device))
    }

    /// A device is gone with its user, and not before.
    pub(crate) fn is_enrolled(&self, device: &Device) -> bool {
        !self.users[device.user].deleted
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Domain {
    pub(crate) key: String,
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) tuid: String,
    pub(crate) guid: String,
    pub(crate) display_name: String,
    pub(crate) principal: String,
    pub(crate) email: String,
    pub(crate) last_synced: Micros,
    pub(crate) created: Micros,
    /// Its devices, by number.
    pub(crate) devices: Vec<usize>,
    /// Told by no list any more. The row stays, as others are known by their number.
    pub(crate) deleted: bool,
}

/// One account on one machine. The system API and the data API number it differently.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// The id in the system API, a UUID.
    pub(crate) id: String,
    /// The id in the data API, digits.
    pub(crate) data_id: String,
    pub(crate) user: usize,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) app_version: &'static str,
    pub(crate) sdk_version: &'static str,
    pub(crate) app_id: &'static str,
    pub(crate) software: String,
    pub(crate) notification_id: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) last_heard: i64,
    pub(crate) created: Micros,
    pub(crate) assurance: u16,
    pub(crate) active: bool,
}

/// A workstation.
#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub(crate) machine_name: String,
    pub(crate) display_name: String,
    pub(crate) kind: &'static str,
    pub(crate) hardware: Hardware,
    pub(crate) network: Network,
    pub(crate) last_heard: Option<Micros>,
    /// The devices on it, by number.
    pub(crate) devices: Vec<usize>,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hardware {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) manufacturer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processor: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bios_version: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Network {
    pub(crate) ip_addresses: Vec<String>,
    pub(crate) mac_addresses: Vec<String>,
}

/// The user as every endpoint writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserRow<'a> {
    tuid: &'a str,
    guid: &'a str,
    display_name: &'a str,
    user_principal: &'a str,
    email: &'a str,
    last_synced: Micros,
    created: Micros,
}

impl<'a> UserRow<'a> {
    fn of(user: &'a User) -> Self {
        Self {
            tuid: &user.tuid,
            guid: &user.guid,
            display_name: &user.display_name,
            user_principal: &user.principal,
            email: &user.email,
            last_synced: user.last_synced,
            created: user.created,
        }
    }
}

/// Why a call is not answered with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    NotFound,
    NoSuchPage,
}

impl Refusal {
    fn response(self) -> Response {
        let detail = match self {
            Self::NotFound => "Not found.",
            Self::NoSuchPage => "Invalid page.",
        };
        failure(StatusCode::NOT_FOUND, detail)
    }
}

#[derive(Clone, Copy)]
enum Endpoint<'a> {
    EnrolledUsers,
    Devices,
    DomainUser(&'a str),
    DomainUserDevice(&'a str, &'a str),
    DataUsers,
    DataAssets,
}

impl Endpoint<'_> {
    /// The methods that are served, as an `Allow` header lists them.
    fn methods(self) -> &'static str {
        match self {
            Self::DomainUser(_) | Self::DomainUserDevice(..) => "GET, DELETE",
            Self::EnrolledUsers | Self::Devices | Self::DataUsers | Self::DataAssets => "GET",
        }
    }
}

fn endpoint<'a>(segments: &[&'a str]) -> Option<Endpoint<'a>> {
    Some(match segments {
        ["api", "v1", "system", "enrolled", "users"] => Endpoint::EnrolledUsers,
        ["api", "v1", "system", "devices"] => Endpoint::Devices,
        ["api", "v1", "system", "domainusers", guid] if !guid.is_empty() => Endpoint::DomainUser(guid),
        ["api", "v1", "system", "domainusers", guid, "devices", device]
            if !guid.is_empty() && !device.is_empty() =>
        {
            Endpoint::DomainUserDevice(guid, device)
        }
        ["data", "api", "v1", "users"] => Endpoint::DataUsers,
        ["data", "api", "v1", "assets"] => Endpoint::DataAssets,
        _ => return None,
    })
}

/// Answers a call to TruU.
///
/// The order of the checks is that of the web framework that its addresses suggest: the address, the slash, the token,
/// the method.
pub(crate) fn answer(core: &Core, call: &Call<'_>, segments: &[&str]) -> Response {
    if segments == ["oauth", "token"] && !call.path.trailing_slash {
        return token::answer(core, call);
    }
    let Some(endpoint) = endpoint(segments) else {
        return Refusal::NotFound.response();
    };
    if !call.path.trailing_slash {
        return moved(call);
    }
    if !call
        .bearer()
        .is_some_and(|token| core.tokens().admit(Issuer::Truu, token, call.now))
    {
        let detail = "Authentication credentials were not provided or are not valid.";
        let response = failure(StatusCode::UNAUTHORIZED, detail);
        return reply::with_header(response, WWW_AUTHENTICATE, "Bearer realm=\"api\"");
    }
    let answered = match (call.method.as_str(), endpoint) {
        ("GET", endpoint) => read(&core.read().truu, endpoint, call),
        ("DELETE", Endpoint::DomainUser(guid)) => system::delete_user(&mut core.write().truu, guid),
        ("DELETE", Endpoint::DomainUserDevice(guid, device)) => {
            system::delete_device(&mut core.write().truu, guid, device)
        }
        _ => {
            let detail = format!("Method \"{}\" not allowed.", call.method);
            return reply::allowing(
                failure(StatusCode::METHOD_NOT_ALLOWED, &detail),
                endpoint.methods(),
            );
        }
    };
    answered.unwrap_or_else(Refusal::response)
}

fn read(truu: &Truu, endpoint: Endpoint<'_>, call: &Call<'_>) -> Result<Response, Refusal> {
    match endpoint {
        Endpoint::EnrolledUsers => system::enrolled_users(truu, call),
        Endpoint::Devices => system::devices(truu, call),
        Endpoint::DomainUser(guid) => system::domain_user(truu, guid),
        Endpoint::DomainUserDevice(guid, device) => system::domain_user_device(truu, guid, device),
        Endpoint::DataUsers => data::users(truu, call),
        Endpoint::DataAssets => data::assets(truu, call),
    }
}

/// An error as TruU words it.
pub(crate) fn failure(status: StatusCode, detail: &str) -> Response {
    reply::json(status, &json!({ "detail": detail }))
}

/// "Failing to do so will result in a 301 redirect HTTP response code with no results."
fn moved(call: &Call<'_>) -> Response {
    let location = match call.target.split_once('?') {
        Some((path, query)) => format!("{path}/?{query}"),
        None => format!("{}/", call.target),
    };
    reply::with_header(reply::empty(StatusCode::MOVED_PERMANENTLY), LOCATION, &location)
}
