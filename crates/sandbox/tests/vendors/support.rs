use bytes::Bytes;
use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};
use rollbook_transport::{Request, Response};
use serde_json::Value;

/// The default world.
pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new(SandboxConfig::default())
}

pub(crate) fn send(
    sandbox: &Sandbox,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let mut request: Request = http::Request::new(Bytes::from(body.to_owned()));
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = target.parse().unwrap();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    sandbox.handle(request)
}

pub(crate) fn get(sandbox: &Sandbox, bearer: &str, target: &str) -> Response {
    send(
        sandbox,
        "GET",
        target,
        &[("authorization", &format!("Bearer {bearer}"))],
        "",
    )
}

pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap_or_else(|error| panic!("{error}: {:?}", response.body()))
}

/// The body of an answer that must be good.
pub(crate) fn good(response: &Response) -> Value {
    assert_eq!(response.status(), 200, "{:?}", response.body());
    body(response)
}

/// What `pointer` finds in each row.
pub(crate) fn texts(rows: &Value, pointer: &str) -> Vec<String> {
    let text = |row: &Value| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    rows.as_array().unwrap().iter().filter_map(text).collect()
}

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(crate) fn truu_token(sandbox: &Sandbox) -> String {
    let form = "grant_type=client_credentials&scope=tenant-management-api-user\
                &client_id=sandbox&client_secret=sandbox-secret";
    let reply = good(&send(sandbox, "POST", "/oauth/token", &[FORM], form));
    reply["access_token"].as_str().unwrap().to_owned()
}

pub(crate) fn banyan(sandbox: &Sandbox, target: &str) -> Response {
    get(sandbox, credentials::BANYAN_KEY, target)
}

pub(crate) fn banyan_send(sandbox: &Sandbox, method: &str, target: &str, body: &str) -> Response {
    let bearer = format!("Bearer {}", credentials::BANYAN_KEY);
    send(sandbox, method, target, &[("authorization", &bearer)], body)
}

/// `target` without the account, which is added.
pub(crate) fn truto(sandbox: &Sandbox, target: &str) -> Response {
    truto_send(sandbox, "GET", target, &[], "")
}

/// The same with another method, more headers and a body.
pub(crate) fn truto_send(
    sandbox: &Sandbox,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let separator = if target.contains('?') { '&' } else { '?' };
    let account = credentials::TRUTO_INTEGRATED_ACCOUNT;
    let bearer = format!("Bearer {}", credentials::TRUTO_TOKEN);
    let mut all = vec![("authorization", bearer.as_str())];
    all.extend(headers);
    send(
        sandbox,
        method,
        &format!("{target}{separator}integrated_account_id={account}"),
        &all,
        body,
    )
}

/// `text` as one value of a query.
pub(crate) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
