//! Pages of any size, of rows as the sandbox renders them.

use bytes::Bytes;
use rollbook_sandbox::{Sandbox, SandboxConfig, credentials};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

/// A list of a vendor: where the sandbox has it, and what its pages look like.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The address of a page of it, with what a page is asked for by at the end.
    pub address: &'static str,
    /// The token it is read with; none is TruU's, which is issued.
    pub token: Option<&'static str>,
    /// The member that has the rows.
    pub member: &'static str,
    /// The page around `ROWS` rows, which are at `@`.
    pub around: &'static str,
}

/// The rows of a list, in the vendor's order, as they were rendered.
pub struct Rows {
    list: List,
    texts: Vec<String>,
}

impl Rows {
    /// Every row that a plain struct can read. Where the sandbox is odd on purpose, such a struct would lose its page.
    pub fn of<T: DeserializeOwned>(list: List) -> Self {
        let sandbox = Sandbox::new(SandboxConfig::default().with_users(400).with_devices(400));
        let token = list
            .token
            .map_or_else(|| sign_in(&sandbox), |token| token.to_owned());
        let mut texts = Vec::new();
        let mut at = Some(list.address.to_owned());
        while let Some(address) = at {
            let body = get(&sandbox, &address, &token);
            let page: Value = serde_json::from_slice(&body).expect("a page");
            let rows: std::collections::HashMap<&str, &RawValue> =
                serde_json::from_slice(&body).expect("an object");
            let rows: Vec<&RawValue> = serde_json::from_str(rows[list.member].get()).expect("rows");
            texts.extend(
                rows.into_iter()
                    .map(|row| row.get().to_owned())
                    .filter(|row| serde_json::from_str::<T>(row).is_ok()),
            );
            at = match (&page["next"], &page["next_cursor"]) {
                (Value::Number(next), _) => Some(format!("{}?page={next}", list.address)),
                (_, Value::String(cursor)) => Some(format!("{}&next_cursor={cursor}", list.address)),
                _ => None,
            };
        }
        Self { list, texts }
    }

    /// A page of `count` rows that is the whole list. When there are not so many rows, they come again.
    pub fn page(&self, count: usize) -> Bytes {
        let rows: Vec<&str> = self
            .texts
            .iter()
            .cycle()
            .take(count)
            .map(String::as_str)
            .collect();
        let page = self.list.around.replace("COUNT", &count.to_string());
        Bytes::from(page.replace('@', &rows.join(",")))
    }
}

fn sign_in(sandbox: &Sandbox) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
        credentials::TRUU_CLIENT_ID,
        credentials::TRUU_CLIENT_SECRET,
        credentials::TRUU_SCOPE
    );
    let request = http::Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form))
        .expect("a request");
    let reply: Value = serde_json::from_slice(sandbox.handle(request).body()).expect("a token");
    reply["access_token"].as_str().expect("a token").to_owned()
}

fn get(sandbox: &Sandbox, address: &str, token: &str) -> Bytes {
    let request = http::Request::get(address)
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .expect("a request");
    let response = sandbox.handle(request);
    assert!(response.status().is_success(), "{address}: {}", response.status());
    response.into_body()
}
