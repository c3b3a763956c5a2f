//! The course of a change, from what is wanted to what became of it.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use rollbook::model::{ApprovedPlan, Change, Directory, Error, Guards, Operation, Plan, SourceName, Vendor};
use serde_json::Value;

use super::Request;
use super::confirm::Consent;
use super::file;
use super::journal::{Journal, Past};
use super::row::{ChangeRow, End};
use super::tally::Tally;
use super::wanted::{Problem, Wanted, addresses, change};
use crate::args::{GlobalArgs, RowArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Sink};
use crate::reporter::Reporter;

pub(super) async fn run(request: Request, global: &GlobalArgs) -> Result<Exit, Failure> {
    let reporter = Reporter::new(global);
    // All that can be found wrong without a request is found first.
    let from_stdin = request.bulk.from.as_deref() == Some(Path::new("-"));
    let consent = Consent::find(global, &request.guards, from_stdin)?;
    let wanted = wanted(&request, &reporter)?;
    let context = Context::open(global).await?;
    let rollbook = context.one_source(request.operation)?;
    let source = &rollbook.sources()[0];
    let journal = Journal::open(
        request.bulk.outcomes.as_deref(),
        request.operation.as_str(),
        source.name().as_str(),
        consent != Consent::NotNeeded,
    )?;
    let mut run = Run {
        source: source.name().clone(),
        vendor: source.vendor(),
        directory: &**source.directory(),
        operation: request.operation,
        bulk: request.bulk.from.is_some(),
        skip_refused: request.bulk.skip_invalid,
        guards: Guards::default()
            .with_expect(request.guards.expect)
            .with_max_implied(request.guards.max_implied),
        sink: output::sink::<ChangeRow>(global.output, RowArgs::default())?,
        broken: None,
        tally: Tally::new(request.bulk.from.is_some()),
        context,
        journal,
    };
    let course = run.course(wanted, request.bulk.max, consent).await;
    run.finish();
    match (course, run.broken) {
        // What became of the changes goes before what became of the output.
        (Ok(Exit::Done), Some(error)) => Err(Failure::Output(error)),
        (course, _) => course,
    }
}

/// The end of a command whose flag this is about.
fn wrong_flag(problem: Problem) -> Failure {
    let text = format!("--{}: {}", problem.name, problem.message);
    if problem.guarded {
        Failure::refused(text, "nothing was sent: name exactly what is to change")
    } else {
        Failure::Usage {
            problem: text,
            hint: None,
        }
    }
}

/// What the flags or the rows of the file want. One bad row refuses the file, unless it may be skipped.
fn wanted(request: &Request, reporter: &Reporter) -> Result<Vec<Wanted>, Failure> {
    let Some(path) = &request.bulk.from else {
        let change = change(request.operation, &request.given).map_err(wrong_flag)?;
        return Ok(vec![Wanted { line: None, change }]);
    };
    let rows = file::read(path, request.operation)?;
    if rows.invalid.is_empty() {
        return Ok(rows.wanted);
    }
    let told = rows
        .invalid
        .iter()
        .map(|row| format!("{}:{}: {}", path.display(), row.line, row.problem));
    if request.bulk.skip_invalid {
        told.for_each(|line| reporter.warning(request.operation.as_str(), &format!("{line}: row left out")));
        return Ok(rows.wanted);
    }
    let guarded = rows.invalid.iter().all(|row| row.guarded);
    let kind = if guarded { "refused" } else { "usage" };
    told.take(INVALID_SHOWN)
        .for_each(|line| reporter.plain_error(kind, &line, &[], None));
    let count = rows.invalid.len();
    let problem = format!("{count} of {} rows are invalid", count + rows.wanted.len());
    let hint = "nothing was sent: mend the file, or go on without these rows with --skip-invalid";
    Err(if guarded {
        Failure::refused(problem, hint)
    } else {
        Failure::usage(problem, hint)
    })
}

/// How many rows that cannot be used are told one by one.
const INVALID_SHOWN: usize = 20;

pub(super) struct Run<'a> {
    pub(super) source: SourceName,
    pub(super) vendor: Vendor,
    pub(super) directory: &'a dyn Directory,
    pub(super) operation: Operation,
    pub(super) bulk: bool,
    pub(super) skip_refused: bool,
    pub(super) guards: Guards,
    pub(super) context: Context,
    pub(super) journal: Journal,
    pub(super) tally: Tally,
    sink: Box<dyn Sink<ChangeRow>>,
    broken: Option<io::Error>,
}

/// What is left to do of one row, and what an earlier run began.
pub(super) struct Left {
    pub(super) wanted: Wanted,
    pub(super) past: Past,
}

/// A row that needs no request: what it names is not there.
pub(super) struct Settled {
    pub(super) left: Left,
    pub(super) end: End,
    pub(super) error: Error,
}

/// What the run is going to do.
pub(super) struct Prepared {
    pub(super) planned: VecDeque<(Left, ApprovedPlan)>,
    pub(super) settled: Vec<Settled>,
}

