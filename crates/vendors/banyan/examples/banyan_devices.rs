//! Reads Banyan's devices from the sandbox, page by page, and counts them by level of trust.
//!
//! ```text
//! cargo run -p rollbook-banyan --example banyan_devices
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::collections::BTreeMap;
use std::error::Error;
use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook_auth::Secret;
use rollbook_banyan::{Client, Config, DEFAULT_BASE_URL, DevicesQuery};
use rollbook_model::SourceName;
use rollbook_sandbox::{Sandbox, SandboxConfig, SandboxTransport, credentials};
use rollbook_vendor_kit::BaseUrl;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real organisation has its own key, and any HTTP client in the place of the sandbox.
    let config = Config::new(
        BaseUrl::parse(DEFAULT_BASE_URL)?,
        Secret::new(credentials::BANYAN_KEY)?,
    );
    let wire = Arc::new(SandboxTransport::new(Sandbox::new(SandboxConfig::default())));
    let client = Client::connect(SourceName::new("corp-banyan")?, config, wire)?
        .with_page_size(NonZeroU32::MIN.saturating_add(99));

    let mut devices = client.devices(&DevicesQuery::default());
    let mut by_level: BTreeMap<String, usize> = BTreeMap::new();
    let mut serial_number = None;
    while let Some(page) = devices.next_page().await {
        let page = page?;
        println!("a page of {} devices", page.len());
        for device in &page {
            let level = device.trust_data.as_ref().and_then(|trust| trust.level.as_ref());
            let level = level.map_or("not known", |level| level.as_str());
            *by_level.entry(level.to_owned()).or_default() += 1;
        }
        serial_number = page.first().and_then(|device| device.serial_number.clone());
    }
    println!("{by_level:?}, {}", devices.completeness().reason);

    // One device with all its members: a page need not name its users.
    let query = DevicesQuery {
        serial_number,
        ..DevicesQuery::default()
    };
    for device in client.devices_at_once(&query).collect_rows().await.0 {
        let users = device.emails.as_ref().map_or(0, Vec::len);
        println!("{}: {users} users", device.id());
    }
    Ok(())
}
