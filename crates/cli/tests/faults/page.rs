//! The table as a page.

use std::fmt::Write as _;
use std::thread;

use rollbook::model::Operation;
use tokio::runtime::Builder;

use crate::cell;
use crate::operations::OPERATIONS;
use crate::specs::SPECS;

const INTRODUCTION: &str = "\
# What you get when something goes wrong

Written by `INSTA_UPDATE=always cargo test -p rollbook-cli --test faults`; do not edit. Each cell is a run of that operation over
the sandbox, with the fault as `rollbook sandbox serve --fault` takes it, and the test holds each cell against the world of the
sandbox: *complete* has exactly its rows, no row comes twice, *done* has happened and *not done* has not.

A list says how many of its rows came, its grade, and what ended it early. One row is *found*, or the kind of the error stands
there. A change says its fate. The number is the exit code of the program. A dash: the fault has nothing to do there. A change is
planned in peace, and the fault hits the request that changes something. `{token}` is where the vendor issues tokens. Lists have
three pages or more. `many-rows` brings rows that the vendor's world does not have; they are what the vendor says.

Nothing tells a walk by cursor (Truto) that the list has moved under it: there, and only there, a walk through `churn` is graded
complete by the vendor's own word, whatever came of it.
";

/// The page, and what of it is not so.
pub(crate) fn render() -> (String, Vec<String>) {
    let sections = thread::scope(|scope| {
        let started = OPERATIONS.iter().enumerate();
        let started: Vec<_> = started
            .map(|(place, operations)| scope.spawn(move || section(place, operations)))
            .collect();
        let joined = started.into_iter().map(|section| section.join().unwrap());
        joined.collect::<Vec<_>>()
    });
    let (mut page, mut lies) = (INTRODUCTION.to_owned(), Vec::new());
    for (section, told) in sections {
        page.push_str(&section);
        lies.extend(told);
    }
    (page, lies)
}

/// What there is at one vendor. No wait takes any time.
fn section(place: usize, operations: &[Operation]) -> (String, Vec<String>) {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let vendor = ["TruU", "Banyan", "Truto"][place];
    let titles: Vec<String> = operations.iter().map(ToString::to_string).collect();
    let (mut text, mut lies) = (String::new(), Vec::new());
    write!(text, "\n## {vendor}\n\n| fault | {} |\n|---|", titles.join(" | ")).unwrap();
    text.push_str(&"---|".repeat(titles.len()));
    text.push('\n');
    for spec in SPECS {
        write!(text, "| `{}` |", spec.0).unwrap();
        for operation in operations {
            match runtime.block_on(cell::of(place, *operation, *spec)) {
                Some(told) => {
                    write!(text, " {} ({}) |", told.what, told.exit as u8).unwrap();
                    let place = format!("{vendor}, `{operation}`, {}", spec.0);
                    lies.extend(told.lies.iter().map(|lie| format!("{place}: {lie}")));
                }
                None => text.push_str(" – |"),
            }
        }
        text.push('\n');
    }
    (text, lies)
}
