use serde_json::{Value, json};

use crate::support::{banyan, body, get, good, sandbox, send, texts};
use rollbook_sandbox::{Sandbox, SandboxConfig};

const KEY: [(&str, &str); 1] = [("authorization", "Bearer sandbox-key")];

#[test]
fn the_refresh_call_trades_the_key_for_a_token_and_both_open_the_door() {
    let sandbox = sandbox();
    let reply = good(&send(&sandbox, "POST", "/api/v1/refresh_token", &KEY, ""));
    let token = reply["Message"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3);
    assert_eq!(get(&sandbox, token, "/api/v1/devices?limit=1").status(), 200);
    assert_eq!(banyan(&sandbox, "/api/v1/devices?limit=1").status(), 200);
}

#[test]
fn the_refresh_call_takes_the_key_and_no_body() {
    let sandbox = sandbox();
    let post =
        |headers: &[(&str, &str)], body| send(&sandbox, "POST", "/api/v1/refresh_token", headers, body);
    let token = good(&post(&KEY, ""))["Message"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    assert_eq!(
        post(&[("authorization", &bearer)], "").status(),
        401,
        "a token cannot be refreshed"
    );
    assert_eq!(post(&[], "").status(), 401);
    assert_eq!(post(&KEY, "{}").status(), 400);
    assert_eq!(
        send(&sandbox, "GET", "/api/v1/refresh_token", &KEY, "").status(),
        405
    );
}

#[test]
fn the_token_says_when_it_ends() {
    use base64::Engine as _;
    let sandbox = sandbox();
    sandbox.set_unix_time(1_800_000_000);
    let reply = good(&send(&sandbox, "POST", "/api/v1/refresh_token", &KEY, ""));
    let payload = reply["Message"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["exp"], 1_800_003_600);
}

#[test]
fn a_wrong_token_is_a_401_in_the_shape_of_the_version() {
    let sandbox = sandbox();
    let v1 = get(&sandbox, "wrong", "/api/v1/endusers");
    assert_eq!(
        (v1.status().as_u16(), &body(&v1)["error_code"]),
        (401, &json!(401))
    );
    assert!(body(&v1)["error"].is_string());
    let v2 = get(&sandbox, "wrong", "/api/v2/enduser");
    assert_eq!(
        (v2.status().as_u16(), &body(&v2)["error_code"]),
        (401, &json!(401))
    );
    assert_eq!(body(&v2)["data"], Value::Null);
}

#[test]
fn the_shape_changes_with_skip_or_limit() {
    let sandbox = sandbox();
    for (path, key) in [("/api/v1/endusers", "endusers"), ("/api/v1/devices", "devices")] {
        assert!(good(&banyan(&sandbox, path)).is_array());
        for query in ["skip=0", "limit=10", "Skip=0&Limit=10", "SKIP=0"] {
            let page = good(&banyan(&sandbox, &format!("{path}?{query}")));
            assert!(page[key].is_array(), "{query}");
            assert!(page["count"].is_u64());
        }
    }
}

#[test]
fn the_whole_list_and_the_pages_hold_the_same_rows() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    let key = |row: &Value| {
        row["DeviceID"]
            .as_str()
            .or(row["SerialNumber"].as_str())
            .unwrap()
            .to_owned()
    };
    let whole = good(&banyan(&sandbox, "/api/v1/devices"));
    let whole: Vec<String> = whole.as_array().unwrap().iter().map(key).collect();
    assert_eq!(whole, truth.banyan_devices);
    let mut paged = Vec::new();
    loop {
        let page = good(&banyan(
            &sandbox,
            &format!("/api/v1/devices?skip={}&limit=70", paged.len()),
        ));
        let rows = page["devices"].as_array().unwrap();
        assert_eq!(page["count"], whole.len(), "the count is that of all matches");
        if rows.is_empty() {
            break;
        }
        paged.extend(rows.iter().map(key));
    }
    assert_eq!(paged, whole);
    let users = good(&banyan(&sandbox, "/api/v1/endusers"));
    assert_eq!(texts(&users, "/Email"), truth.banyan_users);
}

#[test]
fn past_the_end_is_an_empty_page_with_the_count() {
    let sandbox = sandbox();
    let page = good(&banyan(&sandbox, "/api/v1/endusers?skip=100000&limit=10"));
    assert_eq!(
        page,
        json!({"endusers": [], "count": sandbox.truth().banyan_users.len()})
    );
}

#[test]
fn a_greater_limit_is_clamped_to_the_cap() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_banyan_page_cap(50));
    let page = good(&banyan(&sandbox, "/api/v1/devices?skip=0&limit=1000"));
    assert_eq!(page["devices"].as_array().unwrap().len(), 50);
    let page = good(&banyan(&sandbox, "/api/v2/devices?skip=0&limit=1000"));
    assert_eq!(page["data"]["devices"].as_array().unwrap().len(), 50);
}

