//! From rows to approved plans, before anything is changed.

use std::collections::VecDeque;

use rollbook::model::{Change, Error, ErrorKind, Plan};

use super::row::End;
use super::run::{Left, Prepared, Run, Settled, removes};
use crate::exit::Exit;
use crate::failure::Failure;

/// A row that is not certain enough to be carried out, or cannot be planned now.
struct Refused {
    left: Left,
    plan: Option<Plan>,
    error: Error,
}

impl Run<'_> {
    /// Plans all rows, one after another, and lets the guards look at the plans. A row that names nothing is settled by that;
    /// anything else that stands in the way ends the run before it has changed something, unless it may be left out.
    pub(super) async fn prepare(&mut self, mut left: Vec<Left>) -> Result<Prepared, Failure> {
        loop {
            let (planned, settled, mut refused) = self.plan(left).await?;
            let (rows, plans): (Vec<Left>, Vec<Plan>) = planned.into_iter().unzip();
            let mut rows = match self.guards.approve_all(plans.clone()) {
                Ok(approved) if refused.is_empty() => {
                    let planned: VecDeque<_> = rows.into_iter().zip(approved).collect();
                    return Ok(Prepared { planned, settled });
                }
                Ok(_) => rows,
                Err(refusals) => {
                    let mut reasons: Vec<Option<Error>> = rows.iter().map(|_| None).collect();
                    for (place, error) in refusals {
                        reasons[place] = Some(error);
                    }
                    let mut kept = Vec::new();
                    for ((left, plan), reason) in rows.into_iter().zip(plans).zip(reasons) {
                        match reason {
                            Some(error) => refused.push(Refused {
                                left,
                                plan: Some(plan),
                                error,
                            }),
                            None => kept.push(left),
                        }
                    }
                    kept
                }
            };
            let may_be_left_out = refused.iter().all(|row| is_guarded(&row.error));
            if !(self.bulk && self.skip_refused && may_be_left_out) {
                return Err(self.give_up(&settled, &refused));
            }
            for row in &refused {
                self.tally.failed(None);
                self.refuse(row, End::Refused);
            }
            // What the others do can depend on the rows that are left out: they are planned anew.
            rows.extend(settled.into_iter().map(|row| row.left));
            rows.sort_by_key(|row| row.wanted.line);
            left = rows;
        }
    }

    async fn plan(
        &mut self,
        left: Vec<Left>,
    ) -> Result<(Vec<(Left, Plan)>, Vec<Settled>, Vec<Refused>), Failure> {
        let changes: Vec<Change> = left.iter().map(|left| left.wanted.change.clone()).collect();
        let planning = self.directory.plan(&changes);
        let plans = self.context.interrupt.guard(planning).await?;
        let (mut planned, mut settled, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (left, plan) in left.into_iter().zip(plans) {
            match plan {
                Ok(plan) => planned.push((left, plan)),
                Err(error) if error.is_not_found() && left.past.open && removes(self.operation) => {
                    settled.push(Settled {
                        left,
                        end: End::Done,
                        error,
                    });
                }
                Err(error) if error.is_not_found() && self.bulk => settled.push(Settled {
                    left,
                    end: End::NotDone,
                    error,
                }),
                Err(error) => refused.push(Refused {
                    left,
                    plan: None,
                    error: self.named(error),
                }),
            }
        }
        Ok((planned, settled, refused))
    }

    /// Tells all that stands in the way, and gives the exit of the worst of it.
    fn give_up(&mut self, settled: &[Settled], refused: &[Refused]) -> Failure {
        for row in settled {
            self.tell(&row.left, &row.error);
        }
        let mut exit = Exit::Refused;
        for row in refused {
            let end = match is_guarded(&row.error) {
                true => End::Refused,
                false => End::NotDone,
            };
            self.refuse(row, end);
            exit = worse(exit, exit_of(&row.error));
        }
        Failure::Told(exit)
    }

    fn refuse(&mut self, row: &Refused, end: End) {
        self.tell(&row.left, &row.error);
        match &row.plan {
            Some(plan) => self.print_plan(&row.left.wanted, plan, end, Some(row.error.message())),
            // For people, one change that cannot be planned is told by its error alone.
            None if self.context.is_for_people() && !self.bulk => {}
            None => {
                let row = self.unplanned(&row.left, end).because(row.error.message());
                self.print(row);
            }
        }
    }
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
        _ if is_guarded(error) => Exit::Refused,
        _ if error.is_auth() => Exit::SignIn,
        _ => Exit::Failed,
    }
}

/// The exit that tells more of what is to be done: a credential first, then a failure, a command line, a guard.
fn worse(one: Exit, other: Exit) -> Exit {
    const ORDER: [Exit; 4] = [Exit::SignIn, Exit::Failed, Exit::Usage, Exit::Refused];
    ORDER
        .into_iter()
        .find(|exit| *exit == one || *exit == other)
        .unwrap_or(Exit::Failed)
}
