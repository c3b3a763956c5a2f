//! Whether somebody agrees to a change.

use std::io::{self, BufRead, IsTerminal as _, Write};

use rollbook::model::{ApprovedPlan, Operation};

use crate::args::GlobalArgs;
use crate::change_args::GuardArgs;
use crate::failure::Failure;

/// Who agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Nobody has to: nothing is changed.
    NotNeeded,
    /// `--yes`.
    Given,
    /// The person at the terminal is asked.
    Ask,
}

impl Consent {
    /// Who agrees, or the refusal when nobody can: that is found before any request.
    pub(crate) fn find(
        global: &GlobalArgs,
        guards: &GuardArgs,
        stdin_is_taken: bool,
    ) -> Result<Self, Failure> {
        let terminal = || io::stdin().is_terminal() && io::stderr().is_terminal();
        if guards.dry_run {
            Ok(Self::NotNeeded)
        } else if guards.yes {
            Ok(Self::Given)
        } else if !global.no_input && !stdin_is_taken && terminal() {
            Ok(Self::Ask)
        } else {
            Err(Failure::refused(
                "a change needs a yes, and nobody can be asked here",
                "look at the plan with --dry-run, then say --yes",
            ))
        }
    }
}

/// What a person has to answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Question {
    text: String,
    /// What must be typed.
    answer: String,
}

impl Question {
    /// The question for these plans: a plain yes, or for deletes the name of what goes.
    pub(crate) fn of(plans: &[ApprovedPlan]) -> Self {
        let deletes = plans.iter().any(|plan| {
            matches!(
                plan.change.operation(),
                Operation::DeleteUser | Operation::DeleteDevice | Operation::DeleteDeviceEverywhere
            )
        });
        let targets: Vec<_> = plans.iter().flat_map(|plan| &plan.targets).collect();
        let (text, answer) = match targets.as_slice() {
            _ if !deletes => ("Go on? Type yes:".to_owned(), "yes".to_owned()),
            [target] => {
                let name = target.subject.label();
                (
                    format!("This cannot be undone here. To go on, type {name}:"),
                    name.to_owned(),
                )
            }
            many => {
                let answer = format!("delete {}", many.len());
                (
                    format!("This cannot be undone here. To go on, type {answer}:"),
                    answer,
                )
            }
        };
        Self { text, answer }
    }

    /// Asks, and says whether the answer agrees. The end of the input does not.
    pub(crate) fn ask(&self, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<bool> {
        write!(output, "{} ", crate::text::plain(&self.text))?;
        output.flush()?;
        let mut line = String::new();
        input.read_line(&mut line)?;
        let answer = line.trim();
        Ok(answer == self.answer || (self.answer == "yes" && answer.eq_ignore_ascii_case("y")))
    }
}

#[cfg(test)]
mod tests {
    use rollbook::model::{Change, Guards, Plan, SerialNumber, SourceName, Subject, Target, Vendor};

    use super::*;

    fn plan(change: Change, serials: &[&str]) -> Vec<ApprovedPlan> {
        let mut plan = Plan::new(SourceName::new("b").unwrap(), Vendor::BANYAN, change);
        plan.targets = serials
            .iter()
            .map(|serial| {
                Target::new(Subject::Registration {
                    serial: (*serial).to_owned(),
                    email: "ann@example.com".to_owned(),
                })
            })
            .collect();
        vec![
            Guards::default()
                .with_expect(serials.len())
                .approve(plan)
                .unwrap(),
        ]
    }

    fn asked(plans: &[ApprovedPlan], input: &str) -> (bool, String) {
        let mut output = Vec::new();
        let agreed = Question::of(plans)
            .ask(&mut input.as_bytes(), &mut output)
            .unwrap();
        (agreed, String::from_utf8(output).unwrap())
    }

    fn serial() -> SerialNumber {
        SerialNumber::new("C02").unwrap()
    }

    #[test]
    fn a_ban_wants_a_yes() {
        let plans = plan(Change::ban(serial()), &["C02"]);
        insta::assert_snapshot!(asked(&plans, "").1, @"Go on? Type yes: ");
        for (answer, agreed) in [
            ("yes\n", true),
            ("Y\n", true),
            ("\n", false),
            ("", false),
            ("no\n", false),
        ] {
            assert_eq!(asked(&plans, answer).0, agreed, "{answer:?}");
        }
    }

    #[test]
    fn a_delete_wants_the_name_typed() {
        let plans = plan(Change::delete_everywhere(serial()), &["C02"]);
        insta::assert_snapshot!(asked(&plans, "").1, @"This cannot be undone here. To go on, type C02: ");
        for (answer, agreed) in [
            ("C02\n", true),
            (" C02 \r\n", true),
            ("c02\n", false),
            ("yes\n", false),
            ("", false),
        ] {
            assert_eq!(asked(&plans, answer).0, agreed, "{answer:?}");
        }
    }

    #[test]
    fn several_deletes_want_their_number_typed() {
        let plans = plan(Change::delete_everywhere(serial()), &["C02", "C03"]);
        insta::assert_snapshot!(asked(&plans, "").1, @"This cannot be undone here. To go on, type delete 2: ");
        assert!(asked(&plans, "delete 2\n").0);
        assert!(!asked(&plans, "delete 3\n").0);
    }
}