#[test]
fn skip_and_limit_that_are_not_whole_numbers_are_a_400() {
    let sandbox = sandbox();
    for path in [
        "/api/v1/endusers",
        "/api/v1/devices",
        "/api/v2/enduser",
        "/api/v2/devices",
    ] {
        for query in ["skip=-1", "limit=-1", "skip=x", "limit=1.5", "limit="] {
            assert_eq!(
                banyan(&sandbox, &format!("{path}?{query}")).status(),
                400,
                "{path}?{query}"
            );
        }
    }
}

#[test]
fn parameter_names_and_addresses_are_compared_without_case() {
    let sandbox = sandbox();
    let email = sandbox.truth().banyan_users[0].clone();
    for query in [
        format!("Email={}", email.to_uppercase()),
        format!("email={email}"),
        format!("EMAIL={email}"),
    ] {
        let rows = good(&banyan(&sandbox, &format!("/api/v1/endusers?{query}")));
        assert_eq!(texts(&rows, "/Email"), std::slice::from_ref(&email), "{query}");
    }
}

#[test]
fn a_bare_plus_in_an_address_is_a_space() {
    let sandbox = sandbox();
    let tagged = sandbox
        .truth()
        .banyan_users
        .into_iter()
        .find(|email| email.contains('+'))
        .unwrap();
    assert_eq!(
        good(&banyan(&sandbox, &format!("/api/v1/endusers?email={tagged}"))),
        json!([])
    );
    let sent = tagged.replace('+', "%2B");
    let rows = good(&banyan(&sandbox, &format!("/api/v1/endusers?email={sent}")));
    assert_eq!(texts(&rows, "/Email"), [tagged]);
}

#[test]
fn users_and_devices_name_each_other() {
    let sandbox = sandbox();
    let users = good(&banyan(&sandbox, "/api/v1/endusers"));
    let user = users
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["SerialNumbers"].is_array())
        .unwrap();
    let (email, serial) = (
        user["Email"].as_str().unwrap(),
        user["SerialNumbers"][0].as_str().unwrap(),
    );
    let devices = good(&banyan(
        &sandbox,
        &format!("/api/v1/devices?Email={}", email.replace('+', "%2B")),
    ));
    assert!(texts(&devices, "/SerialNumber").contains(&serial.to_owned()));
    let serial = serial.replace(' ', "%20");
    let users = good(&banyan(
        &sandbox,
        &format!("/api/v1/endusers?serialnumber={serial}"),
    ));
    assert!(texts(&users, "/Email").contains(&email.to_owned()));
}

#[test]
fn devices_are_found_by_a_part_of_model_or_name() {
    let sandbox = sandbox();
    let rows = good(&banyan(&sandbox, "/api/v1/devices?Model=iphone"));
    let models = texts(&rows, "/Model");
    assert!(!models.is_empty() && models.iter().all(|model| model.starts_with("iPhone")));
    let rows = good(&banyan(
        &sandbox,
        "/api/v1/devices?DeviceFriendlyName=%E2%80%99s%20macbook",
    ));
    assert!(
        texts(&rows, "/DeviceFriendlyName")
            .iter()
            .all(|name| name.contains("’s MacBook"))
    );
}

#[test]
fn lists_are_sorted_on_request() {
    let sandbox = sandbox();
    for (query, pointer) in [
        ("/api/v1/endusers?OrderBy=name", "/Name"),
        ("/api/v1/endusers?orderby=email&order=asc", "/Email"),
        ("/api/v1/devices?OrderBy=serialnumber&Order=desc", "/SerialNumber"),
        (
            "/api/v1/devices?OrderBy=devicefriendlyname",
            "/DeviceFriendlyName",
        ),
        ("/api/v1/devices?OrderBy=model", "/Model"),
    ] {
        let have = texts(&good(&banyan(&sandbox, query)), pointer);
        let mut sorted = have.clone();
        sorted.sort();
        if query.contains("desc") {
            sorted.reverse();
        }
        assert_eq!(have, sorted, "{query}");
    }
    assert_eq!(
        banyan(&sandbox, "/api/v1/endusers?OrderBy=shoesize").status(),
        400
    );
    assert_eq!(
        banyan(&sandbox, "/api/v1/endusers?OrderBy=name&Order=up").status(),
        400
    );
}

