use serde_json::{Value, json};

use crate::support::{FORM, body, get, good, sandbox, send, texts, truu_token};
use rollbook_sandbox::{Sandbox, SandboxConfig};

const USERS: &str = "/api/v1/system/enrolled/users/";
const DEVICES: &str = "/api/v1/system/devices/";
const DATA_USERS: &str = "/data/api/v1/users/";
const ASSETS: &str = "/data/api/v1/assets/";

/// Every row, by following `next`.
fn walk(sandbox: &Sandbox, path: &str) -> (Vec<Value>, Value) {
    let token = truu_token(sandbox);
    let (mut rows, mut page) = (Vec::new(), json!(1));
    loop {
        let reply = good(&get(sandbox, &token, &format!("{path}?page={page}")));
        rows.extend(reply["results"].as_array().unwrap().iter().cloned());
        page = reply["next"].clone();
        if page.is_null() {
            return (rows, reply);
        }
    }
}

fn ask(sandbox: &Sandbox, target: &str) -> Value {
    good(&get(sandbox, &truu_token(sandbox), target))
}

#[test]
fn the_token_reply_has_the_documented_members() {
    let form = "grant_type=client_credentials&scope=tenant-management-api-user&client_id=sandbox&client_secret=sandbox-secret";
    let response = send(&sandbox(), "POST", "/oauth/token", &[FORM], form);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let reply = good(&response);
    assert_eq!(reply["token_type"], "Bearer");
    assert_eq!(reply["expires_in"], 7199);
    assert_eq!(reply["scope"], "tenant-management-api-user");
    assert_eq!(reply["ver"], "2.0");
    assert!(reply["access_token"].as_str().unwrap().starts_with("eyJ"));
    assert!(reply["domain"].is_string() && reply["jti"].is_string());
    assert!(reply.get("refresh_token").is_none());
}

#[test]
fn the_token_call_refuses_in_the_words_of_oauth() {
    let sandbox = sandbox();
    let post = |body: &str| send(&sandbox, "POST", "/oauth/token", &[FORM], body);
    let id = "client_id=sandbox&client_secret=sandbox-secret";
    let scope = "scope=tenant-management-api-user";
    for (form, status, error) in [
        (format!("{scope}&{id}"), 400, "invalid_request"),
        (
            format!("grant_type=client_credentials&grant_type=x&{scope}&{id}"),
            400,
            "invalid_request",
        ),
        (
            format!("grant_type=password&{scope}&{id}"),
            400,
            "unsupported_grant_type",
        ),
        (
            format!("grant_type=client_credentials&{id}"),
            400,
            "invalid_scope",
        ),
        (
            format!("grant_type=client_credentials&scope=other&{id}"),
            400,
            "invalid_scope",
        ),
        (
            format!("grant_type=client_credentials&{scope}"),
            401,
            "invalid_client",
        ),
        (
            format!("grant_type=client_credentials&{scope}&client_id=sandbox&client_secret=x"),
            401,
            "invalid_client",
        ),
    ] {
        let response = post(&form);
        assert_eq!(response.status(), status, "{form}");
        assert_eq!(body(&response)["error"], error, "{form}");
    }
    let form = format!("grant_type=client_credentials&{scope}&{id}");
    let as_json = send(
        &sandbox,
        "POST",
        "/oauth/token",
        &[("content-type", "application/json")],
        &form,
    );
    assert_eq!(body(&as_json)["error"], "invalid_request");
    assert_eq!(send(&sandbox, "GET", "/oauth/token", &[], "").status(), 405);
    let basic = [FORM, ("authorization", "Basic c2FuZGJveDpzYW5kYm94LXNlY3JldA==")];
    let form = format!("grant_type=client_credentials&{scope}");
    let response = send(&sandbox, "POST", "/oauth/token", &basic, &form);
    assert_eq!(response.status(), 401, "credentials belong into the body");
}

#[test]
fn a_missing_slash_is_a_301_without_rows() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    for (target, location) in [
        (
            "/api/v1/system/enrolled/users?email=a%40b&page=2",
            "/api/v1/system/enrolled/users/?email=a%40b&page=2",
        ),
        ("/api/v1/system/devices", DEVICES),
        ("/api/v1/system/domainusers/x", "/api/v1/system/domainusers/x/"),
        ("/data/api/v1/users", DATA_USERS),
        ("/data/api/v1/assets", ASSETS),
    ] {
        let response = get(&sandbox, &token, target);
        assert_eq!(response.status(), 301, "{target}");
        assert_eq!(response.headers()["location"], location);
        assert!(response.body().is_empty());
    }
}

