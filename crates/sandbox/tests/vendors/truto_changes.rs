use serde_json::{Value, json};

use crate::support::{body, good, sandbox, truto, truto_send};
use rollbook_sandbox::Sandbox;
use rollbook_transport::Response;

const USERS: &str = "/unified/mdm/users";

fn create(sandbox: &Sandbox, query: &str, body: &Value) -> Response {
    truto_send(
        sandbox,
        "POST",
        &format!("{USERS}{query}"),
        &[],
        &body.to_string(),
    )
}

fn create_with_key(sandbox: &Sandbox, key: &str, body: &Value) -> Response {
    let headers = [("Idempotency-Key", key)];
    truto_send(sandbox, "POST", USERS, &headers, &body.to_string())
}

fn ada() -> Value {
    json!({
        "name": "Ada Byron",
        "emails": [{"email": "ada@example.com", "is_primary": true, "type": "work"}, {"email": "ada@home.example.org"}],
        "remote_data": {"department": "Engines", "id": 1},
    })
}

#[test]
fn a_created_user_is_answered_bare_and_is_last_in_the_list() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    sandbox.set_unix_time(1_800_000_000);
    let user = good(&create(&sandbox, "", &ada()));
    let id = user["id"].as_str().unwrap().to_owned();
    assert!(!before.truto_mdm_users.contains(&id));
    assert_eq!(user["name"], "Ada Byron");
    assert_eq!(user["emails"], ada()["emails"]);
    assert_eq!(user["created_at"], "2027-01-15T08:00:00.000Z");
    assert_eq!(user["updated_at"], user["created_at"]);
    assert_eq!(user["remote_data"]["department"], "Engines");
    assert_eq!(user["remote_data"]["id"].to_string(), id, "the provider's own id");

    let mut expected = before;
    expected.truto_mdm_users.push(id.clone());
    assert_eq!(sandbox.truth(), expected);
    let list = good(&truto(&sandbox, &format!("{USERS}?limit=1000")));
    assert_eq!(list["result"].as_array().unwrap().last(), Some(&user));
    assert_eq!(good(&truto(&sandbox, &format!("{USERS}/{id}"))), user);
    let found = good(&truto(&sandbox, &format!("{USERS}?email=ADA@example.com")));
    assert_eq!(found["result_count"], 1);
}

#[test]
fn a_user_is_created_at_the_moment_of_the_photograph_when_no_time_was_told() {
    let user = good(&create(&sandbox(), "", &json!({"name": "A", "emails": []})));
    assert_eq!(user["created_at"], "2026-01-15T09:00:00.000Z");
}

#[test]
fn ids_of_created_users_are_never_given_twice() {
    let sandbox = sandbox();
    for _ in 0..3 {
        good(&create(&sandbox, "", &ada()));
    }
    let mut ids = sandbox.truth().truto_mdm_users;
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_create_is_answered_in_the_form_that_is_asked_for() {
    let sandbox = sandbox();
    let raw = good(&create(&sandbox, "?truto_response_format=raw", &ada()));
    assert_eq!(raw["email_address"], "ada@example.com");
    assert!(raw.get("emails").is_none());
    for format in ["unified", "normalized"] {
        let user = good(&create(
            &sandbox,
            &format!("?truto_response_format={format}"),
            &ada(),
        ));
        assert!(
            user["remote_data"].is_object() && user["emails"].is_array(),
            "{format}"
        );
    }
    let user = good(&create(&sandbox, "?truto_ignore_remote_data=true", &ada()));
    assert!(user.get("remote_data").is_none() && user["id"].is_string());
    let query = "?truto_exclude_fields[]=id&truto_exclude_fields[]=emails&remote_query[foo]=bar";
    let user = good(&create(&sandbox, query, &ada()));
    assert!(user.get("id").is_none() && user.get("emails").is_none() && user["name"].is_string());
}

#[test]
fn a_create_of_the_wrong_form_is_a_400_and_creates_nobody() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    for wrong in [
        "",
        "{",
        "[]",
        "\"x\"",
        "{}",
        r#"{"name": "A"}"#,
        r#"{"emails": []}"#,
        r#"{"name": " ", "emails": []}"#,
        r#"{"name": null, "emails": []}"#,
        r#"{"name": 1, "emails": []}"#,
        r#"{"name": "A", "emails": null}"#,
        r#"{"name": "A", "emails": {}}"#,
        r#"{"name": "A", "emails": "a@example.com"}"#,
        r#"{"name": "A", "emails": ["a@example.com"]}"#,
        r#"{"name": "A", "emails": [{}]}"#,
        r#"{"name": "A", "emails": [{"email": ""}]}"#,
        r#"{"name": "A", "emails": [{"email": 1}]}"#,
        r#"{"name": "A", "emails": [{"email": "a@example.com", "is_primary": "true"}]}"#,
        r#"{"name": "A", "emails": [{"email": "a@example.com", "type": null}]}"#,
        r#"{"name": "A", "emails": [], "remote_data": []}"#,
        r#"{"name": "A", "emails": [], "remote_data": null}"#,
    ] {
        let response = truto_send(&sandbox, "POST", USERS, &[], wrong);
        assert_eq!(response.status(), 400, "{wrong}");
        let envelope = body(&response);
        assert_eq!(
            (&envelope["statusCode"], &envelope["error"]),
            (&json!(400), &json!("Bad Request"))
        );
        assert!(envelope["message"].is_string());
    }
    let response = create(&sandbox, "?truto_response_format=xml", &ada());
    assert_eq!(
        response.status(),
        400,
        "a wrong parameter is found before anybody is created"
    );
    assert_eq!(sandbox.truth(), before);
}

