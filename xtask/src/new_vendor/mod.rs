//! Writes the skeleton of an adapter: a crate that builds, has the rooms that all adapters have, and whose tests name what is
//! missing.

mod check;
mod name;
mod register;
mod skeleton;

use crate::generate::ensure_file;
use crate::workspace::Workspace;
use crate::{Result, cargo};

pub(crate) use check::problems;

use name::Name;

/// What nobody but a person can do, in the order in which it is done.
const NEXT: &str = "
Next:
  cargo xtask generate                         # the page of the layers has a new crate
  cargo test -p rollbook-acme --no-fail-fast   # names what is missing
  cargo xtask fixtures                         # once there are cases: writes their requests, results and the index
  cargo xtask api                              # writes the public API as text

By hand, once it knows the vendor:
  docs/vendors/acme.md                         what the vendor does, each fact with its document
  fixtures/acme/openapi.json                   the contract, and its entry in crates/contract
  crates/vendors/acme/src/testing.rs           the members of each row, as the documents have them
  crates/sandbox                               the vendor, played; tests/suite.rs then runs over it
  xtask/src/conformance/table.rs               a row for each operation: whose client proves it, or why none does
  xtask/record/src/calls.rs                    recording: the operations, which are those of tests/fixtures.rs
  xtask/record/src/sanitize/policy.rs          recording: which members and words name nobody and are kept
  crates/rollbook, xtask/src/layers.rs         the facade: a feature, the keys of a source, the adapter; and its row
";

/// Writes the skeleton of the adapter `name` and registers it, or writes nothing.
pub(crate) fn run(workspace: &Workspace, name: &str) -> Result<()> {
    let name = Name::parse(name)?;
    name.must_be_free(workspace)?;
    let registration = register::registration(&workspace.root, &name)?;
    let changed = registration.changed.into_iter();
    let files = skeleton::files(&name)
        .into_iter()
        .chain(changed.map(|(file, text)| (file.to_owned(), text)));
    for (file, text) in files {
        ensure_file(&workspace.root, &file, &text, false)?;
    }
    let package = format!("rollbook-{name}");
    if cargo::has(workspace, "fmt") {
        // A long name can make a line too long, and comes elsewhere in the order of the imports.
        for problem in cargo::run(workspace, &["fmt", "-p", &package], &[])? {
            eprintln!("{problem}");
        }
    }
    for place in registration.by_hand {
        println!("\nAdd this by hand to {place}");
    }
    println!("{}", name.in_place_of_acme(NEXT));
    Ok(())
}
