use serde::Serialize;

use crate::{NativeRow, SourceName, Timestamp, Trust, Vendor, WorkstationId};

/// A machine with the accounts enrolled on it: a TruU *asset*.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Workstation {
    /// The source that the row came from.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// The vendor's id: TruU `machineName`.
    pub id: WorkstationId,
    /// The name to show.
    pub display_name: Option<String>,
    /// The vendor's word for the kind of machine (`MAC_AGENT`, `WINDOWS_AGENT`).
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What the machine is made of.
    pub hardware: Hardware,
    /// How the machine is reached.
    pub network: Network,
    /// The accounts enrolled on the machine, each with its own trust.
    pub enrollments: Vec<Enrollment>,
    /// When the vendor last heard from the machine; absent for never.
    pub last_seen_at: Option<Timestamp>,
    /// The vendor's row, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<NativeRow>,
    /// Members of the vendor's row that could not be read, each with the reason.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Workstation {
    /// A workstation of which nothing but the id is known.
    #[inline]
    pub fn new(source: SourceName, vendor: Vendor, id: WorkstationId) -> Self {
        Self {
            source,
            vendor,
            id,
            display_name: None,
            kind: None,
            hardware: Hardware::default(),
            network: Network::default(),
            enrollments: Vec::new(),
            last_seen_at: None,
            native: None,
            unread: Vec::new(),
        }
    }
}

/// What a machine is made of, in the vendor's free text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Hardware {
    /// The maker's serial number as it came.
    pub serial_number: Option<String>,
    /// The maker.
    pub manufacturer: Option<String>,
    /// The maker's model.
    pub model: Option<String>,
    /// The processor.
    pub processor: Option<String>,
    /// The version of the BIOS.
    pub bios_version: Option<String>,
}

/// How a machine is reached. Addresses are text: vendors send malformed ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Network {
    /// IP addresses as they came.
    pub ip_addresses: Vec<String>,
    /// MAC addresses as they came.
    pub mac_addresses: Vec<String>,
}

/// A user on a device or machine, with trust as of a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Enrollment {
    /// The id of the enrolled device in the API that lists workstations. TruU: a number, not the uuid of the device list.
    pub device_id: Option<String>,
    /// The name of the enrolled device.
    pub device_name: Option<String>,
    /// The vendor's word for the kind of device.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The version of the vendor's app.
    pub app_version: Option<String>,
    /// Whether the enrollment is live.
    pub active: Option<bool>,
    /// Who is enrolled.
    pub user: Option<EnrollmentUser>,
    /// How far this account is trusted on this machine.
    pub trust: Option<Trust>,
    /// When the vendor last heard from the device; absent for never.
    pub last_seen_at: Option<Timestamp>,
}

/// Who is enrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EnrollmentUser {
    /// The user's id at the same source.
    pub id: Option<String>,
    /// The directory's id of the user (TruU).
    pub guid: Option<String>,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// What the user signs in with.
    pub user_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
}
