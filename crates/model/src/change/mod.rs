//! Changes: what is asked, what it would do, and what became of it.

mod effect;
mod guard;
mod outcome;
mod plan;
mod selector;
mod serial;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{DeviceId, Operation, UserId};

pub use effect::{Effect, EffectKind, Subject};
pub use guard::{ApprovedPlan, Guards};
pub use outcome::{ChangeFate, Found, Outcome};
pub use plan::{Action, Plan, Step, Target};
pub use selector::{InvalidText, Text};
pub use serial::{PLACEHOLDER_SERIALS, SerialNumber, UnusableSerial};

/// A change to the users or devices of one source.
///
/// It serializes as the flags of the command line: `{"serial": "C02XK1JHJG5J"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Change {
    /// Create a user.
    CreateUser(NewUser),
    /// Delete the user, and whatever the vendor deletes with it.
    DeleteUser(UserSelector),
    /// Ban every device with this serial number (Banyan). A ban outlives a new registration.
    BanDevice(BySerial),
    /// Lift the ban of every device with this serial number (Banyan).
    UnbanDevice(BySerial),
    /// Delete a device of one user.
    DeleteDevice(DeviceSelector),
    /// Delete the device with this serial number, for all its users (Banyan).
    DeleteDeviceEverywhere(BySerial),
}

impl Change {
    /// What a source must be able to do.
    pub fn operation(&self) -> Operation {
        match self {
            Self::CreateUser(_) => Operation::CreateUser,
            Self::DeleteUser(_) => Operation::DeleteUser,
            Self::BanDevice(_) => Operation::BanDevice,
            Self::UnbanDevice(_) => Operation::UnbanDevice,
            Self::DeleteDevice(_) => Operation::DeleteDevice,
            Self::DeleteDeviceEverywhere(_) => Operation::DeleteDeviceEverywhere,
        }
    }

    /// Ban every device with this serial number.
    pub fn ban(serial: SerialNumber) -> Self {
        Self::BanDevice(BySerial { serial })
    }

    /// Lift the ban of every device with this serial number.
    pub fn unban(serial: SerialNumber) -> Self {
        Self::UnbanDevice(BySerial { serial })
    }

    /// Delete the device with this serial number, for all its users.
    pub fn delete_everywhere(serial: SerialNumber) -> Self {
        Self::DeleteDeviceEverywhere(BySerial { serial })
    }
}

/// All devices with one serial number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BySerial {
    /// The serial number. Case counts.
    pub serial: SerialNumber,
}

/// Which user. Each way must lead to exactly one, unless [`Guards`] expect more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserSelector {
    /// Any of the ids that [`Directory::get_user`](crate::Directory::get_user) takes.
    Id(UserId),
    /// The directory's id (TruU). A uuid compares without case, any other id with it.
    Guid(Text),
    /// What the user signs in with, without case.
    Upn(Text),
    /// An e-mail address, without case. It can fit several users.
    Email(Text),
    /// TruU's own id, a uuid.
    Tuid(Text),
}

impl UserSelector {
    /// The name of the command line's flag, and the text given.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Id(id) => ("id", id.as_str()),
            Self::Guid(text) => ("guid", text.as_str()),
            Self::Upn(text) => ("upn", text.as_str()),
            Self::Email(text) => ("email", text.as_str()),
            Self::Tuid(text) => ("tuid", text.as_str()),
        }
    }
}

/// Which device of which user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum DeviceSelector {
    /// The registration of a user on a machine (Banyan).
    Registration {
        /// The machine's serial number. Case counts.
        serial: SerialNumber,
        /// The user's e-mail address, without case.
        email: Text,
    },
    /// A user's device by its id (TruU).
    Enrollment {
        /// The device's id.
        id: DeviceId,
        /// The directory's id of its user. Without it a complete walk must name one owner.
        #[serde(skip_serializing_if = "Option::is_none")]
        guid: Option<Text>,
    },
}

/// A user to be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewUser {
    /// The name.
    pub name: Text,
    /// The e-mail addresses; the first is the main one.
    #[serde(rename = "email")]
    pub emails: Vec<Text>,
    /// What the provider wants besides, passed on as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_data: Option<Map<String, Value>>,
    /// By which the vendor knows a repetition of the request. Without one, each plan gets its own.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

impl NewUser {
    /// A user with this name and these addresses.
    pub fn new(name: Text, emails: Vec<Text>) -> Self {
        Self {
            name,
            emails,
            remote_data: None,
            idempotency_key: None,
        }
    }
}
