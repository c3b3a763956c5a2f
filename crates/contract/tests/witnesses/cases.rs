//! The fixtures against the contract: what is sent, and what comes back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rollbook_contract::Contract;
use rollbook_contract::fixtures::{Case, Reply};

use crate::support::{VENDORS, cases, contract, operation};

/// What is wrong with a case, each with its file.
pub(crate) fn findings(contract: &Contract, case: &Case) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, request) in case.requests().iter().enumerate() {
        match contract.operation_of(request) {
            Some(operation) => findings.extend(
                operation
                    .check_request(request)
                    .into_iter()
                    .map(|finding| format!("request {}: {finding}", index + 1)),
            ),
            None => findings.push(format!(
                "request {}: no operation has this method and path",
                index + 1
            )),
        }
    }
    let operation = operation(contract, case.operation());
    for (index, reply) in case.replies().iter().enumerate() {
        if let Reply::Answer {
            status, body, file, ..
        } = reply
        {
            let place = file.clone().unwrap_or_else(|| format!("reply {}", index + 1));
            let found = operation.check_response(*status, body.as_bytes());
            findings.extend(found.into_iter().map(|finding| format!("{place}: {finding}")));
        }
    }
    findings
}

/// The cases that are meant to be odd.
pub(crate) fn odd() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/witnesses/odd.toml");
    let lists: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let lists = lists["odd"].as_array().unwrap();
    assert!(lists.iter().all(|list| !list["why"].as_str().unwrap().is_empty()));
    let cases = lists.iter().flat_map(|list| list["cases"].as_array().unwrap());
    cases.map(|case| case.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_case_fits_the_contract_and_every_odd_one_does_not() {
    let mut odd = odd();
    let mut wrong = Vec::new();
    for vendor in VENDORS {
        let contract = contract(vendor);
        for case in cases(vendor) {
            let name = format!("{vendor}/{}/{}", case.operation(), case.name());
            let findings = findings(&contract, &case);
            match (odd.remove(&name), findings.is_empty()) {
                (false, true) | (true, false) => {}
                (false, false) => wrong.extend(findings.iter().map(|finding| format!("{name}/{finding}"))),
                (true, true) => wrong.push(format!("{name}: listed as odd, and fits the contract")),
            }
        }
    }
    wrong.extend(
        odd.iter()
            .map(|name| format!("{name}: listed as odd, and not there")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_that_can_send_something_says_what_it_sends() {
    for vendor in VENDORS {
        for case in cases(vendor) {
            let is_sent = case.files().contains_key("request.json");
            assert!(is_sent, "{vendor}/{}/{}", case.operation(), case.name());
        }
    }
}
