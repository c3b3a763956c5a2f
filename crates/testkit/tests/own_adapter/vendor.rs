//! The vendor, played by a function from request to reply.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use rollbook_testkit::{FakeTransport, Reply};
use rollbook_transport::Request;
use serde_json::{Value, json};

const PAGE: usize = 20;

#[derive(Clone)]
pub(crate) struct Vendor {
    users: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Vendor {
    pub(crate) fn new(count: usize) -> Self {
        let user = |number: usize| {
            let id = format!("u/{number:03}");
            let row = json!({
                "id": id,
                "mail": format!("User{number}@example.com"),
                "name": format!("Ünal & {number}"),
                "seen": 1_705_327_828_000_i64,
            });
            (id, row)
        };
        Self {
            users: Arc::new(Mutex::new((0..count).map(user).collect())),
        }
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.users.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn transport(&self) -> FakeTransport {
        let vendor = self.clone();
        FakeTransport::answering(move |request| vendor.answer(request))
    }

    fn answer(&self, request: &Request) -> Reply {
        let mut users = self.users.lock().unwrap();
        let path = request.uri().path();
        if path == "/users" {
            let page = request
                .uri()
                .query()
                .and_then(|query| query.strip_prefix("page="));
            return page_of(&users, page.and_then(|page| page.parse().ok()).unwrap_or(1));
        }
        let id = path.strip_prefix("/users/").unwrap_or_default();
        let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
        match (request.method().as_str(), users.get(&id).cloned()) {
            (_, None) => Reply::json(404, json!({"message": "no such user"})),
            ("DELETE", Some(_)) => {
                users.remove(&id);
                Reply::status(204)
            }
            (_, Some(user)) => Reply::json(200, user),
        }
    }
}

fn page_of(users: &BTreeMap<String, Value>, page: usize) -> Reply {
    let rows: Vec<&Value> = users.values().skip((page - 1) * PAGE).take(PAGE).collect();
    let pages = users.len().div_ceil(PAGE);
    Reply::json(200, json!({"users": rows, "pages": pages, "total": users.len()}))
}
