use serde_json::{Value, json};

use crate::support::{body, get, good, sandbox, texts, truto, truto_send};
use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};

const USERS: &str = "/unified/user-directory/users";
const MDM_USERS: &str = "/unified/mdm/users";
const MDM_DEVICES: &str = "/unified/mdm/devices";

fn walk(sandbox: &Sandbox, path: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = good(&truto(
            sandbox,
            &format!("{path}?limit={limit}&next_cursor={cursor}"),
        ));
        rows.extend(page["result"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            None => return rows,
            Some(next) => next.clone_into(&mut cursor),
        }
    }
}

fn list(sandbox: &Sandbox, target: &str) -> Vec<Value> {
    good(&truto(sandbox, target))["result"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn a_cursor_walk_gives_every_row() {
    let sandbox = sandbox();
    let truth = sandbox.truth();
    for (path, ids) in [
        (USERS, &truth.truto_users),
        (MDM_USERS, &truth.truto_mdm_users),
        (MDM_DEVICES, &truth.truto_mdm_devices),
    ] {
        for limit in [1, 25, 1000] {
            assert_eq!(
                &texts(&Value::Array(walk(&sandbox, path, limit)), "/id"),
                ids,
                "{path} {limit}"
            );
        }
    }
}

#[test]
fn a_list_has_the_documented_envelope() {
    let sandbox = sandbox();
    let page = good(&truto(&sandbox, &format!("{USERS}?limit=25")));
    assert_eq!(page["next_cursor"], "c:25");
    assert_eq!(
        (&page["prev_cursor"], &page["result_count"]),
        (&Value::Null, &json!(25))
    );
    assert!(page.get("is_partial_response").is_none());
    let page = good(&truto(&sandbox, &format!("{USERS}?limit=25&next_cursor=c%3A25")));
    assert_eq!(
        (&page["prev_cursor"], &page["next_cursor"]),
        (&json!("c:0"), &json!("c:50"))
    );
}

#[test]
fn the_account_is_required_on_every_unified_call() {
    let sandbox = sandbox();
    let token = credentials::TRUTO_TOKEN;
    for (query, status) in [
        ("", 400),
        ("?integrated_account_id=", 400),
        ("?integrated_account_id=corp", 400),
        ("?integrated_account_id=62f44730-dd91-461e-bd6a-aedd9e0ad79d", 404),
    ] {
        let response = get(&sandbox, token, &format!("{USERS}{query}"));
        assert_eq!(response.status(), status, "{query}");
        let envelope = body(&response);
        assert_eq!(envelope["statusCode"], status);
        assert!(envelope["error"].is_string() && envelope["message"].is_string());
    }
}

#[test]
fn a_wrong_token_is_a_401() {
    let response = get(&sandbox(), "wrong", USERS);
    assert_eq!(response.status(), 401);
    assert_eq!(body(&response)["statusCode"], 401);
}

#[test]
fn an_empty_cursor_is_the_first_page_and_an_unknown_one_a_400() {
    let sandbox = sandbox();
    let first = list(&sandbox, &format!("{USERS}?limit=5"));
    assert_eq!(list(&sandbox, &format!("{USERS}?limit=5&next_cursor=")), first);
    for cursor in ["c:99999", "c:-1", "25", "c:x", "abc"] {
        assert_eq!(
            truto(&sandbox, &format!("{USERS}?next_cursor={cursor}")).status(),
            400,
            "{cursor}"
        );
    }
}

#[test]
fn limits_are_clamped_defaulted_and_ignored() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_truto_pages(20, 50));
    assert_eq!(list(&sandbox, USERS).len(), 20);
    assert_eq!(list(&sandbox, &format!("{USERS}?limit=5000")).len(), 50);
    assert_eq!(
        list(&sandbox, &format!("{USERS}?limit=3&truto_ignore_limit=true")).len(),
        20
    );
    for limit in ["0", "-1", "x"] {
        assert_eq!(truto(&sandbox, &format!("{USERS}?limit={limit}")).status(), 400);
    }
}

#[test]
fn key_by_turns_the_array_into_an_object() {
    let sandbox = sandbox();
    let page = good(&truto(&sandbox, &format!("{USERS}?limit=5&truto_key_by=id")));
    let result = page["result"].as_object().unwrap();
    assert_eq!(result.len(), 5);
    assert!(result.iter().all(|(key, row)| row["id"] == key.as_str()));
}

