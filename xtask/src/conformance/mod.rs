//! Evidence from outside: other people's clients, run against the sandbox, and the page that says what they have shown.

mod driver;
mod evidence;
mod page;
mod python;
mod ready;
mod server;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;
use crate::{Result, Skip, generate};
use driver::Driver;
use page::Shown;
use python::Python;
use ready::Ready;
use server::Programs;
use table::{CLIENTS, Client};

/// From the root.
const PAGE: &str = "docs/generated/conformance.md";

/// The interpreter of the environment of one client, by the name of its driver. The inner error is why it cannot be had here.
pub(crate) fn interpreter(
    workspace: &Workspace,
    driver: &str,
) -> Result<std::result::Result<PathBuf, String>> {
    let client = CLIENTS.iter().find(|client| client.driver == driver);
    let client = client.ok_or_else(|| format!("there is no driver {driver}"))?;
    let ready = Driver::of(client, &workspace.root)?.ready(client, &Python::all())?;
    Ok(match ready {
        Ready::Runs(interpreter) => Ok(interpreter),
        Ready::Skipped(why) | Ready::Failed(why) => Err(why),
    })
}

/// Runs the clients. Writes the page when all of them have shown what is expected, or with `check` says that it is not
/// what would be written. A client that cannot be had here is skipped, and the page keeps what it says of it.
///
/// # Errors
///
/// A [`Skip`], which counts and names the clients that were skipped, when nothing else is wrong.
pub(crate) fn problems(workspace: &Workspace, check: bool) -> Result<Vec<String>> {
    let Prepared {
        ready,
        skipped,
        mut problems,
    } = prepare(&workspace.root)?;
    let mut shown = Vec::new();
    if !ready.is_empty() {
        let Some(programs) = Programs::build(workspace)? else {
            return Ok(vec!["the sandbox does not build".to_owned()]);
        };
        let truth = programs.truth()?;
        for (client, driver, interpreter) in ready {
            let (seen, wrong) = driver.run(&interpreter, &programs, &truth)?;
            problems.extend(wrong);
            problems.extend(evidence::problems(client, &driver.label, &seen));
            println!("{}: {} operations", driver.label, seen.len());
            shown.push(Shown {
                label: driver.label,
                driver: client.driver,
                seen,
            });
        }
    }
    if !problems.is_empty() {
        return Ok(problems);
    }
    if let Some(page) = page_with(shown, &skipped, &present(&workspace.root)?)
        && generate::ensure_file(&workspace.root, PAGE, &page, check)?
    {
        return Ok(vec![format!(
            "{PAGE}: not up to date; run `cargo xtask conformance`"
        )]);
    }
    match skipped.as_slice() {
        [] => Ok(Vec::new()),
        skipped => Err(Skip(sum_up(skipped)).into()),
    }
}

/// A client that cannot be run here.
#[derive(Debug)]
struct Skipped {
    client: &'static Client,
    label: String,
    why: String,
}

/// The clients, by what can be done with each.
#[derive(Debug, Default)]
struct Prepared {
    ready: Vec<(&'static Client, Driver, PathBuf)>,
    skipped: Vec<Skipped>,
    problems: Vec<String>,
}

/// Makes each client ready by itself: what one lacks does not keep the others.
fn prepare(root: &Path) -> Result<Prepared> {
    let pythons = Python::all();
    let mut prepared = Prepared::default();
    for client in CLIENTS {
        let driver = Driver::of(client, root)?;
        match driver.ready(client, &pythons)? {
            Ready::Runs(interpreter) => prepared.ready.push((client, driver, interpreter)),
            Ready::Skipped(why) => prepared.skipped.push(Skipped {
                client,
                label: driver.label,
                why,
            }),
            Ready::Failed(said) => {
                let problem = format!("{}: its packages cannot be installed:\n{said}", driver.label);
                prepared.problems.push(problem);
            }
        }
    }
    Ok(prepared)
}

/// The page as it is, nothing when there is none.
fn present(root: &Path) -> Result<String> {
    let path = root.join(PAGE);
    if !path.exists() {
        return Ok(String::new());
    }
    Ok(fs::read_to_string(path)?.replace("\r\n", "\n"))
}

/// The page with what clients have `shown`, and with what it says already of those that were skipped.
///
/// `None` when it does not say of one of them what is expected, because that is of another version, say: what there is to
/// be written is then not known here.
fn page_with(mut shown: Vec<Shown>, skipped: &[Skipped], present: &str) -> Option<String> {
    for Skipped { client, label, .. } in skipped {
        let seen = page::kept(present, client, label);
        if !evidence::problems(client, label, &seen).is_empty() {
            return None;
        }
        shown.push(Shown {
            label: label.clone(),
            driver: client.driver,
            seen,
        });
    }
    Some(page::render(&shown))
}

fn sum_up(skipped: &[Skipped]) -> String {
    let told: Vec<String> = skipped
        .iter()
        .map(|Skipped { label, why, .. }| format!("{label} ({why})"))
        .collect();
    format!(
        "{} of {} clients: {}",
        skipped.len(),
        CLIENTS.len(),
        told.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESENT: &str = include_str!("../../../docs/generated/conformance.md");

    /// The clients as if those of `missing` could not be had here, and the others had shown what the page says.
    fn without(missing: &[&str]) -> (Vec<Shown>, Vec<Skipped>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let (mut shown, mut skipped) = (Vec::new(), Vec::new());
        for client in CLIENTS {
            let label = Driver::of(client, &root).unwrap().label;
            if missing.contains(&client.driver) {
                let why = "no Python".to_owned();
                skipped.push(Skipped { client, label, why });
            } else {
                let (driver, seen) = (client.driver, page::kept(PRESENT, client, &label));
                shown.push(Shown { label, driver, seen });
            }
        }
        (shown, skipped)
    }

    #[test]
    fn a_skipped_client_leaves_the_page_as_it_is() {
        let all: Vec<&str> = CLIENTS.iter().map(|client| client.driver).collect();
        for missing in [&["truto"][..], &["truu", "banyan_v1"], &all] {
            let (shown, skipped) = without(missing);
            assert_eq!(
                page_with(shown, &skipped, PRESENT).as_deref(),
                Some(PRESENT),
                "{missing:?}"
            );
        }
    }

    #[test]
    fn a_client_that_runs_is_held_to_the_page_while_another_is_skipped() {
        let (mut shown, skipped) = without(&["truto"]);
        shown[0].seen[0].detail = "something new".to_owned();
        let page = page_with(shown, &skipped, PRESENT).unwrap();
        assert!(page.contains("curl: something new") && page.contains("truto-python-sdk 0.1.6: all rows"));
    }

    #[test]
    fn there_is_no_page_where_nothing_is_known_of_a_skipped_client() {
        let (shown, mut skipped) = without(&["truto"]);
        skipped[0].label = "truto-python-sdk 0.1.7".to_owned();
        assert_eq!(page_with(shown, &skipped, PRESENT), None);
        let (shown, skipped) = without(&["truto"]);
        assert_eq!(page_with(shown, &skipped, ""), None);
    }

    #[test]
    fn the_summary_counts_the_skipped_clients_and_names_each_with_its_reason() {
        let (_, skipped) = without(&["banyan_v1", "truto"]);
        assert_eq!(
            sum_up(&skipped),
            "2 of 5 clients: pybanyan 0.28.1 (no Python); truto-python-sdk 0.1.6 (no Python)"
        );
    }
}
