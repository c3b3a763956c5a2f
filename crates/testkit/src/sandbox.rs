//! The three vendors in this process, as a transport with state: for code that uses the real adapters.
//!
//! ```
//! use rollbook_testkit::sandbox::{FaultSpec, Sandbox, SandboxConfig, SandboxTransport, changes_sent};
//! use rollbook_transport::Transport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::new(SandboxConfig::default().with_users(20));
//! let wire = SandboxTransport::new(sandbox.clone());
//!
//! sandbox.add_fault("status:code=503,times=1".parse()?);
//! let ping = http::Request::get("https://api.truto.one/ping").body(bytes::Bytes::new())?;
//! assert_eq!(wire.send(ping.clone()).await?.status(), 503);
//! assert_eq!(wire.send(ping).await?.status(), 200);
//! assert!(changes_sent(&sandbox).is_empty());
//! # Ok(())
//! # }
//! ```

pub use rollbook_sandbox::credentials;
pub use rollbook_sandbox::fault::{COMMON_KEYS, FaultKey, FaultKind, FaultSpec, KINDS};
pub use rollbook_sandbox::{
    BanyanDeletePath, BanyanRegistration, LoggedRequest, Sandbox, SandboxConfig, SandboxTransport, Truth,
};

use crate::suite::Sent;

/// What signs in is a `POST`, and no change.
const TOKEN_CALLS: [&str; 2] = ["/oauth/token", "/api/v1/refresh_token"];

/// The requests so far that could have changed something, also those that a fault hit: for
/// [`Subject::with_changes`](crate::suite::Subject::with_changes).
pub fn changes_sent(sandbox: &Sandbox) -> Vec<Sent> {
    let log = sandbox.request_log().into_iter();
    log.filter(|request| {
        request.method != http::Method::GET && !TOKEN_CALLS.contains(&request.target.as_str())
    })
    .map(|request| {
        Sent::new(request.method.as_str(), request.target)
            .with_body(request.body)
            .with_idempotency_key(request.idempotency_key)
    })
    .collect()
}