#[test]
fn fields_are_excluded_in_every_spelling() {
    let sandbox = sandbox();
    for query in [
        "truto_exclude_fields[]=id&truto_exclude_fields[]=name",
        "truto_exclude_fields[0]=id&truto_exclude_fields[1]=name",
        "truto_exclude_fields=id,name",
    ] {
        let rows = list(&sandbox, &format!("{USERS}?limit=2&{query}"));
        let bare =
            |row: &Value| row.get("id").is_none() && row.get("name").is_none() && row["username"].is_string();
        assert!(rows.iter().all(bare), "{query}");
    }
}

#[test]
fn remote_data_is_there_unless_it_is_ignored() {
    let sandbox = sandbox();
    assert!(
        list(&sandbox, &format!("{USERS}?limit=2"))
            .iter()
            .all(|row| row["remote_data"].is_object())
    );
    let rows = list(
        &sandbox,
        &format!("{USERS}?limit=2&truto_ignore_remote_data=true"),
    );
    assert!(rows.iter().all(|row| row.get("remote_data").is_none()));
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?truto_ignore_remote_data=yes")).status(),
        400
    );
}

#[test]
fn raw_is_the_providers_own_reply() {
    let sandbox = sandbox();
    let response = truto(&sandbox, &format!("{USERS}?limit=2&truto_response_format=raw"));
    assert!(
        response.headers()["link"]
            .to_str()
            .unwrap()
            .contains("next_cursor=c:2")
    );
    let rows = good(&response);
    assert!(rows[0]["profile"]["login"].is_string());
    for format in ["unified", "normalized", "stream"] {
        let page = good(&truto(
            &sandbox,
            &format!("{USERS}?limit=2&truto_response_format={format}"),
        ));
        assert!(page["result"].is_array(), "{format}");
    }
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?truto_response_format=xml")).status(),
        400
    );
}

#[test]
fn remote_query_and_unknown_filters_do_not_change_the_rows() {
    let sandbox = sandbox();
    let rows = list(&sandbox, &format!("{USERS}?limit=3"));
    assert_eq!(
        list(
            &sandbox,
            &format!("{USERS}?limit=3&remote_query[foo]=bar&shoe_size=41")
        ),
        rows
    );
}

#[test]
fn users_are_filtered_by_the_documented_members() {
    let sandbox = sandbox();
    let rows = walk(&sandbox, USERS, 1000);
    let user = &rows[1];
    let email = user["emails"][0]["email"]
        .as_str()
        .unwrap()
        .to_uppercase()
        .replace('+', "%2B");
    let (id, group) = (
        user["id"].as_str().unwrap(),
        user["groups"][0]["id"].as_str().unwrap(),
    );
    for query in [
        format!("email={email}"),
        format!("emails[email]={email}"),
        format!("emails[][email]={email}"),
        format!("emails[0][email]={email}"),
        format!("username={}", user["username"].as_str().unwrap()),
        format!(
            "first_name={}&last_name={}",
            user["first_name"].as_str().unwrap(),
            user["last_name"].as_str().unwrap()
        ),
        format!("groups[id]={group}&email={email}"),
        format!("status=active&email={email}"),
    ] {
        let target = format!("{USERS}?{query}");
        let found = list(&sandbox, &target);
        assert!(found.iter().any(|row| row["id"] == id), "{query}");
        assert!(found.len() < rows.len(), "{query}");
    }
    let invited = list(&sandbox, &format!("{USERS}?status=invited"));
    assert!(!invited.is_empty() && invited.iter().all(|row| row["status"] == "invited"));
    let machines = list(&sandbox, &format!("{USERS}?user_type=machine"));
    assert_eq!(machines.len(), 3);
}

#[test]
fn moments_are_compared_with_operators() {
    let sandbox = sandbox();
    let all = sandbox.truth().truto_users.len();
    let count = |query: &str| walk_filtered(&sandbox, query);
    let split = "2023-01-01T00:00:00Z";
    let (before, after) = (
        count(&format!("created_at[lt]={split}")),
        count(&format!("created_at[gte]={split}")),
    );
    assert!(before > 0 && after > 0);
    assert_eq!(before + after, all);
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?created_at[gt]=yesterday")).status(),
        400
    );
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?created_at[near]={split}")).status(),
        400
    );
}

fn walk_filtered(sandbox: &Sandbox, query: &str) -> usize {
    list(sandbox, &format!("{USERS}?limit=1000&{query}")).len()
}

#[test]
fn lists_are_sorted_on_request() {
    let sandbox = sandbox();
    let rows = list(&sandbox, &format!("{USERS}?limit=1000&sort_by[username]=desc"));
    let names = texts(&Value::Array(rows), "/username");
    assert!(names.is_sorted_by(|left, right| left >= right));
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?sort_by[shoe]=asc")).status(),
        400
    );
    assert_eq!(
        truto(&sandbox, &format!("{USERS}?sort_by[name]=up")).status(),
        400
    );
}

