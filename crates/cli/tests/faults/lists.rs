//! What a list gives, held against the truth.

use std::collections::BTreeMap;

use rollbook::model::{DeviceQuery, Grade, Operation, UserQuery, WorkstationQuery};
use rollbook::{Walk, WalkEvent, WalkReport, Walks};
use rollbook_sandbox::Truth;

use crate::cell::Told;
use crate::exit::Outcome;
use crate::specs::Spec;
use crate::world::{BANYAN, TRUTO, TRUU, World};

pub(crate) async fn told(world: &World, place: usize, operation: Operation, spec: Spec) -> Told {
    let source = world.source(place);
    match operation {
        Operation::ListUsers => {
            let walks = source.users(&UserQuery::default()).unwrap();
            read(world, place, operation, spec, walks, |user| user.id.to_string()).await
        }
        Operation::ListDevices => {
            let walks = source.devices(&DeviceQuery::default()).unwrap();
            read(world, place, operation, spec, walks, |device| {
                device.id.to_string()
            })
            .await
        }
        _ => {
            let walks = source.workstations(&WorkstationQuery::default()).unwrap();
            read(world, place, operation, spec, walks, |workstation| {
                workstation.id.to_string()
            })
            .await
        }
    }
}

async fn read<T: Send + 'static>(
    world: &World,
    place: usize,
    operation: Operation,
    spec: Spec,
    lists: Vec<Walk<T>>,
    id: impl Fn(&T) -> String + Send + Sync + Copy + 'static,
) -> Told {
    let mut walks = Walks::default().in_order();
    let mut ids: Vec<Vec<String>> = Vec::new();
    for walk in lists {
        walks.add(walk);
        ids.push(Vec::new());
    }
    let mut outcome = Outcome::default();
    while let Some(event) = walks.next().await {
        if let WalkEvent::Page { walk, rows, .. } = event {
            outcome.delivered(rows.len());
            ids[walk].extend(rows.iter().map(id));
        }
    }
    if place == BANYAN && operation == Operation::ListDevices && spec.takes_an_id() {
        give_back_the_id(world, &mut ids[0]);
    }
    let (mut words, mut lies) = (Vec::new(), Vec::new());
    for (number, report) in walks.reports().iter().enumerate() {
        outcome.walked(&report.completeness, report.error.as_ref());
        let truths = truths(world, place, operation, number);
        let told = lie(&ids[number], report, &truths, spec, place);
        lies.extend(told.map(|lie| format!("{lie}: {}", report.completeness.reason)));
        words.push(in_words(&ids[number], report, &truths));
    }
    words.dedup();
    Told {
        what: words.join("; "),
        exit: outcome.exit(),
        lies,
    }
}

/// A Banyan device without its id goes by its serial number. It is the first one that lost its id.
fn give_back_the_id(world: &World, ids: &mut [String]) {
    world.sandbox.clear_faults();
    let first = &world.rows("/api/v1/devices")[0];
    let text = |name: &str| first[name].as_str().unwrap().to_owned();
    let place = ids.iter().position(|id| *id == text("SerialNumber")).unwrap();
    ids[place] = text("DeviceID");
}

/// The ids of the list in every state that the world has been in, the last one at the end.
fn truths(world: &World, place: usize, operation: Operation, number: usize) -> Vec<Vec<String>> {
    let list = |truth: &Truth| match (place, operation, number) {
        (TRUU, Operation::ListUsers, _) => truth.truu_users.clone(),
        (TRUU, Operation::ListDevices, _) => truth.truu_devices.clone(),
        (TRUU, _, _) => truth.truu_assets.clone(),
        (BANYAN, Operation::ListUsers, _) => truth.banyan_users.clone(),
        (BANYAN, _, _) => truth.banyan_devices.clone(),
        (_, Operation::ListUsers, 0) => truth.truto_users.clone(),
        (_, Operation::ListUsers, _) => truth.truto_mdm_users.clone(),
        _ => truth.truto_mdm_devices.clone(),
    };
    world.sandbox.truths().iter().map(list).collect()
}

fn counted(ids: &[String]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for id in ids {
        *counted.entry(id.as_str()).or_default() += 1;
    }
    counted
}

/// What is told and is not so.
fn lie(
    ids: &[String],
    report: &WalkReport,
    truths: &[Vec<String>],
    spec: Spec,
    place: usize,
) -> Option<String> {
    let mut seen = counted(ids);
    for (id, count) in &seen {
        let most = truths
            .iter()
            .map(|truth| truth.iter().filter(|known| known == id).count())
            .max()
            .unwrap_or(0)
            .max(usize::from(spec.brings_rows()));
        if *count > most {
            return Some(format!("{id} came {count} times"));
        }
    }
    if spec.brings_rows() {
        seen.retain(|id, _| truths.iter().flatten().any(|known| known == id));
    }
    let is_true = truths.iter().any(|truth| counted(truth) == seen);
    // Rows that go or move show only in the total, and a walk by cursor has none. Rows that come push no other away.
    let blind = spec.moves_rows() && (place == TRUTO || spec.keeps_the_total());
    let pushed_away = spec.only_adds() && truths[0].iter().any(|id| !seen.contains_key(id.as_str()));
    if report.is_complete() && !is_true && (!blind || pushed_away) {
        return Some(format!("complete, and {} rows are not all", ids.len()));
    }
    // A grade may be more careful than it had to be where the vendor has said something that does not add up.
    let careful = !report.is_complete() && report.error.is_none() && !spec.moves_rows();
    if careful && is_true && !spec.may_be_doubted() {
        return Some("all rows came, and nothing was amiss".to_owned());
    }
    None
}

fn in_words(ids: &[String], report: &WalkReport, truths: &[Vec<String>]) -> String {
    let seen = counted(ids);
    let rows = if truths.iter().any(|truth| counted(truth) == seen) {
        "all".to_owned()
    } else if truths.len() > 1 {
        "some".to_owned()
    } else {
        format!("{} of {}", ids.len(), truths[0].len())
    };
    let grade = match report.completeness.grade {
        Grade::Complete => "complete",
        Grade::Drifted => "drifted",
        _ => "incomplete",
    };
    match &report.error {
        Some(error) => format!("{rows}, {grade}: {}", error.kind()),
        None => format!("{rows}, {grade}"),
    }
}
