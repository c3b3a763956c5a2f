//! How tight the contract is: what it allows and nothing shows, and what is shown and it does not list.
//!
//! A rule that is taken out of the contract makes no good reply a bad one. But then the contract allows something that no
//! fixture and no exchange with the sandbox has, and that is another line here. So is a member that the sandbox has no more.

use std::collections::{BTreeMap, BTreeSet};

use rollbook_contract::fixtures::Reply;
use rollbook_contract::{Contract, In, JsonType, Operation, Request};
use serde_json::Value;

use crate::cases::odd;
use crate::sandbox::{self, Witness};
use crate::support::{self, cases, operation};

/// What is allowed and what is seen where one thing is said: `User.email`.
#[derive(Default)]
struct Said {
    types: BTreeSet<String>,
    values: BTreeSet<String>,
    /// Rules that what is seen cannot show.
    besides: BTreeSet<String>,
    is_optional: bool,
    seen_types: BTreeSet<&'static str>,
    seen_values: BTreeSet<String>,
    seen: u64,
    in_sandbox: bool,
    is_parameter: bool,
    /// How often it could have been there.
    of: u64,
}

/// A document, read from its text and not by what is tested, and what is seen of it.
struct Evidence<'a> {
    document: &'a Value,
    said: BTreeMap<String, Said>,
    /// Operations with the parameters and the statuses that were met, and responses that came without a body.
    met: BTreeSet<(String, String)>,
    /// Whether what comes now is an exchange with the sandbox.
    is_sandbox: bool,
}

impl<'a> Evidence<'a> {
    /// Takes in the value at one place, or that there is none.
    fn visit(&mut self, schema: &'a Value, said_at: &str, is_optional: bool, value: Option<&Value>) {
        let (schema, name) = followed(self.document, schema);
        let inside = name.unwrap_or(said_at);
        let mut branches = vec![(schema, inside.to_owned())];
        for branch in ["oneOf", "anyOf"].iter().flat_map(|name| list(&schema[*name])) {
            let (branch, name) = followed(self.document, branch);
            branches.push((branch, name.unwrap_or(inside).to_owned()));
        }
        let said = self.said.entry(said_at.to_owned()).or_default();
        said.is_optional |= is_optional;
        said.of += 1;
        said.seen += u64::from(value.is_some());
        said.in_sandbox |= self.is_sandbox && value.is_some();
        if let Some(value) = value {
            said.seen_types.insert(JsonType::of(value).as_str());
        }
        for (branch, _) in &branches {
            said.allow(branch, value);
        }
        match value {
            Some(Value::Object(members)) => {
                let fits = |branch: &Value| {
                    types(branch).any(|kind| kind == "object")
                        && list(&branch["required"]).all(|name| members.contains_key(name.as_str().unwrap()))
                };
                let Some((branch, inside)) = branches.iter().find(|(branch, _)| fits(branch)) else {
                    return;
                };
                for (name, member) in branch["properties"].as_object().into_iter().flatten() {
                    let is_optional = !list(&branch["required"]).any(|required| required == name);
                    self.visit(
                        member,
                        &format!("{inside}.{name}"),
                        is_optional,
                        members.get(name),
                    );
                }
                if branch["additionalProperties"].is_object() {
                    for value in members.values() {
                        let entry = format!("{inside}.*");
                        self.visit(&branch["additionalProperties"], &entry, false, Some(value));
                    }
                }
            }
            Some(Value::Array(items)) => {
                let branch = branches.iter().find(|(branch, _)| branch["items"].is_object());
                let Some((branch, inside)) = branch else {
                    return;
                };
                for value in items {
                    self.visit(&branch["items"], &format!("{inside}[]"), false, Some(value));
                }
            }
            _ => {}
        }
    }

    /// A body that was sent or came, under the content of its place in the document.
    fn body(&mut self, content: &'a Value, said_at: &str, body: Option<Value>) {
        let media = content.as_object().and_then(|content| content.values().next());
        if let (Some(media), Some(body)) = (media, body) {
            self.visit(&media["schema"], said_at, false, Some(&body));
        }
    }

    fn request(&mut self, contract: &Contract, method: &str, target: &str, body: Option<Value>) {
        let Some(operation) = contract.operation_of(&Request::new(method, target)) else {
            return;
        };
        let query = target.split_once('?').map_or("", |(_, query)| query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            self.parameter(operation, &name, &value);
            self.met.insert((operation.id().to_owned(), name.into_owned()));
        }
        let content = &self.at(operation)["requestBody"]["content"];
        self.body(content, &format!("{} request", operation.id()), body);
    }

