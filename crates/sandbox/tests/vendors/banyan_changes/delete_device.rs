use std::collections::BTreeSet;

use serde_json::json;

use super::{
    DOUBLED, Device, SINGLE, UPDATE, USERS, delete, devices, find, forget, refused, rows, serials, shared,
    unknown, v2_id, v2_status, without,
};
use crate::support::{banyan_send, body, escaped, good, sandbox, send};
use rollbook_sandbox::{BanyanDeletePath, Sandbox, SandboxConfig};

#[test]
fn the_only_device_of_its_only_user_takes_the_user_along() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let device = find(
        &sandbox,
        |device| matches!(device.emails.as_slice(), [email] if serials(&sandbox, email).len() == 1),
    );
    let (serial, email) = (&device.serial, &device.emails[0]);
    let id = v2_id(&sandbox, email);
    let response = delete(&sandbox, serial, Some(email));
    assert_eq!(good(&response), "Successfully deleted end user device");
    let mut expected = without(&truth, serial, Some(email));
    forget(&mut expected.banyan_devices, &device.key);
    forget(&mut expected.banyan_users, email);
    expected.banyan_banned = sandbox.truth().banyan_banned;
    assert_eq!(sandbox.truth(), expected);
    assert_eq!(v2_status(&sandbox, &id), "Inactive", "v2 still tells of the user");
    unknown(&delete(&sandbox, serial, Some(email)));
}

#[test]
fn a_user_with_another_device_stays_and_the_device_goes() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let device = find(
        &sandbox,
        |device| matches!(device.emails.as_slice(), [email] if serials(&sandbox, email).len() > 1),
    );
    let (serial, email) = (&device.serial, &device.emails[0]);
    good(&delete(&sandbox, serial, Some(email)));
    let mut expected = without(&truth, serial, Some(email));
    forget(&mut expected.banyan_devices, &device.key);
    expected.banyan_banned = sandbox.truth().banyan_banned;
    assert_eq!(sandbox.truth(), expected);
    assert!(!serials(&sandbox, email).contains(serial));
}

#[test]
fn a_device_with_another_user_stays_and_only_the_registration_goes() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let device = find(&sandbox, |device| {
        device.emails.len() > 1 && serials(&sandbox, &device.emails[0]).len() > 1
    });
    let (serial, email) = (&device.serial, &device.emails[0]);
    good(&delete(&sandbox, serial, Some(&email.to_uppercase())));
    assert_eq!(
        sandbox.truth(),
        without(&truth, serial, Some(email)),
        "the case of an address does not matter"
    );
    let rows = rows(
        &sandbox,
        &format!("/api/v1/devices?serialnumber={}", escaped(serial)),
    );
    assert_eq!(rows[0]["Emails"], json!(device.emails[1..]));
}

#[test]
fn without_an_email_every_registration_goes_with_the_device_and_users_of_that_device_alone() {
    let sandbox = sandbox();
    let device = find(&sandbox, |device| device.emails.len() > 1);
    let serial = &device.serial;
    // One user with this device alone, and another with more.
    let (alone, other) = (&device.emails[0], &device.emails[1]);
    for more in serials(&sandbox, alone) {
        if more != *serial {
            let response = delete(&sandbox, &more, Some(alone));
            assert!(response.status() == 200 || response.status() == 400);
        }
    }
    assert_eq!(serials(&sandbox, alone), std::slice::from_ref(serial));
    assert!(serials(&sandbox, other).len() > 1);
    let truth = sandbox.truth();
    good(&delete(&sandbox, serial, None));
    let mut expected = without(&truth, serial, None);
    forget(&mut expected.banyan_devices, &device.key);
    for email in &device.emails {
        let lonely = !sandbox.truth().banyan_users.contains(email);
        assert_eq!(lonely, email == alone, "{email}");
        expected.banyan_users.retain(|user| !lonely || user != email);
    }
    expected.banyan_banned = sandbox.truth().banyan_banned;
    assert_eq!(sandbox.truth(), expected);
    unknown(&delete(&sandbox, serial, None));
}

