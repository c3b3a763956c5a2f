use rollbook_model::{Capabilities, Filter, Operation, Support};

/// What TruU can do (TruU guide: the filters are those of the Enrolled Users API; devices have none).
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
}
