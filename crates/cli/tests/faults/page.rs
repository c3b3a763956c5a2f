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
the sandbox, with the fault as `rollbook sandbox serve --fault` takes it; a `+` stands between two of them. The test holds each
cell against the world of the sandbox: *complete* has exactly its rows, no row comes twice, *done* has happened and *not done* has
not. The exceptions are told below.

A list says how many of its rows came, its grade, and what ended it early. One row is *found*, or the kind of the error stands
there. A change says its fate. The number is the exit code of the program. A dash: the fault hit no request of that run. It did not
fall due, or found nothing that it could act on. `{token}` is where the vendor issues tokens. Lists have three pages or more.

A change is planned in peace. Then the fault meets the request that changes something, and no other: not what is read afterwards to
see what became of it. That is one request, so a `skip=1` is left out there. Two sorts of faults meet every request after the plan that
they are about: those with a `path`, and a wrong clock. So `path=/` meets what is read afterwards too, and `path={token}` the sign-in
that the change needs.

`many-rows` brings rows that the vendor's world does not have; they are what the vendor says. A Banyan device without its id goes by
its serial number, so it is not lost.

The exceptions: nothing tells a walk by cursor (Truto) that rows went from the pages that it has read, or moved there, so it is graded
complete by the vendor's own word. At TruU and Banyan the total tells, unless as many rows come as go: the row with
two faults has that ([ADR 5](../adr/0005-pager-plan-and-driver.md)).
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
        let mut hits = false;
        for operation in operations {
            match runtime.block_on(cell::of(place, *operation, *spec)) {
                Some(told) => {
                    hits = true;
                    write!(text, " {} ({}) |", told.what, told.exit as u8).unwrap();
                    let place = format!("{vendor}, `{operation}`, {}", spec.0);
                    lies.extend(told.lies.iter().map(|lie| format!("{place}: {lie}")));
                }
                None => text.push_str(" – |"),
            }
        }
        if hits != spec.is_about(place) {
            let cells = if hits { "not every" } else { "every" };
            lies.push(format!("{vendor}, {}: {cells} cell is a dash", spec.0));
        }
        text.push('\n');
    }
    (text, lies)
}
