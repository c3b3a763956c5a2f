use serde::Serialize;

use super::{Change, Effect, NewUser, SerialNumber, Subject};
use crate::{SourceName, Vendor};

/// What a change would do, worked out before it is done: from complete walks and the vendor's documented rules, never
/// guessed.
///
/// It is carried out only once [`Guards`](super::Guards) have approved it, and then exactly its `steps` are sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The source.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// What was asked.
    pub change: Change,
    /// What the selector fits: what the guards count.
    pub targets: Vec<Target>,
    /// What happens to that. Empty when all is already as it was asked to be.
    pub asked: Vec<Effect>,
    /// What else the vendor does then.
    pub implied: Vec<Effect>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// The requests, one after another.
    pub steps: Vec<Step>,
}

impl Plan {
    /// A plan that does nothing yet.
    pub fn new(source: SourceName, vendor: Vendor, change: Change) -> Self {
        Self {
            source,
            vendor,
            change,
            targets: Vec::new(),
            asked: Vec::new(),
            implied: Vec::new(),
            notes: Vec::new(),
            steps: Vec::new(),
        }
    }
}

/// One thing that a selector fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Target {
    /// What it is.
    #[serde(flatten)]
    pub subject: Subject,
    /// By which it is told apart from others that the same selector fits, where the id does not do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Target {
    /// A target that its id tells apart.
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            detail: None,
        }
    }

    /// The same target with what tells it apart.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// One request of a plan, as it will be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The HTTP method.
    pub method: String,
    /// The path and the query, as they are sent, behind the source's base URL.
    pub target: String,
    /// The body, as it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The key by which the vendor knows a repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// What it does.
    #[serde(skip)]
    pub action: Action,
}

impl Step {
    /// A request without a body.
    pub fn new(method: impl Into<String>, target: impl Into<String>, action: Action) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            body: None,
            idempotency_key: None,
            action,
        }
    }
}

/// What one request does, in terms of the vendor's own ids.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Create this user.
    CreateUser(NewUser),
    /// Delete the user.
    DeleteUser {
        /// The id that the vendor's delete wants: TruU's `guid`, Banyan's v2 id.
        key: String,
        /// The user's id as in a list of users.
        id: String,
    },
    /// Ban, or lift the ban of, every device with this serial number.
    SetBanned {
        /// The serial number.
        serial: SerialNumber,
        /// Whether the devices are banned then.
        banned: bool,
    },
    /// Delete one user's device.
    DeleteDevice {
        /// The vendor's key of the device: TruU's `deviceId`, Banyan's serial number.
        device: String,
        /// The vendor's key of the user: TruU's `guid`, Banyan's e-mail address.
        user: String,
    },
    /// Delete the device with this serial number, for all its users.
    DeleteDeviceEverywhere {
        /// The serial number.
        serial: SerialNumber,
    },
}
