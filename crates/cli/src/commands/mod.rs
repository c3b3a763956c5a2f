//! One module for each thing that the program does.

mod change;
mod contract;
mod get;
mod inventory;
mod list;
mod queries;
mod sandbox;
mod sources;

use clap::CommandFactory as _;

use std::io::Write as _;

use crate::args::{
    Cli, Command, ContractCommand, DevicesCommand, SandboxCommand, SourcesCommand, UsersCommand,
    WorkstationsCommand,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::stdout;
use change::Request;
use rollbook::model::Operation;

/// Does what the command line asks for.
pub(crate) async fn run(cli: Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "rollbook", &mut script);
            let mut out = stdout();
            out.write_all(&script)?;
            out.flush()?;
            Ok(Exit::Done)
        }
        Command::Sandbox(SandboxCommand::Serve(args)) => sandbox::serve(args, global).await,
        Command::Sandbox(SandboxCommand::Faults) => sandbox::faults(global),
        Command::Contract(ContractCommand::Show { vendor }) => contract::show(&vendor),
        Command::Contract(ContractCommand::Check { baseline }) => {
            contract::check(Context::open(global).await?, baseline.as_deref()).await
        }
        Command::Inventory { checkpoint } => inventory::run(Context::open(global).await?, &checkpoint).await,
        Command::Sources(SourcesCommand::List) => sources::list(&Context::open(global).await?),
        Command::Sources(SourcesCommand::Check) => sources::check(Context::open(global).await?).await,
        Command::Users(UsersCommand::List {
            filters,
            rows,
            checkpoint,
        }) => {
            let query = queries::users(filters);
            list::users(Context::open(global).await?, &query, rows, &checkpoint).await
        }
        Command::Users(UsersCommand::Get { id, rows }) => {
            get::user(Context::open(global).await?, &id, rows).await
        }
        Command::Users(UsersCommand::Create { user, bulk, guards }) => {
            Request::create_user(user, bulk, guards).run(global).await
        }
        Command::Users(UsersCommand::Delete { user, bulk, guards }) => {
            Request::delete_user(user, bulk, guards).run(global).await
        }
        Command::Devices(DevicesCommand::Ban { device, bulk, guards }) => {
            Request::of_serial(Operation::BanDevice, device, bulk, guards)
                .run(global)
                .await
        }
        Command::Devices(DevicesCommand::Unban { device, bulk, guards }) => {
            Request::of_serial(Operation::UnbanDevice, device, bulk, guards)
                .run(global)
                .await
        }
        Command::Devices(DevicesCommand::Delete { device, bulk, guards }) => {
            Request::delete_device(device, bulk, guards).run(global).await
        }
        Command::Devices(DevicesCommand::DeleteEverywhere { serial, guards }) => {
            Request::delete_everywhere(serial, guards).run(global).await
        }
        Command::Devices(DevicesCommand::List {
            filters,
            rows,
            checkpoint,
        }) => {
            let query = queries::devices(filters);
            list::devices(Context::open(global).await?, &query, rows, &checkpoint).await
        }
        Command::Devices(DevicesCommand::Get { id, guid, rows }) => {
            get::device(Context::open(global).await?, &id, guid, rows).await
        }
        Command::Workstations(WorkstationsCommand::List {
            ips,
            macs,
            rows,
            checkpoint,
        }) => {
            let query = queries::workstations(ips, macs);
            list::workstations(Context::open(global).await?, &query, rows, &checkpoint).await
        }
    }
}
