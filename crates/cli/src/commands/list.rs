use std::io::{self, IsTerminal as _};

use rollbook::model::{
    Device, DeviceQuery, Error, NativeRow, Operation, User, UserQuery, Vendor, Workstation, WorkstationQuery,
};
use rollbook::transport::{Clock as _, SystemClock};
use rollbook::{Resource, Rollbook, Source, Walk, WalkEvent, WalkReport, Walks};

use crate::args::{OutputFormat, RowArgs};
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::native::masked;
use crate::output::{self, Row, SOON, Warning};
use crate::progress::Progress;

pub(crate) async fn users(context: Context, query: &UserQuery, args: RowArgs) -> Result<Exit, Failure> {
    let (rollbook, warnings) = context.plan(Operation::ListUsers, &query.filters())?;
    let walks = start(
        &rollbook,
        Resource::Users,
        |source| source.users(query),
        move |mut user: User| {
            user.native = shown_native(user.native, &user.vendor, args);
            user
        },
    );
    print(context, walks, warnings, args).await
}

pub(crate) async fn devices(context: Context, query: &DeviceQuery, args: RowArgs) -> Result<Exit, Failure> {
    let (rollbook, warnings) = context.plan(Operation::ListDevices, &query.filters())?;
    let walks = start(
        &rollbook,
        Resource::Devices,
        |source| source.devices(query),
        move |mut device: Device| {
            device.native = shown_native(device.native, &device.vendor, args);
            device
        },
    );
    print(context, walks, warnings, args).await
}

pub(crate) async fn workstations(
    context: Context,
    query: &WorkstationQuery,
    args: RowArgs,
) -> Result<Exit, Failure> {
    let (rollbook, warnings) = context.plan(Operation::ListWorkstations, &query.filters())?;
    let walks = start(
        &rollbook,
        Resource::Workstations,
        |source| source.workstations(query),
        move |mut workstation: Workstation| {
            workstation.native = shown_native(workstation.native, &workstation.vendor, args);
            workstation
        },
    );
    print(context, walks, warnings, args).await
}

/// The vendor's row as it is shown: not at all unless asked for, and without TruU's push tokens unless asked for.
pub(crate) fn shown_native(native: Option<NativeRow>, vendor: &Vendor, args: RowArgs) -> Option<NativeRow> {
    native.filter(|_| args.native).map(|native| {
        if *vendor == Vendor::TRUU && !args.native_secrets {
            masked(&native)
        } else {
            native
        }
    })
}

/// The walks of all sources. A list that is refused before its first request is a walk all the same.
pub(crate) fn start<T: Send + 'static, U: Send + 'static>(
    rollbook: &Rollbook,
    resource: Resource,
    lists: impl Fn(&Source) -> Result<Vec<Walk<T>>, Error>,
    shape: impl Fn(T) -> U + Clone + Send + Sync + 'static,
) -> Walks<U> {
    let mut walks = Walks::default().in_order();
    for source in rollbook.sources() {
        add(&mut walks, source, resource, lists(source), shape.clone());
    }
    walks
}

pub(crate) fn add<T: Send + 'static, U: Send + 'static>(
    walks: &mut Walks<U>,
    source: &Source,
    resource: Resource,
    lists: Result<Vec<Walk<T>>, Error>,
    shape: impl Fn(T) -> U + Clone + Send + Sync + 'static,
) {
    match lists {
        Ok(lists) => {
            for walk in lists {
                walks.add(walk.map(shape.clone()));
            }
        }
        Err(error) => {
            let report = WalkReport::refused(source.name().clone(), source.vendor(), resource, error);
            walks.add_refused(report);
        }
    }
}

async fn print<R: Row>(
    mut context: Context,
    mut walks: Walks<R>,
    mut warnings: Vec<Warning>,
    args: RowArgs,
) -> Result<Exit, Failure> {
    let format = context.global.output;
    let mut sink = output::sink::<R>(format, args)?;
    let mut outcome = Outcome::default();
    // While rows go to the terminal, bars would be written between them.
    let quiet_terminal = format == OutputFormat::Table || !io::stdout().is_terminal();
    let progress = Progress::new(quiet_terminal && !context.global.quiet, walks.reports());
    let interrupted = read(
        &mut context,
        &mut walks,
        &progress,
        &mut outcome,
        |page| match page {
            Some((walk, rows)) => sink.rows(walk, &rows),
            None => sink.flush(),
        },
    )
    .await?;
    drop(progress);
    warnings.extend(Warning::of_walks(walks.reports()));
    sink.finish(walks.reports(), &warnings)?;
    conclude(
        &context,
        walks.reports(),
        &mut outcome,
        format != OutputFormat::Json,
    );
    Ok(if interrupted {
        Exit::Interrupted
    } else {
        outcome.exit()
    })
}

/// Reads the walks to their end, or to Ctrl-C: then it is true. Every page goes to `page`, with the number of
/// its walk, and none when no more came for a moment.
pub(crate) async fn read<T: Send + 'static>(
    context: &mut Context,
    walks: &mut Walks<T>,
    progress: &Progress,
    outcome: &mut Outcome,
    mut page: impl FnMut(Option<(usize, Vec<T>)>) -> io::Result<()>,
) -> Result<bool, Failure> {
    let mut fresh = false;
    loop {
        let event = tokio::select! {
            event = walks.next() => event,
            () = context.interrupt.wait() => return Ok(true),
            () = SystemClock.sleep(SOON), if fresh => {
                fresh = false;
                page(None)?;
                continue;
            }
        };
        match event {
            Some(WalkEvent::Page { walk, rows }) => {
                outcome.delivered(rows.len());
                progress.page(walk, &walks.reports()[walk]);
                page(Some((walk, rows)))?;
                fresh = true;
            }
            Some(WalkEvent::Ended { walk }) => progress.ended(walk, &walks.reports()[walk]),
            Some(_) => {}
            None => return Ok(false),
        }
    }
}

/// Tells how the walks ended, the errors first.
pub(crate) fn conclude(context: &Context, walks: &[WalkReport], outcome: &mut Outcome, summaries: bool) {
    for walk in walks {
        outcome.walked(&walk.completeness, walk.error.as_ref());
    }
    tell_once(context, walks.iter().filter_map(|walk| walk.error.as_ref()));
    for walk in walks {
        context.reporter.walk(walk, summaries);
    }
}

/// Tells the errors. A source that cannot sign in fails with each of its lists: that is one error.
pub(crate) fn tell_once<'a>(context: &Context, errors: impl Iterator<Item = &'a Error>) {
    let mut told = Vec::new();
    for error in errors {
        let gist = (error.source_name(), error.kind(), error.message());
        if !told.contains(&gist) {
            context.reporter.error(error);
            told.push(gist);
        }
    }
}
