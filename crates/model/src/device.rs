use serde::Serialize;

use crate::open::open_enum;
use crate::{DeviceId, NativeRow, SourceName, Timestamp, Trust, Vendor, VendorIds};

/// One enrolled phone, laptop or agent at one source.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Device {
    /// The source that the row came from.
    pub source: SourceName,
    /// The vendor of that source.
    pub vendor: Vendor,
    /// The vendor's id: TruU `deviceId` (a uuid), Banyan `DeviceID` or else the serial number, Truto `id`.
    pub id: DeviceId,
    /// Further ids by name.
    pub vendor_ids: VendorIds,
    /// The maker's serial number as it came; vendors also send junk here ("0", "To be filled by O.E.M.").
    pub serial_number: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The vendor's word for the kind of device (`MAC_TPM`, `laptop`).
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The operating system family.
    pub platform: Option<Platform>,
    /// The operating system's version, in the vendor's free text.
    pub os_version: Option<String>,
    /// The maker's model.
    pub model: Option<String>,
    /// The version of the vendor's app on the device.
    pub app_version: Option<String>,
    /// Whose device it is.
    pub ownership: Option<Ownership>,
    /// Whether the enrollment is live.
    pub active: Option<bool>,
    /// Whether the device is banned.
    pub banned: Option<bool>,
    /// Whether the device is registered.
    pub registered: Option<bool>,
    /// The users of the device, as far as the row names them.
    pub users: Vec<DeviceOwner>,
    /// How far the vendor trusts the device.
    pub trust: Option<Trust>,
    /// When the device was first known.
    pub created_at: Option<Timestamp>,
    /// When the vendor last heard from the device; absent for never.
    pub last_seen_at: Option<Timestamp>,
    /// The vendor's row, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<NativeRow>,
    /// Members of the vendor's row that could not be read, each with the reason.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Device {
    /// A device of which nothing but the id is known.
    #[inline]
    pub fn new(source: SourceName, vendor: Vendor, id: DeviceId) -> Self {
        Self {
            source,
            vendor,
            id,
            vendor_ids: VendorIds::default(),
            serial_number: None,
            name: None,
            kind: None,
            platform: None,
            os_version: None,
            model: None,
            app_version: None,
            ownership: None,
            active: None,
            banned: None,
            registered: None,
            users: Vec::new(),
            trust: None,
            created_at: None,
            last_seen_at: None,
            native: None,
            unread: Vec::new(),
        }
    }
}

/// A user of a device, as far as the device's row says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeviceOwner {
    /// The user's id at the same source.
    pub id: Option<String>,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// What the user signs in with.
    pub user_name: Option<String>,
}

impl DeviceOwner {
    /// A user of whom the row says this much.
    pub fn new(id: Option<String>, email: Option<String>, user_name: Option<String>) -> Self {
        Self { id, email, user_name }
    }
}

open_enum! {
    /// The operating system family of a device.
    Platform {
        /// Microsoft Windows.
        Windows = "windows",
        /// Apple macOS; Banyan says `Darwin`.
        Macos = "macos" | "darwin" | "mac os x" | "osx" | "mac",
        /// Linux.
        Linux = "linux",
        /// Apple iOS.
        Ios = "ios",
        /// Apple iPadOS.
        Ipados = "ipados",
        /// Android.
        Android = "android",
        /// ChromeOS.
        Chromeos = "chromeos" | "chrome os",
    }
}

open_enum! {
    /// Whose device it is. Banyan writes the values with and without spaces.
    Ownership {
        /// The company's, in no closer terms.
        Corporate = "corporate",
        /// The company's, for one person.
        CorporateDedicated = "corporate_dedicated",
        /// The company's, for several people.
        CorporateShared = "corporate_shared",
        /// The person's own.
        EmployeeOwned = "employee_owned",
        /// None of these.
        OtherOwner = "other",
        /// The vendor says that it does not know.
        Unknown = "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_are_one_value() {
        assert_eq!(
            Ownership::read("CorporateDedicated"),
            Ownership::CorporateDedicated
        );
        assert_eq!(
            Ownership::read("Corporate Dedicated"),
            Ownership::CorporateDedicated
        );
        assert_eq!(Ownership::read("UNKNOWN"), Ownership::Unknown);
        assert_eq!(Ownership::read("Undefined").as_str(), "Undefined");
        assert_eq!(Platform::read("Darwin"), Platform::Macos);
        assert_eq!(Platform::read("iOS"), Platform::Ios);
    }
}
