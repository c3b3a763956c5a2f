//! Whether the contracts say of each member what is true of the mapping: that something of the model comes from it, or nothing.
//!
//! The rows are made from the contracts, so that no member is left out. Each member is taken away, from the whole row and from
//! one that has nothing else, and what the model has then is compared.
#![cfg(feature = "contract")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rollbook::contract::Contract;
use rollbook::transport::{Request, Response, Transport, TransportError};
use rollbook::{BaseUrl, Rollbook, Secret, Source, SourceConfig, Walk};
use rollbook_testkit::FakeClock;
use serde_json::{Map, Value, json};

/// Answers every list with one page of one row, which can be another one for the next call.
#[derive(Debug, Default)]
struct OneRow {
    body: Mutex<Value>,
}

#[async_trait]
impl Transport for OneRow {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let body = match request.uri().path() {
            "/oauth/token" => json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600}),
            "/api/v1/refresh_token" => json!({"Message": "t"}),
            _ => self.body.lock().unwrap().clone(),
        };
        let reply = http::Response::builder().header("content-type", "application/json");
        Ok(reply.body(body.to_string().into()).unwrap())
    }
}

fn source(list: &List) -> SourceConfig {
    let base_url = || BaseUrl::parse("http://127.0.0.1:1").unwrap();
    let secret = || Secret::new("s").unwrap();
    let name = "x".parse().unwrap();
    match list.vendor {
        "truu" => SourceConfig::truu(name, rollbook::truu::Config::new(base_url(), "c", secret())),
        "banyan" => SourceConfig::banyan(name, rollbook::banyan::Config::new(base_url(), secret())),
        _ => {
            let mut config = rollbook::truto::Config::new(base_url(), "a", secret());
            if list.resource.starts_with("mdm") {
                config.models = vec![rollbook::truto::Model::Mdm];
            }
            SourceConfig::truto(name, config)
        }
    }
}

/// A list that the model has: which rows of the contract it reads, and the page around one.
struct List {
    vendor: &'static str,
    row: &'static str,
    resource: &'static str,
    page: fn(Value) -> Value,
}

const LISTS: &[List] = &[
    List {
        vendor: "truu",
        row: "User",
        resource: "users",
        page: truu_page,
    },
    List {
        vendor: "truu",
        row: "SystemDevice",
        resource: "devices",
        page: truu_page,
    },
    List {
        vendor: "truu",
        row: "Asset",
        resource: "workstations",
        page: truu_page,
    },
    List {
        vendor: "banyan",
        row: "EndUser",
        resource: "users",
        page: |row| json!({"endusers": [row], "count": 1}),
    },
    List {
        vendor: "banyan",
        row: "Device",
        resource: "devices",
        page: |row| json!({"devices": [row], "count": 1}),
    },
    List {
        vendor: "truto",
        row: "User",
        resource: "users",
        page: truto_page,
    },
    List {
        vendor: "truto",
        row: "MdmUser",
        resource: "mdm users",
        page: truto_page,
    },
    List {
        vendor: "truto",
        row: "MdmDevice",
        resource: "mdm devices",
        page: truto_page,
    },
];

fn truu_page(row: Value) -> Value {
    json!({"page": 1, "next": null, "previous": null, "final": 1, "pageSize": 25, "count": 1, "results": [row]})
}

fn truto_page(row: Value) -> Value {
    json!({"result": [row], "next_cursor": null})
}

/// What the model has of the row, without the row itself.
async fn mapped(source: &Source, wire: &OneRow, list: &List, row: &Value) -> String {
    *wire.body.lock().unwrap() = (list.page)(row.clone());
    let mut said = Vec::new();
    match list.resource {
        "users" | "mdm users" => {
            for mut user in rows(source.users(&Default::default()).unwrap()).await {
                user.native = None;
                said.push(format!("{user:?}"));
            }
        }
        "devices" | "mdm devices" => {
            for mut device in rows(source.devices(&Default::default()).unwrap()).await {
                device.native = None;
                said.push(format!("{device:?}"));
            }
        }
        _ => {
            for mut workstation in rows(source.workstations(&Default::default()).unwrap()).await {
                workstation.native = None;
                said.push(format!("{workstation:?}"));
            }
        }
    }
    said.join("\n")
}

async fn rows<T: Send + 'static>(walks: Vec<Walk<T>>) -> Vec<T> {
    let mut rows = Vec::new();
    for mut walk in walks {
        // A row that cannot be read leaves a page without rows.
        rows.extend(walk.next_page().await.unwrap_or(Ok(Vec::new())).unwrap());
    }
    rows
}

/// A member of the contract: where it stands in the row, and where the contract says so.
#[derive(Clone)]
struct Member {
    pointer: String,
    said_at: String,
    is_marked: bool,
    is_needed: bool,
}

