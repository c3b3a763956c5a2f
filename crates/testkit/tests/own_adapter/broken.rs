//! The same adapter with one promise broken at a time: the behaviour of that name must find it, or it shows nothing.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rollbook_model::{
    ApprovedPlan, Capabilities, Change, Device, DeviceLookup, DeviceQuery, Directory, Error, Guards, Outcome,
    Pager, Plan, SourceName, User, UserId, UserQuery, Vendor, Workstation, WorkstationQuery,
};
use rollbook_testkit::suite::{self, Subject};

use crate::acme::Acme;
use crate::over;

/// What is done wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    CarriesOutWhatItPlans,
    SendsTwice,
    TakesThePlansOfOthers,
    SendsWhatItWouldHavePlanned,
    CountsNothing,
    PlansForNobody,
    FailsAllForOne,
    RemembersTheDead,
}

#[derive(Debug)]
struct Broken {
    acme: Acme,
    fault: Fault,
    /// The plans that were made before.
    plans: Mutex<Vec<Plan>>,
}

impl Broken {
    fn remembered(&self, change: &Change) -> Option<Plan> {
        let plans = self.plans.lock().unwrap();
        plans.iter().find(|plan| plan.change == *change).cloned()
    }
}

fn approve(plan: Plan) -> ApprovedPlan {
    let guards = Guards::default().with_expect(plan.targets.len());
    guards.approve(plan).unwrap()
}

#[async_trait]
impl Directory for Broken {
    fn source(&self) -> &SourceName {
        self.acme.source()
    }

    fn vendor(&self) -> Vendor {
        self.acme.vendor()
    }

    fn capabilities(&self) -> &Capabilities {
        self.acme.capabilities()
    }

    fn list_users(&self, query: &UserQuery) -> Result<Vec<Pager<User>>, Error> {
        self.acme.list_users(query)
    }

    async fn get_user(&self, id: &UserId) -> Result<User, Error> {
        self.acme.get_user(id).await
    }

    fn list_devices(&self, query: &DeviceQuery) -> Result<Vec<Pager<Device>>, Error> {
        self.acme.list_devices(query)
    }

    async fn get_device(&self, lookup: &DeviceLookup) -> Result<Device, Error> {
        self.acme.get_device(lookup).await
    }

    fn list_workstations(&self, query: &WorkstationQuery) -> Result<Vec<Pager<Workstation>>, Error> {
        self.acme.list_workstations(query)
    }

    async fn plan(&self, changes: &[Change]) -> Vec<Result<Plan, Error>> {
        let mut plans = self.acme.plan(changes).await;
        let any_failed = plans.iter().any(Result::is_err);
        for (plan, change) in plans.iter_mut().zip(changes) {
            match self.fault {
                Fault::CarriesOutWhatItPlans => {
                    if let Ok(plan) = plan {
                        self.acme.carry_out(&approve(plan.clone())).await;
                    }
                }
                Fault::CountsNothing => {
                    if let Ok(plan) = plan {
                        plan.targets.clear();
                    }
                }
                Fault::PlansForNobody if plan.is_err() => {
                    *plan = Ok(Plan::new(self.source().clone(), self.vendor(), change.clone()));
                }
                Fault::FailsAllForOne if any_failed => {
                    *plan = Err(Error::invalid_argument("one of the changes is wrong"));
                }
                Fault::RemembersTheDead => match plan {
                    Ok(plan) => self.plans.lock().unwrap().push(plan.clone()),
                    Err(_) => {
                        if let Some(remembered) = self.remembered(change) {
                            *plan = Ok(remembered);
                        }
                    }
                },
                _ => {}
            }
        }
        plans
    }

    async fn carry_out(&self, plan: &ApprovedPlan) -> Vec<Outcome> {
        match self.fault {
            Fault::SendsTwice => {
                let outcomes = self.acme.carry_out(plan).await;
                self.acme.carry_out(plan).await;
                outcomes
            }
            Fault::TakesThePlansOfOthers => {
                let mut plan = Plan::clone(plan);
                plan.source = self.source().clone();
                self.acme.carry_out(&approve(plan)).await
            }
            Fault::SendsWhatItWouldHavePlanned => {
                let planned = self.acme.plan(std::slice::from_ref(&plan.change)).await.remove(0);
                let mut planned = planned.unwrap();
                planned.source = plan.source.clone();
                self.acme.carry_out(&approve(planned)).await
            }
            _ => self.acme.carry_out(plan).await,
        }
    }
}

type Test<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;
type Behaviour = fn(&Subject) -> Test<'_>;

#[test]
fn every_broken_promise_is_found_by_the_behaviour_of_its_name() {
    let behaviours: [(Fault, Behaviour); 8] = [
        (Fault::CarriesOutWhatItPlans, |subject| {
            Box::pin(suite::planning_sends_nothing_but_reads(subject))
        }),
        (Fault::SendsTwice, |subject| {
            Box::pin(suite::what_is_sent_is_what_was_planned(subject))
        }),
        (Fault::TakesThePlansOfOthers, |subject| {
            Box::pin(suite::a_plan_of_another_source_is_refused(subject))
        }),
        (Fault::SendsWhatItWouldHavePlanned, |subject| {
            Box::pin(suite::an_edited_plan_is_refused(subject))
        }),
        (Fault::CountsNothing, |subject| {
            Box::pin(suite::a_refused_plan_sends_nothing(subject))
        }),
        (Fault::PlansForNobody, |subject| {
            Box::pin(suite::a_selector_that_fits_nothing_is_not_found(subject))
        }),
        (Fault::FailsAllForOne, |subject| {
            Box::pin(suite::one_change_that_fails_leaves_the_others(subject))
        }),
        (Fault::RemembersTheDead, |subject| {
            Box::pin(suite::what_was_already_gone_is_not_found(subject))
        }),
    ];
    for (fault, behaviour) in behaviours {
        let broken = |acme| {
            let plans = Mutex::default();
            Arc::new(Broken { acme, fault, plans }) as Arc<dyn Directory>
        };
        let run = || suite::run(async { behaviour(&over(broken)).await });
        assert!(
            catch_unwind(AssertUnwindSafe(run)).is_err(),
            "{fault:?} is not found"
        );
    }
}
