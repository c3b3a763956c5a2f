//! What is wanted: changes out of flags, or out of the rows of a CSV.

use std::collections::BTreeSet;

use rollbook::model::{
    Change, DeviceId, DeviceSelector, NewUser, Operation, SerialNumber, Text, UserId, UserSelector,
};
use serde_json::Value;

/// One change that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The line of the file that it stands on.
    pub(crate) line: Option<u64>,
    pub(crate) change: Change,
}

impl Wanted {
    /// What makes two wanted changes the same one: what they name, with addresses, names to sign in and uuids without case.
    pub(crate) fn identity(&self) -> String {
        let mut selector = serde_json::to_value(&self.change).unwrap_or_default();
        if let Some(members) = selector.as_object_mut() {
            for (name, value) in members {
                let is_uuid = value.as_str().is_some_and(is_uuid);
                if is_uuid || matches!(name.as_str(), "email" | "upn") {
                    *value = lower(value.take());
                }
            }
        }
        selector.to_string()
    }
}

impl Wanted {
    /// What no two rows of a file may have in common: what they name, and for users to be created each address.
    pub(crate) fn samenesses(&self) -> Vec<String> {
        match &self.change {
            Change::CreateUser(user) => addresses(user).collect(),
            _ => vec![self.identity()],
        }
    }
}

/// The addresses of a user to be created, as they are compared.
pub(crate) fn addresses(user: &NewUser) -> impl Iterator<Item = String> + '_ {
    user.emails.iter().map(|email| email.as_str().to_lowercase())
}

/// Whether the text has the form of a uuid, whose letters have no case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

fn lower(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.to_lowercase()),
        Value::Array(items) => items.into_iter().map(lower).collect(),
        other => other,
    }
}

/// A text under the name of its flag, or of its column.
pub(crate) type Given = (&'static str, String);

/// What is wrong with what was given.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The flag or column.
    pub(crate) name: &'static str,
    pub(crate) message: String,
    /// Whether it could have touched what nobody named, and is not only misspelled.
    pub(crate) guarded: bool,
}

impl Problem {
    pub(crate) fn usage(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            message: message.into(),
            guarded: false,
        }
    }

    fn guarded(name: &'static str, error: impl ToString) -> Self {
        Self {
            name,
            message: error.to_string(),
            guarded: true,
        }
    }
}

/// The names of the columns of `operation`, which are those of its flags.
pub(crate) fn names(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::CreateUser => &["name", "email", "remote-data", "idempotency-key"],
        Operation::DeleteUser => &["guid", "id", "upn", "email", "tuid"],
        Operation::DeleteDevice => &["serial", "email", "id", "guid"],
        _ => &["serial"],
    }
}

/// The change that `operation` is with what was given.
pub(crate) fn change(operation: Operation, given: &[Given]) -> Result<Change, Problem> {
    let find = |name| {
        given
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| text)
    };
    let required = |name| find(name).ok_or_else(|| Problem::usage(name, "it is missing"));
    let serial =
        || SerialNumber::new(required("serial")?.as_str()).map_err(|error| Problem::guarded("serial", error));
    Ok(match operation {
        Operation::CreateUser => Change::CreateUser(new_user(given)?),
        Operation::DeleteUser => Change::DeleteUser(user(given)?),
        Operation::BanDevice => Change::ban(serial()?),
        Operation::UnbanDevice => Change::unban(serial()?),
        Operation::DeleteDeviceEverywhere => Change::delete_everywhere(serial()?),
        _ => Change::DeleteDevice(match find("id") {
            Some(_) if find("serial").or(find("email")).is_some() => {
                return Err(Problem::usage(
                    "id",
                    "it cannot stand beside a serial number or an address",
                ));
            }
            None if find("guid").is_some() => {
                return Err(Problem::usage("guid", "it belongs to an id, and there is none"));
            }
            Some(id) => DeviceSelector::Enrollment {
                id: device_id(id)?,
                guid: find("guid").map(|guid| text("guid", guid)).transpose()?,
            },
            None => DeviceSelector::Registration {
                serial: serial()?,
                email: text("email", required("email")?)?,
            },
        }),
    })
}

fn text(name: &'static str, given: &str) -> Result<Text, Problem> {
    Text::new(given).map_err(|error| Problem::guarded(name, error))
}

fn device_id(given: &str) -> Result<DeviceId, Problem> {
    let id = text("id", given)?;
    DeviceId::new(id.as_str()).map_err(|error| Problem::guarded("id", error))
}

fn user(given: &[Given]) -> Result<UserSelector, Problem> {
    let [(name, value)] = given else {
        let message = "name the user in exactly one way: by guid, id, upn, email or tuid";
        return Err(Problem::usage(
            given.get(1).map_or("email", |(name, _)| name),
            message,
        ));
    };
    let text = text(name, value)?;
    Ok(match *name {
        "guid" => UserSelector::Guid(text),
        "upn" => UserSelector::Upn(text),
        "tuid" => UserSelector::Tuid(text),
        "email" => UserSelector::Email(text),
        _ => UserSelector::Id(UserId::new(text.as_str()).map_err(|error| Problem::guarded("id", error))?),
    })
}