#[test]
fn the_same_key_is_answered_the_same_and_creates_one_user() {
    let sandbox = sandbox();
    let before = sandbox.truth().truto_mdm_users.len();
    let first = create_with_key(&sandbox, "k-1", &ada());
    sandbox.set_unix_time(1_900_000_000);
    let again = create_with_key(&sandbox, "k-1", &ada());
    assert_eq!((first.status(), first.body()), (again.status(), again.body()));
    assert_eq!(sandbox.truth().truto_mdm_users.len(), before + 1);
    let spaced = format!(" {} ", ada());
    let again = truto_send(&sandbox, "POST", USERS, &[("idempotency-key", "k-1")], &spaced);
    assert_eq!(first.body(), again.body(), "the same document, written otherwise");
    assert_eq!(create_with_key(&sandbox, "k-2", &ada()).status(), 200);
    assert_eq!(create(&sandbox, "", &ada()).status(), 200);
    assert_eq!(sandbox.truth().truto_mdm_users.len(), before + 3);
}

#[test]
fn the_same_key_with_another_body_is_a_422_and_creates_nobody() {
    let sandbox = sandbox();
    good(&create_with_key(&sandbox, "k-1", &ada()));
    let before = sandbox.truth();
    for other in [json!({"name": "Grace Hopper", "emails": []}), json!({})] {
        let response = create_with_key(&sandbox, "k-1", &other);
        assert_eq!(
            (response.status().as_u16(), &body(&response)["statusCode"]),
            (422, &json!(422))
        );
    }
    assert_eq!(sandbox.truth(), before);
}

#[test]
fn a_refused_create_leaves_its_key_free() {
    let sandbox = sandbox();
    assert_eq!(
        create_with_key(&sandbox, "k-1", &json!({"name": "A"})).status(),
        400
    );
    assert_eq!(create_with_key(&sandbox, "k-1", &ada()).status(), 200);
}

#[test]
fn a_blank_or_repeated_key_is_a_400() {
    let sandbox = sandbox();
    let before = sandbox.truth();
    assert_eq!(create_with_key(&sandbox, " ", &ada()).status(), 400);
    let mut request = http::Request::post(format!(
        "{USERS}?integrated_account_id={}",
        rollbook_sandbox::credentials::TRUTO_INTEGRATED_ACCOUNT
    ))
    .header("authorization", "Bearer sandbox-token");
    for key in ["a", "b"] {
        request = request.header("idempotency-key", key);
    }
    let request = request.body(ada().to_string().into()).unwrap();
    assert_eq!(sandbox.handle(request).status(), 400);
    assert_eq!(sandbox.truth(), before);
}
