//! Finds one person at every source at once, and says what the search can prove.
//!
//! Runs without a network: `cargo run -p rollbook --example find_user`. For real tenants, read a configuration with
//! `Config::load` and leave `transport` out.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::sync::Arc;

use rollbook::model::UserQuery;
use rollbook::{BaseUrl, Config, Rollbook, Secret, SourceConfig, WalkEvent, Walks};
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::new(SandboxConfig::default());
    // Banyan knows people by their address.
    let wanted = sandbox.truth().banyan_users.first().cloned();

    let base_url = BaseUrl::parse("http://127.0.0.1:1")?;
    let truu = rollbook::truu::Config::new(base_url.clone(), "sandbox", Secret::new("sandbox-secret")?);
    let banyan = rollbook::banyan::Config::new(base_url, Secret::new("sandbox-key")?);
    let config = Config::from_sources(vec![
        SourceConfig::truu("corp-truu".parse()?, truu),
        SourceConfig::banyan("corp-banyan".parse()?, banyan),
    ])?;

    let rollbook = Rollbook::builder()
        .transport(Arc::new(SandboxTransport::new(sandbox)))
        .build(config.sources())?;

    let mut query = UserQuery::default();
    query.email = wanted;
    let mut walks = Walks::default();
    for source in rollbook.sources() {
        for walk in source.users(&query)? {
            walks.add(walk);
        }
    }
    while let Some(event) = walks.next().await {
        if let WalkEvent::Page { rows, .. } = event {
            for user in rows {
                let name = user.display_name.as_deref().unwrap_or("nobody");
                println!("{}: {} is {name}", user.source, user.id);
            }
        }
    }
    // Nobody found means nobody there only where the walk is complete.
    for report in walks.reports() {
        println!("{}: {}", report.source, report.completeness.reason);
    }
    Ok(())
}
