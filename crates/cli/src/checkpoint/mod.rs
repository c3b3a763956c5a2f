//! How far a run got, on the disk: so that the same command goes on there after it was stopped, in whatever way.

mod file;
mod header;
mod log;

use std::io;
use std::path::PathBuf;

use clap::Args;
use rollbook::model::{Filter, Progress};
use rollbook::{WalkReport, Walks};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::header::Header;
pub(crate) use self::log::Delivered;

use self::file::CheckpointFile;
use self::header::List;
use self::log::Saved;
use crate::context::Context;
use crate::failure::Failure;
use crate::text::rows;

/// Whether a run can be gone on with.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Checkpoint")]
pub(crate) struct CheckpointArgs {
    /// Keep in FILE how far the run got: the same command goes on there after it was stopped or killed
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Begin anew, whatever the checkpoint says
    #[arg(long, requires = "checkpoint")]
    pub(crate) restart: bool,
}

/// How far a run got with each of its walks, and the file that keeps it if one is wanted.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    file: Option<CheckpointFile>,
    walks: Vec<Delivered>,
    tallies: Vec<Option<Value>>,
    is_resumed: bool,
}

impl Checkpoint {
    /// Lets the walks go on from where the file says that an earlier run got. Without a file they begin, and nothing is kept.
    pub(crate) fn open<T: Send + 'static>(
        context: &Context,
        args: &CheckpointArgs,
        header: &Header,
        walks: &mut Walks<T>,
    ) -> Result<Self, Failure> {
        let count = walks.reports().len();
        let Some(path) = &args.checkpoint else {
            return Ok(Self {
                file: None,
                walks: vec![Delivered::default(); count],
                tallies: vec![None; count],
                is_resumed: false,
            });
        };
        let (file, saved) = CheckpointFile::open(path, args.restart, header)?;
        let mut checkpoint = Self {
            file: Some(file),
            walks: Vec::new(),
            tallies: Vec::new(),
            is_resumed: false,
        };
        for (number, saved) in saved.into_iter().enumerate() {
            let Saved {
                snapshot,
                delivered,
                tally,
            } = saved;
            checkpoint.walks.push(delivered);
            checkpoint.tallies.push(tally);
            let resumed = walks.resume_from(number, snapshot);
            resumed.map_err(|error| {
                Failure::usage(
                    format!("{}: {}", path.display(), error.message()),
                    "begin anew with --restart",
                )
            })?;
        }
        checkpoint.is_resumed = checkpoint.walks.iter().any(|walk| *walk != Delivered::default());
        checkpoint.tell_start(context, &path.display().to_string());
        Ok(checkpoint)
    }

    fn tell_start(&self, context: &Context, path: &str) {
        let rows = rows(self.walks.iter().map(|walk| walk.rows).sum());
        if self.is_finished() {
            let note = format!("{path}: everything was read by earlier runs ({rows}); --restart begins anew");
            context.reporter.note(None, &note);
        } else if self.is_resumed {
            context
                .reporter
                .note(None, &format!("{path}: going on after {rows}"));
        }
    }

    /// Whether an earlier run has written something already.
    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Whether every walk has come to its end.
    fn is_finished(&self) -> bool {
        self.walks.iter().all(|walk| walk.ended)
    }

    /// What has been written of each walk.
    pub(crate) fn walks(&self) -> &[Delivered] {
        &self.walks
    }

    /// What an earlier run had counted of the walk with this number.
    pub(crate) fn tally<T: DeserializeOwned>(&self, number: usize) -> Result<Option<T>, Failure> {
        let tally = self.tallies.get(number).cloned().flatten();
        tally.map(serde_json::from_value).transpose().map_err(|error| {
            Failure::usage(
                format!("the checkpoint has no numbers of list {number} ({error})"),
                "begin anew with --restart",
            )
        })
    }

    /// A page of so many rows is where it belongs.
    pub(crate) fn page(
        &mut self,
        number: usize,
        rows: usize,
        tally: Option<Value>,
        progress: Option<&Progress>,
    ) -> Result<(), Failure> {
        let walk = &mut self.walks[number];
        walk.pages += 1;
        walk.rows += rows as u64;
        self.tallies[number] = tally;
        self.keep(number, progress)
    }

    /// A walk came to its end, or failed: then there is no progress.
    pub(crate) fn ended(&mut self, number: usize, progress: Option<&Progress>) -> Result<(), Failure> {
        self.walks[number].ended = true;
        self.keep(number, progress)
    }

    fn keep(&mut self, number: usize, progress: Option<&Progress>) -> Result<(), Failure> {
        let (Some(file), Some(progress)) = (&mut self.file, progress) else {
            return Ok(());
        };
        sync_stdout()?;
        file.keep(
            number,
            self.walks[number],
            self.tallies[number].as_ref(),
            progress,
        )
    }

    /// What can be done about an end that was too early.
    pub(crate) fn tell_stop(&self, context: &Context, args: &CheckpointArgs, walks: &[WalkReport]) {
        let is_over = self.is_finished() && walks.iter().all(|walk| walk.error.is_none());
        if let Some(path) = args.checkpoint.as_ref().filter(|_| !is_over) {
            let path = path.display();
            let note = format!("{path} keeps how far this got: run the same command again to go on");
            context.reporter.note(None, &note);
        }
    }
}

impl Header {
    /// What a run is of.
    pub(crate) fn new(
        context: &Context,
        command: &str,
        output: Option<String>,
        filters: &[(Filter, &str)],
        walks: &[WalkReport],
    ) -> Self {
        let lists = walks.iter().map(|walk| list(context, walk)).collect();
        Self::of(command, output, filters, lists)
    }
}

fn list(context: &Context, walk: &WalkReport) -> List {
    let sources = context.config.sources();
    let source = sources.iter().find(|source| *source.name() == walk.source);
    // The embedded sandbox is the same world at another port each time.
    let base_url = source.filter(|_| !context.global.sandbox).map_or_else(
        || "the embedded sandbox".to_owned(),
        |source| source.base_url().to_string(),
    );
    List {
        source: walk.source.to_string(),
        vendor: walk.vendor.to_string(),
        base_url,
        account: source.and_then(|source| source.account()).map(str::to_owned),
        resource: walk.resource.to_string(),
        list: walk.list.map(str::to_owned),
    }
}

/// Where stdout is a file, what was written must be on the disk before the checkpoint says so.
#[cfg(unix)]
fn sync_stdout() -> io::Result<()> {
    use std::os::fd::AsFd as _;
    let out = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    if !out.metadata()?.is_file() {
        return Ok(());
    }
    match out.sync_data() {
        // A file system that cannot be waited for is no reason to stop; one that lost what was written is.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_stdout() -> io::Result<()> {
    Ok(())
}
