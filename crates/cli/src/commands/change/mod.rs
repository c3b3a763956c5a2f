//! Changes: read what is wanted, plan it, let guards and a person look at the plan, carry it out, tell what became of it.

mod carry_out;
mod check;
mod confirm;
mod file;
mod journal;
mod prepare;
mod row;
mod rows;
mod run;
mod tally;
mod wanted;

use rollbook::model::Operation;

use crate::args::GlobalArgs;
use crate::change_args::{
    BulkArgs, DeviceSelectorArgs, GuardArgs, NewUserArgs, SerialArgs, UserSelectorArgs,
};
use crate::exit::Exit;
use crate::failure::Failure;
use wanted::Given;

/// One command line that changes something.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    given: Vec<Given>,
    guards: GuardArgs,
    bulk: BulkArgs,
}

impl Request {
    fn new(operation: Operation, given: Vec<Given>, guards: GuardArgs, bulk: BulkArgs) -> Self {
        Self {
            operation,
            given,
            guards,
            bulk,
        }
    }

    pub(crate) fn create_user(user: NewUserArgs, bulk: BulkArgs, guards: GuardArgs) -> Self {
        let mut given = some([
            ("name", user.name),
            ("remote-data", user.remote_data),
            ("idempotency-key", user.idempotency_key),
        ]);
        given.extend(user.emails.into_iter().map(|email| ("email", email)));
        Self::new(Operation::CreateUser, given, guards, bulk)
    }

    pub(crate) fn delete_user(user: UserSelectorArgs, bulk: BulkArgs, guards: GuardArgs) -> Self {
        let given = some([
            ("guid", user.guid),
            ("id", user.id),
            ("upn", user.upn),
            ("email", user.email),
            ("tuid", user.tuid),
        ]);
        Self::new(Operation::DeleteUser, given, guards, bulk)
    }

    pub(crate) fn of_serial(
        operation: Operation,
        device: SerialArgs,
        bulk: BulkArgs,
        guards: GuardArgs,
    ) -> Self {
        Self::new(operation, some([("serial", device.serial)]), guards, bulk)
    }

    pub(crate) fn delete_device(device: DeviceSelectorArgs, bulk: BulkArgs, guards: GuardArgs) -> Self {
        let given = some([
            ("serial", device.serial),
            ("email", device.email),
            ("id", device.id),
            ("guid", device.guid),
        ]);
        Self::new(Operation::DeleteDevice, given, guards, bulk)
    }

    pub(crate) fn delete_everywhere(serial: String, guards: GuardArgs) -> Self {
        let given = vec![("serial", serial)];
        Self::new(
            Operation::DeleteDeviceEverywhere,
            given,
            guards,
            BulkArgs::default(),
        )
    }

    /// Does it.
    pub(crate) async fn run(self, global: &GlobalArgs) -> Result<Exit, Failure> {
        run::run(self, global).await
    }
}

fn some<const N: usize>(given: [(&'static str, Option<String>); N]) -> Vec<Given> {
    given
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .collect()
}
