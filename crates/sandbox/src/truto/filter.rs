//! Filters and order, looked up in the unified rows themselves.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::errors::Refusal;
use super::params::Filter;
use super::{Resource, Row};
use crate::clock::parse_iso;

/// The filters that a list takes, and where in a row each looks. Others are ignored, as by most providers.
type Known = (&'static [&'static str], &'static [&'static str]);

const USERS: &[Known] = &[
    (&["name"], &["name"]),
    (&["first_name"], &["first_name"]),
    (&["last_name"], &["last_name"]),
    (&["email"], &["emails", "email"]),
    (&["emails"], &["emails", "email"]),
    (&["emails", "email"], &["emails", "email"]),
    (&["emails", "type"], &["emails", "type"]),
    (&["emails", "is_primary"], &["emails", "is_primary"]),
    (&["username"], &["username"]),
    (&["status"], &["status"]),
    (&["user_type"], &["user_type"]),
    (&["title"], &["title"]),
    (&["groups"], &["groups", "id"]),
    (&["groups", "id"], &["groups", "id"]),
    (&["groups", "name"], &["groups", "name"]),
    (&["group_id"], &["groups", "id"]),
    (&["roles"], &["roles", "id"]),
    (&["roles", "id"], &["roles", "id"]),
    (&["roles", "name"], &["roles", "name"]),
    (&["workspace_id"], &["workspaces", "id"]),
    (&["organization_id"], &["organizations", "id"]),
];

const MDM_USERS: &[Known] = &[
    (&["name"], &["name"]),
    (&["email"], &["emails", "email"]),
    (&["emails", "email"], &["emails", "email"]),
];

const MDM_DEVICES: &[Known] = &[
    (&["name"], &["name"]),
    (&["type"], &["type"]),
    (&["platform"], &["platform"]),
    (&["serial_number"], &["serial_number"]),
    (&["model"], &["model"]),
    (&["os_version"], &["os_version"]),
    (&["owner"], &["owner", "id"]),
    (&["owner", "id"], &["owner", "id"]),
    (&["owner", "name"], &["owner", "name"]),
    (&["owner", "emails"], &["owner", "emails", "email"]),
    (&["owner", "emails", "email"], &["owner", "emails", "email"]),
    (&["tags", "id"], &["tags", "id"]),
    (&["tags", "name"], &["tags", "name"]),
    (&["policy", "id"], &["policy", "id"]),
    (&["policy", "name"], &["policy", "name"]),
    (&["organization", "id"], &["organization", "id"]),
    (&["organization", "name"], &["organization", "name"]),
];

/// One test that a row has to pass.
#[derive(Debug)]
pub(super) enum Test {
    Text {
        place: &'static [&'static str],
        wanted: String,
    },
    Time {
        field: String,
        admits: fn(Ordering) -> bool,
        than: Timestamp,
    },
}

/// The tests that `filters` ask for; all of them must pass.
///
/// # Errors
///
/// A bad request when a moment is not in ISO 8601 or is compared in no known way.
pub(super) fn tests(resource: Resource, filters: &[Filter]) -> Result<Vec<Test>, Refusal> {
    let known = match resource {
        Resource::DirectoryUsers => USERS,
        Resource::MdmUsers => MDM_USERS,
        Resource::MdmDevices => MDM_DEVICES,
    };
    let mut tests = Vec::new();
    for filter in filters {
        let path: Vec<&str> = filter.path.iter().map(String::as_str).collect();
        if let [field @ ("created_at" | "updated_at"), operator @ ..] = path.as_slice() {
            tests.push(time(field, operator, &filter.value)?);
        } else if let Some((_, place)) = known.iter().find(|(name, _)| *name == path.as_slice()) {
            tests.push(Test::Text {
                place,
                wanted: filter.value.clone(),
            });
        }
    }
    Ok(tests)
}

fn time(field: &str, operator: &[&str], value: &str) -> Result<Test, Refusal> {
    let admits: fn(Ordering) -> bool = match operator {
        [] | ["eq"] => Ordering::is_eq,
        ["gt"] => Ordering::is_gt,
        ["gte"] => Ordering::is_ge,
        ["lt"] => Ordering::is_lt,
        ["lte"] => Ordering::is_le,
        _ => return Err(Refusal::bad_request(format!("{field} takes gt, gte, lt and lte"))),
    };
    let than =
        parse_iso(value).ok_or_else(|| Refusal::bad_request(format!("{field} must be in ISO 8601")))?;
    Ok(Test::Time {
        field: field.to_owned(),
        admits,
        than,
    })
}

impl Test {
    pub(super) fn admits(&self, row: &Row) -> bool {
        match self {
            Self::Text { place, wanted } => {
                let Some((first, rest)) = place.split_first() else {
                    return true;
                };
                row.get(*first)
                    .is_some_and(|value| any(value, rest, &|text| matches(place, wanted, text)))
            }
            Self::Time { field, admits, than } => row
                .get(field)
                .and_then(Value::as_str)
                .and_then(parse_iso)
                .is_some_and(|moment| admits(moment.cmp(than))),
        }
    }
}

/// Addresses are compared without case, all else with it.
fn matches(place: &[&str], wanted: &str, have: &str) -> bool {
    if place.last() == Some(&"email") {
        wanted.eq_ignore_ascii_case(have)
    } else {
        wanted == have
    }
}

/// Whether any value at `place` below `value` is admitted; a list is looked at item by item.
fn any(value: &Value, place: &[&str], admits: &dyn Fn(&str) -> bool) -> bool {
    match (value, place.split_first()) {
        (Value::Array(items), _) => items.iter().any(|item| any(item, place, admits)),
        (Value::Object(members), Some((first, rest))) => {
            members.get(*first).is_some_and(|value| any(value, rest, admits))
        }
        (Value::String(text), None) => admits(text),
        (Value::Bool(_) | Value::Number(_), None) => admits(&value.to_string()),
        _ => false,
    }
}

/// Sorts rows by the named fields, the first named first. A row without the field comes last when it ascends.
pub(super) fn sort(rows: &mut [(usize, Row)], by: &[(String, bool)]) {
    rows.sort_by(|(_, left), (_, right)| {
        by.iter()
            .map(|(field, descending)| {
                let order = compare(left.get(field), right.get(field));
                if *descending { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

fn compare(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    match (left.and_then(text), right.and_then(text)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

/// The text that a value sorts by: of a list, that of its first item.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.first().and_then(text),
        Value::Object(members) => members.values().find_map(text),
        _ => None,
    }
}
