//! One fault at one operation of one vendor.

use rollbook::model::Operation;
use rollbook_sandbox::fault::FaultSpec;
use rollbook_sandbox::{Sandbox, SandboxConfig};

use crate::exit::Exit;
use crate::specs::Spec;
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

/// None when the fault finds nothing to do there.
pub(crate) async fn of(place: usize, operation: Operation, spec: Spec) -> Option<Told> {
    let place_of_token = match place {
        TRUU => "/oauth/token",
        BANYAN => "/api/v1/refresh_token",
        _ if spec.is_of_sign_in() => return None,
        _ => "",
    };
    let text = spec.0.replace("{token}", place_of_token);
    let world = World::new(sandbox());
    let told = match operation {
        Operation::ListUsers | Operation::ListDevices | Operation::ListWorkstations => {
            world.sandbox.add_fault(fault(&text));
            lists::told(&world, place, operation, spec).await
        }
        Operation::GetUser | Operation::GetDevice => {
            world.sandbox.add_fault(fault(&text));
            gets::told(&world, place, operation, spec).await
        }
        _ => {
            // The plan is made in peace: what goes wrong while lists are read is told for the lists.
            let plan = world.approved(place, operation).await;
            if spec.is_of_sign_in() {
                world.sandbox.revoke_tokens();
            }
            for fault in of_change(place, spec, &text) {
                world.sandbox.add_fault(fault);
            }
            changes::told(&world, place, &plan).await
        }
    };
    let hit = world
        .sandbox
        .request_log()
        .iter()
        .any(|request| !request.faults.is_empty());
    hit.then_some(told)
}

/// Every list of every vendor has several pages.
fn sandbox() -> Sandbox {
    let mut config = SandboxConfig::default().with_users(110).with_devices(120);
    config = config.with_banyan_page_cap(40).with_truto_pages(40, 40);
    Sandbox::new(config)
}

fn fault(text: &str) -> FaultSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The fault for those requests alone that change something.
fn of_change(place: usize, spec: Spec, text: &str) -> Vec<FaultSpec> {
    if spec.is_of_sign_in() {
        return vec![fault(text)];
    }
    let targets: &[(&str, &str)] = match place {
        TRUU => &[("DELETE", "/api")],
        BANYAN => &[("DELETE", "/api"), ("POST", "/api/v1/mdm")],
        TRUTO => &[("POST", "/unified")],
        place => panic!("there is no place {place}"),
    };
    let scoped = |(method, path): &(&str, &str)| {
        let comma = if text.contains(':') { "," } else { ":" };
        // A change is one request: there is no second one to begin with.
        let text = text.replace(",skip=1", "").replace(":skip=1,", ":");
        fault(&format!("{text}{comma}method={method},path={path}"))
    };
    targets.iter().map(scoped).collect()
}