#[test]
fn a_wrong_token_is_a_401() {
    let sandbox = sandbox();
    for token in ["", "nonsense", "sandbox-key", "sandbox-token"] {
        let response = get(&sandbox, token, USERS);
        assert_eq!(response.status(), 401);
        assert!(body(&response)["detail"].is_string());
    }
    assert_eq!(send(&sandbox, "GET", DATA_USERS, &[], "").status(), 401);
    let banyan = send(
        &sandbox,
        "POST",
        "/api/v1/refresh_token",
        &[("authorization", "Bearer sandbox-key")],
        "",
    );
    let banyan = good(&banyan)["Message"].as_str().unwrap().to_owned();
    assert_eq!(
        get(&sandbox, &banyan, USERS).status(),
        401,
        "another vendor's token"
    );
}

#[test]
fn a_token_serves_the_configured_number_of_requests() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_token_requests(2));
    let token = truu_token(&sandbox);
    let statuses: Vec<u16> = (0..3)
        .map(|_| get(&sandbox, &token, USERS).status().as_u16())
        .collect();
    assert_eq!(statuses, [200, 200, 401]);
    assert_eq!(get(&sandbox, &truu_token(&sandbox), USERS).status(), 200);
    sandbox.expire_tokens_after(None);
    let token = truu_token(&sandbox);
    assert!((0..9).all(|_| get(&sandbox, &token, USERS).status() == 200));
    sandbox.revoke_tokens();
    assert_eq!(get(&sandbox, &token, USERS).status(), 401);
}

#[test]
fn a_token_expires_once_the_time_is_known() {
    let sandbox = sandbox();
    sandbox.set_unix_time(1_800_000_000);
    let token = truu_token(&sandbox);
    sandbox.set_unix_time(1_800_007_198);
    assert_eq!(get(&sandbox, &token, USERS).status(), 200);
    sandbox.set_unix_time(1_800_007_199);
    assert_eq!(get(&sandbox, &token, USERS).status(), 401);
}

#[test]
fn lists_follow_next_to_exactly_every_row() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    for (path, pointer, size, ids) in [
        (USERS, "/tuid", 100, &truth.truu_users),
        (DATA_USERS, "/tuid", 25, &truth.truu_users),
        (DEVICES, "/deviceId", 25, &truth.truu_devices),
        (ASSETS, "/machineName", 25, &truth.truu_assets),
    ] {
        let (rows, last) = walk(&sandbox, path);
        assert_eq!(&texts(&Value::Array(rows), pointer), ids, "{path}");
        assert_eq!(last["pageSize"], size);
        assert_eq!(last["count"], ids.len());
        assert_eq!(last["final"], last["page"]);
        assert_eq!(last["final"], ids.len().div_ceil(size));
    }
}

#[test]
fn next_and_previous_are_numbers_or_null() {
    let sandbox = sandbox();
    let page = ask(&sandbox, &format!("{USERS}?page=1"));
    assert_eq!((&page["next"], &page["previous"]), (&json!(2), &Value::Null));
    let page = ask(&sandbox, &format!("{USERS}?page=2"));
    assert_eq!((&page["next"], &page["previous"]), (&Value::Null, &json!(1)));
}

#[test]
fn a_page_past_the_end_is_an_error() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    for path in [USERS, DEVICES, DATA_USERS, ASSETS] {
        for page in ["1000", "0", "-1", "two", ""] {
            let response = get(&sandbox, &token, &format!("{path}?page={page}"));
            assert_eq!(response.status(), 404, "{path} {page}");
            assert!(body(&response)["detail"].is_string());
        }
    }
}

#[test]
fn nobody_found_is_a_count_of_zero() {
    let page = ask(&sandbox(), &format!("{USERS}?email=nobody%40example.com"));
    assert_eq!(
        (&page["count"], &page["final"], &page["next"]),
        (&json!(0), &json!(1), &Value::Null)
    );
    assert_eq!(page["results"], json!([]));
}

