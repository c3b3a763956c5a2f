//! Sources over the default stack and real HTTP, against a server that means harm: it ends, in bounded requests and memory, and
//! says the truth. The same cases are run by the program in `crates/cli/tests/hostile.rs`.

#![cfg(all(feature = "truu", feature = "banyan", feature = "truto", feature = "reqwest"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod cases;
mod server;

use std::collections::HashSet;

use cases::{Case, End, Vendor};
use peak_alloc::PeakAlloc;
use rollbook::model::{Grade, User, UserQuery};
use rollbook::{BaseUrl, Rollbook, Secret, SourceConfig, WalkEvent, Walks};
use server::Server;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What came of a case.
struct Got {
    ids: Vec<String>,
    walks: Walks<User>,
    requests: u64,
    memory: usize,
}

fn source(vendor: Vendor, base_url: &str) -> SourceConfig {
    let (name, base) = ("corp".parse().unwrap(), BaseUrl::parse(base_url).unwrap());
    let secret = Secret::new("secret").unwrap();
    match vendor {
        Vendor::Truu => SourceConfig::truu(name, rollbook::truu::Config::new(base, "id", secret)),
        Vendor::Banyan => {
            let config = rollbook::banyan::Config::new(base, secret).without_exchange();
            SourceConfig::banyan(name, config)
        }
        Vendor::Truto => SourceConfig::truto(name, rollbook::truto::Config::new(base, "account", secret)),
    }
}

async fn run(case: &Case) -> Got {
    let server = Server::start(&case.server);
    let sources = [source(case.vendor, &server.base_url())];
    let rollbook = Rollbook::builder().build(&sources).unwrap();
    let walk = rollbook.sources()[0]
        .users(&UserQuery::default())
        .unwrap()
        .remove(0);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut walks = Walks::default();
    walks.add(walk);
    let mut ids = Vec::new();
    while let Some(event) = walks.next().await {
        if let WalkEvent::Page { rows, .. } = event {
            ids.extend(rows.into_iter().map(|user| user.id.to_string()));
        }
    }
    Got {
        ids,
        walks,
        requests: server.asked(),
        memory: MEMORY.peak_usage().saturating_sub(before) >> 20,
    }
}

/// What is not as the case has it.
fn complaints(case: &Case, got: &Got) -> Vec<String> {
    let mut complaints = Vec::new();
    let different: HashSet<&String> = got.ids.iter().collect();
    if got.ids.len() != case.rows || different.len() != case.rows {
        complaints.push(format!(
            "{} rows, {} of them different, and not {}",
            got.ids.len(),
            different.len(),
            case.rows
        ));
    }
    let report = &got.walks.reports()[0];
    let completeness = &report.completeness;
    let is_so = match case.end {
        End::Complete => report.is_complete(),
        End::Drifted(reason) => completeness.grade == Grade::Drifted && completeness.reason.contains(reason),
        End::Incomplete(reason) => {
            report.error.is_none()
                && completeness.grade == Grade::Incomplete
                && completeness.reason.contains(reason)
        }
        End::Failed(kind, message) => report
            .error
            .as_ref()
            .is_some_and(|error| error.kind() == kind && error.to_string().contains(message)),
    };
    if !is_so {
        let error = report
            .error
            .as_ref()
            .map(|error| (error.kind(), error.to_string()));
        complaints.push(format!(
            "not {:?} but {:?}: {}, {error:?}",
            case.end, completeness.grade, completeness.reason
        ));
    }
    if got.requests > case.requests {
        complaints.push(format!(
            "{} requests, and not {} at most",
            got.requests, case.requests
        ));
    }
    if got.memory > case.memory {
        complaints.push(format!("{} MiB, and not {} at most", got.memory, case.memory));
    }
    complaints
}

// One test: the peak is the whole process's.
#[tokio::test]
async fn every_case_ends_and_says_the_truth() {
    let mut told = Vec::new();
    for case in cases::cases() {
        let got = run(&case).await;
        let complaints = complaints(&case, &got);
        told.extend(
            complaints
                .iter()
                .map(|complaint| format!("{}: {complaint}", case.name)),
        );
    }
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}
