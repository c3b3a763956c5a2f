use rollbook_model::{Capabilities, Filter, Operation, Support};

/// What TruU can do (TruU guide: the filters are those of the Enrolled Users API, devices have none; the changes are those of
/// the User Management API).
pub(crate) fn capabilities() -> Capabilities {
    use Support::{Local, Vendor};
    Capabilities::new()
        .with(
            Operation::ListUsers,
            Vendor,
            &[
                (Filter::Email, Vendor),
                (Filter::UserName, Vendor),
                (Filter::Guid, Vendor),
                (Filter::Tuid, Vendor),
                (Filter::Name, Local),
            ],
        )
        .with(Operation::GetUser, Vendor, &[])
        .with(
            Operation::ListDevices,
            Vendor,
            &[
                (Filter::Email, Local),
                (Filter::Name, Local),
                (Filter::Platform, Local),
                (Filter::Type, Local),
            ],
        )
        .with(Operation::GetDevice, Vendor, &[])
        .with(
            Operation::ListWorkstations,
            Vendor,
            &[(Filter::Ip, Vendor), (Filter::Mac, Vendor)],
        )
        .with(Operation::DeleteUser, Vendor, &[])
        .with(Operation::DeleteDevice, Vendor, &[])
        .without(
            Operation::CreateUser,
            "TruU has no call for it; its users come from the directory that it is connected to",
        )
        .without(
            Operation::BanDevice,
            "TruU knows no bans; `devices delete` takes a device away from its user",
        )
        .without(Operation::UnbanDevice, "TruU knows no bans")
        .without(
            Operation::DeleteDeviceEverywhere,
            "TruU's devices have no serial number; `devices delete` takes --id and --guid",
        )
}