#[test]
fn enrolled_user_filters_match_in_full_and_without_case() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, USERS);
    let user = &rows[0];
    for (parameter, member) in [
        ("upn", "userPrincipal"),
        ("email", "email"),
        ("guid", "guid"),
        ("tuid", "tuid"),
    ] {
        let value = user[member].as_str().unwrap();
        for spelling in [value.to_uppercase(), value.to_lowercase()] {
            let spelling = spelling.replace('+', "%2B");
            let page = ask(&sandbox, &format!("{USERS}?{parameter}={spelling}"));
            assert!(texts(&page["results"], "/tuid").contains(&user["tuid"].as_str().unwrap().to_owned()));
        }
        let part = &value[..value.len() - 1];
        assert_eq!(
            ask(&sandbox, &format!("{USERS}?{parameter}={part}"))["count"],
            0,
            "{parameter} is no prefix"
        );
    }
}

#[test]
fn enrolled_user_filters_combine_as_and() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, USERS);
    let (first, other) = (&rows[0], &rows[5]);
    let (email, tuid) = (first["email"].as_str().unwrap(), other["tuid"].as_str().unwrap());
    assert_eq!(
        ask(&sandbox, &format!("{USERS}?email={email}&tuid={tuid}"))["count"],
        0
    );
}

#[test]
fn one_email_can_be_that_of_two_users() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, USERS);
    let admin = rows
        .iter()
        .find(|row| row["displayName"].as_str().unwrap().ends_with(" - Admin"))
        .unwrap();
    let email = admin["email"].as_str().unwrap().replace('+', "%2B");
    assert_eq!(ask(&sandbox, &format!("{USERS}?email={email}"))["count"], 2);
}

#[test]
fn a_bare_plus_in_a_query_is_a_space_and_finds_nobody() {
    let sandbox = sandbox();
    assert_eq!(
        ask(
            &sandbox,
            &format!("{USERS}?email=dana.reyes+contractor@example.com")
        )["count"],
        0
    );
    let (rows, _) = walk(&sandbox, USERS);
    let tagged = texts(&Value::Array(rows), "/email")
        .into_iter()
        .find(|email| email.contains('+'))
        .unwrap();
    assert_eq!(
        ask(&sandbox, &format!("{USERS}?email={}", tagged.replace('+', "%2B")))["count"],
        1
    );
}

#[test]
fn unknown_parameters_are_ignored() {
    assert_eq!(
        ask(&sandbox(), &format!("{USERS}?name=x&pageSize=1"))["count"],
        200
    );
}

#[test]
fn a_guid_in_the_path_matches_with_case() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, USERS);
    let user = rows
        .iter()
        .find(|row| row["guid"].as_str().unwrap().starts_with("00u"))
        .unwrap();
    let guid = user["guid"].as_str().unwrap();
    let reply = ask(&sandbox, &format!("/api/v1/system/domainusers/{guid}/"));
    assert_eq!(reply["tuid"], user["tuid"]);
    assert!(reply["domain"]["key"].is_string() && reply["domain"]["domain"].is_string());
    let token = truu_token(&sandbox);
    let other = get(
        &sandbox,
        &token,
        &format!("/api/v1/system/domainusers/{}/", guid.to_uppercase()),
    );
    assert_eq!(other.status(), 404);
}

#[test]
fn a_device_is_found_below_its_own_user_only() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, DEVICES);
    let device = &rows[0];
    let (guid, id) = (
        device["user"]["guid"].as_str().unwrap(),
        device["deviceId"].as_str().unwrap(),
    );
    assert_eq!(
        &ask(
            &sandbox,
            &format!("/api/v1/system/domainusers/{guid}/devices/{id}/")
        ),
        device
    );
    let other = rows
        .iter()
        .find(|row| row["user"]["guid"] != device["user"]["guid"])
        .unwrap();
    let other = other["user"]["guid"].as_str().unwrap();
    let token = truu_token(&sandbox);
    let response = get(
        &sandbox,
        &token,
        &format!("/api/v1/system/domainusers/{other}/devices/{id}/"),
    );
    assert_eq!(response.status(), 404);
}

#[test]
fn system_devices_are_heard_in_milliseconds_and_data_devices_in_rfc_3339() {
    let sandbox = sandbox();
    let (devices, _) = walk(&sandbox, DEVICES);
    assert!(devices.iter().all(|row| row["lastHeardFrom"].is_i64()));
    assert!(devices.iter().any(|row| row["lastHeardFrom"] == 0));
    assert!(devices.iter().any(|row| row["notificationId"].is_null()));
    assert!(devices.iter().any(|row| row["notificationId"].is_string()));
    assert!(devices.iter().any(|row| row["active"] == false));
    let (users, _) = walk(&sandbox, DATA_USERS);
    let mut data = users.iter().flat_map(|user| user["devices"].as_array().unwrap());
    assert!(
        data.all(|row| row["lastHeardFrom"].as_str().unwrap().ends_with('Z') && row.get("user").is_none())
    );
}