/// Makes the value that a schema describes, and collects the members without members of their own.
fn make(document: &Value, schema: &Value, said_at: &str, pointer: &str, members: &mut Vec<Member>) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        let named = document.pointer(&reference[1..]).unwrap();
        return make(document, named, name, pointer, members);
    }
    for branch in ["oneOf", "anyOf"] {
        if let Some(last) = schema[branch].as_array().and_then(|branches| branches.last()) {
            return make(document, last, said_at, pointer, members);
        }
    }
    if let Some(properties) = schema["properties"].as_object() {
        let mut object = Map::new();
        for (name, schema) in properties {
            let (said_at, pointer) = (format!("{said_at}.{name}"), format!("{pointer}/{name}"));
            let before = members.len();
            let value = make(document, schema, &said_at, &pointer, members);
            if members.len() == before {
                let is = |flag: &str| schema[flag] == true;
                let (is_marked, is_needed) = (is("x-read"), is("x-needed"));
                members.push(Member {
                    pointer,
                    said_at,
                    is_marked,
                    is_needed,
                });
            }
            object.insert(name.clone(), value);
        }
        return Value::Object(object);
    }
    let known = schema["const"].as_str().or(schema["enum"][0].as_str());
    if let Some(word) = known.or(schema["x-known-values"][0].as_str()) {
        return Value::from(word);
    }
    if schema["x-known-values"][0].is_u64() {
        return schema["x-known-values"][0].clone();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        types => types
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect(),
    };
    match (
        types.iter().find(|kind| **kind != "null"),
        schema["x-time"].as_str(),
    ) {
        (_, Some("unix-milliseconds")) => json!(1_705_327_828_000_i64),
        (_, Some("unix-nanoseconds")) => json!(1_705_327_828_000_000_000_i64),
        (_, Some(_)) => json!("2024-01-12T16:27:31.064376Z"),
        (Some(&"boolean"), _) => json!(true),
        (Some(&"integer" | &"number"), _) => json!(42),
        (Some(&"array"), _) => json!([make(
            document,
            &schema["items"],
            said_at,
            &format!("{pointer}/0"),
            members
        )]),
        (Some(&"object"), _) => json!({"a": "b"}),
        _ => json!(format!("of {}", said_at.to_lowercase())),
    }
}

fn without(row: &Value, pointer: &str) -> Value {
    let mut row = row.clone();
    let (outer, name) = pointer.rsplit_once('/').unwrap();
    row.pointer_mut(outer)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name);
    row
}

/// The row with nothing but this member and those without which it is no row.
fn alone(row: &Value, member: &Member, members: &[Member]) -> Value {
    let kept = |other: &Member| {
        other.is_needed && other.pointer.matches('/').count() == 1 || other.pointer == member.pointer
    };
    let gone = members.iter().filter(|other| !kept(other));
    gone.fold(row.clone(), |row, other| without(&row, &other.pointer))
}

#[tokio::test]
async fn a_member_is_marked_as_read_when_the_model_is_another_without_it_and_only_then() {
    let (mut read, mut marked, mut tried) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for list in LISTS {
        let document: Value = serde_json::from_str(Contract::of(list.vendor).unwrap().text()).unwrap();
        let mut members = Vec::new();
        let row = make(
            &document,
            &document["components"]["schemas"][list.row],
            list.row,
            "",
            &mut members,
        );
        let wire = Arc::new(OneRow::default());
        let rollbook = Rollbook::builder()
            .transport(wire.clone())
            // For the budgets, which would make these many calls wait.
            .clock(Arc::new(FakeClock::automatic()))
            .build([&source(list)])
            .unwrap();
        let source = &rollbook.sources()[0];
        let whole = mapped(source, &wire, list, &row).await;
        assert!(!whole.is_empty(), "{} {}: no row", list.vendor, list.row);
        for member in &members {
            let name = format!("{} {}", list.vendor, member.said_at);
            if member.is_marked {
                marked.insert(name.clone());
            }
            tried.insert(name.clone());
            if member.is_needed {
                continue;
            }
            let alone = alone(&row, member, &members);
            let is_read = whole != mapped(source, &wire, list, &without(&row, &member.pointer)).await
                || mapped(source, &wire, list, &alone).await
                    != mapped(source, &wire, list, &without(&alone, &member.pointer)).await;
            if is_read {
                read.insert(name);
            }
        }
    }
    let listed =
        |names: &mut dyn Iterator<Item = &String>| names.map(String::as_str).collect::<Vec<_>>().join("\n");
    let unmarked = listed(&mut read.difference(&marked));
    assert!(
        unmarked.is_empty(),
        "read by the mapping, and without `x-read` in fixtures/<vendor>/openapi.json:\n{unmarked}"
    );
    let unread = listed(&mut marked.difference(&read));
    assert!(
        unread.is_empty(),
        "`x-read` in fixtures/<vendor>/openapi.json, and not read by the mapping:\n{unread}"
    );
    assert!(tried.len() > 100, "{} members", tried.len());
}
