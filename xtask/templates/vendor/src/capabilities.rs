use rollbook_model::{Capabilities, Filter, Operation, Support};

/// The reason for what this adapter has no function for. It is a hole, and the matrix in tests/fixtures.rs names it: the
/// vendor's own reason takes its place, or the operation is written.
const NOT_YET: &str = "the adapter of Acme does not do it yet";

/// What Acme can do. A filter that is left to Acme is `Vendor`, one that is worked out from the whole list is `Local`.
pub(crate) fn capabilities() -> Capabilities {
    use Support::{Local, Vendor};
    Capabilities::new()
        .with(
            Operation::ListUsers,
            Vendor,
            &[(Filter::Email, Local), (Filter::Name, Local)],
        )
        .with(Operation::GetUser, Vendor, &[])
        .without(Operation::ListDevices, NOT_YET)
        .without(Operation::GetDevice, NOT_YET)
        .without(Operation::ListWorkstations, NOT_YET)
        .without(Operation::CreateUser, NOT_YET)
        .without(Operation::DeleteUser, NOT_YET)
        .without(Operation::BanDevice, NOT_YET)
        .without(Operation::UnbanDevice, NOT_YET)
        .without(Operation::DeleteDevice, NOT_YET)
        .without(Operation::DeleteDeviceEverywhere, NOT_YET)
}
