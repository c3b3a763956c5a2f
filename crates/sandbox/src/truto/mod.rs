//! Truto: the unified user directory and MDM models over one integrated account ("List Users", and the pages on
//! querying, pagination and errors).

mod churn;
mod create;
mod directory;
mod errors;
mod filter;
mod list;
mod mdm;
mod params;
mod seed;

use http::StatusCode;
use http::header::HeaderName;
use rollbook_transport::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::credentials::{TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN};
use crate::reply;
use crate::sandbox::Core;
use create::Answered;
use directory::DirectoryUser;
use errors::Refusal;
use mdm::{MdmDevice, MdmUser};
use params::Params;

/// What the providers behind the integrated account hold.
#[derive(Debug)]
pub(crate) struct Truto {
    pub(crate) users: Vec<DirectoryUser>,
    pub(crate) mdm_users: Vec<MdmUser>,
    /// How many users the MDM ever had: the number of the next.
    pub(crate) mdm_users_made: usize,
    pub(crate) mdm_devices: Vec<MdmDevice>,
    pub(crate) answered: Answered,
}

/// A row, member by member.
type Row = Map<String, Value>;

/// The lists that the integrated account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    DirectoryUsers,
    MdmUsers,
    MdmDevices,
}

impl Resource {
    fn of(model: &str, resource: &str) -> Option<Self> {
        Some(match (model, resource) {
            ("user-directory", "users") => Self::DirectoryUsers,
            ("mdm", "users") => Self::MdmUsers,
            ("mdm", "devices") => Self::MdmDevices,
            _ => return None,
        })
    }

    fn len(self, truto: &Truto) -> usize {
        match self {
            Self::DirectoryUsers => truto.users.len(),
            Self::MdmUsers => truto.mdm_users.len(),
            Self::MdmDevices => truto.mdm_devices.len(),
        }
    }

    fn find(self, truto: &Truto, id: &str) -> Option<usize> {
        match self {
            Self::DirectoryUsers => truto.users.iter().position(|user| user.id == id),
            Self::MdmUsers => truto.mdm_users.iter().position(|user| user.id == id),
            Self::MdmDevices => truto.mdm_devices.iter().position(|device| device.id == id),
        }
    }

    /// The members of the unified row, and among them what the provider said, if that is asked for.
    fn row(self, truto: &Truto, number: usize, remote_data: bool) -> Row {
        match self {
            Self::DirectoryUsers => members(&truto.users[number].row(remote_data)),
            Self::MdmUsers => members(&truto.mdm_users[number].row(remote_data)),
            Self::MdmDevices => members(&truto.mdm_devices[number].row(remote_data)),
        }
    }

    /// The row as the provider wrote it.
    fn remote(self, truto: &Truto, number: usize) -> Value {
        match self {
            Self::DirectoryUsers => truto.users[number].remote(),
            Self::MdmUsers => truto.mdm_users[number].remote(),
            Self::MdmDevices => truto.mdm_devices[number].remote(),
        }
    }
}

/// The row as a map: every row is an object.
fn members(row: &impl Serialize) -> Row {
    match serde_json::to_value(row) {
        Ok(Value::Object(members)) => members,
        _ => Row::new(),
    }
}

/// Answers a call to Truto: the token, the address, the account, the method, the parameters, in this order.
pub(crate) fn answer(core: &Core, call: &Call<'_>, segments: &[&str]) -> Response {
    if segments == ["ping"] {
        return reply::json(StatusCode::OK, "pong");
    }
    let response = unified(core, call, segments).unwrap_or_else(|refusal| refusal.response());
    // The account's budget, as it is told when the provider tells it; the sandbox does not enforce it.
    [
        ("ratelimit-limit", "50;w=10"),
        ("ratelimit-remaining", "49"),
        ("ratelimit-reset", "10"),
    ]
    .into_iter()
    .fold(response, |response, (name, value)| {
        reply::with_header(response, HeaderName::from_static(name), value)
    })
}

fn unified(core: &Core, call: &Call<'_>, segments: &[&str]) -> Result<Response, Refusal> {
    if call.bearer() != Some(TRUTO_TOKEN) {
        return Err(Refusal::unauthorized());
    }
    let (model, resource, id) = match segments {
        ["unified", model, resource] => (model, resource, None),
        ["unified", model, resource, id] if !id.is_empty() => (model, resource, Some(*id)),
        _ => return Err(Refusal::not_found("no such path")),
    };
    if call.path.trailing_slash {
        return Err(Refusal::not_found("no such path"));
    }
    account(call)?;
    let resource = Resource::of(model, resource)
        .ok_or_else(|| Refusal::not_found("the integration does not support this resource"))?;
    let params = || Params::of(&call.query);
    match (call.method.as_str(), resource, id) {
        ("GET", _, None) => list::list(core, &core.read().truto, resource, &params()?, call),
        ("GET", _, Some(id)) => list::get(&core.read().truto, resource, id, &params()?),
        ("POST", Resource::MdmUsers, None) => {
            let now = call.now.and_then(|now| i64::try_from(now).ok());
            let now = now.unwrap_or(core.config.photographed_at);
            let truto = &mut core.write().truto;
            create::mdm_user(truto, call.headers, call.body, &params()?, now)
        }
        (_, Resource::MdmUsers, None) => Err(Refusal::not_allowed("GET, POST")),
        _ => Err(Refusal::not_allowed("GET")),
    }
}

/// Another cursor for the same place: what follows `c:` is a number, and may begin with zeros.
pub(crate) fn another_cursor(cursor: Option<&str>) -> String {
    let place = cursor.and_then(|cursor| cursor.strip_prefix("c:"));
    place.map_or_else(|| "c:0".to_owned(), |place| format!("c:0{place}"))
}

/// What a cursor is told that was not handed out, or is no longer good.
pub(crate) const BAD_CURSOR: &str = "next_cursor is not valid";

/// An error of Truto's own.
pub(crate) fn failure(status: StatusCode, message: &str) -> Response {
    Refusal::of(status, message).response()
}

/// The integrated account is required on every unified call.
fn account(call: &Call<'_>) -> Result<(), Refusal> {
    let id = call
        .query
        .last("integrated_account_id")
        .filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::bad_request("integrated_account_id is required"))?;
    if uuid::Uuid::try_parse(id).is_err() {
        return Err(Refusal::bad_request("integrated_account_id must be a valid UUID"));
    }
    if !id.eq_ignore_ascii_case(TRUTO_INTEGRATED_ACCOUNT) {
        return Err(Refusal::not_found("integrated account not found"));
    }
    Ok(())
}
