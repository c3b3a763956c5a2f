use serde_json::Value;

use crate::support::{body, get, good, sandbox, send, truu_token};
use rollbook_sandbox::{Sandbox, Truth};
use rollbook_transport::Response;

const DEVICES: &str = "/api/v1/system/devices/";

fn delete(sandbox: &Sandbox, target: &str) -> Response {
    let bearer = format!("Bearer {}", truu_token(sandbox));
    send(sandbox, "DELETE", target, &[("authorization", &bearer)], "")
}

/// Every row of every page.
fn walk(sandbox: &Sandbox, path: &str) -> Vec<Value> {
    let token = truu_token(sandbox);
    let (mut rows, mut page) = (Vec::new(), Value::from(1));
    while !page.is_null() {
        let reply = good(&get(sandbox, &token, &format!("{path}?page={page}")));
        rows.extend(reply["results"].as_array().unwrap().iter().cloned());
        page = reply["next"].clone();
    }
    rows
}

fn text<'a>(row: &'a Value, pointer: &str) -> &'a str {
    row.pointer(pointer).and_then(Value::as_str).unwrap()
}

/// An active device of a shared machine's user: the row, and the address of its user and of itself.
fn target(sandbox: &Sandbox) -> (Value, String, String) {
    let assets = walk(sandbox, "/data/api/v1/assets/");
    let shared = assets
        .iter()
        .find(|asset| asset["devices"].as_array().unwrap().len() > 1)
        .unwrap();
    let guid = text(shared, "/devices/0/user/guid");
    let device = walk(sandbox, DEVICES)
        .into_iter()
        .find(|row| text(row, "/user/guid") == guid && row["active"] == true)
        .unwrap();
    let user = format!("/api/v1/system/domainusers/{guid}/");
    let address = format!("{user}devices/{}/", text(&device, "/deviceId"));
    (device, user, address)
}

#[test]
fn a_deleted_user_is_gone_from_every_list_with_all_its_devices() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    let (device, user, address) = target(&sandbox);
    let (tuid, guid) = (text(&device, "/user/tuid"), text(&device, "/user/guid"));
    let gone: Vec<String> = walk(&sandbox, DEVICES)
        .iter()
        .filter(|row| text(row, "/user/guid") == guid)
        .map(|row| text(row, "/deviceId").to_owned())
        .collect();

    let response = delete(&sandbox, &user);
    assert_eq!(response.status(), 204);
    assert!(response.body().is_empty() && response.headers().get("content-type").is_none());

    let mut expected = before.clone();
    expected.truu_users.retain(|id| id != tuid);
    expected.truu_devices.retain(|id| !gone.contains(id));
    expected.truu_active_devices.retain(|id| !gone.contains(id));
    assert_eq!(sandbox.truth(), expected);
    assert!(expected.truu_users.len() < before.truu_users.len() && !gone.is_empty());

    for path in [
        "/api/v1/system/enrolled/users/",
        DEVICES,
        "/data/api/v1/users/",
        "/data/api/v1/assets/",
    ] {
        let rows = walk(&sandbox, path);
        assert!(!Value::Array(rows).to_string().contains(tuid), "{path}");
    }
    let enrolled = walk(&sandbox, "/api/v1/system/enrolled/users/");
    assert_eq!(enrolled.len(), expected.truu_users.len());
    let assets = walk(&sandbox, "/data/api/v1/assets/");
    assert_eq!(assets.len(), expected.truu_assets.len(), "the machine stays");
    let token = truu_token(&sandbox);
    assert_eq!(get(&sandbox, &token, &user).status(), 404);
    assert_eq!(get(&sandbox, &token, &address).status(), 404);
    let response = delete(&sandbox, &user);
    assert_eq!(
        (response.status().as_u16(), body(&response)["detail"].clone()),
        (404, "Not found.".into())
    );
    assert_eq!(delete(&sandbox, &address).status(), 404);
}

#[test]
fn a_deleted_device_answers_its_row_and_stays_listed_as_inactive() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    let (device, _, address) = target(&sandbox);
    let mut expected_row = device.clone();
    expected_row["active"] = false.into();

    assert_eq!(good(&delete(&sandbox, &address)), expected_row);

    let id = text(&device, "/deviceId");
    let mut expected = before;
    expected.truu_active_devices.retain(|active| active != id);
    assert_eq!(
        sandbox.truth(),
        expected,
        "the user stays enrolled, and the device listed"
    );
    assert!(walk(&sandbox, DEVICES).contains(&expected_row));
    let token = truu_token(&sandbox);
    assert_eq!(good(&get(&sandbox, &token, &address)), expected_row);
}

#[test]
fn a_device_that_is_deleted_again_answers_the_same() {
    let sandbox = sandbox();
    let (_, _, address) = target(&sandbox);
    let first = good(&delete(&sandbox, &address));
    let truth = sandbox.truth();
    assert_eq!(good(&delete(&sandbox, &address)), first);
    assert_eq!(sandbox.truth(), truth);
}

#[test]
fn what_is_unknown_is_a_404_and_nothing_changes() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    let rows = walk(&sandbox, DEVICES);
    let okta = |row: &&Value| text(row, "/user/guid").starts_with("00u");
    let (mine, other) = (
        rows.iter().find(okta).unwrap(),
        rows.iter().find(|row| !okta(row)).unwrap(),
    );
    let (guid, id) = (text(mine, "/user/guid"), text(mine, "/deviceId"));
    let root = "/api/v1/system/domainusers";
    for path in [
        format!("{root}/nobody/"),
        format!("{root}/{}/", guid.to_uppercase()),
        format!("{root}/{}/", text(mine, "/user/tuid")),
        format!("{root}/{guid}/devices/nothing/"),
        format!("{root}/{guid}/devices/{}/", id.to_uppercase()),
        format!("{root}/{guid}/devices/{}/", text(other, "/deviceId")),
        format!("{root}/{}/devices/{id}/", guid.to_uppercase()),
    ] {
        let response = delete(&sandbox, &path);
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(body(&response)["detail"], "Not found.", "{path}");
    }
    assert_eq!(sandbox.truth(), before);
}

#[test]
fn a_delete_without_its_slash_is_a_301_that_deletes_nothing() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    let (_, user, address) = target(&sandbox);
    for path in [user, address] {
        let response = delete(&sandbox, path.trim_end_matches('/'));
        assert_eq!(response.status(), 301);
        assert_eq!(response.headers()["location"], path);
        assert!(response.body().is_empty());
    }
    assert_eq!(sandbox.truth(), before);
}

#[test]
fn a_delete_needs_a_token() {
    let sandbox = sandbox();
    let before: Truth = sandbox.truth();
    let (_, user, address) = target(&sandbox);
    for path in [user, address] {
        assert_eq!(send(&sandbox, "DELETE", &path, &[], "").status(), 401);
    }
    assert_eq!(sandbox.truth(), before);
}