#[test]
fn rows_carry_every_member_that_the_vendors_client_insists_on() {
    const LEVELS: [&str; 5] = ["AlwaysAllow", "AlwaysDeny", "Low", "Medium", "High"];
    let ownerships = [
        "Corporate Dedicated",
        "Corporate Shared",
        "Employee Owned",
        "Other",
        "UNKNOWN",
        "Undefined",
        "",
    ];
    let sandbox = sandbox();
    let users = good(&banyan(&sandbox, "/api/v1/endusers"));
    for row in users.as_array().unwrap() {
        for member in [
            "Name",
            "Email",
            "Groups",
            "TrustData",
            "LoginCount",
            "LastLogin",
            "CreatedAt",
        ] {
            assert!(!row[member].is_null(), "{member} {row}");
        }
        assert!(row.get("SerialNumbers").is_none_or(Value::is_array));
        assert!(LEVELS.contains(&row["TrustData"]["Level"].as_str().unwrap()));
        assert!(row.get("id").is_none());
    }
    let devices = good(&banyan(&sandbox, "/api/v1/devices"));
    for row in devices.as_array().unwrap() {
        for member in [
            "SerialNumber",
            "DeviceFriendlyName",
            "Ownership",
            "Platform",
            "Model",
            "Architecture",
            "MdmData",
            "RegisteredStatus",
            "TrustData",
            "Banned",
            "OS",
            "AppVersion",
            "LoginCount",
            "LastLogin",
            "CreatedAt",
            "Emails",
        ] {
            assert!(!row[member].is_null(), "{member} {row}");
        }
        assert!(row.as_object().unwrap().contains_key("DeviceID"));
        assert!(LEVELS.contains(&row["TrustData"]["Level"].as_str().unwrap()));
        assert!(ownerships.contains(&row["Ownership"].as_str().unwrap()));
        let version = row["AppVersion"].as_str().unwrap();
        assert!(version.is_empty() || version.split('.').count() == 3);
    }
}

#[test]
fn v1_is_messy_where_it_is_left_free() {
    let sandbox = sandbox();
    let users = good(&banyan(&sandbox, "/api/v1/endusers"));
    let users = users.as_array().unwrap();
    assert!(users.iter().any(|row| row["LoginCount"] == 12_884_901_929_i64));
    assert!(users.iter().any(|row| row["LastLogin"] == 0));
    assert!(users.iter().any(|row| row["Roles"].is_null()));
    assert!(
        users
            .iter()
            .any(|row| row["Groups"].as_str().unwrap().split(',').count() > 100)
    );
    assert!(users.iter().any(|row| row.get("SerialNumbers").is_none()));
    let devices = good(&banyan(&sandbox, "/api/v1/devices"));
    let devices = devices.as_array().unwrap();
    assert!(devices.iter().any(|row| row["DeviceID"].is_null()));
    assert!(devices.iter().any(|row| row["Emails"] == json!([])));
    assert!(devices.iter().any(|row| row["MdmData"]["Timestamp"] == 0));
    assert!(devices.iter().any(|row| row["trust"]["level"] == "Pending"));
    assert!(devices.iter().any(|row| row.get("trust").is_none()));
}

#[test]
fn v2_is_served_at_both_addresses_in_an_envelope() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    for root in ["/api/v2", "/api/experimental/v2"] {
        let users = good(&banyan(&sandbox, &format!("{root}/enduser?skip=0&limit=1000")));
        assert_eq!(
            (&users["request_id"], &users["error_code"]),
            (&json!(""), &json!(0))
        );
        assert_eq!(texts(&users["data"]["endusers"], "/id"), truth.banyan_user_ids);
        let devices = good(&banyan(&sandbox, &format!("{root}/devices?skip=0&limit=1000")));
        assert_eq!(texts(&devices["data"]["devices"], "/id"), truth.banyan_device_ids);
        assert!(
            devices["data"]["devices"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["banned"].is_boolean())
        );
    }
}

#[test]
fn only_v2_tells_of_what_is_inactive() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    assert!(truth.banyan_devices.len() < truth.banyan_device_ids.len());
    let active = good(&banyan(&sandbox, "/api/v2/devices?active=true"));
    assert_eq!(active["data"]["count"], truth.banyan_devices.len());
    let all = good(&banyan(&sandbox, "/api/v2/devices"));
    assert_eq!(all["data"]["count"], truth.banyan_device_ids.len());
}

#[test]
fn v2_finds_a_device_by_its_serial_number() {
    let sandbox = sandbox();
    let all = good(&banyan(&sandbox, "/api/v2/devices"));
    let serial = all["data"]["devices"][0]["serial_number"].as_str().unwrap();
    let one = good(&banyan(
        &sandbox,
        &format!("/api/v2/devices?serial_number={serial}"),
    ));
    assert_eq!(one["data"]["count"], 1);
}

#[test]
fn another_method_is_a_405_that_names_the_right_one_and_unknown_paths_are_a_404() {
    let sandbox = sandbox();
    for (method, path, allowed) in [
        ("GET", "/api/v1/v1/delete_device?SerialNumber=x", "DELETE"),
        ("POST", "/api/v1/delete_device?SerialNumber=x", "DELETE"),
        ("PUT", "/api/v1/mdm/update_device?SerialNumber=x", "POST"),
        ("GET", "/api/v2/endusers", "DELETE"),
        ("POST", "/api/v1/endusers", "GET"),
        ("DELETE", "/api/v2/enduser", "GET"),
    ] {
        let response = send(&sandbox, method, path, &KEY, "");
        assert_eq!(response.status(), 405, "{path}");
        assert_eq!(response.headers()["allow"], allowed, "{path}");
    }
    for path in ["/api/v1/enduser", "/api/v3/devices", "/api/v1/devices/", "/api"] {
        assert_eq!(banyan(&sandbox, path).status(), 404, "{path}");
    }
}
