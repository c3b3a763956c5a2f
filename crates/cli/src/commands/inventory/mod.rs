//! Everything of every source, in numbers.

mod report;
mod tally;

use rollbook::model::{DeviceQuery, Operation, Support, UserQuery, WorkstationQuery};
use rollbook::{Resource, Rollbook, Source, Walks};

use self::tally::{Facts, Tally};
use super::list::{add, conclude, read};
use crate::checkpoint::{Checkpoint, CheckpointArgs, Header};
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::progress::Progress;

pub(crate) async fn run(mut context: Context, args: &CheckpointArgs) -> Result<Exit, Failure> {
    let rollbook = Rollbook::builder().build(context.selected()?)?;
    let mut walks = Walks::default();
    for source in rollbook.sources() {
        add_source(&mut walks, source);
    }
    let header = Header::new(&context, "inventory", None, &[], walks.reports());
    let mut checkpoint = Checkpoint::open(&context, args, &header, &mut walks)?;
    let mut tallies = Vec::new();
    for (number, walk) in walks.reports().iter().enumerate() {
        let kept = checkpoint.tally(number)?;
        tallies.push(kept.unwrap_or_else(|| Tally::of(walk.resource)));
    }
    let mut outcome = Outcome::default();
    let progress = Progress::new(!context.global.quiet, walks.reports());
    let interrupted = read(
        &mut context,
        &mut walks,
        &progress,
        &mut outcome,
        &mut checkpoint,
        |page| {
            let Some((walk, facts)) = page else {
                return Ok(None);
            };
            facts.iter().for_each(|facts| tallies[walk].count(facts));
            // Only a checkpoint wants the numbers as they are after each page.
            Ok(match &args.checkpoint {
                Some(_) => Some(serde_json::to_value(&tallies[walk])?),
                None => None,
            })
        },
    )
    .await?;
    drop(progress);
    report::print(context.global.output, &rollbook, walks.reports(), &tallies)?;
    let stopped = interrupted.then_some(&checkpoint);
    conclude(&context, walks.reports(), &mut outcome, false, stopped);
    checkpoint.tell_stop(&context, args, walks.reports());
    Ok(if interrupted {
        Exit::Interrupted
    } else {
        outcome.exit()
    })
}

/// Every list that the source has. What its vendor has not is not missing.
fn add_source(walks: &mut Walks<Facts>, source: &Source) {
    let capabilities = source.directory().capabilities().clone();
    let can = |operation| capabilities.operation(operation) != Support::No;
    if can(Operation::ListUsers) {
        let lists = source.users(&UserQuery::default());
        add(walks, source, Resource::Users, lists, Facts::of_user);
    }
    if can(Operation::ListDevices) {
        let lists = source.devices(&DeviceQuery::default());
        add(walks, source, Resource::Devices, lists, Facts::of_device);
    }
    if can(Operation::ListWorkstations) {
        let lists = source.workstations(&WorkstationQuery::default());
        add(
            walks,
            source,
            Resource::Workstations,
            lists,
            Facts::of_workstation,
        );
    }
}
