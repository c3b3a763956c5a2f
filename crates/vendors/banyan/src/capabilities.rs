use rollbook_model::{Capabilities, Filter, Operation, Support};

/// What Banyan can do (Banyan API guide, "UsersDevices").
pub(crate) fn capabilities() -> Capabilities {
    use Support::{Local, Vendor};
    Capabilities::new()
        .with(
            Operation::ListUsers,
            Vendor,
            &[
                (Filter::Email, Vendor),
                (Filter::Name, Vendor),
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
                (Filter::Name, Vendor),
                (Filter::Model, Vendor),
                (Filter::Platform, Local),
            ],
        )
        .with(Operation::GetDevice, Vendor, &[])
        .without(Operation::ListWorkstations, "Banyan has no list of workstations")
}
