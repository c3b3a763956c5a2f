//! The changes: what is asked, checked in full before anything is touched. The names of their parameters are exact.

use rollbook_transport::Response;
use serde_json::{Map, Value, json};

use super::OK;
use super::cascade::DeviceChange;
use super::errors::Refusal;
use super::v2::envelope;
use crate::call::{Call, Query};
use crate::reply;
use crate::sandbox::Core;

pub(super) fn delete_device(core: &Core, call: &Call<'_>) -> Result<Response, Refusal> {
    let serial = serial_number(&call.query)?;
    let email = one(&call.query, "Email", "Email must be one value that is not blank")?;
    if !core.write().banyan.delete_device(serial, email) {
        return Err(Refusal::no_record());
    }
    Ok(reply::json(OK, "Successfully deleted end user device"))
}

pub(super) fn update_device(core: &Core, call: &Call<'_>) -> Result<Response, Refusal> {
    let serial = serial_number(&call.query)?;
    let change = device_change(call.body)?;
    if !core.write().banyan.update_device(serial, &change) {
        return Err(Refusal::no_record());
    }
    Ok(reply::json(OK, &json!([{"Message": "Success"}])))
}

pub(super) fn delete_users(core: &Core, call: &Call<'_>) -> Result<Response, Refusal> {
    const FORM: &str = "the body must be an object with enduser_ids, a list of ids";
    let body: Map<String, Value> =
        serde_json::from_slice(call.body).map_err(|_| Refusal::bad_request(FORM))?;
    let ids = body.get("enduser_ids").and_then(Value::as_array);
    let ids: Option<Vec<&str>> = ids.and_then(|ids| ids.iter().map(Value::as_str).collect());
    let ids = ids.filter(|ids| !ids.is_empty() && body.len() == 1);
    let ids = ids.ok_or_else(|| Refusal::bad_request(FORM))?;
    if !core.write().banyan.deactivate_users(&ids) {
        return Err(Refusal::no_record());
    }
    Ok(envelope("successfully marked the endusers as inactive"))
}

fn serial_number(query: &Query) -> Result<&str, Refusal> {
    const FORM: &str = "SerialNumber must be one value that is not blank";
    one(query, "SerialNumber", FORM)?.ok_or_else(|| Refusal::bad_request(FORM))
}

/// The value of `name`, if it is given. A change is not made on one of two values, nor on a blank one.
fn one<'q>(query: &'q Query, name: &str, form: &'static str) -> Result<Option<&'q str>, Refusal> {
    match query.all(name).as_slice() {
        [] => Ok(None),
        [value] if !value.trim().is_empty() => Ok(Some(value)),
        _ => Err(Refusal::bad_request(form)),
    }
}

/// A list of exactly one object, which has some of five members and no other.
fn device_change(body: &[u8]) -> Result<DeviceChange, Refusal> {
    const FORM: &str = "the body must be a list of one object";
    let objects: Vec<Map<String, Value>> =
        serde_json::from_slice(body).map_err(|_| Refusal::bad_request(FORM))?;
    let [object] = objects.as_slice() else {
        return Err(Refusal::bad_request(FORM));
    };
    if object.is_empty() {
        return Err(Refusal::bad_request("the object has no member"));
    }
    let mut change = DeviceChange::default();
    for (name, value) in object {
        let Value::String(text) = value else {
            return Err(Refusal::bad_request("every member must be a string"));
        };
        let text = Some(text.clone());
        match name.as_str() {
            "Model" => change.model = text,
            "Ownership" => change.ownership = text,
            "Platform" => change.platform = text,
            "Architecture" => change.architecture = text,
            "Banned" => change.banned = Some(truth(text.as_deref())?),
            _ => return Err(Refusal::bad_request("the object has an unknown member")),
        }
    }
    Ok(change)
}

fn truth(text: Option<&str>) -> Result<bool, Refusal> {
    match text {
        Some("TRUE") => Ok(true),
        Some("FALSE") => Ok(false),
        _ => Err(Refusal::bad_request("Banned must be \"TRUE\" or \"FALSE\"")),
    }
}
