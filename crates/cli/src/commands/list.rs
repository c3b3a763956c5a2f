use std::io::{self, IsTerminal as _};

use rollbook::model::{
    Device, DeviceQuery, Error, Filter, NativeRow, Operation, User, UserQuery, Vendor, Workstation,
    WorkstationQuery,
};
use rollbook::transport::{Clock as _, SystemClock};
use rollbook::{Resource, Rollbook, Source, Walk, WalkEvent, WalkReport, Walks};

use serde_json::Value;

use super::queries;
use crate::args::{OutputFormat, RowArgs};
use crate::checkpoint::{Checkpoint, CheckpointArgs, Header};
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::native::masked;
use crate::output::{self, Row, SOON, Warning};
use crate::progress::Progress;

pub(crate) async fn users(
    context: Context,
    query: &UserQuery,
    args: RowArgs,
    checkpoint: &CheckpointArgs,
) -> Result<Exit, Failure> {
    let list = Listing::new(&context, "users list", args, checkpoint)?;
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
    list.print(context, walks, warnings, &queries::of_users(query))
        .await
}

pub(crate) async fn devices(
    context: Context,
    query: &DeviceQuery,
    args: RowArgs,
    checkpoint: &CheckpointArgs,
) -> Result<Exit, Failure> {
    let list = Listing::new(&context, "devices list", args, checkpoint)?;
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
    list.print(context, walks, warnings, &queries::of_devices(query))
        .await
}

pub(crate) async fn workstations(
    context: Context,
    query: &WorkstationQuery,
    args: RowArgs,
    checkpoint: &CheckpointArgs,
) -> Result<Exit, Failure> {
    let list = Listing::new(&context, "workstations list", args, checkpoint)?;
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
    let (ips, macs) = (query.ips.join(" "), query.macs.join(" "));
    let filters = [(Filter::Ip, ips.as_str()), (Filter::Mac, macs.as_str())];
    let filters: Vec<_> = filters
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .collect();
    list.print(context, walks, warnings, &filters).await
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

/// How many rows a table may have before it is said that all are held.
const LONG_TABLE: u64 = 10_000;

/// How a list is written.
struct Listing<'a> {
    command: &'static str,
    format: OutputFormat,
    args: RowArgs,
    checkpoint: &'a CheckpointArgs,
}

impl<'a> Listing<'a> {
    /// Only what is written a line at a time can be gone on with.
    fn new(
        context: &Context,
        command: &'static str,
        args: RowArgs,
        checkpoint: &'a CheckpointArgs,
    ) -> Result<Self, Failure> {
        let format = context.global.output;
        let name = match format {
            OutputFormat::Table => "table",
            OutputFormat::Json => "json",
            OutputFormat::Ndjson | OutputFormat::Csv => "",
        };
        if checkpoint.checkpoint.is_some() && !name.is_empty() {
            return Err(Failure::usage(
                format!(
                    "--checkpoint cannot be used with -o {name}: it is one whole, with nothing to add to"
                ),
                "use -o ndjson or -o csv",
            ));
        }
        Ok(Self {
            command,
            format,
            args,
            checkpoint,
        })
    }

    /// The format, and the options that change how a row looks.
    fn look(&self) -> String {
        let options = [
            (self.args.native, " --native"),
            (self.args.native_secrets, " --native-secrets"),
            (self.args.raw_csv, " --raw-csv"),
        ];
        let format = match self.format {
            OutputFormat::Csv => "csv",
            _ => "ndjson",
        };
        let given = options.iter().filter(|(given, _)| *given);
        given.fold(format.to_owned(), |look, (_, option)| look + option)
    }

