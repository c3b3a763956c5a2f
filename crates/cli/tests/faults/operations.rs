//! The columns of the table.

use rollbook::model::Operation;

/// What each vendor can do, in the order of the places in the world.
pub(crate) const OPERATIONS: [&[Operation]; 3] = [
    &[
        Operation::ListUsers,
        Operation::ListDevices,
        Operation::ListWorkstations,
        Operation::GetUser,
        Operation::GetDevice,
        Operation::DeleteUser,
        Operation::DeleteDevice,
    ],
    &[
        Operation::ListUsers,
        Operation::ListDevices,
        Operation::GetUser,
        Operation::GetDevice,
        Operation::DeleteUser,
        Operation::BanDevice,
        Operation::UnbanDevice,
        Operation::DeleteDevice,
        Operation::DeleteDeviceEverywhere,
    ],
    &[
        Operation::ListUsers,
        Operation::ListDevices,
        Operation::GetUser,
        Operation::GetDevice,
        Operation::CreateUser,
    ],
];