    /// One parameter of a query, read as the type that it can be.
    fn parameter(&mut self, operation: &Operation, name: &str, value: &str) {
        let (outer, member) = match name.split_once('[') {
            Some((outer, member)) => (outer, member.trim_end_matches(']')),
            None => (name, ""),
        };
        for parameter in list(&self.at(operation)["parameters"]) {
            let (parameter, shared) = followed(self.document, parameter);
            let (exact, schema) = (parameter["name"] == name, &parameter["schema"]);
            let schema = match schema["properties"].get(member) {
                Some(member) if parameter["name"] == outer => member,
                None if exact && schema["items"].is_object() => &schema["items"],
                None if exact => schema,
                _ => continue,
            };
            let is_text = types(schema).any(|kind| kind == "string");
            let value = match serde_json::from_str(value) {
                Ok(value) if !is_text => value,
                _ => Value::from(value),
            };
            let said_at = format!("{} query.{name}", shared.unwrap_or(operation.id()));
            self.visit(schema, &said_at, false, Some(&value));
            self.said.entry(said_at).or_default().is_parameter = true;
        }
    }

    fn reply(&mut self, operation: &Operation, status: u16, body: &[u8]) {
        let responses = &self.at(operation)["responses"];
        let (exact, range) = (status.to_string(), format!("{}XX", status / 100));
        let named = [exact, range]
            .into_iter()
            .find(|name| responses.get(name).is_some());
        let Some(named) = named else { return };
        let (response, component) = followed(self.document, &responses[&named]);
        let label = format!("{} {named}", operation.id());
        self.body(&response["content"], &label, serde_json::from_slice(body).ok());
        if let Some(component) = component.filter(|_| body.is_empty()) {
            self.met.insert((component.to_owned(), "empty".to_owned()));
        }
        if named.ends_with("XX") {
            let by_range = format!("{status} only as {named}");
            self.met.insert((operation.id().to_owned(), by_range));
        }
        self.met.insert((operation.id().to_owned(), named));
    }

    fn at(&self, operation: &Operation) -> &'a Value {
        &self.document["paths"][operation.path()][operation.method().to_lowercase()]
    }

    fn report(&self, contract: &Contract) -> String {
        let mut lines = Vec::new();
        for operation in contract.operations() {
            let id = operation.id();
            let met = |what: &str| {
                let inner = format!("{what}[");
                let mut met = self.met.iter();
                met.any(|(of, name)| of == id && (name == what || name.starts_with(&inner)))
            };
            let query = operation.parameters().iter();
            let query = query.filter(|parameter| parameter.place() == In::Query && !met(parameter.name()));
            lines.extend(query.map(|parameter| format!("{id} {}: never sent", parameter.name())));
            let responses = self.at(operation)["responses"].as_object();
            let responses = responses.into_iter().flatten().filter(|(status, _)| !met(status));
            lines.extend(responses.map(|(status, _)| format!("{id} {status}: never answered")));
        }
        let by_range = self.met.iter().filter(|(_, what)| what.contains(" only as "));
        lines.extend(by_range.map(|(id, what)| format!("{id} {what}")));
        let components = self.document["components"]["responses"]
            .as_object()
            .unwrap()
            .iter();
        let empty = components.filter(|(name, response)| {
            let met = (name.to_string(), "empty".to_owned());
            response["x-may-be-empty"] == true && !self.met.contains(&met)
        });
        lines.extend(empty.map(|(name, _)| format!("{name}: never empty")));
        let places = self.said.iter();
        lines.extend(places.flat_map(|(place, said)| {
            said.lines()
                .into_iter()
                .map(move |line| format!("{place}: {line}"))
        }));
        lines.join("\n")
    }
}

impl Said {
    fn allow(&mut self, schema: &Value, value: Option<&Value>) {
        self.types.extend(types(schema).map(str::to_owned));
        let closed: Vec<String> = list(&schema["enum"])
            .chain(schema.get("const"))
            .map(text)
            .collect();
        self.values.extend(
            list(&schema["x-known-values"])
                .map(text)
                .chain(closed.iter().cloned()),
        );
        if let Some(value) = value.filter(|value| !value.is_null() && !self.values.is_empty()) {
            self.seen_values.insert(text(value));
        }
        if !closed.is_empty() {
            self.besides.insert("no other value".to_owned());
        }
        let is_object = types(schema).any(|kind| kind == "object");
        if is_object && matches!(schema["additionalProperties"], Value::Null | Value::Bool(true)) {
            self.besides.insert("open".to_owned());
        }
        for name in [
            "x-needed",
            "x-time",
            "x-read",
            "x-not-on-pages",
            "x-rows",
            "x-total",
            "x-next",
        ] {
            if let Some(value) = schema.get(name) {
                self.besides.insert(format!("{name} {value}"));
            }
        }
    }

