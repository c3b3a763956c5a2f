use serde_json::{Value, json};

use super::{USERS, delete, delete_users, find, refused, rows, serials, unknown, v2_id, v2_status};
use crate::support::{banyan, banyan_send, body, escaped, good, sandbox};

#[test]
fn deleted_users_are_inactive_and_so_are_devices_left_without_an_active_user() {
    let sandbox = sandbox();
    let device = find(&sandbox, |device| device.emails.len() == 2);
    let ids: Vec<String> = device.emails.iter().map(|email| v2_id(&sandbox, email)).collect();
    let truth = sandbox.truth();

    let reply = good(&delete_users(&sandbox, &[&ids[0]]));
    assert_eq!(
        reply,
        json!({
            "request_id": "",
            "error_code": 0,
            "error_description": "",
            "data": "successfully marked the endusers as inactive",
        })
    );
    let after = sandbox.truth();
    assert!(
        after.banyan_devices.contains(&device.key),
        "the other user is active"
    );
    assert!(!after.banyan_users.contains(&device.emails[0]));
    assert_eq!(after.banyan_user_ids, truth.banyan_user_ids);
    assert_eq!(v2_status(&sandbox, &ids[0]), "Inactive");
    let target = format!("/api/v1/devices?serialnumber={}", escaped(&device.serial));
    assert_eq!(
        rows(&sandbox, &target)[0]["Emails"],
        json!(device.emails),
        "registrations stay"
    );
    for pair in &truth.banyan_registrations {
        let stays = after.banyan_registrations.contains(pair);
        assert!(stays || pair.email == device.emails[0], "{pair:?}");
    }

    good(&delete_users(&sandbox, &[&ids[1]]));
    let after = sandbox.truth();
    assert!(!after.banyan_devices.contains(&device.key));
    assert_eq!(after.banyan_device_ids, truth.banyan_device_ids);
    unknown(&delete(&sandbox, &device.serial, None));
}

#[test]
fn one_id_that_is_unknown_or_inactive_refuses_all_of_them() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let ids: Vec<&str> = truth.banyan_user_ids.iter().map(String::as_str).collect();
    let mut users = good(&banyan(&sandbox, "/api/v2/enduser"));
    let users: Vec<Value> = users["data"]["endusers"]
        .as_array_mut()
        .unwrap()
        .drain(..)
        .collect();
    let inactive = users.iter().find(|row| row["status"] == "Inactive").unwrap();
    for odd in [
        "nobody",
        "",
        inactive["id"].as_str().unwrap(),
        &ids[0].to_uppercase(),
    ] {
        let response = delete_users(&sandbox, &[ids[0], odd, ids[1]]);
        assert_eq!(
            body(&response),
            json!({"request_id": "", "error_code": 400, "error_description": "record not found", "data": null})
        );
        refused(&response);
    }
    assert_eq!(sandbox.truth(), truth);
    good(&delete_users(&sandbox, &[ids[0], ids[1], ids[0]]));
    unknown(&delete_users(&sandbox, &[ids[0]]));
    assert_eq!(sandbox.truth().banyan_users.len(), truth.banyan_users.len() - 2);
}

#[test]
fn a_delete_of_users_of_the_wrong_form_is_a_400_and_changes_nothing() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let id = &truth.banyan_user_ids[0];
    for wrong in [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"enduser_ids": []}"#.to_owned(),
        r#"{"enduser_ids": null}"#.to_owned(),
        format!(r#"{{"enduser_ids": "{id}"}}"#),
        format!(r#"{{"enduser_ids": ["{id}", 1]}}"#),
        format!(r#"{{"Enduser_ids": ["{id}"]}}"#),
        format!(r#"["{id}"]"#),
    ] {
        let response = banyan_send(&sandbox, "DELETE", USERS, &wrong);
        refused(&response);
        assert_eq!(body(&response)["data"], Value::Null, "{wrong}");
    }
    assert_eq!(sandbox.truth(), truth);
}

#[test]
fn registrations_count_whether_their_user_is_active_or_not() {
    let sandbox = sandbox();
    let device = find(&sandbox, |device| {
        device.emails.len() == 2 && serials(&sandbox, &device.emails[1]).len() > 1
    });
    let id = v2_id(&sandbox, &device.emails[0]);
    good(&delete_users(&sandbox, &[&id]));
    good(&delete(&sandbox, &device.serial, Some(&device.emails[1])));
    let truth = sandbox.truth();
    assert!(
        truth.banyan_devices.contains(&device.key),
        "it still has a registration"
    );
    good(&delete(&sandbox, &device.serial, Some(&device.emails[0])));
    assert!(!sandbox.truth().banyan_devices.contains(&device.key));
}
