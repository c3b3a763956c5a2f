//! From approved plans to what became of them.

use std::collections::VecDeque;

use rollbook::model::{ApprovedPlan, Change, Error, Operation, Outcome, Plan};

use super::confirm::{Consent, Question};
use super::row::{ChangeRow, End};
use super::run::{GONE, Left, Prepared, Run, removes};
use crate::exit::Exit;
use crate::failure::Failure;

impl Run<'_> {
    /// Shows the plans, asks if somebody is to be asked, and carries them out.
    pub(super) async fn go(&mut self, prepared: Prepared, consent: Consent) -> Result<Exit, Failure> {
        let Prepared {
            planned: mut queue,
            settled,
        } = prepared;
        let asks = consent == Consent::Ask && queue.iter().any(|(_, plan)| !plan.steps.is_empty());
        if asks || !self.bulk {
            for (left, plan) in &queue {
                let row = ChangeRow::planned(&left.wanted, plan, End::Planned);
                self.reporter().plan(&row.lines(), asks);
            }
        }
        if asks && !self.agreed(&queue).await? {
            return Err(Failure::refused(
                "nothing was changed",
                "the answer was not what was asked for",
            ));
        }
        for row in &settled {
            let message = self.settle(row);
            self.journal
                .ended(&row.left.wanted, row.end.as_str(), Some(message))?;
        }
        while let Some((left, plan)) = queue.pop_front() {
            // A request that is under way is seen to its end: only between two rows is there a place to stop.
            if self.context.interrupt.is_asked() {
                queue.push_front((left, plan));
                self.not_tried(&queue, "stopped");
                return Ok(Exit::Interrupted);
            }
            let end = self.carry_out(&left, &plan).await?;
            if self.tally.is_hopeless() {
                self.not_tried(&queue, "the credential was refused");
                break;
            }
            if end != End::Done && removes(self.operation) && !queue.is_empty() {
                queue = self.still_planned(queue).await?;
            }
        }
        Ok(self.tally.exit())
    }

    fn not_tried(&self, queue: &VecDeque<(Left, ApprovedPlan)>, why: &str) {
        if !queue.is_empty() && self.bulk {
            let message = format!("{why}: {} rows were not tried", queue.len());
            self.reporter().warning(self.source.as_str(), &message);
        }
    }

    /// Whether the person agrees, and the plans still hold after the time that the answer took.
    async fn agreed(&mut self, queue: &VecDeque<(Left, ApprovedPlan)>) -> Result<bool, Failure> {
        let plans: Vec<ApprovedPlan> = queue.iter().map(|(_, plan)| plan.clone()).collect();
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
        if agreed && self.first_that_differs(queue).await?.is_some() {
            return Err(Failure::refused(
                "things have changed since the plan was shown",
                "nothing was sent: look at the new plan with --dry-run",
            ));
        }
        Ok(agreed)
    }

    /// The first of the rows whose plan is another one now.
    async fn first_that_differs(
        &mut self,
        queue: &VecDeque<(Left, ApprovedPlan)>,
    ) -> Result<Option<usize>, Failure> {
        let changes: Vec<Change> = queue.iter().map(|(_, plan)| plan.change.clone()).collect();
        let planning = self.directory.plan(&changes);
        let now = self.context.interrupt.guard(planning).await?;
        Ok(queue
            .iter()
            .zip(&now)
            .position(|((_, then), now)| !now.as_ref().is_ok_and(|now| is_same(then, now))))
    }

    /// The rows whose plans hold although a row before them was not done. The others are not carried out.
    async fn still_planned(
        &mut self,
        mut queue: VecDeque<(Left, ApprovedPlan)>,
    ) -> Result<VecDeque<(Left, ApprovedPlan)>, Failure> {
        while let Some(place) = self.first_that_differs(&queue).await? {
            let Some((left, plan)) = queue.remove(place) else {
                break;
            };
            const WHY: &str = "it would do something else than was planned, as a row before it was not done";
            self.tally.failed(None);
            self.tell(&left, &Error::refused(WHY));
            self.print(ChangeRow::planned(&left.wanted, &plan, End::NotDone).because(WHY));
            self.journal
                .ended(&left.wanted, End::NotDone.as_str(), Some(WHY))?;
        }
        Ok(queue)
    }

    async fn carry_out(&mut self, left: &Left, plan: &ApprovedPlan) -> Result<End, Failure> {
        let key = plan.steps.iter().find_map(|step| step.idempotency_key.as_deref());
        self.journal.started(&left.wanted, key)?;
        let config = self.context.global.config.as_deref();
        let under_way = ChangeRow::planned(&left.wanted, plan, End::Unknown).under_way(plan, config);
        self.context.interrupt.last_words(Some(under_way));
        let outcomes = self.directory.carry_out(plan).await;
        self.context.interrupt.last_words(None);
        let mut row = ChangeRow::carried_out(&left.wanted, plan, &outcomes, config);
        if row.outcome == End::NotDone && left.past.open {
            match self.operation {
                // That this attempt was refused says nothing of the one before it.
                Operation::CreateUser => row.leave_open(plan, config),
                operation if removes(operation) && is_gone(&outcomes) => {
                    row.outcome = End::Done;
                    row.message = Some(GONE.to_owned());
                }
                _ => {}
            }
        }
        let (end, message) = (row.outcome, row.message.clone());
        let first_error = outcomes.iter().find_map(|outcome| outcome.error.as_ref());
        match end {
            End::Unknown => self.tally.unknown(),
            End::NotDone => self.tally.failed(first_error),
            End::PartlyDone => {
                self.tally.done();
                self.tally.failed(first_error);
            }
            End::Done | End::Planned | End::Refused => self.tally.done(),
        }
        self.tell_outcomes(left, &row, &outcomes);
        self.print(row);
        self.journal
            .ended(&left.wanted, end.as_str(), message.as_deref())?;
        Ok(end)
    }

    fn tell_outcomes(&self, left: &Left, row: &ChangeRow, outcomes: &[Outcome]) {
        let place = left
            .wanted
            .line
            .map_or(String::new(), |line| format!("line {line}: "));
        let message = row.message.as_deref().unwrap_or_default();
        let errors = outcomes.iter().filter_map(|outcome| outcome.error.as_ref());
        match row.outcome {
            End::Unknown => self.reporter().plain_error(
                "unknown",
                &format!("{place}it is not known whether this took effect: {message}"),
                &[],
                row.way_out().as_deref(),
            ),
            End::PartlyDone => {
                let hint = "look at what is left with --dry-run";
                self.reporter()
                    .plain_error("partly_done", &format!("{place}{message}"), &[], Some(hint));
            }
            End::NotDone if self.bulk => {
                self.reporter()
                    .warning(self.source.as_str(), &format!("{place}{message}"));
            }
            End::NotDone => errors.for_each(|error| self.reporter().error(error)),
            _ => errors.for_each(|error| {
                let message = format!(
                    "{place}done, as a look at it shows; the request itself: {}",
                    error.message()
                );
                self.reporter().note(Some(self.source.as_str()), &message);
            }),
        }
    }
}

fn is_same(then: &ApprovedPlan, now: &Plan) -> bool {
    then.targets == now.targets && then.asked == now.asked && then.implied == now.implied
}

fn is_gone(outcomes: &[Outcome]) -> bool {
    outcomes
        .iter()
        .filter_map(|outcome| outcome.error.as_ref())
        .all(Error::is_not_found)
}
