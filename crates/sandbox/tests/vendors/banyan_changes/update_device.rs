use serde_json::json;

use super::{UPDATE, devices, find, refused, rows, shared, unknown, update};
use crate::support::{banyan, banyan_send, escaped, good, sandbox};

#[test]
fn a_ban_hits_every_device_with_the_serial_number_and_changes_nothing_else() {
    let sandbox = sandbox();
    let serial = &shared(&devices(&sandbox));
    let target = format!("/api/v1/devices?serialnumber={}", escaped(serial));
    let before = rows(&sandbox, &target);
    assert!(before.len() > 1);
    let truth = sandbox.truth();
    assert_eq!(
        good(&update(&sandbox, serial, &json!({"Banned": "TRUE"}))),
        json!([{"Message": "Success"}])
    );
    let mut banned = before.clone();
    banned.iter_mut().for_each(|row| row["Banned"] = "TRUE".into());
    assert_eq!(rows(&sandbox, &target), banned);
    let mut expected = truth.clone();
    expected.banyan_banned = sandbox.truth().banyan_banned;
    assert_eq!(sandbox.truth(), expected);
    assert!(expected.banyan_banned.len() >= truth.banyan_banned.len());
    good(&update(&sandbox, serial, &json!({"Banned": "FALSE"})));
    let mut free = before;
    free.iter_mut().for_each(|row| row["Banned"] = "FALSE".into());
    assert_eq!(rows(&sandbox, &target), free);
}

#[test]
fn an_update_changes_the_members_that_it_has_and_no_other() {
    let sandbox = sandbox();
    let device = find(&sandbox, |_| true);
    let target = format!("/api/v1/devices?serialnumber={}", escaped(&device.serial));
    let mut expected = rows(&sandbox, &target)[0].clone();
    for (member, value) in [
        ("Model", "lenovo thinkpad"),
        ("Ownership", ""),
        ("Platform", "darwin"),
        ("Architecture", "hello123123"),
    ] {
        let mut change = json!({});
        change[member] = value.into();
        good(&update(&sandbox, &device.serial, &change));
        expected[member] = value.into();
        assert_eq!(
            rows(&sandbox, &target),
            std::slice::from_ref(&expected),
            "{member}"
        );
    }
    let v2 = good(&banyan(
        &sandbox,
        &format!("/api/v2/devices?serial_number={}", escaped(&device.serial)),
    ));
    assert_eq!(v2["data"]["devices"][0]["model"], "lenovo thinkpad");
}

#[test]
fn an_update_of_the_wrong_form_is_a_400_and_changes_nothing() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let serial = escaped(&find(&sandbox, |_| true).serial);
    for wrong in [
        "",
        "[]",
        "{}",
        "[{}]",
        r#"{"Banned": "TRUE"}"#,
        r#"[{"Banned": "TRUE"}, {"Banned": "TRUE"}]"#,
        r#"[{"Banned": true}]"#,
        r#"[{"Banned": null}]"#,
        r#"[{"Banned": "true"}]"#,
        r#"[{"Banned": ""}]"#,
        r#"[{"banned": "TRUE"}]"#,
        r#"[{"Model": 1}]"#,
        r#"[{"Banned": "TRUE", "Serial": "x"}]"#,
        r#"[{"Banned": "TRUE",}]"#,
        r#"["TRUE"]"#,
    ] {
        refused(&banyan_send(
            &sandbox,
            "POST",
            &format!("{UPDATE}?SerialNumber={serial}"),
            wrong,
        ));
    }
    let change = r#"[{"Banned": "TRUE"}]"#;
    for query in ["", "SerialNumber=", "serialnumber=x"] {
        refused(&banyan_send(
            &sandbox,
            "POST",
            &format!("{UPDATE}?{query}"),
            change,
        ));
    }
    unknown(&update(&sandbox, "nothing", &json!({"Banned": "TRUE"})));
    assert_eq!(sandbox.truth(), truth);
}