#[test]
fn device_ids_are_uuids_in_one_api_and_digits_in_the_other() {
    let sandbox = sandbox();
    let (devices, _) = walk(&sandbox, DEVICES);
    assert!(
        devices
            .iter()
            .all(|row| row["deviceId"].as_str().unwrap().len() == 36)
    );
    let (users, _) = walk(&sandbox, DATA_USERS);
    let data: Vec<&Value> = users
        .iter()
        .flat_map(|user| user["devices"].as_array().unwrap())
        .collect();
    assert_eq!(data.len(), devices.len());
    assert!(data.iter().all(|row| {
        row["deviceId"]
            .as_str()
            .unwrap()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    }));
}

#[test]
fn data_filters_are_or_within_a_name_and_and_across_names() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, DATA_USERS);
    let guid = |index: usize| rows[index]["guid"].as_str().unwrap().to_lowercase();
    let either = ask(
        &sandbox,
        &format!("{DATA_USERS}?guids={}&guids={}", guid(10), guid(4)),
    );
    assert_eq!(
        texts(&either["results"], "/tuid"),
        texts(&json!([rows[4], rows[10]]), "/tuid")
    );
    let principal = rows[4]["userPrincipal"].as_str().unwrap().to_uppercase();
    let both = ask(
        &sandbox,
        &format!(
            "{DATA_USERS}?guids={}&guids={}&userPrincipals={principal}",
            guid(10),
            guid(4)
        ),
    );
    assert_eq!(
        texts(&both["results"], "/tuid"),
        texts(&json!([rows[4]]), "/tuid")
    );
    let listed = ask(&sandbox, &format!("{DATA_USERS}?guids={},{}", guid(10), guid(4)));
    assert_eq!(listed["count"], 0, "a comma does not separate values");
}

#[test]
fn assets_are_found_by_address() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, ASSETS);
    let malformed = "b4:4a:8a.64:71:e8";
    let found = ask(&sandbox, &format!("{ASSETS}?macAddresses={malformed}"));
    assert_eq!(found["count"], 1);
    let ip = rows[3]["network"]["ipAddresses"][0].as_str().unwrap();
    assert_eq!(
        ask(
            &sandbox,
            &format!("{ASSETS}?ipAddresses={ip}&ipAddresses=1.2.3.4")
        )["count"],
        1
    );
    assert_eq!(
        ask(
            &sandbox,
            &format!("{ASSETS}?ipAddresses={ip}&macAddresses={malformed}")
        )["count"],
        0
    );
}

#[test]
fn a_shared_asset_carries_its_users_and_their_levels() {
    let sandbox = sandbox();
    let (rows, _) = walk(&sandbox, ASSETS);
    let shared = rows
        .iter()
        .find(|row| row["devices"].as_array().unwrap().len() > 1)
        .unwrap();
    assert!(shared["devices"][0]["user"]["tuid"].is_string());
    assert!(shared["devices"][0]["assuranceLevel"].is_i64());
    assert!(rows.iter().any(|row| row["devices"] == json!([])));
    assert!(rows.iter().any(|row| row["lastHeardFrom"].is_null()));
    assert!(
        rows.iter()
            .any(|row| row["hardware"].get("manufacturer").is_none())
    );
}

#[test]
fn an_unknown_path_is_a_404_and_another_method_a_405_that_names_the_right_ones() {
    let sandbox = sandbox();
    let token = truu_token(&sandbox);
    for path in [
        "/api/v1/system/",
        "/api/v1/system/users/",
        "/data/api/v2/users/",
        "/oauth/token/",
    ] {
        assert_eq!(get(&sandbox, &token, path).status(), 404, "{path}");
    }
    let bearer = format!("Bearer {token}");
    for (method, path, allowed) in [
        ("POST", USERS, "GET"),
        ("DELETE", DEVICES, "GET"),
        ("DELETE", DATA_USERS, "GET"),
        ("PUT", "/api/v1/system/domainusers/x/", "GET, DELETE"),
        ("PATCH", "/api/v1/system/domainusers/x/devices/y/", "GET, DELETE"),
    ] {
        let response = send(&sandbox, method, path, &[("authorization", &bearer)], "");
        assert_eq!(response.status(), 405, "{method} {path}");
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
    }
}
