//! A vendor, or the way to it, that does not do what it should: what is told, what is printed all the same, and the exit.

mod support;

use std::net::TcpListener;

use support::{CANARY, Done, Home, Scripted, json, response, run, truu, truu_page};

const ANN: &str = r#"{"tuid":"a-1","guid":"g-1","displayName":"Ann"}"#;

/// Runs `users list` against a TruU that signs in and then answers so. Addresses and times differ from run to run.
fn listed(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Done {
    let server = Scripted::truu(answer);
    let mut done = Home::truu(&server.base_url()).run("users list -o ndjson");
    done.stderr = done.stderr.replace(&server.base_url(), "BASE_URL");
    assert!(!format!("{done:?}").contains(CANARY), "{done:?}");
    done
}

#[test]
fn a_refused_sign_in_is_exit_4_and_names_the_source() {
    let server = Scripted::start(|_| json(401, r#"{"error":"invalid_client"}"#));
    let done = Home::truu(&server.base_url()).run("users list");
    assert_eq!(done.exit, 4, "{done:?}");
    assert!(done.stderr.starts_with("error: corp-truu: "), "{done:?}");
    assert!(
        done.stderr
            .contains("hint: check the credential, then run `rollbook sources check --source corp-truu`")
    );
    let check = Home::truu(&server.base_url()).run("sources check -o json");
    assert_eq!(check.exit, 4, "{check:?}");
    assert_eq!(check.json()["data"][0]["ok"], false);
    assert_eq!(check.stderr.matches("error: ").count(), 1, "{check:?}");
}

#[test]
fn a_missing_permission_is_exit_4() {
    let done = listed(|_| json(403, r#"{"detail":"no"}"#));
    assert_eq!(done.exit, 4, "{done:?}");
}

#[test]
fn a_host_that_does_not_answer_is_exit_1() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let done = Home::truu(&format!("http://{free}")).run("users list");
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(done.stderr.contains("refused the connection"), "{done:?}");
    assert!(
        done.stderr
            .contains("hint: check `base_url`, the network and `proxy`"),
        "{done:?}"
    );
}

#[test]
fn a_failed_tls_handshake_is_exit_1() {
    let server = Scripted::start(|_| json(200, "{}"));
    let base_url = server.base_url().replace("http://", "https://");
    let done = Home::truu(&base_url).run("users list --error-format json");
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(done.stderr.contains(r#""kind":"tls""#), "{done:?}");
}

#[test]
fn silence_is_a_timeout_and_exit_1() {
    // Accepts connections in the kernel, and never reads.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = truu("corp-truu", &format!("http://{}", silent.local_addr().unwrap()));
    let done = Home::new(&config.replace("\"2s\"", "\"100ms\"")).run("users list --error-format json");
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(done.stderr.contains(r#""kind":"timeout""#), "{done:?}");
}

#[test]
fn what_is_not_json_is_named_with_operation_and_page() {
    let done = listed(|_| response(200, "text/html", "<html>Sign in</html>"));
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(
        done.stderr
            .starts_with("error: corp-truu: enrolled_users page 1: "),
        "{done:?}"
    );
    insta::assert_snapshot!(done.stderr);
}

#[test]
fn json_of_another_shape_is_named_with_its_path() {
    let done = listed(|_| {
        json(
            200,
            r#"{"page":1,"next":null,"final":1,"count":1,"results":{"a":1}}"#,
        )
    });
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(done.stderr.contains("results"), "{done:?}");
    insta::assert_snapshot!(done.stderr);
}

#[test]
fn a_truncated_body_is_an_error() {
    let done = listed(|_| {
        let mut whole = truu_page(1, 1, 1, ANN);
        whole.truncate(whole.len() - 10);
        whole
    });
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(
        done.stderr
            .starts_with("error: corp-truu: enrolled_users page 1: "),
        "{done:?}"
    );
    assert_eq!(done.stdout, "");
}

#[test]
fn a_redirect_is_an_error_and_not_followed() {
    let done = listed(|_| {
        b"HTTP/1.1 301 X\r\nlocation: http://127.0.0.1:9/elsewhere\r\ncontent-length: 0\r\n\r\n".to_vec()
    });
    assert_eq!(done.exit, 1, "{done:?}");
    assert!(done.stderr.contains("status 301"), "{done:?}");
}

#[test]
fn rows_received_before_an_error_are_printed_then_the_error_and_exit_3() {
    let done = listed(|request| match request {
        request if request.contains("page=2") => json(404, r#"{"detail":"gone"}"#),
        _ => truu_page(1, 2, 2, ANN),
    });
    assert_eq!(done.exit, 3, "{done:?}");
    assert_eq!(done.rows().len(), 1);
    insta::assert_snapshot!(done.stderr);
}

#[test]
fn a_row_that_cannot_be_read_is_exit_3_and_the_rest_is_delivered() {
    let done = listed(|_| truu_page(1, 1, 2, &format!(r#"{ANN},{{"tuid":[7]}}"#)));
    assert_eq!(done.exit, 3, "{done:?}");
    assert_eq!(done.rows().len(), 1);
    insta::assert_snapshot!(done.stderr, @"
    warning: corp-truu: users (enrolled_users): incomplete: 1 row could not be read
    warning: corp-truu: users (enrolled_users): page 1 $.results[1]: $.tuid: invalid type: sequence, expected a text, number, boolean or null: row left out
    ");
}

#[test]
fn one_source_that_fails_does_not_hide_another() {
    let good = Scripted::truu(|_| truu_page(1, 1, 1, ANN));
    let bad = Scripted::start(|_| json(401, "{}"));
    let home = Home::new(&(truu("good", &good.base_url()) + &truu("bad", &bad.base_url())));
    let done = home.run("users list -o json");
    assert_eq!(done.exit, 3, "{done:?}");
    let document = done.json();
    assert_eq!(document["data"].as_array().map(Vec::len), Some(1));
    let grades: Vec<_> = document["completeness"]
        .as_array()
        .unwrap()
        .iter()
        .map(|walk| &walk["grade"])
        .collect();
    assert_eq!(grades, ["complete", "incomplete"]);
    assert!(
        document["completeness"][1]["reason"]
            .as_str()
            .unwrap()
            .starts_with("bad: "),
        "{document}"
    );
    assert_eq!(home.run("users list --source bad").exit, 4);
    let inventory = home.run("inventory -o json");
    assert_eq!(inventory.exit, 3, "{inventory:?}");
    assert_eq!(inventory.json()["walks"].as_array().map(Vec::len), Some(6));
}

#[test]
fn an_odd_id_never_becomes_another_path() {
    let server = Scripted::truu(|request| {
        let plain = ["..%2F", "%2F..", "%0A", "%25", "%3F"]
            .iter()
            .any(|escaped| request.contains(escaped));
        assert!(plain || request.contains("tuid="), "{request}");
        json(404, r#"{"detail":"Not found."}"#)
    });
    let home = Home::truu(&server.base_url());
    for id in ["../../x", "a/..", "%2e%2e", "a?b=c"] {
        assert_eq!(home.run(&format!("users get {id}")).exit, 1, "{id}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_rest_is_printed() {
    let page = r#"{"page":1,"next":null,"previous":null,"final":1,"pageSize":100,"count":3,"results":[
        {"tuid":"a-1","displayName":{"odd":1}}, "odd", {"tuid":"a-3"}]}"#;
    let server = Scripted::truu(move |_| json(200, page));
    let home = Home::truu(&server.base_url());
    let done = home.run("users list -o ndjson");
    assert_eq!((done.exit, done.rows().len()), (3, 2), "{done:?}");
    insta::assert_snapshot!(done.stderr, @"
    warning: corp-truu: users (enrolled_users): incomplete: 1 row and 1 member could not be read
    warning: corp-truu: users (enrolled_users): page 1 $.results[1]: $: expected an object, found a text: row left out
    warning: corp-truu: users (enrolled_users): page 1 $.results[0]: $.displayName: invalid type: map, expected a text, number, boolean or null: member left out
    ");
    let document = home.run("users list -o json").json();
    assert_eq!(document["warnings"].as_array().unwrap().len(), 2, "{document}");
    assert_eq!(document["completeness"][0]["rejected"], 1);
    assert_eq!(document["completeness"][0]["unread"], 1);
}

#[test]
fn an_error_that_the_pager_finds_names_source_operation_and_page() {
    let page = r#"{"page":1,"next":1,"final":2,"count":2,"results":[{"tuid":"a-1"}]}"#;
    let done = listed(move |_| json(200, page));
    assert_eq!(done.exit, 3, "{done:?}");
    assert!(
        done.stderr
            .starts_with("error: corp-truu: enrolled_users page 1: "),
        "{done:?}"
    );
}

#[test]
fn a_blank_filter_is_wrong_usage() {
    for flag in ["--email", "--name", "--tuid"] {
        let done = run(&["--sandbox", "users", "list", flag, " "]);
        assert_eq!(done.exit, 2, "{done:?}");
        assert!(done.stderr.contains("it is blank"), "{done:?}");
    }
}

#[test]
fn a_member_that_cannot_be_read_is_told_by_get_too() {
    let page =
        r#"{"page":1,"next":null,"final":1,"count":1,"results":[{"tuid":"a-1","displayName":{"odd":1}}]}"#;
    let server = Scripted::truu(move |_| json(200, page));
    let done = Home::truu(&server.base_url()).run("users get a-1 -o json");
    assert_eq!(
        (done.exit, done.json()["data"].as_array().unwrap().len()),
        (3, 1),
        "{done:?}"
    );
    assert!(done.stderr.contains("$.displayName"), "{done:?}");
    assert_eq!(done.json()["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_token_that_the_vendor_repeats_is_not_shown() {
    // As text, escaped as JSON, in a redirect, and in a header.
    let token = format!("{CANARY}-token");
    let escaped = token.replace('-', "\\u002d");
    let with_header = |status: u16, header: &str| {
        format!("HTTP/1.1 {status} X\r\n{header}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .into_bytes()
    };
    for reply in [
        json(400, &format!(r#"{{"message":"bad token {token}"}}"#)),
        json(400, &format!(r#"{{"message":"bad token {escaped}"}}"#)),
        with_header(302, &format!("location: /login/{token}")),
        with_header(400, &format!("x-request-id: {token}")),
    ] {
        // `listed` looks for the canary in all that was written.
        assert_eq!(listed(move |_| reply.clone()).exit, 1);
    }
}
