//! Every check and test, one step each.

use std::time::{Duration, Instant};

use crate::workspace::Workspace;
use crate::{
    Result, Skip, api, bench, cargo, conformance, examples, features, fixtures, generate, layers, lean,
    new_vendor, report, tidy,
};

/// One check: what it is called, what it shows, and how it is made. The result is what is wrong.
struct Step {
    name: &'static str,
    shows: &'static str,
    /// The part of the toolchain that the step needs and a fresh machine may lack.
    needs: Option<&'static str>,
    run: fn(&Workspace) -> Result<Vec<String>>,
}

/// The steps: first what takes a moment, last what takes minutes.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        shows: "rustfmt has nothing to change",
        needs: Some("fmt"),
        run: |workspace| cargo::run(workspace, &["fmt", "--all", "--check"], &[]),
    },
    Step {
        name: "layers",
        shows: "no crate depends on one that it may not know",
        needs: None,
        run: |workspace| Ok(layers::problems(workspace)),
    },
    Step {
        name: "tidy",
        shows: "files, manifests and documents keep the house rules",
        needs: None,
        run: tidy::problems,
    },
    Step {
        name: "generate",
        shows: "every generated file is up to date",
        needs: None,
        run: |workspace| generate::problems(workspace, true),
    },
    Step {
        name: "lean",
        shows: "the crates below the facade come without an HTTP client",
        needs: None,
        run: lean::problems,
    },
    Step {
        name: "clippy",
        shows: "clippy has nothing to say",
        needs: Some("clippy"),
        run: |workspace| {
            let arguments = "clippy --workspace --all-targets --all-features --locked -- -D warnings";
            cargo::run(workspace, &split(arguments), &[])
        },
    },
    Step {
        name: "test",
        shows: "all tests pass, those in documentation too",
        needs: None,
        run: |workspace| {
            let arguments = "test --workspace --all-features --locked --no-fail-fast";
            cargo::run(workspace, &split(arguments), &[])
        },
    },
    Step {
        // After the tests, which have built what this runs.
        name: "fixtures",
        shows: "the index, the requests and the results of the cases are up to date",
        needs: None,
        run: |workspace| fixtures::problems(workspace, true),
    },
    Step {
        name: "examples",
        shows: "every example runs to its end",
        needs: None,
        run: examples::problems,
    },
    Step {
        name: "conformance",
        shows: "other people's clients see and change in the sandbox what is so",
        needs: None,
        run: |workspace| conformance::problems(workspace, true),
    },
    Step {
        name: "bench",
        shows: "what is measured compiles, and its page is that of its numbers",
        needs: None,
        run: bench::problems,
    },
    Step {
        name: "doc",
        shows: "the documentation builds without warnings",
        needs: None,
        run: |workspace| {
            let arguments = "doc --workspace --all-features --no-deps --locked";
            cargo::run(workspace, &split(arguments), &[("RUSTDOCFLAGS", "-D warnings")])
        },
    },
    Step {
        name: "skeleton",
        shows: "a new adapter builds, and its tests name what it lacks and nothing else",
        needs: None,
        run: new_vendor::problems,
    },
    Step {
        // After the documentation, which has compiled what this reads.
        name: "api",
        shows: "the public API is as it is written, and has no type of others but those listed",
        needs: None,
        run: |workspace| api::problems(workspace, true),
    },
    Step {
        name: "features",
        shows: "every crate builds alone, with its default features, without, and with each one",
        needs: None,
        run: features::problems,
    },
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

/// Prints the steps.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:11} {}", step.name, step.shows);
    }
}

