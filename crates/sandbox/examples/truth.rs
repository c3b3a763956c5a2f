//! Prints what a client that misses nothing has to find, as JSON. The world is the default one, or that of a seed, a
//! number of users and a number of devices as arguments: the same that `rollbook sandbox serve` serves for them.

use std::env;
use std::error::Error;
use std::io::Write as _;

use rollbook_sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let config = match arguments.as_slice() {
        [] => SandboxConfig::default(),
        [seed, users, devices] => SandboxConfig::default()
            .with_seed(seed.parse()?)
            .with_users(users.parse()?)
            .with_devices(devices.parse()?),
        _ => return Err("give a seed, a number of users and a number of devices, or nothing".into()),
    };
    let truth = Sandbox::new(config).truth();
    let registrations: Vec<Value> = truth
        .banyan_registrations
        .iter()
        .map(|pair| json!({"serial_number": pair.serial_number, "email": pair.email}))
        .collect();
    let lists = json!({
        "truu_users": truth.truu_users,
        "truu_devices": truth.truu_devices,
        "truu_active_devices": truth.truu_active_devices,
        "truu_assets": truth.truu_assets,
        "banyan_users": truth.banyan_users,
        "banyan_user_ids": truth.banyan_user_ids,
        "banyan_devices": truth.banyan_devices,
        "banyan_device_ids": truth.banyan_device_ids,
        "banyan_registrations": registrations,
        "banyan_banned": truth.banyan_banned,
        "truto_users": truth.truto_users,
        "truto_mdm_users": truth.truto_mdm_users,
        "truto_mdm_devices": truth.truto_mdm_devices,
    });
    writeln!(std::io::stdout(), "{lists}")?;
    Ok(())
}