#[test]
fn a_serial_number_that_several_devices_share_deletes_them_all() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let all = devices(&sandbox);
    let serial = &shared(&all);
    let sharing: Vec<&Device> = all.iter().filter(|device| device.serial == *serial).collect();
    good(&delete(&sandbox, serial, None));
    let after = sandbox.truth();
    assert_eq!(
        after.banyan_registrations,
        without(&truth, serial, None).banyan_registrations
    );
    assert_eq!(
        after.banyan_devices.len(),
        truth.banyan_devices.len() - sharing.len()
    );
    assert_eq!(
        after.banyan_device_ids, truth.banyan_device_ids,
        "v2 tells of what is inactive"
    );
    let still: BTreeSet<&str> = after
        .banyan_registrations
        .iter()
        .map(|pair| pair.email.as_str())
        .collect();
    for email in sharing.iter().flat_map(|device| &device.emails) {
        let registered = still.contains(email.as_str()) || !serials(&sandbox, email).is_empty();
        assert_eq!(after.banyan_users.contains(email), registered, "{email}");
    }
}

#[test]
fn a_user_without_devices_is_not_touched_by_the_delete_of_a_device() {
    let sandbox = sandbox();
    let lonely: Vec<String> = rows(&sandbox, "/api/v1/endusers")
        .iter()
        .filter(|row| row.get("SerialNumbers").is_none())
        .map(|row| row["Email"].as_str().unwrap().to_owned())
        .collect();
    assert!(!lonely.is_empty());
    let device = find(&sandbox, |device| device.emails.len() > 1);
    good(&delete(&sandbox, &device.serial, None));
    let users = sandbox.truth().banyan_users;
    assert!(lonely.iter().all(|email| users.contains(email)));
}

#[test]
fn a_delete_that_names_nothing_is_a_400_and_changes_nothing() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let device = find(&sandbox, |device| device.emails.len() == 1);
    let (serial, email) = (&device.serial, &device.emails[0]);
    unknown(&delete(&sandbox, "nothing", None));
    unknown(&delete(&sandbox, "nothing", Some(email)));
    unknown(&delete(&sandbox, serial, Some("nobody@example.com")));
    unknown(&delete(&sandbox, &serial.to_lowercase(), None));
    let stranger = truth
        .banyan_users
        .iter()
        .find(|user| !device.emails.contains(user))
        .unwrap();
    unknown(&delete(&sandbox, serial, Some(stranger)));
    assert_eq!(sandbox.truth(), truth);
}

#[test]
fn the_parameters_of_a_delete_are_exact_and_never_blank() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let device = find(&sandbox, |device| device.emails.len() == 1);
    let (serial, email) = (&device.serial, escaped(&device.emails[0]));
    for query in [
        String::new(),
        "SerialNumber=".to_owned(),
        "SerialNumber=%20".to_owned(),
        format!("serialnumber={serial}"),
        format!("Serialnumber={serial}&Email={email}"),
        format!("SerialNumber={serial}&Email="),
        format!("SerialNumber={serial}&Email=+"),
        format!("SerialNumber={serial}&SerialNumber={serial}"),
        format!("SerialNumber={serial}&Email={email}&Email={email}"),
    ] {
        refused(&banyan_send(
            &sandbox,
            "DELETE",
            &format!("{DOUBLED}?{query}"),
            "",
        ));
    }
    assert_eq!(sandbox.truth(), truth);
}

#[test]
fn the_configuration_says_at_which_address_a_device_is_deleted() {
    for (path, doubled, single) in [
        (BanyanDeletePath::Both, true, true),
        (BanyanDeletePath::Doubled, true, false),
        (BanyanDeletePath::Single, false, true),
    ] {
        for (address, there) in [(DOUBLED, doubled), (SINGLE, single)] {
            let sandbox = Sandbox::new(SandboxConfig::default().with_banyan_delete_path(path));
            let truth = sandbox.truth();
            let device = find(&sandbox, |_| true);
            let target = format!("{address}?SerialNumber={}", escaped(&device.serial));
            let response = banyan_send(&sandbox, "DELETE", &target, "");
            if there {
                good(&response);
                assert_ne!(sandbox.truth(), truth);
            } else {
                assert_eq!(response.status(), 404, "{path:?} {address}");
                assert_eq!(body(&response)["error_description"], "page not found");
                assert_eq!(sandbox.truth(), truth);
            }
        }
    }
}

