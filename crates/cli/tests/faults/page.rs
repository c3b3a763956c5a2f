//! The table as a page.

use std::fmt::Write as _;

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
pub(crate) async fn render() -> (String, Vec<String>) {
    let mut lies = Vec::new();
    let mut page = INTRODUCTION.to_owned();
    for (place, operations) in OPERATIONS.iter().enumerate() {
        let vendor = ["TruU", "Banyan", "Truto"][place];
        let titles: Vec<String> = operations.iter().map(ToString::to_string).collect();
        write!(page, "\n## {vendor}\n\n| fault | {} |\n|---|", titles.join(" | ")).unwrap();
        page.push_str(&"---|".repeat(titles.len()));
        page.push('\n');
        for spec in SPECS {
            write!(page, "| `{}` |", spec.0).unwrap();
            for operation in *operations {
                match cell::of(place, *operation, *spec).await {
                    Some(told) => {
                        write!(page, " {} ({}) |", told.what, told.exit as u8).unwrap();
                        let place = format!("{vendor}, `{operation}`, {}", spec.0);
                        lies.extend(told.lies.iter().map(|lie| format!("{place}: {lie}")));
                    }
                    None => page.push_str(" – |"),
                }
            }
            page.push('\n');
        }
    }
    (page, lies)
}
