use std::ops::Deref;

use super::{Effect, Plan};
use crate::Error;

/// What a plan may touch. The default lets a change touch the one thing that it names, and nothing else.
///
/// ```
/// use rollbook_model::Guards;
///
/// let guards = Guards::default().with_max_implied(2);
/// assert_eq!((guards.expect, guards.max_implied), (1, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guards {
    /// How many things the selector of each plan must fit.
    pub expect: usize,
    /// How many effects that nobody asked for all plans together may have.
    pub max_implied: usize,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            expect: 1,
            max_implied: 0,
        }
    }
}

/// How many candidates or effects a refusal names; the plan has all of them.
const NAMED: usize = 20;

impl Guards {
    /// The same guards for selectors that fit `count` things.
    #[must_use]
    pub fn with_expect(mut self, count: usize) -> Self {
        self.expect = count;
        self
    }

    /// The same guards with up to `count` implied effects.
    #[must_use]
    pub fn with_max_implied(mut self, count: usize) -> Self {
        self.max_implied = count;
        self
    }

    /// Approves one plan.
    ///
    /// # Errors
    ///
    /// `Refused`: the selector fits another number of things, with the candidates; or there are too many implied effects,
    /// with the list.
    pub fn approve(&self, plan: Plan) -> Result<ApprovedPlan, Error> {
        let mut approved = self
            .approve_all(vec![plan])
            .map_err(|mut refusals| refusals.remove(0).1)?;
        Ok(approved.remove(0))
    }

    /// Approves the plans of one run, which are carried out one after another: all or none.
    ///
    /// # Errors
    ///
    /// Each plan that is refused, by its place, with the reason.
    pub fn approve_all(&self, plans: Vec<Plan>) -> Result<Vec<ApprovedPlan>, Vec<(usize, Error)>> {
        let total: usize = plans.iter().map(|plan| plan.implied.len()).sum();
        let refuse = |plan: &Plan| {
            if plan.targets.len() != self.expect {
                Some(self.unexpected(plan))
            } else if total > self.max_implied && !plan.implied.is_empty() {
                Some(self.implies(plan, total))
            } else {
                None
            }
        };
        let refusals: Vec<(usize, Error)> = plans
            .iter()
            .enumerate()
            .filter_map(|(place, plan)| Some((place, refuse(plan)?)))
            .collect();
        if refusals.is_empty() {
            Ok(plans.into_iter().map(ApprovedPlan).collect())
        } else {
            Err(refusals)
        }
    }

    fn unexpected(&self, plan: &Plan) -> Error {
        let found = plan.targets.len();
        let candidates = plan.targets.iter().map(|target| match &target.detail {
            Some(detail) => format!("{} [{detail}]", target.subject),
            None => target.subject.to_string(),
        });
        let message = format!(
            "{} expected, {found} found: {}",
            self.expect,
            listed(candidates, found)
        );
        at(plan, message)
    }

    fn implies(&self, plan: &Plan, total: usize) -> Error {
        let implied = plan.implied.iter().map(Effect::to_string);
        let listed = listed(implied, plan.implied.len());
        let all = if total > plan.implied.len() {
            format!(" ({total} in the whole run)")
        } else {
            String::new()
        };
        let count = plan.implied.len();
        let plural = if count == 1 { "" } else { "s" };
        let message = format!(
            "{count} implied effect{plural}{all}, {} allowed: {listed}",
            self.max_implied
        );
        at(plan, message)
    }
}

fn at(plan: &Plan, message: String) -> Error {
    Error::refused(message).with_source_name(plan.source.clone())
}

fn listed(items: impl Iterator<Item = String>, count: usize) -> String {
    let mut text = items.take(NAMED).collect::<Vec<_>>().join("; ");
    if count > NAMED {
        text.push_str(&format!("; and {} more", count - NAMED));
    }
    text
}

/// A plan that its guards have approved: the only kind that can be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovedPlan(Plan);

impl Deref for ApprovedPlan {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Change, EffectKind, ErrorKind, SerialNumber, SourceName, Subject, Target, Vendor};

    fn subject(id: &str) -> Subject {
        Subject::Device {
            id: id.into(),
            serial: None,
            name: None,
        }
    }

    fn plan(targets: &[&str], implied: usize) -> Plan {
        let change = Change::ban(SerialNumber::new("C02").unwrap());
        let mut plan = Plan::new(SourceName::new("b").unwrap(), Vendor::BANYAN, change);
        plan.targets = targets.iter().map(|id| Target::new(subject(id))).collect();
        plan.implied = (0..implied)
            .map(|_| Effect::implied(EffectKind::Delete, subject("x"), "it is alone"))
            .collect();
        plan
    }

    #[test]
    fn a_selector_must_fit_as_many_as_expected() {
        let guards = Guards::default();
        assert!(guards.approve(plan(&["a"], 0)).is_ok());
        let error = guards.approve(plan(&["a", "b"], 0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.to_string(), "b: 1 expected, 2 found: device a; device b");
        assert!(guards.with_expect(2).approve(plan(&["a", "b"], 0)).is_ok());
        assert!(guards.with_expect(2).approve(plan(&["a"], 0)).is_err());
    }

    #[test]
    fn implied_effects_count_over_the_whole_run() {
        let guards = Guards::default().with_max_implied(2);
        let run = |counts: &[usize]| {
            let plans = counts.iter().map(|count| plan(&["a"], *count)).collect();
            guards.approve_all(plans)
        };
        assert_eq!(run(&[1, 0, 1]).unwrap().len(), 3);
        let refusals = run(&[1, 0, 2]).unwrap_err();
        let places: Vec<usize> = refusals.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [0, 2]);
        assert_eq!(
            refusals[0].1.message(),
            "1 implied effect (3 in the whole run), 2 allowed: delete device x: it is alone"
        );
    }

    #[test]
    fn a_refusal_names_the_first_and_counts_the_rest() {
        let many: Vec<String> = (0..23).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let error = Guards::default().approve(plan(&many, 0)).unwrap_err();
        assert!(error.message().ends_with("device 19; and 3 more"), "{error}");
    }

    proptest! {
        #[test]
        fn a_plan_is_approved_as_it_is_or_refused_by_name(
            plan in crate::testing::plan(),
            expect in 0..4_usize,
            max_implied in 0..4_usize,
        ) {
            let guards = Guards::default().with_expect(expect).with_max_implied(max_implied);
            let allowed = plan.targets.len() == expect && plan.implied.len() <= max_implied;
            match guards.approve(plan.clone()) {
                Ok(approved) => {
                    prop_assert!(allowed);
                    prop_assert_eq!(&*approved, &plan);
                }
                Err(error) => {
                    prop_assert!(!allowed);
                    prop_assert_eq!(error.kind(), ErrorKind::Refused);
                    prop_assert_eq!(error.source_name(), Some(&plan.source));
                }
            }
        }
    }
}