fn new_user(given: &[Given]) -> Result<NewUser, Problem> {
    let all = |wanted| {
        given
            .iter()
            .filter(move |(name, _)| *name == wanted)
            .map(move |(_, value)| text(wanted, value))
    };
    let name = all("name")
        .next()
        .unwrap_or_else(|| Err(Problem::usage("name", "it is missing")))?;
    let emails = all("email").collect::<Result<Vec<_>, _>>()?;
    if emails.is_empty() {
        return Err(Problem::usage("email", "it is missing"));
    }
    let mut seen = BTreeSet::new();
    if let Some(email) = emails
        .iter()
        .find(|email| !seen.insert(email.as_str().to_lowercase()))
    {
        return Err(Problem::usage("email", format!("`{email}` is there twice")));
    }
    if let Some(email) = emails.iter().find(|email| !email.as_str().contains('@')) {
        return Err(Problem::usage("email", format!("`{email}` is no e-mail address")));
    }
    let mut user = NewUser::new(name, emails);
    user.idempotency_key = all("idempotency-key")
        .next()
        .transpose()?
        .map(|key| key.as_str().to_owned());
    if let Some((_, json)) = given.iter().find(|(name, _)| *name == "remote-data") {
        let object = serde_json::from_str(json).map_err(|error| {
            // The value can be personal: only the place is told.
            let place = format!("line {} column {}", error.line(), error.column());
            Problem::usage("remote-data", format!("it is no JSON object (at {place})"))
        })?;
        user.remote_data = Some(object);
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&'static str, &str)]) -> Vec<Given> {
        pairs
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn what_could_widen_a_change_is_refused_by_a_guard() {
        for (operation, pairs) in [
            (Operation::BanDevice, vec![("serial", "")]),
            (Operation::BanDevice, vec![("serial", "To be filled by O.E.M.")]),
            (Operation::DeleteUser, vec![("email", " ")]),
            (Operation::DeleteDevice, vec![("serial", "C02"), ("email", "")]),
            (Operation::DeleteDevice, vec![("id", "d"), ("guid", "")]),
            (Operation::CreateUser, vec![("name", ""), ("email", "a@b")]),
        ] {
            let problem = change(operation, &given(&pairs)).unwrap_err();
            assert!(problem.guarded, "{operation} {pairs:?}: {problem:?}");
        }
    }

    #[test]
    fn a_device_is_deleted_for_one_user_or_by_its_id_and_never_by_the_serial_alone() {
        for pairs in [
            &[("serial", "C02")][..],
            &[("id", "d"), ("serial", "C02")],
            &[("id", "d"), ("email", "a@b")],
            &[("serial", "C02"), ("email", "a@b"), ("guid", "g")],
        ] {
            assert!(
                change(Operation::DeleteDevice, &given(pairs)).is_err(),
                "{pairs:?}"
            );
        }
        let both = given(&[("serial", "C02"), ("email", "a@b")]);
        assert!(matches!(
            change(Operation::DeleteDevice, &both),
            Ok(Change::DeleteDevice(DeviceSelector::Registration { .. }))
        ));
        assert!(matches!(
            change(Operation::DeleteDevice, &given(&[("id", "d")])),
            Ok(Change::DeleteDevice(DeviceSelector::Enrollment {
                guid: None,
                ..
            }))
        ));
    }

    #[test]
    fn a_user_is_named_in_exactly_one_way() {
        for pairs in [vec![], vec![("guid", "g"), ("email", "a@b")]] {
            assert!(!change(Operation::DeleteUser, &given(&pairs)).unwrap_err().guarded);
        }
    }

    #[test]
    fn addresses_in_another_case_are_the_same_change() {
        let wanted = |email| Wanted {
            line: None,
            change: change(
                Operation::CreateUser,
                &given(&[("name", "Ann"), ("email", email)]),
            )
            .unwrap(),
        };
        assert_eq!(wanted("Ann@x.y").identity(), wanted("ann@X.y").identity());
        assert_ne!(wanted("ann@x.y").identity(), wanted("ann@x.z").identity());
        let by_id = |id: &str| Wanted {
            line: None,
            change: change(Operation::DeleteUser, &given(&[("id", id)])).unwrap(),
        };
        let uuid = "3f0c1d9e-6a55-4a08-9a3f-1f2d3c4b5a69";
        assert_eq!(by_id(uuid).identity(), by_id(&uuid.to_uppercase()).identity());
        assert_ne!(by_id("00uA").identity(), by_id("00ua").identity());
    }

    #[test]
    fn remote_data_is_an_object() {
        for (json, good) in [(r#"{"site":1}"#, true), ("[1]", false), ("{", false), ("", false)] {
            let pairs = given(&[("name", "Ann"), ("email", "a@b"), ("remote-data", json)]);
            assert_eq!(change(Operation::CreateUser, &pairs).is_ok(), good, "{json}");
        }
    }
}
