//! What the user gets of every operation at every vendor when something goes wrong: worked out over the sandbox, held against
//! the truth there, and written down in `docs/generated/faults.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

mod cell;
mod changes;
#[path = "../../../rollbook/tests/faults/clock.rs"]
mod clock;
#[path = "../../src/exit.rs"]
#[expect(dead_code, reason = "the program uses more of it")]
mod exit;
mod gets;
mod lists;
mod operations;
mod page;
mod served;
mod specs;
#[path = "../../src/commands/change/tally.rs"]
#[expect(dead_code, reason = "the program uses more of it")]
mod tally;
#[path = "../../../rollbook/tests/changes/world.rs"]
#[expect(dead_code, reason = "the tests of changes use more of it")]
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rollbook::model::{Operation, Support};
use rollbook_sandbox::fault::KINDS;

use crate::operations::OPERATIONS;
use crate::specs::{SPECS, Spec};
use crate::world::World;

#[test]
fn every_kind_of_fault_is_in_the_table() {
    for kind in KINDS {
        assert!(
            SPECS.iter().any(|spec| spec.kind() == kind.name),
            "no row of the table has the fault {}: add one to specs.rs",
            kind.name
        );
    }
}

#[test]
fn every_operation_of_every_vendor_is_in_the_table() {
    let world = World::new(rollbook_sandbox::Sandbox::new(Default::default()));
    for place in [world::TRUU, world::BANYAN, world::TRUTO] {
        let directory = world.source(place).directory();
        for operation in Operation::ALL {
            let is_there = OPERATIONS[place].contains(&operation);
            let can = directory.capabilities().operation(operation) != Support::No;
            assert_eq!(can, is_there, "{} at {}", operation, directory.vendor());
        }
    }
}

#[tokio::test]
async fn every_list_has_three_pages() {
    let in_peace = Spec("latency");
    for (place, operations) in OPERATIONS.iter().enumerate() {
        for operation in *operations {
            let lists = [
                Operation::ListUsers,
                Operation::ListDevices,
                Operation::ListWorkstations,
            ];
            if !lists.contains(operation) {
                continue;
            }
            let world = cell::world();
            lists::told(&world, place, *operation, in_peace).await;
            let mut pages: BTreeMap<String, usize> = BTreeMap::new();
            for request in world.sandbox.request_log() {
                let path = request.target.split('?').next().unwrap().to_owned();
                *pages.entry(path).or_default() += usize::from(request.method == "GET");
            }
            pages.retain(|path, _| !path.contains("token"));
            assert!(
                !pages.is_empty() && pages.values().all(|pages| *pages >= 3),
                "{operation}: {pages:?}"
            );
        }
    }
}

#[test]
fn the_table_tells_what_happens() {
    let (page, lies) = page::render();
    assert!(lies.is_empty(), "what is told is not so:\n{}", lies.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/faults.md");
    let written = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if written == page {
        return;
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, &page).unwrap();
        return;
    }
    let differs = page.lines().zip(written.lines()).find(|(now, then)| now != then);
    panic!(
        "docs/generated/faults.md is not what happens now: {differs:#?}\n\
         `INSTA_UPDATE=always cargo test -p rollbook-cli --test faults` writes it"
    );
}
