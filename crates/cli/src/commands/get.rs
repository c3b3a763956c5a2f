use futures_util::future::join_all;
use rollbook::Rollbook;
use rollbook::model::{Device, DeviceId, DeviceLookup, Error, ErrorKind, Fate, Operation, User, UserId};

use super::list::shown_native;
use crate::args::RowArgs;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::output::{self, Row, Warning};

pub(crate) async fn user(mut context: Context, id: &str, args: RowArgs) -> Result<Exit, Failure> {
    let id = UserId::new(id).map_err(|error| Failure::usage(error.to_string(), "name the user's id"))?;
    let (rollbook, warnings) = context.plan(Operation::GetUser, &[])?;
    let asked = rollbook
        .sources()
        .iter()
        .map(|source| source.directory().get_user(&id));
    let answers = context.interrupt.guard(join_all(asked)).await?;
    let shape = |mut user: User| {
        user.native = shown_native(user.native, &user.vendor, args);
        user
    };
    let answers = answers.into_iter().map(|answer| answer.map(shape)).collect();
    print(&context, &rollbook, answers, warnings, args)
}

pub(crate) async fn device(
    mut context: Context,
    id: &str,
    guid: Option<String>,
    args: RowArgs,
) -> Result<Exit, Failure> {
    let id = DeviceId::new(id).map_err(|error| Failure::usage(error.to_string(), "name the device's id"))?;
    let mut lookup = DeviceLookup::new(id);
    if let Some(guid) = guid {
        lookup = lookup.of_user(guid);
    }
    let (rollbook, warnings) = context.plan(Operation::GetDevice, &[])?;
    let asked = rollbook
        .sources()
        .iter()
        .map(|source| source.directory().get_device(&lookup));
    let answers = context.interrupt.guard(join_all(asked)).await?;
    let shape = |mut device: Device| {
        device.native = shown_native(device.native, &device.vendor, args);
        device
    };
    let answers = answers.into_iter().map(|answer| answer.map(shape)).collect();
    print(&context, &rollbook, answers, warnings, args)
}

/// Prints what was found. That a source does not know the id is an error only when none does.
fn print<R: Row>(
    context: &Context,
    rollbook: &Rollbook,
    answers: Vec<Result<R, Error>>,
    mut warnings: Vec<Warning>,
    args: RowArgs,
) -> Result<Exit, Failure> {
    let mut outcome = Outcome::default();
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for (source, answer) in rollbook.sources().iter().zip(answers) {
        match answer {
            Ok(row) => {
                for reason in row.unread() {
                    let message = format!("{reason}: member left out");
                    context.reporter.warning(source.name().as_str(), &message);
                    warnings.push(Warning {
                        source: Some(source.name().to_string()),
                        message,
                    });
                    outcome.unreadable();
                }
                rows.push(row);
            }
            Err(error) if error.source_name().is_none() => {
                errors.push(error.with_source_name(source.name().clone()));
            }
            Err(error) => errors.push(error),
        }
    }
    outcome.delivered(rows.len());
    // An id that one vendor could never have is, at that vendor, an id that it has not.
    let (absent, failed): (Vec<Error>, Vec<Error>) = errors
        .into_iter()
        .partition(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidArgument));
    if !rows.is_empty() {
        for error in &absent {
            warnings.push(Warning {
                source: error.source_name().map(ToString::to_string),
                message: error.message().to_owned(),
            });
        }
    }
    let mut sink = output::sink::<R>(context.global.output, args)?;
    if !rows.is_empty() {
        sink.rows(0, &rows)?;
    }
    sink.finish(&[], &warnings)?;
    for error in &failed {
        outcome.failed(error);
        context.reporter.error(error);
    }
    if rows.is_empty() {
        let found_nowhere = Error::new(ErrorKind::NotFound, Fate::Answered, "nothing");
        for error in &absent {
            context.reporter.error(error);
            // With other sources to answer for it, an impossible id is one that was not found.
            outcome.failed(if absent.len() > 1 { &found_nowhere } else { error });
        }
    }
    Ok(outcome.exit())
}
