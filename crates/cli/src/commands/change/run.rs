//! The course of a change, from what is wanted to what became of it.

use std::path::Path;

use rollbook::model::{
    ApprovedPlan, Change, Directory, Error, ErrorKind, Guards, Operation, Outcome, Plan, SourceName, Vendor,
};

use super::Request;
use super::confirm::{Consent, Question};
use super::file;
use super::journal::{Journal, Past};
use super::row::{ChangeRow, End};
use super::wanted::{Wanted, change};
use crate::args::{GlobalArgs, OutputFormat, RowArgs};
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
        bulk: request.bulk.from.is_some(),
        skip_refused: request.bulk.skip_invalid,
        guards: Guards::default()
            .with_expect(request.guards.expect)
            .with_max_implied(request.guards.max_implied),
        sink: output::sink::<ChangeRow>(global.output, RowArgs::default())?,
        context,
        journal,
        failed: false,
        unknown: false,
    };
    let left = run.left(wanted, request.bulk.max)?;
    let planned = run.plan(left).await?;
    let Approved::Yes(planned) = run.approve(planned)? else {
        run.sink.finish(&[], &[])?;
        return Ok(Exit::Refused);
    };
    let exit = run.go(planned, consent).await?;
    run.sink.finish(&[], &[])?;
    Ok(exit)
}

/// What the flags or the rows of the file want. One bad row refuses the file, unless it may be skipped.
fn wanted(request: &Request, reporter: &Reporter) -> Result<Vec<Wanted>, Failure> {
    let Some(path) = &request.bulk.from else {
        let change = change(request.operation, &request.given).map_err(|problem| problem.into_failure())?;
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
    let problem = format!(
        "{} of {} rows are invalid",
        rows.invalid.len(),
        rows.invalid.len() + rows.wanted.len()
    );
    let hint = "nothing was sent: mend the file, or go on without these rows with --skip-invalid";
    Err(if guarded {
        Failure::refused(problem, hint)
    } else {
        Failure::usage(problem, hint)
    })
}

/// How many rows that cannot be used are told one by one.
const INVALID_SHOWN: usize = 20;

struct Run<'a> {
    source: SourceName,
    vendor: Vendor,
    directory: &'a dyn Directory,
    bulk: bool,
    skip_refused: bool,
    guards: Guards,
    sink: Box<dyn Sink<ChangeRow>>,
    context: Context,
    journal: Journal,
    failed: bool,
    unknown: bool,
}

/// What is left to do of one row, and what an earlier run began.
struct Left {
    wanted: Wanted,
    past: Past,
}

enum Approved {
    Yes(Vec<(Left, ApprovedPlan)>),
    No,
}