/// Runs the steps named, or all; goes on after a failure. True when none failed.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<bool> {
    let steps = select(names)?;
    let start = Instant::now();
    let mut outcomes = Vec::new();
    for step in &steps {
        println!("\n=== {}: {}", step.name, step.shows);
        let started = Instant::now();
        let outcome = carry_out(workspace, step);
        let took = seconds(started.elapsed());
        match &outcome {
            Outcome::Passed => println!("--- {}: passed in {took}", step.name),
            Outcome::Failed => println!("--- {}: FAILED after {took}", step.name),
            Outcome::Skipped(reason) => println!("--- {}: SKIPPED: {reason}", step.name),
        }
        outcomes.push((step.name, outcome));
    }
    println!("\n{} in {}", sum_up(&outcomes), seconds(start.elapsed()));
    Ok(!outcomes.iter().any(|(_, outcome)| *outcome == Outcome::Failed))
}

fn select(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("there is no step `{unknown}`; the steps are {}", known.join(", ")).into());
    }
    Ok(STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
        .collect())
}

fn carry_out(workspace: &Workspace, step: &Step) -> Outcome {
    if let Some(part) = step.needs.filter(|part| !cargo::has(workspace, part)) {
        return Outcome::Skipped(format!("this toolchain has no `cargo {part}`"));
    }
    match (step.run)(workspace) {
        Ok(problems) if report(&problems) => Outcome::Passed,
        Ok(_) => Outcome::Failed,
        Err(error) => match error.downcast::<Skip>() {
            Ok(skip) => Outcome::Skipped(skip.0),
            Err(error) => {
                eprintln!("error: {error}");
                Outcome::Failed
            }
        },
    }
}

fn sum_up(outcomes: &[(&str, Outcome)]) -> String {
    let names = |wanted: fn(&Outcome) -> bool| -> Vec<&str> {
        outcomes
            .iter()
            .filter(|(_, outcome)| wanted(outcome))
            .map(|(name, _)| *name)
            .collect()
    };
    let told = |what: &str, names: &[&str]| match names {
        [] => format!("0 {what}"),
        names => format!("{} {what} ({})", names.len(), names.join(", ")),
    };
    let passed = names(|outcome| *outcome == Outcome::Passed);
    let failed = names(|outcome| *outcome == Outcome::Failed);
    let skipped = names(|outcome| matches!(outcome, Outcome::Skipped(_)));
    format!(
        "ci: {} of {} steps passed, {}, {}",
        passed.len(),
        outcomes.len(),
        told("failed", &failed),
        told("skipped", &skipped)
    )
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn split(arguments: &str) -> Vec<&str> {
    arguments.split(' ').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_and_names() {
        let outcomes = [
            ("fmt", Outcome::Skipped("no".into())),
            ("layers", Outcome::Passed),
            ("test", Outcome::Failed),
        ];
        assert_eq!(
            sum_up(&outcomes),
            "ci: 1 of 3 steps passed, 1 failed (test), 1 skipped (fmt)"
        );
        assert_eq!(
            sum_up(&[("fmt", Outcome::Passed)]),
            "ci: 1 of 1 steps passed, 0 failed, 0 skipped"
        );
    }

    #[test]
    fn a_step_that_lacks_something_here_is_skipped_with_its_reason_and_any_other_error_fails() {
        let workspace = Workspace {
            root: ".".into(),
            target: "target".into(),
            members: Vec::new(),
        };
        let outcome = |run| {
            let step = Step {
                name: "a",
                shows: "b",
                needs: None,
                run,
            };
            carry_out(&workspace, &step)
        };
        assert_eq!(
            outcome(|_| Err(Skip("no curl".to_owned()).into())),
            Outcome::Skipped("no curl".to_owned())
        );
        assert_eq!(outcome(|_| Err("broken".into())), Outcome::Failed);
    }

    #[test]
    fn steps_are_selected_by_name_in_their_own_order() {
        let names = ["test".to_owned(), "fmt".to_owned()];
        let selected: Vec<_> = select(&names).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(selected, ["fmt", "test"]);
        assert_eq!(select(&[]).unwrap().len(), STEPS.len());
        let error = select(&["tset".to_owned()]).map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains("`tset`") && error.contains("clippy, test, fixtures"),
            "{error}"
        );
    }
}
