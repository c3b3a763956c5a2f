//! Evidence from outside: other people's clients, run against the sandbox, and the page that says what they have shown.

mod driver;
mod evidence;
mod page;
mod python;
mod server;
mod table;

use std::path::PathBuf;

use crate::workspace::Workspace;
use crate::{Result, Skip, generate};
use driver::Driver;
use page::Shown;
use python::Python;
use server::Programs;
use table::CLIENTS;

/// From the root.
const PAGE: &str = "docs/generated/conformance.md";

const NO_PYTHON: &str = "there is no Python from 3.12 on that can make virtual environments";

/// The interpreter of the environment of one client, by the name of its driver. The inner error is why it cannot be had here.
pub(crate) fn interpreter(
    workspace: &Workspace,
    driver: &str,
) -> Result<std::result::Result<PathBuf, String>> {
    let Some(python) = Python::find() else {
        return Ok(Err(NO_PYTHON.to_owned()));
    };
    let client = CLIENTS.iter().find(|client| client.driver == driver);
    let client = client.ok_or_else(|| format!("there is no driver {driver}"))?;
    Driver::of(client, &workspace.root)?.interpreter(&python)
}

/// Runs the clients. Writes the page when all of them have shown what is expected, or with `check` says that it is not
/// what would be written. A client that cannot be had here is skipped, and then the page is left alone.
///
/// # Errors
///
/// A [`Skip`], which counts and names the clients that were skipped, when nothing else is wrong.
pub(crate) fn problems(workspace: &Workspace, check: bool) -> Result<Vec<String>> {
    let Some(python) = Python::find() else {
        return Err(Skip(format!("all clients: {NO_PYTHON}")).into());
    };
    let Some(programs) = Programs::build(workspace)? else {
        return Ok(vec!["the sandbox does not build".to_owned()]);
    };
    let truth = programs.truth()?;
    let (mut shown, mut skipped, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for client in CLIENTS {
        let driver = Driver::of(client, &workspace.root)?;
        let interpreter = match driver.interpreter(&python)? {
            Ok(interpreter) => interpreter,
            Err(why) => {
                skipped.push(format!("{} ({why})", driver.label));
                continue;
            }
        };
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
    if !problems.is_empty() {
        return Ok(problems);
    }
    if !skipped.is_empty() {
        let (count, all) = (skipped.len(), CLIENTS.len());
        return Err(Skip(format!("{count} of {all} clients: {}", skipped.join("; "))).into());
    }
    let stale = generate::ensure_file(&workspace.root, PAGE, &page::render(&shown), check)?;
    let problem = stale.then(|| format!("{PAGE}: not up to date; run `cargo xtask conformance`"));
    Ok(problem.into_iter().collect())
}