#[test]
fn a_change_needs_a_token() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let serial = escaped(&find(&sandbox, |_| true).serial);
    for (method, target, body) in [
        (
            "DELETE",
            format!("{DOUBLED}?SerialNumber={serial}"),
            String::new(),
        ),
        ("DELETE", format!("{SINGLE}?SerialNumber={serial}"), String::new()),
        (
            "POST",
            format!("{UPDATE}?SerialNumber={serial}"),
            r#"[{"Banned": "TRUE"}]"#.to_owned(),
        ),
        (
            "DELETE",
            USERS.to_owned(),
            json!({"enduser_ids": truth.banyan_user_ids}).to_string(),
        ),
    ] {
        assert_eq!(
            send(&sandbox, method, &target, &[], &body).status(),
            401,
            "{target}"
        );
    }
    assert_eq!(sandbox.truth(), truth);
}

/// What the lists of v1 say before a delete, and what the rules make of that.
#[test]
fn a_delete_does_what_the_lists_foretell() {
    for seed in 1..4 {
        let config = SandboxConfig::default()
            .with_seed(seed)
            .with_users(50)
            .with_devices(90);
        let sandbox = Sandbox::new(config);
        for step in 0..25 {
            let (before, all) = (sandbox.truth(), devices(&sandbox));
            let chosen = &all[step * 7 % all.len()];
            let email = (step % 3 != 0).then(|| chosen.emails.get(step % 2)).flatten();
            if chosen.serial.is_empty() {
                continue;
            }
            let ends = |device: &Device| {
                device.serial == chosen.serial && email.is_none_or(|email| device.emails.contains(email))
            };
            let mut expected = without(&before, &chosen.serial, email.map(String::as_str));
            for device in all.iter().filter(|device| ends(device)) {
                if email.is_none() || device.emails.len() == 1 {
                    forget(&mut expected.banyan_devices, &device.key);
                }
            }
            expected.banyan_users.retain(|user| {
                let ending = all
                    .iter()
                    .filter(|device| ends(device) && device.emails.contains(user));
                let ending = if email.is_none_or(|email| email == user) {
                    ending.count()
                } else {
                    0
                };
                ending == 0 || serials(&sandbox, user).len() > ending
            });
            good(&delete(&sandbox, &chosen.serial, email.map(String::as_str)));
            let after = sandbox.truth();
            assert!(
                after
                    .banyan_banned
                    .iter()
                    .all(|id| before.banyan_banned.contains(id))
            );
            expected.banyan_banned.clone_from(&after.banyan_banned);
            assert_eq!(
                after, expected,
                "seed {seed}, step {step}: {} {email:?}",
                chosen.serial
            );
        }
    }
}

#[test]
fn a_registration_on_an_inactive_device_keeps_its_user() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_users(600).with_devices(1200));
    let active: Vec<String> = devices(&sandbox)
        .into_iter()
        .map(|device| device.serial)
        .collect();
    let (device, email) = devices(&sandbox)
        .into_iter()
        .filter(|device| device.serial.len() > 5)
        .find_map(|device| {
            let email = device.emails.iter().find(|email| {
                let serials = serials(&sandbox, email);
                serials.len() == 2 && serials.iter().any(|serial| !active.contains(serial))
            })?;
            let email = email.clone();
            Some((device, email))
        })
        .unwrap();
    good(&delete(&sandbox, &device.serial, Some(&email)));
    assert!(sandbox.truth().banyan_users.contains(&email));
    assert_eq!(serials(&sandbox, &email).len(), 1);
}