impl Run<'_> {
    fn reporter(&self) -> &Reporter {
        &self.context.reporter
    }

    /// The rows that an earlier run has not done. Those that it has are told.
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
        if done > 0 {
            let message = format!("{done} rows are done already, {} are left", left.len());
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

    /// Plans all rows, one after another. A row that names nothing fails by itself; anything else that cannot be planned ends
    /// the run before it has changed something.
    async fn plan(&mut self, mut left: Vec<Left>) -> Result<Vec<(Left, Plan)>, Failure> {
        loop {
            let changes: Vec<Change> = left.iter().map(|left| left.wanted.change.clone()).collect();
            let planning = self.directory.plan(&changes);
            let plans = self.context.interrupt.guard(planning).await?;
            let (mut planned, mut refused, mut again) = (Vec::new(), Vec::new(), Vec::new());
            for (left, plan) in left.into_iter().zip(plans) {
                match plan {
                    Ok(plan) => planned.push((left, plan)),
                    Err(error) if self.is_done_already(&left, &error) => self.already_done(&left)?,
                    Err(error) if self.bulk && error.is_not_found() => self.not_found(&left, &error)?,
                    Err(error) => refused.push((left, self.named(error))),
                }
            }
            if refused.is_empty() {
                return Ok(planned);
            }
            let skippable = refused.iter().all(|(_, error)| is_guarded(error));
            if !(self.bulk && self.skip_refused && skippable) {
                return Err(self.give_up(refused)?);
            }
            // What the others do can depend on the rows that are left out: they are planned anew.
            for (left, error) in refused {
                self.left_out(&left, &error)?;
            }
            again.extend(planned.into_iter().map(|(left, _)| left));
            left = again;
        }
    }

    fn named(&self, error: Error) -> Error {
        match error.source_name() {
            Some(_) => error,
            None => error.with_source_name(self.source.clone()),
        }
    }

    /// What an own attempt of unknown fate was to remove, and is gone, that attempt has removed.
    fn is_done_already(&self, left: &Left, error: &Error) -> bool {
        left.past.open && error.is_not_found() && left.wanted.change.operation() != Operation::CreateUser
    }

    fn already_done(&mut self, left: &Left) -> Result<(), Failure> {
        let message = "it is gone: an earlier attempt took effect";
        self.journal.ended(&left.wanted, "done", Some(message))?;
        let row = self.unplanned(left, End::Done).because(message);
        Ok(self.sink.rows(0, &[row])?)
    }

    fn not_found(&mut self, left: &Left, error: &Error) -> Result<(), Failure> {
        self.failed = true;
        self.tell(left, error);
        let message = error.message().to_owned();
        self.journal
            .ended(&left.wanted, End::NotDone.as_str(), Some(&message))?;
        let row = self.unplanned(left, End::NotDone).because(message);
        Ok(self.sink.rows(0, &[row])?)
    }

    fn left_out(&mut self, left: &Left, error: &Error) -> Result<(), Failure> {
        self.tell(left, error);
        let row = self.unplanned(left, End::Refused).because(error.message());
        Ok(self.sink.rows(0, &[row])?)
    }

    fn unplanned(&self, left: &Left, end: End) -> ChangeRow {
        ChangeRow::without_plan(&left.wanted, &self.source, self.vendor.clone(), end)
    }

    fn tell(&self, left: &Left, error: &Error) {
        match left.wanted.line {
            Some(line) => self
                .reporter()
                .warning(self.source.as_str(), &format!("line {line}: {}", error.message())),
            None => self.reporter().error(error),
        }
    }

    /// Tells all that stands in the way, and gives the exit that the worst of it has.
    fn give_up(&mut self, refused: Vec<(Left, Error)>) -> Result<Failure, Failure> {
        let mut exit = Exit::Refused;
        for (left, error) in &refused {
            self.tell(left, error);
            if !is_guarded(error) {
                exit = exit_of(error);
            }
            // For people, one change that cannot be planned is told by its error alone.
            if self.bulk || self.context.global.output != OutputFormat::Table {
                let end = if is_guarded(error) {
                    End::Refused
                } else {
                    End::NotDone
                };
                let row = self.unplanned(left, end).because(error.message());
                self.sink.rows(0, &[row])?;
            }
        }
        self.sink.finish(&[], &[])?;
        Ok(Failure::Told(exit))
    }

    /// Lets the guards look at the plans. What they refuse is shown whole.
    fn approve(&mut self, planned: Vec<(Left, Plan)>) -> Result<Approved, Failure> {
        let (left, plans): (Vec<Left>, Vec<Plan>) = planned.into_iter().unzip();
        match self.guards.approve_all(plans.clone()) {
            Ok(approved) => Ok(Approved::Yes(left.into_iter().zip(approved).collect())),
            Err(refusals) => {
                let mut rows = Vec::new();
                for (place, error) in &refusals {
                    self.tell(&left[*place], error);
                    let row = ChangeRow::planned(&left[*place].wanted, &plans[*place], End::Refused);
                    rows.push(row.because(error.message()));
                }
                self.show(&rows)?;
                Ok(Approved::No)
            }
        }
    }

    /// Shows the plans, asks if somebody is to be asked, and carries them out.
    async fn go(&mut self, planned: Vec<(Left, ApprovedPlan)>, consent: Consent) -> Result<Exit, Failure> {
        if consent == Consent::NotNeeded {
            let planned = planned
                .iter()
                .map(|(left, plan)| ChangeRow::planned(&left.wanted, plan, End::Planned));
            self.show(&planned.collect::<Vec<_>>())?;
            return Ok(self.exit());
        }
        self.announce(&planned, consent);
        let sends = planned.iter().any(|(_, plan)| !plan.steps.is_empty());
        if consent == Consent::Ask && sends && !self.agreed(&planned).await? {
            return Err(Failure::refused(
                "nothing was changed",
                "the answer was not what was asked for",
            ));
        }
        let mut interrupted = false;
        for (left, plan) in planned {
            // A request that is under way is seen to its end: only between two rows is there a place to stop.
            if self.context.interrupt.is_asked() {
                interrupted = true;
                break;
            }
            self.carry_out(&left, &plan).await?;
        }
        Ok(if interrupted {
            Exit::Interrupted
        } else {
            self.exit()
        })
    }

    /// The plans on stdout: for people as text, else as rows.
    fn show(&mut self, rows: &[ChangeRow]) -> Result<(), Failure> {
        if self.context.global.output == OutputFormat::Table {
            let lines: Vec<String> = rows.iter().flat_map(ChangeRow::lines).collect();
            output::print_lines(&lines)?;
        } else {
            self.sink.rows(0, rows)?;
        }
        Ok(())
    }

    /// The plans on stderr: always for somebody who is to answer, else as a note.
    fn announce(&self, planned: &[(Left, ApprovedPlan)], consent: Consent) {
        for (left, plan) in planned {
            let row = ChangeRow::planned(&left.wanted, plan, End::Planned);
            if consent == Consent::Ask || !self.bulk {
                self.reporter().plan(&row.lines(), consent == Consent::Ask);
            }
        }
    }

    /// Whether the person agrees, and the plans still hold after the time that the answer took.
    async fn agreed(&mut self, planned: &[(Left, ApprovedPlan)]) -> Result<bool, Failure> {
        let plans: Vec<ApprovedPlan> = planned.iter().map(|(_, plan)| plan.clone()).collect();
        let question = Question::of(&plans);
        let asking = tokio::task::spawn_blocking(move || {
            question.ask(&mut std::io::stdin().lock(), &mut std::io::stderr().lock())
        });
        let answer = self.context.interrupt.guard(asking).await?;
        let agreed = answer
            .map_err(std::io::Error::other)
            .and_then(|answer| answer)
            .map_err(|error| Failure::Machine {
                doing: "ask on the terminal".to_owned(),
                error,
            })?;
        if !agreed {
            return Ok(false);
        }
        let changes: Vec<Change> = plans.iter().map(|plan| plan.change.clone()).collect();
        let planning = self.directory.plan(&changes);
        let now = self.context.interrupt.guard(planning).await?;
        let same = |(then, now): (&ApprovedPlan, &Result<Plan, Error>)| {
            now.as_ref().is_ok_and(|now| {
                then.targets == now.targets && then.asked == now.asked && then.implied == now.implied
            })
        };
        if plans.iter().zip(&now).all(same) {
            Ok(true)
        } else {
            Err(Failure::refused(
                "things have changed since the plan was shown",
                "nothing was sent: look at the new plan with --dry-run",
            ))
        }
    }

    async fn carry_out(&mut self, left: &Left, plan: &ApprovedPlan) -> Result<(), Failure> {
        let key = plan.steps.iter().find_map(|step| step.idempotency_key.as_deref());
        self.journal.started(&left.wanted, key)?;
        let outcomes = self.directory.carry_out(plan).await;
        let mut row = ChangeRow::carried_out(&left.wanted, plan, &outcomes);
        if row.outcome == End::NotDone && left.past.open && is_gone(&outcomes) {
            row.outcome = End::Done;
            row.message = Some("it is gone: an earlier attempt took effect".to_owned());
        }
        self.journal
            .ended(&left.wanted, row.outcome.as_str(), row.message.as_deref())?;
        match row.outcome {
            End::Unknown => self.unknown = true,
            End::NotDone => self.failed = true,
            _ => {}
        }
        self.tell_outcomes(left, &row, &outcomes);
        Ok(self.sink.rows(0, &[row])?)
    }

    fn tell_outcomes(&self, left: &Left, row: &ChangeRow, outcomes: &[Outcome]) {
        let place = left
            .wanted
            .line
            .map_or(String::new(), |line| format!("line {line}: "));
        let message = row.message.as_deref().unwrap_or_default();
        match row.outcome {
            End::Unknown => self.reporter().plain_error(
                "unknown",
                &format!("{place}it is not known whether this took effect: {message}"),
                &[],
                row.way_out().as_deref(),
            ),
            End::NotDone if self.bulk => {
                self.reporter()
                    .warning(self.source.as_str(), &format!("{place}{message}"));
            }
            End::NotDone => {
                for error in outcomes.iter().filter_map(|outcome| outcome.error.as_ref()) {
                    self.reporter().error(error);
                }
            }
            _ => {
                for error in outcomes.iter().filter_map(|outcome| outcome.error.as_ref()) {
                    let message = format!(
                        "{place}done, as a look at it shows; the request itself: {}",
                        error.message()
                    );
                    self.reporter().note(Some(self.source.as_str()), &message);
                }
            }
        }
    }

    fn exit(&self) -> Exit {
        if self.unknown {
            Exit::Unknown
        } else if self.failed {
            self.failed_exit()
        } else {
            Exit::Done
        }
    }

    fn failed_exit(&self) -> Exit {
        if self.bulk { Exit::SomeFailed } else { Exit::Failed }
    }
}

fn is_gone(outcomes: &[Outcome]) -> bool {
    outcomes
        .iter()
        .filter_map(|outcome| outcome.error.as_ref())
        .all(Error::is_not_found)
}

/// Whether the plan was refused because it is not certain what it would touch.
fn is_guarded(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Refused | ErrorKind::Ambiguous | ErrorKind::Incomplete
    )
}

fn exit_of(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::InvalidArgument | ErrorKind::Unsupported => Exit::Usage,
        _ if error.is_auth() => Exit::SignIn,
        _ => Exit::Failed,
    }
}
