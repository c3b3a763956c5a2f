use rollbook_model::{Capabilities, Filter, Operation, Support};

/// What Banyan can do (Banyan API guide, "UsersDevices").
///
/// Its filters by name and model are left alone: the guide does not say whether they mean the whole name or a part, with or
/// without case, and what the vendor leaves out cannot be found again.
pub(crate) fn capabilities() -> Capabilities {
    use Support::{Local, Vendor};
    Capabilities::new()
        .with(
            Operation::ListUsers,
            Vendor,
            &[
                (Filter::Email, Vendor),
                (Filter::Name, Local),
                (Filter::Serial, Vendor),
                (Filter::UserName, Local),
            ],
        )
        .with(Operation::GetUser, Vendor, &[])
        .with(
            Operation::ListDevices,
            Vendor,
            &[
                (Filter::Serial, Vendor),
                (Filter::Email, Vendor),
                (Filter::Name, Local),
                (Filter::Model, Local),
                (Filter::Platform, Local),
            ],
        )
        .with(Operation::GetDevice, Vendor, &[])
        .with(Operation::DeleteUser, Vendor, &[])
        .with(Operation::BanDevice, Vendor, &[])
        .with(Operation::UnbanDevice, Vendor, &[])
        .with(Operation::DeleteDevice, Vendor, &[])
        .with(Operation::DeleteDeviceEverywhere, Vendor, &[])
        .without(Operation::CreateUser, "Banyan has no call that creates a user")
        .without(Operation::ListWorkstations, "Banyan has no list of workstations")
}
