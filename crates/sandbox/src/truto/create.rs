//! The one change: a new user in the MDM ("Create Users").

use std::borrow::Cow;
use std::collections::HashMap;

use http::{HeaderMap, StatusCode};
use rollbook_transport::Response;
use serde_json::{Map, Value};

use super::directory::Email;
use super::errors::Refusal;
use super::mdm::MdmUser;
use super::params::Params;
use super::{Resource, Row, Truto, list};
use crate::clock::iso_millis;
use crate::reply;

/// What was answered to each idempotency key. Each has its user, so it is kept for as long as that.
#[derive(Debug, Default)]
pub(crate) struct Answered(HashMap<String, Answer>);

#[derive(Debug)]
struct Answer {
    asked: Row,
    status: StatusCode,
    body: Value,
}

/// Creates a user at the moment `now`, in seconds since 1970; or repeats what was answered to the same key before.
///
/// A refusal is not kept under its key: it created nothing, and the same body would be refused again.
pub(super) fn mdm_user(
    truto: &mut Truto,
    headers: &HeaderMap,
    body: &[u8],
    params: &Params,
    now: i64,
) -> Result<Response, Refusal> {
    let key = idempotency_key(headers)?;
    let asked: Row =
        serde_json::from_slice(body).map_err(|_| Refusal::bad_request("the body must be a JSON object"))?;
    if let Some(answer) = key.and_then(|key| truto.answered.0.get(key)) {
        if answer.asked != asked {
            return Err(Refusal::key_reused());
        }
        return Ok(reply::json(answer.status, &answer.body));
    }
    let user = user(&asked, truto.mdm_users_made, now)?;
    truto.mdm_users_made += 1;
    truto.mdm_users.push(user);
    let number = truto.mdm_users.len() - 1;
    let answer = Answer {
        asked,
        status: StatusCode::OK,
        body: list::one(truto, Resource::MdmUsers, number, params),
    };
    let response = reply::json(answer.status, &answer.body);
    if let Some(key) = key {
        truto.answered.0.insert(key.to_owned(), answer);
    }
    Ok(response)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| !key.trim().is_empty());
    match (key, keys.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(Refusal::bad_request(
            "Idempotency-Key must be one value that is not blank",
        )),
    }
}

/// The user that is asked for, as number `number` of all that there were. Members that the unified model does not know are left
/// out; those of `remote_data` reach the provider as they are.
fn user(asked: &Row, number: usize, now: i64) -> Result<MdmUser, Refusal> {
    let name = match asked.get("name") {
        Some(Value::String(name)) if !name.trim().is_empty() => name.clone(),
        _ => return Err(Refusal::bad_request("name must be a string that is not blank")),
    };
    let Some(Value::Array(emails)) = asked.get("emails") else {
        return Err(Refusal::bad_request("emails must be an array"));
    };
    let remote = match asked.get("remote_data") {
        None => Map::new(),
        Some(Value::Object(remote)) => remote.clone(),
        Some(_) => return Err(Refusal::bad_request("remote_data must be an object")),
    };
    let moment = iso_millis(now);
    Ok(MdmUser {
        id: MdmUser::id_of(number),
        name,
        first_name: None,
        last_name: None,
        emails: emails.iter().map(email).collect::<Result<_, _>>()?,
        active: Some(true),
        created_at: moment.clone(),
        updated_at: Some(moment),
        remote,
    })
}

fn email(asked: &Value) -> Result<Email, Refusal> {
    let email = match asked.get("email") {
        Some(Value::String(email)) if !email.trim().is_empty() => email.clone(),
        _ => {
            return Err(Refusal::bad_request(
                "each of emails must be an object with an email that is not blank",
            ));
        }
    };
    let primary = match asked.get("is_primary") {
        None => None,
        Some(Value::Bool(primary)) => Some(*primary),
        Some(_) => return Err(Refusal::bad_request("is_primary must be true or false")),
    };
    let kind = match asked.get("type") {
        None => None,
        Some(Value::String(kind)) => Some(Cow::Owned(kind.clone())),
        Some(_) => {
            return Err(Refusal::bad_request(
                "the type of an e-mail address must be a string",
            ));
        }
    };
    Ok(Email { email, kind, primary })
}
