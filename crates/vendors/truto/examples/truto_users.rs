//! Reads the users of an integrated account from the sandbox, and stops halfway to go on from a cursor.
//!
//! ```text
//! cargo run -p rollbook-truto --example truto_users
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_model::SourceName;
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_truto::{Client, Common, Config, DEFAULT_BASE_URL, UsersQuery};
use rollbook_vendor_kit::BaseUrl;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real account has its own id and token, and any HTTP client in the place of the sandbox.
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL)?,
        credentials::TRUTO_INTEGRATED_ACCOUNT,
        Secret::new(credentials::TRUTO_TOKEN)?,
    );
    let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
    let client = Client::connect(SourceName::new("hr-okta")?, config, wire)?;

    // What the provider itself answered is not needed here.
    let query = UsersQuery {
        common: Common {
            ignore_remote_data: true,
            ..Common::default()
        },
        ..UsersQuery::default()
    };
    let mut users = client.users(&query);
    let first = users.next_page().await.transpose()?.unwrap_or_default();
    let cursor = users.cursor().ok_or("the list has one page only")?;
    println!("{} users, then stopped at {cursor}", first.len());

    let mut rest = client.users(&query).resume(cursor);
    let (rows, error) = rest.collect_rows().await;
    if let Some(error) = error {
        return Err(error.into());
    }
    println!(
        "{} users from there on, {}",
        rows.len(),
        rest.completeness().reason
    );

    // A row of a list can be partial; the user itself is whole.
    if let Some(user) = rows.first() {
        let user = client.user(user.id.as_str(), &Common::default()).await?;
        let status = user.status.as_ref().map_or("not known", |status| status.as_str());
        println!("{}: {status}, {} groups", user.id, user.groups.len());
    }
    Ok(())
}