#[test]
fn a_row_by_its_id_is_bare_and_the_id_is_one_escaped_segment() {
    let sandbox = sandbox();
    let row = good(&truto(&sandbox, &format!("{USERS}/svc%2Fbackup")));
    assert_eq!(row["id"], "svc/backup");
    assert!(row.get("result").is_none());
    assert_eq!(truto(&sandbox, &format!("{USERS}/svc/backup")).status(), 404);
    assert_eq!(
        truto(&sandbox, &format!("{USERS}/ldap%3Acn%3Dmail%20relay%3F%23%2541")).status(),
        200
    );
    let missing = truto(&sandbox, &format!("{USERS}/nobody"));
    assert_eq!(
        (missing.status().as_u16(), &body(&missing)["statusCode"]),
        (404, &json!(404))
    );
    let device = &sandbox.truth().truto_mdm_devices[0];
    assert_eq!(
        good(&truto(&sandbox, &format!("{MDM_DEVICES}/{device}")))["id"],
        device.as_str()
    );
}

#[test]
fn a_partial_list_says_so_and_get_has_the_rest() {
    let sandbox = Sandbox::new(SandboxConfig::default().with_truto_partial(true));
    let page = good(&truto(&sandbox, &format!("{USERS}?limit=1")));
    assert_eq!(page["is_partial_response"], true);
    assert!(page["result"][0].get("groups").is_none());
    let id = page["result"][0]["id"].as_str().unwrap();
    assert!(good(&truto(&sandbox, &format!("{USERS}/{id}")))["groups"].is_array());
}

#[test]
fn devices_are_filtered_by_the_documented_members() {
    let sandbox = sandbox();
    let rows = walk(&sandbox, MDM_DEVICES, 1000);
    let device = rows
        .iter()
        .find(|row| row["owner"].is_object() && row["serial_number"].is_string())
        .unwrap();
    for query in [
        format!(
            "serial_number={}",
            device["serial_number"].as_str().unwrap().replace(' ', "%20")
        ),
        format!("owner[id]={}", device["owner"]["id"].as_str().unwrap()),
        format!(
            "type={}&platform={}",
            device["type"].as_str().unwrap(),
            device["platform"].as_str().unwrap()
        ),
        format!("os_version={}", device["os_version"].as_str().unwrap()),
    ] {
        let found = list(&sandbox, &format!("{MDM_DEVICES}?limit=1000&{query}"));
        assert!(found.iter().any(|row| row["id"] == device["id"]), "{query}");
        assert!(found.len() < rows.len(), "{query}");
    }
}

#[test]
fn values_outside_the_documented_sets_come_through() {
    let sandbox = sandbox();
    let users = walk(&sandbox, USERS, 1000);
    assert!(users.iter().any(|row| row["status"] == "PASSWORD_EXPIRED"));
    assert!(users.iter().any(|row| row["status"].is_null()));
    assert!(users.iter().any(|row| row["is_email_verified"] == "true"));
    assert!(
        users
            .iter()
            .any(|row| row["created_at"] == "1601-01-01T00:00:00.000Z")
    );
    assert!(users.iter().any(|row| row["emails"] == json!([])));
    assert!(
        users
            .iter()
            .any(|row| row["groups"].as_array().unwrap().len() > 100)
    );
    let devices = walk(&sandbox, MDM_DEVICES, 1000);
    assert!(
        devices
            .iter()
            .any(|row| row["platform"] == "tvos" && row["type"] == "wearable")
    );
    assert!(devices.iter().any(|row| row["serial_number"].is_null()));
    assert!(devices.iter().any(|row| row.get("owner").is_none()));
}

#[test]
fn other_changes_are_a_405_and_unknown_resources_a_404() {
    let sandbox = sandbox();
    for (method, path, allowed) in [
        ("POST", USERS, "GET"),
        ("POST", MDM_DEVICES, "GET"),
        ("POST", "/unified/mdm/users/1001", "GET"),
        ("DELETE", "/unified/mdm/users/1001", "GET"),
        ("PATCH", MDM_USERS, "GET, POST"),
    ] {
        let response = truto_send(&sandbox, method, path, &[], "{}");
        assert_eq!(
            (response.status().as_u16(), &body(&response)["statusCode"]),
            (405, &json!(405)),
            "{method} {path}"
        );
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
    }
    assert_eq!(truto(&sandbox, "/unified/crm/contacts").status(), 404);
    assert_eq!(truto(&sandbox, "/unified/mdm").status(), 404);
    assert_eq!(good(&get(&sandbox, "", "/ping")), "pong");
}
