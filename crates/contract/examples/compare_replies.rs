//! Holds replies against a contract: what is wrong with one, and in what many differ from it.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use rollbook_contract::{Contract, Request};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let truu = Contract::of("truu").ok_or("no such vendor")?;
    let request = Request::new("GET", "/api/v1/system/devices/?page=2");
    let devices = truu.operation_of(&request).ok_or("no such operation")?;
    println!("{} {} is `{}`", devices.method(), devices.path(), devices.id());
    assert!(devices.check_request(&request).is_empty());

    // A reply of another year: a member was renamed, a time has another unit, a kind of device is new.
    let reply = json!({
        "page": 2, "next": null, "previous": 1, "final": 2, "pageSize": 25, "count": 26,
        "results": [{
            "deviceId": "a43674e1-850c-5f87-a5ef-83d66f699faa", "deviceName": "Watch", "appVersion": "26.1",
            "sdkVersion": "26.1", "lastHeardFrom": 1_705_327_828, "softwareIdentifier": "11",
            "notificationId": null, "applicationId": "com.truu.watch", "type": "WATCH", "active": true,
            "created": "2024-01-12T16:02:54.066886Z",
            "user": {
                "tuid": "323619f2-db00-45db-8c40-71f833f1a47d", "guid": "ef8e112f", "displayName": "Ann Lee",
                "userPrincipal": "ann", "email": "ann@example.com",
                "lastSynced": "2024-01-12T16:27:31.064376Z", "created": "2023-01-02T13:11:57.920966Z"
            },
            "domain": {"key": "dbcc2f1d", "name": "Example", "domain": "example"}
        }]
    });
    for finding in devices.check_response(200, reply.to_string().as_bytes()) {
        println!("wrong: {finding}");
    }
    let mut shape = devices.shape();
    shape.add(&reply);
    for drift in devices.compare(&shape) {
        println!("{drift}");
    }
    Ok(())
}
