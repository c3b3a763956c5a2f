//! One fault at one operation of one vendor.

use std::sync::Arc;

use rollbook::model::Operation;
use rollbook_sandbox::fault::FaultSpec;
use rollbook_sandbox::{Sandbox, SandboxConfig};

use crate::exit::Exit;
use crate::served::Served;
use crate::specs::{AND, Spec};
use crate::world::{BANYAN, TRUTO, TRUU, World};
use crate::{changes, gets, lists};

/// What the user gets.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// In words: the rows and the grade, the row, or the fate.
    pub(crate) what: String,
    pub(crate) exit: Exit,
    /// What of it is not so.
    pub(crate) lies: Vec<String>,
}

/// None when the fault hit nothing there.
pub(crate) async fn of(place: usize, operation: Operation, spec: Spec) -> Option<Told> {
    let place_of_token = match place {
        TRUU => "/oauth/token",
        BANYAN => "/api/v1/refresh_token",
        _ if spec.is_of_sign_in() => return None,
        _ => "",
    };
    let text = spec.0.replace("{token}", place_of_token);
    let world = world();
    let told = match operation {
        Operation::ListUsers | Operation::ListDevices | Operation::ListWorkstations => {
            add(&world, &text);
            lists::told(&world, place, operation, spec).await
        }
        Operation::GetUser | Operation::GetDevice => {
            add(&world, &text);
            gets::told(&world, place, operation, spec).await
        }
        _ => {
            // The plan is made in peace: what goes wrong while lists are read is told for the lists.
            let plan = world.approved(place, operation).await;
            let before = world.facts();
            if spec.is_of_sign_in() {
                world.sandbox.revoke_tokens();
            }
            if spec.is_confined() {
                add_to_change(&world, place, &text);
            } else {
                add(&world, &text);
            }
            changes::told(&world, place, &plan, &before).await
        }
    };
    let hit = world
        .sandbox
        .request_log()
        .iter()
        .any(|request| !request.faults.is_empty());
    hit.then_some(told)
}

/// Every list of every vendor has three pages at least.
pub(crate) fn world() -> World {
    let mut config = SandboxConfig::default().with_users(210).with_devices(120);
    config = config.with_banyan_page_cap(40).with_truto_pages(40, 40);
    let sandbox = Sandbox::new(config);
    World::over(sandbox.clone(), Arc::new(Served::new(sandbox)))
}

fn fault(text: &str) -> FaultSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn add(world: &World, text: &str) {
    for text in text.split(AND) {
        world.sandbox.add_fault(fault(text));
    }
}

/// The faults for those requests alone that change something.
fn add_to_change(world: &World, place: usize, text: &str) {
    let targets: &[(&str, &str)] = match place {
        TRUU => &[("DELETE", "/api")],
        BANYAN => &[("DELETE", "/api"), ("POST", "/api/v1/mdm")],
        TRUTO => &[("POST", "/unified")],
        place => panic!("there is no place {place}"),
    };
    for text in text.split(AND) {
        for (method, path) in targets {
            let comma = if text.contains(':') { "," } else { ":" };
            // A change is one request: there is no second one to begin with.
            let text = text.replace(",skip=1", "").replace(":skip=1,", ":");
            add(world, &format!("{text}{comma}method={method},path={path}"));
        }
    }
}
