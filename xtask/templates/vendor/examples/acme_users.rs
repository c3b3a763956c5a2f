//! Reads the users of a made-up Acme tenant.
//!
//! ```text
//! cargo run -p rollbook-acme --example acme_users
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::sync::Arc;

use rollbook_acme::{BaseUrl, Client, Config, DEFAULT_BASE_URL};
use rollbook_auth::Secret;
use rollbook_model::SourceName;
use rollbook_testkit::{FakeTransport, Reply};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real tenant has its own token, and any HTTP client in the place of the fake one.
    let config = Config::new(BaseUrl::parse(DEFAULT_BASE_URL)?, Secret::new("a made-up token")?);
    let wire = FakeTransport::answering(|_| Reply::json(200, r#"{"items":[{"id":"1","name":"Ann Lee"}]}"#));
    let client = Client::connect(SourceName::new("corp-acme")?, config, Arc::new(wire))?;

    let mut users = client.users();
    let (rows, error) = users.collect_rows().await;
    if let Some(error) = error {
        return Err(error.into());
    }
    for user in &rows {
        println!("{}: {}", user.id, user.name.as_deref().unwrap_or("(no name)"));
    }
    println!("{} users, {}", rows.len(), users.completeness().reason);
    Ok(())
}
