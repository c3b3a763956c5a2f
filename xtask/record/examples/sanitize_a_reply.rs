//! A reply, and what is left of it: `cargo run -p xtask-record --example sanitize_a_reply`.

use std::io::Write as _;

use xtask_record::{Policy, Sanitizer};

const REPLY: &str = r#"{"page": 1, "next": null, "count": 1, "results": [{
    "deviceId": "2F3C9A52-1111-4222-8333-444455556666",
    "deviceName": "Siobhán’s MacBook",
    "type": "MAC_TPM",
    "active": true,
    "lastHeardFrom": 1700000000123,
    "notificationId": "fcm:secret",
    "user": {"email": "Siobhan.ONeill@corp.example", "userPrincipal": "siobhan.oneill@corp.example"}
}]}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::of("truu").ok_or("there is no such vendor")?;
    let left = Sanitizer::new(policy).json(REPLY)?;
    writeln!(std::io::stdout(), "{left}")?;
    Ok(())
}
