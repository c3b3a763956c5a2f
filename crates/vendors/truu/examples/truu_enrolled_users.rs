//! Reads TruU's enrolled users and workstations from the sandbox, and says how far the accounts are trusted.
//!
//! ```text
//! cargo run -p rollbook-truu --example truu_enrolled_users
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::SourceName;
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_truu::{AssetsQuery, Client, Config, DEFAULT_BASE_URL, EnrolledUsersQuery};
use rollbook_vendor_kit::BaseUrl;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real tenant has its own client id and secret, and any HTTP client in the place of the sandbox.
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL)?,
        credentials::TRUU_CLIENT_ID,
        Secret::new(credentials::TRUU_CLIENT_SECRET)?,
    );
    let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
    let client = Client::connect(SourceName::new("corp-truu")?, config, wire)?;

    let mut users = client.enrolled_users(&EnrolledUsersQuery::default());
    let (rows, error) = users.collect_rows().await;
    if let Some(error) = error {
        return Err(error.into());
    }
    for user in rows.iter().take(3) {
        let name = user.display_name.as_deref().unwrap_or("(no name)");
        println!("{name}, {}", user.email.as_deref().unwrap_or("(no address)"));
    }
    println!("{} users, {}", rows.len(), users.completeness().reason);

    // Found by the address that the user's account has at another vendor, too.
    let email = rows.iter().find_map(|user| user.email.clone());
    let mut same = client.enrolled_users(&EnrolledUsersQuery {
        email,
        ..EnrolledUsersQuery::default()
    });
    println!("{} with the first address", same.collect_rows().await.0.len());

    let mut assets = client.data_assets(&AssetsQuery::default());
    let machines = assets.collect_rows().await.0;
    let shared = machines.iter().filter(|asset| asset.devices.len() > 1).count();
    println!(
        "{} workstations, {shared} of them with several accounts",
        machines.len()
    );
    Ok(())
}