    async fn print<R: Row>(
        mut self,
        mut context: Context,
        mut walks: Walks<R>,
        mut warnings: Vec<Warning>,
        filters: &[(Filter, &str)],
    ) -> Result<Exit, Failure> {
        let header = Header::new(
            &context,
            self.command,
            Some(self.look()),
            filters,
            walks.reports(),
        );
        let mut checkpoint = Checkpoint::open(&context, self.checkpoint, &header, &mut walks)?;
        self.args.goes_on = checkpoint.is_resumed();
        let mut sink = output::sink::<R>(self.format, self.args)?;
        let mut outcome = Outcome::default();
        // While rows go to the terminal, bars would be written between them.
        let quiet_terminal = self.format == OutputFormat::Table || !io::stdout().is_terminal();
        let progress = Progress::new(quiet_terminal && !context.global.quiet, walks.reports());
        let reporter = context.reporter;
        let mut held = (self.format == OutputFormat::Table).then_some(0);
        let interrupted = read(
            &mut context,
            &mut walks,
            &progress,
            &mut outcome,
            &mut checkpoint,
            |page| {
                let Some((walk, rows)) = page else {
                    sink.flush()?;
                    return Ok(None);
                };
                if let Some(count) = &mut held {
                    *count += rows.len() as u64;
                    if *count > LONG_TABLE {
                        held = None;
                        reporter.note(None, "a table is held whole until its end: -o ndjson or -o csv writes a long list as it is read");
                    }
                }
                sink.rows(walk, &rows)?;
                // What a checkpoint counts as delivered has been written.
                if self.checkpoint.checkpoint.is_some() {
                    sink.flush()?;
                }
                Ok(None)
            },
        )
        .await?;
        drop(progress);
        warnings.extend(Warning::of_walks(walks.reports()));
        sink.finish(walks.reports(), &warnings)?;
        let stopped = interrupted.then_some(&checkpoint);
        conclude(
            &context,
            walks.reports(),
            &mut outcome,
            self.format != OutputFormat::Json,
            stopped,
        );
        checkpoint.tell_stop(&context, self.checkpoint, walks.reports());
        Ok(if interrupted {
            Exit::Interrupted
        } else {
            outcome.exit()
        })
    }
}

/// Reads the walks to their end, or to Ctrl-C: then it is true. Every page goes to `page`, with the number of its walk, and
/// none when no more came for a moment; what that gives is kept with the walk in the checkpoint.
pub(crate) async fn read<T: Send + 'static>(
    context: &mut Context,
    walks: &mut Walks<T>,
    progress: &Progress,
    outcome: &mut Outcome,
    checkpoint: &mut Checkpoint,
    mut page: impl FnMut(Option<(usize, Vec<T>)>) -> io::Result<Option<Value>>,
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
            Some(WalkEvent::Page {
                walk,
                rows,
                progress: done,
            }) => {
                let count = rows.len();
                outcome.delivered(count);
                progress.page(walk, &walks.reports()[walk]);
                let tally = page(Some((walk, rows)))?;
                checkpoint.page(walk, count, tally, done.as_ref())?;
                fresh = true;
            }
            Some(WalkEvent::Ended { walk, progress: done }) => {
                progress.ended(walk, &walks.reports()[walk]);
                checkpoint.ended(walk, done.as_ref())?;
            }
            Some(_) => {}
            None => return Ok(false),
        }
    }
}

/// Tells how the walks ended, the errors first; and, of a command that was stopped, how far the others had got.
pub(crate) fn conclude(
    context: &Context,
    walks: &[WalkReport],
    outcome: &mut Outcome,
    summaries: bool,
    stopped: Option<&Checkpoint>,
) {
    for walk in walks {
        outcome.walked(&walk.completeness, walk.error.as_ref());
    }
    tell_once(context, walks.iter().filter_map(|walk| walk.error.as_ref()));
    for (number, walk) in walks.iter().enumerate() {
        match stopped.map(|checkpoint| checkpoint.walks()[number]) {
            Some(delivered) if !delivered.ended && walk.error.is_none() => {
                context.reporter.stopped(walk, delivered);
            }
            _ => context.reporter.walk(walk, summaries),
        }
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
