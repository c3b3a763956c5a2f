//! What the server knows: the sandbox itself, and its longest lists stretched to any length.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rollbook_sandbox::credentials::{TRUU_CLIENT_ID, TRUU_CLIENT_SECRET, TRUU_SCOPE};
use rollbook_sandbox::{Sandbox, SandboxConfig};
use rollbook_transport::{Request, Response};
use serde_json::Value;

use crate::Result;
use crate::lists::List;
use crate::stretched::Stretched;

/// How many different rows there are before they repeat.
const ROWS: usize = 5000;

/// Lists up to this length are rendered once and kept.
const KEPT: u64 = 50_000;

pub(crate) struct World {
    sandbox: Sandbox,
    lists: Vec<(List, Stretched)>,
    kept: Mutex<HashMap<String, Bytes>>,
}

impl World {
    /// A world whose measured lists have `rows` rows each.
    pub(crate) fn new(rows: u64) -> Result<Self> {
        let sandbox = Sandbox::new(SandboxConfig::default().with_users(ROWS).with_devices(ROWS));
        let token = truu_token(&sandbox)?;
        let mut lists = Vec::new();
        for list in List::ALL {
            let mut pages = Vec::new();
            // A few rows fewer are in some lists: a page too many is refused or empty, and has none.
            for target in list.targets(ROWS as u64) {
                let bearer = match list {
                    List::Truu => token.clone(),
                    _ => list.bearer(),
                };
                let request = http::Request::get(target).header("authorization", bearer);
                let response = sandbox.handle(request.body(Bytes::new())?);
                if response.status().is_success() {
                    pages.push(response.into_body());
                }
            }
            lists.push((list, Stretched::new(list, &pages, rows)?));
        }
        Ok(Self {
            sandbox,
            lists,
            kept: Mutex::default(),
        })
    }

    /// The page of a measured list; none for everything else.
    pub(crate) fn page(&self, path: &str, query: &str) -> Option<Bytes> {
        let (_, list) = self.lists.iter().find(|(list, _)| list.path() == path)?;
        if list.len() > KEPT {
            return Some(list.page(query));
        }
        let target = format!("{path}?{query}");
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Some(kept.entry(target).or_insert_with(|| list.page(query)).clone())
    }

    /// Everything else is the sandbox's.
    pub(crate) fn answer(&self, request: Request) -> Response {
        self.sandbox.handle(request)
    }
}

fn truu_token(sandbox: &Sandbox) -> Result<String> {
    let form = format!(
        "grant_type=client_credentials&scope={TRUU_SCOPE}&client_id={TRUU_CLIENT_ID}&client_secret={TRUU_CLIENT_SECRET}"
    );
    let request =
        http::Request::post("/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    let response = sandbox.handle(request.body(form.into())?);
    let answer: Value = serde_json::from_slice(response.body())?;
    let token = answer["access_token"]
        .as_str()
        .ok_or("the sandbox gives no token")?;
    Ok(format!("Bearer {token}"))
}