impl Run<'_> {
    async fn course(&mut self, wanted: Vec<Wanted>, max: usize, consent: Consent) -> Result<Exit, Failure> {
        let left = self.left(wanted, max)?;
        let prepared = self.prepare(left).await?;
        if consent == Consent::NotNeeded {
            return Ok(self.show(&prepared));
        }
        self.go(prepared, consent).await
    }

    pub(super) fn reporter(&self) -> &Reporter {
        &self.context.reporter
    }

    /// The rows that an earlier run has not done. How many it has is told.
    fn left(&mut self, wanted: Vec<Wanted>, max: usize) -> Result<Vec<Left>, Failure> {
        let (mut left, mut done) = (Vec::new(), 0);
        for mut wanted in wanted {
            let past = self.journal.past(&wanted);
            if past.done {
                done += 1;
                continue;
            }
            if let Change::CreateUser(user) = &mut wanted.change
                && past.idempotency_key.is_some()
            {
                user.idempotency_key.clone_from(&past.idempotency_key);
            }
            left.push(Left { wanted, past });
        }
        self.refuse_edited(&left)?;
        if self.bulk && left.is_empty() {
            let message = match done {
                0 => "the file has no rows".to_owned(),
                done => format!("nothing is left to do: {done} of {done} rows are done already"),
            };
            self.reporter().note(Some(self.source.as_str()), &message);
        } else if done > 0 {
            let message = format!("{done} of {} rows are done already", done + left.len());
            self.reporter().note(Some(self.source.as_str()), &message);
        }
        if self.bulk && left.len() > max {
            let problem = format!("{} rows are left to do, and a run may have {max}", left.len());
            return Err(Failure::refused(
                problem,
                "nothing was sent: split the file, or raise --max",
            ));
        }
        Ok(left)
    }

    /// Refuses a row that creates somebody whom an earlier row of other words may have created already: the key of that
    /// request is not the key of this one.
    fn refuse_edited(&self, left: &[Left]) -> Result<(), Failure> {
        for open in self.journal.open_rows() {
            let may_be_created: Vec<&str> = open["email"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let edited = left.iter().filter(|left| !left.past.open).find(|left| {
                matches!(&left.wanted.change, Change::CreateUser(user)
                    if addresses(user).any(|address| may_be_created.contains(&address.as_str())))
            });
            if let Some(left) = edited {
                let line = left.wanted.line.unwrap_or_default();
                return Err(Failure::refused(
                    format!(
                        "line {line}: an earlier run may have created a user with this address, from a row of other words"
                    ),
                    "look whether the user is there; then leave the row out, or write it as it was",
                ));
            }
        }
        Ok(())
    }

    /// The plans on stdout: for people as text, else as rows.
    fn show(&mut self, prepared: &Prepared) -> Exit {
        for settled in &prepared.settled {
            self.settle(settled);
        }
        for (left, plan) in &prepared.planned {
            self.print_plan(&left.wanted, plan, End::Planned, None);
        }
        self.tally.exit()
    }

    pub(super) fn print_plan(&mut self, wanted: &Wanted, plan: &Plan, end: End, why: Option<&str>) {
        let mut row = ChangeRow::planned(wanted, plan, end);
        if self.context.is_for_people() {
            let written = output::print_lines(&row.lines());
            self.keep(written);
        } else {
            row.message = why.map(str::to_owned);
            self.print(row);
        }
    }

    /// A row on stdout. A closed stdout does not stop what was begun: the fate of a change is not that of the output.
    pub(super) fn print(&mut self, row: ChangeRow) {
        if self.broken.is_none() {
            let written = self.sink.rows(0, &[row]).and_then(|()| self.sink.flush());
            self.keep(written);
        }
    }

    fn finish(&mut self) {
        if self.broken.is_none() {
            let written = self.sink.finish(&[], &[]);
            self.keep(written);
        }
    }

    fn keep(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }

    pub(super) fn unplanned(&self, left: &Left, end: End) -> ChangeRow {
        ChangeRow::without_plan(&left.wanted, &self.source, self.vendor.clone(), end)
    }

    /// Tells and prints a row that names nothing that is there, and gives why it ended so.
    pub(super) fn settle<'s>(&mut self, settled: &'s Settled) -> &'s str {
        let message = match settled.end {
            End::Done => GONE,
            _ => {
                self.tally.failed(Some(&settled.error));
                self.tell(&settled.left, &settled.error);
                settled.error.message()
            }
        };
        let row = self.unplanned(&settled.left, settled.end).because(message);
        self.print(row);
        message
    }

    pub(super) fn tell(&self, left: &Left, error: &Error) {
        match left.wanted.line {
            Some(line) => self
                .reporter()
                .warning(self.source.as_str(), &format!("line {line}: {}", error.message())),
            None => self.reporter().error(error),
        }
    }

    pub(super) fn named(&self, error: Error) -> Error {
        match error.source_name() {
            Some(_) => error,
            None => error.with_source_name(self.source.clone()),
        }
    }
}

/// Whether the operation is done when what it names is gone.
pub(super) fn removes(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::DeleteUser | Operation::DeleteDevice | Operation::DeleteDeviceEverywhere
    )
}

/// What an own attempt of unknown fate was to remove, and is gone, that attempt has removed.
pub(super) const GONE: &str = "it is gone: an earlier attempt took effect";