    fn lines(&self) -> Vec<String> {
        if self.seen == 0 {
            return vec!["never there".to_owned()];
        }
        let mut lines: Vec<String> = self.besides.iter().cloned().collect();
        if !self.in_sandbox && !self.is_parameter {
            lines.push("in fixtures alone".to_owned());
        }
        if self.is_optional && self.seen == self.of {
            lines.push("always there".to_owned());
        }
        let types = self
            .types
            .iter()
            .filter(|kind| !self.seen_types.contains(kind.as_str()));
        let never = types.chain(self.values.difference(&self.seen_values));
        lines.extend(never.map(|what| format!("never {what:?}")));
        let is_any = self.types.is_empty();
        let others = self.seen_types.iter().copied();
        let others = others.filter(|kind| !is_any && !self.types.contains(*kind));
        let values = self.seen_values.difference(&self.values);
        let others = others.chain(values.map(String::as_str));
        lines.extend(others.map(|what| format!("{what:?}, which is not listed")));
        lines
    }
}

/// What a reference names, with its name; or what is there.
fn followed<'a>(document: &'a Value, schema: &'a Value) -> (&'a Value, Option<&'a str>) {
    match schema["$ref"].as_str() {
        Some(reference) => (
            document.pointer(&reference[1..]).unwrap(),
            reference.rsplit('/').next(),
        ),
        None => (schema, None),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let one = schema["type"].as_str();
    one.into_iter()
        .chain(list(&schema["type"]).filter_map(Value::as_str))
}

fn text(value: &Value) -> String {
    value.as_str().map_or(value.to_string(), str::to_owned)
}

/// A body as it is checked: JSON, or a form as an object.
fn parsed(body: &str) -> Option<Value> {
    match serde_json::from_str(body) {
        Ok(value) => Some(value),
        Err(_) if body.is_empty() => None,
        Err(_) => Some(
            form_urlencoded::parse(body.as_bytes())
                .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
                .collect(),
        ),
    }
}

/// Everything that fits the contract: what fixtures send, what they answer where that is not odd, and the sandbox.
fn report(vendor: &str, witness: &Witness) -> String {
    let contract = support::contract(vendor);
    let document = serde_json::from_str(contract.text()).unwrap();
    let mut evidence = Evidence {
        document: &document,
        said: BTreeMap::new(),
        met: BTreeSet::new(),
        is_sandbox: true,
    };
    for exchange in &witness.exchanges {
        if exchange.is_good {
            let body = parsed(&exchange.sent);
            evidence.request(&contract, &exchange.method, &exchange.target, body);
        }
        let operation = contract.operation(&exchange.operation).unwrap();
        evidence.reply(operation, exchange.status, &exchange.body);
    }
    evidence.is_sandbox = false;
    let odd = odd();
    for case in cases(vendor) {
        let requests: Value = serde_json::from_str(&case.files()["request.json"]).unwrap();
        for request in list(&requests) {
            let target = format!("{}?{}", text(&request["path"]), text(&request["query"]));
            let body = match &request["body"] {
                Value::Null => None,
                Value::String(text) => parsed(text),
                json => Some(json.clone()),
            };
            evidence.request(&contract, &text(&request["method"]), &target, body);
        }
        let name = format!("{vendor}/{}/{}", case.operation(), case.name());
        for reply in case.replies().iter().filter(|_| !odd.contains(&name)) {
            if let Reply::Answer { status, body, .. } = reply {
                evidence.reply(operation(&contract, case.operation()), *status, body.as_bytes());
            }
        }
    }
    evidence.report(&contract)
}

#[test]
fn truus_contract_allows_nothing_more_than_is_written_down() {
    insta::assert_snapshot!("truu", report("truu", &sandbox::truu()));
}

#[test]
fn banyans_contract_allows_nothing_more_than_is_written_down() {
    insta::assert_snapshot!("banyan", report("banyan", &sandbox::banyan()));
}

#[test]
fn trutos_contract_allows_nothing_more_than_is_written_down() {
    insta::assert_snapshot!("truto", report("truto", &sandbox::truto()));
}
