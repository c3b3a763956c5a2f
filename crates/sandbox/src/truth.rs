use crate::state::State;

/// The ids of every row, list by list: what a client that misses nothing has to find.
///
/// The lists are in the order in which the vendor serves them. At first TruU holds exactly the configured numbers of
/// users and devices; the others hold the same people and machines less a few that were never enrolled there, plus a few
/// of their own. What a change does is the difference between the truth before and the truth after it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Truth {
    /// The `tuid` of each TruU user, both in the enrolled users and in the data API.
    pub truu_users: Vec<String>,
    /// The `deviceId` (a UUID) of each TruU device.
    pub truu_devices: Vec<String>,
    /// The `deviceId` of each TruU device that is active.
    pub truu_active_devices: Vec<String>,
    /// The `machineName` of each TruU asset.
    pub truu_assets: Vec<String>,
    /// The `Email` of each Banyan end user in v1: those who are active.
    pub banyan_users: Vec<String>,
    /// The `id` of each Banyan end user in v2, active or not.
    pub banyan_user_ids: Vec<String>,
    /// The `DeviceID` of each Banyan device in v1, or its serial number where it has none: those that are active.
    pub banyan_devices: Vec<String>,
    /// The `id` of each Banyan device in v2, active or not.
    pub banyan_device_ids: Vec<String>,
    /// Each registration of a user on a Banyan device that is active, device by device.
    pub banyan_registrations: Vec<BanyanRegistration>,
    /// The `id` of each Banyan device in v2 that is active and banned.
    pub banyan_banned: Vec<String>,
    /// The `id` of each user in the directory behind Truto.
    pub truto_users: Vec<String>,
    /// The `id` of each user in the MDM behind Truto.
    pub truto_mdm_users: Vec<String>,
    /// The `id` of each device in the MDM behind Truto.
    pub truto_mdm_devices: Vec<String>,
}

/// One user on one device, as Banyan's v1 tells of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct BanyanRegistration {
    /// The serial number of the device, which other devices may share.
    pub serial_number: String,
    /// The `Email` of the user, who may be inactive.
    pub email: String,
}

impl Truth {
    pub(crate) fn of(state: &State) -> Self {
        let (truu, banyan, truto) = (&state.truu, &state.banyan, &state.truto);
        Self {
            truu_users: truu.enrolled_users().map(|user| user.tuid.clone()).collect(),
            truu_devices: truu.enrolled_devices().map(|device| device.id.clone()).collect(),
            truu_active_devices: truu
                .enrolled_devices()
                .filter(|device| device.active)
                .map(|device| device.id.clone())
                .collect(),
            truu_assets: truu
                .assets
                .iter()
                .map(|asset| asset.machine_name.clone())
                .collect(),
            banyan_users: banyan.active_users().map(|user| user.email.clone()).collect(),
            banyan_user_ids: banyan.users.iter().map(|user| user.id.clone()).collect(),
            banyan_devices: banyan
                .active_devices()
                .map(|device| device.v1_key().to_owned())
                .collect(),
            banyan_device_ids: banyan.devices.iter().map(|device| device.id.clone()).collect(),
            banyan_registrations: banyan
                .active_devices()
                .flat_map(|device| {
                    device.users.iter().map(|user| BanyanRegistration {
                        serial_number: device.serial.clone(),
                        email: banyan.users[*user].email.clone(),
                    })
                })
                .collect(),
            banyan_banned: banyan
                .active_devices()
                .filter(|device| device.banned)
                .map(|device| device.id.clone())
                .collect(),
            truto_users: truto.users.iter().map(|user| user.id.clone()).collect(),
            truto_mdm_users: truto.mdm_users.iter().map(|user| user.id.clone()).collect(),
            truto_mdm_devices: truto.mdm_devices.iter().map(|device| device.id.clone()).collect(),
        }
    }
}
