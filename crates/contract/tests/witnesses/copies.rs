//! The copies that the crate embeds, and copies with one thing changed.

use std::fs;

use rollbook_contract::fixtures::{self, Reply};
use rollbook_contract::{Contract, Operation};
use serde_json::Value;

use crate::cases::odd;
use crate::support::{VENDORS, cases, contract, operation, root};

#[test]
fn what_is_embedded_is_what_is_in_the_folder() {
    let mut wrong = Vec::new();
    for vendor in VENDORS {
        let text = fs::read_to_string(root().join(vendor).join("openapi.json")).unwrap();
        if Contract::of(vendor).unwrap().text() != text.replace("\r\n", "\n") {
            wrong.push(format!("fixtures/{vendor}/openapi.json"));
        }
        let embedded = fixtures::cases(vendor);
        let files = |case: &fixtures::Case| {
            let dir = format!("fixtures/{vendor}/{}/{}", case.operation(), case.name());
            let files = case.files().iter();
            files
                .map(|(name, text)| (format!("{dir}/{name}"), text.clone()))
                .collect::<Vec<_>>()
        };
        let (here, there): (Vec<_>, Vec<_>) = (
            embedded.iter().flat_map(files).collect(),
            cases(vendor).iter().flat_map(files).collect(),
        );
        let differ = there.iter().filter(|file| !here.contains(file));
        let gone = here
            .iter()
            .filter(|(name, _)| !there.iter().any(|(other, _)| other == name));
        wrong.extend(differ.chain(gone).map(|(name, _)| name.clone()));
    }
    assert!(
        wrong.is_empty(),
        "not as in the copy that is embedded; run `cargo xtask generate`:\n{}",
        wrong.join("\n")
    );
}

/// Goes through a reply and spoils each member's name in turn. Gives the places where that is not found.
fn unfound(operation: &Operation, status: u16, body: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    members(body, "", &mut pointers);
    let spoilt = |pointer: &str| {
        let (outer, name) = pointer.rsplit_once('/').unwrap();
        let mut body = body.clone();
        let object = body.pointer_mut(outer).unwrap().as_object_mut().unwrap();
        let value = object.remove(name).unwrap();
        object.insert(format!("{name}x"), value);
        let findings = operation.check_response(status, body.to_string().as_bytes());
        findings
            .iter()
            .any(|finding| finding.place.ends_with(&format!(".{name}x")))
    };
    pointers.retain(|pointer| !spoilt(pointer));
    pointers
}

fn members(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members_of) => {
            for (name, value) in members_of {
                let pointer = format!("{pointer}/{name}");
                members(value, &pointer, pointers);
                pointers.push(pointer);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                members(item, &format!("{pointer}/{index}"), pointers);
            }
        }
        _ => {}
    }
}

#[test]
fn one_letter_more_in_any_members_name_is_found_where_it_is() {
    // What a provider says is never looked into, and names that are values have no right spelling.
    const OPEN: &[&str] = &[
        "/remote_data/",
        "/raw_response",
        "/identifiers/",
        "/failures/",
        "/value/",
    ];
    let odd = odd();
    let (mut tried, mut wrong) = (0, Vec::new());
    for vendor in VENDORS {
        let contract = contract(vendor);
        for case in cases(vendor) {
            let name = format!("{vendor}/{}/{}", case.operation(), case.name());
            let operation = operation(&contract, case.operation());
            for reply in case.replies().iter().filter(|_| !odd.contains(&name)) {
                let Reply::Answer { status, body, .. } = reply else {
                    continue;
                };
                let Ok(body) = serde_json::from_str::<Value>(body) else {
                    continue;
                };
                tried += 1;
                let keyed = body["result"].is_object();
                wrong.extend(
                    unfound(operation, *status, &body)
                        .into_iter()
                        .filter_map(|pointer| {
                            let is_value = keyed && pointer.matches('/').count() == 2
                                || pointer.starts_with("/truto_error_insight/")
                                    && pointer.matches('/').count() == 2;
                            let is_open = OPEN.iter().any(|open| pointer.contains(open));
                            (!is_value && !is_open).then(|| format!("{name}: {pointer}"))
                        }),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "not found:\n{}", wrong.join("\n"));
    assert!(tried > 100, "{tried} replies");
}
