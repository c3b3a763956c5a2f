use rollbook_model::{Capabilities, Filter, Operation, Support};

use crate::Model;

/// What an integrated account with these models can do.
///
/// Which filters work depends on the provider, and some ignore them: so they are worked out here, but for the type of a
/// device, without which Jamf answers nothing.
pub(crate) fn capabilities(models: &[Model]) -> Capabilities {
    use Support::{Local, Vendor};
    let (directory, mdm) = (
        models.contains(&Model::UserDirectory),
        models.contains(&Model::Mdm),
    );
    let mut filters = vec![
        (Filter::Email, Local),
        (Filter::Name, Local),
        (Filter::Status, Local),
    ];
    if directory {
        filters.push((Filter::UserName, Local));
    }
    let mut capabilities = Capabilities::new();
    if directory || mdm {
        capabilities =
            capabilities
                .with(Operation::ListUsers, Vendor, &filters)
                .with(Operation::GetUser, Vendor, &[]);
    }
    if mdm {
        capabilities = capabilities
            .with(
                Operation::ListDevices,
                Vendor,
                &[
                    (Filter::Serial, Local),
                    (Filter::Email, Local),
                    (Filter::Name, Local),
                    (Filter::Model, Local),
                    (Filter::Platform, Local),
                    (Filter::Type, Vendor),
                ],
            )
            .with(Operation::GetDevice, Vendor, &[])
            .with(Operation::CreateUser, Vendor, &[]);
    } else {
        let reason = "the source's models do not contain \"mdm\"";
        capabilities = capabilities
            .without(Operation::ListDevices, reason)
            .without(Operation::GetDevice, reason)
            .without(Operation::CreateUser, "only with `models` containing \"mdm\"");
    }
    let no_delete = "through Truto users are created, and nothing is deleted";
    let no_ban = "Truto has no ban of devices";
    capabilities
        .without(
            Operation::ListWorkstations,
            "Truto has no list of workstations with their accounts",
        )
        .without(Operation::DeleteUser, no_delete)
        .without(Operation::BanDevice, no_ban)
        .without(Operation::UnbanDevice, no_ban)
        .without(Operation::DeleteDevice, no_delete)
        .without(Operation::DeleteDeviceEverywhere, no_delete)
}
