use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::finding::{Finding, What};
use crate::json_type::JsonType;
use crate::operation::{Format, In, Operation, Parameter};
use crate::place::Place;
use crate::schema::{Further, Schema};

/// A request, as far as a contract looks at it: without its host and without what signs it in.
///
/// It is made from what a client sends, or from its parts. A path that a proxy or a base URL put before the vendor's own is to be
/// left out.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    /// A request without a body. `target` is the path, still escaped, with the query behind `?` if there is one.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: BTreeMap::new(),
            body: Vec::new(),
        }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// The same request with this body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The value of a parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        pairs.find(|pair| pair.0 == name).map(|pair| pair.1.as_str())
    }

    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// What a client sends, whatever its body is kept in. A header that is no text counts as an empty one.
///
/// ```
/// use rollbook_contract::{Contract, Request};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let truu = Contract::of("truu").ok_or("no such vendor")?;
/// let sent = http::Request::get("https://truu.test/api/v1/system/devices/?page=2").body(Vec::new())?;
/// let request = Request::from(&sent);
/// let devices = truu.operation_of(&request).ok_or("no such operation")?;
/// assert!(devices.check_request(&request).is_empty());
/// # Ok(())
/// # }
/// ```
impl<B: AsRef<[u8]>> From<&http::Request<B>> for Request {
    fn from(sent: &http::Request<B>) -> Self {
        let target = sent.uri().path_and_query().map_or("/", |target| target.as_str());
        let headers = sent.headers().iter();
        headers
            .fold(
                Self::new(sent.method().as_str(), target),
                |request, (name, value)| {
                    request.with_header(name.as_str(), value.to_str().unwrap_or_default())
                },
            )
            .with_body(sent.body().as_ref())
    }
}

/// Shows neither values nor the path, which can hold ids of people.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// What is wrong with a request for this operation: its query, the headers that the contract names, and its body. The
    /// headers of a sign-in are not looked at.
    pub fn check_request(&self, request: &Request) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_query(&request.query, &mut findings);
        let headers = Place::Root("headers");
        for parameter in self.parameters_in(In::Header) {
            let place = headers.member(&parameter.name);
            match request.headers.get(&parameter.name.to_ascii_lowercase()) {
                Some(value) => parameter.schema.check_text(value, &place, &mut findings),
                None if parameter.required => findings.push(Finding::new(&place, What::Missing)),
                None => {}
            }
        }
        self.check_body(request, &mut findings);
        findings
    }

    fn parameters_in(&self, place: In) -> impl Iterator<Item = &Parameter> {
        let parameters = self.parameters.iter();
        parameters.filter(move |parameter| parameter.place == place)
    }

    fn check_query(&self, query: &[(String, String)], findings: &mut Vec<Finding>) {
        let root = Place::Root("query");
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, value) in query {
            let outer = name.split('[').next().unwrap_or(name);
            let named = |wanted: &str| {
                self.parameters_in(In::Query)
                    .find(|parameter| parameter.name == wanted)
            };
            let exact = named(name).filter(|parameter| !parameter.is_object());
            let object = named(outer).filter(|parameter| parameter.is_object() && outer != name);
            let place = root.member(name);
            match (exact, object) {
                (Some(parameter), _) => {
                    let times = seen.entry(name).or_default();
                    *times += 1;
                    match parameter.items() {
                        Some(items) => items.check_text(value, &place, findings),
                        None if *times == 2 => findings.push(Finding::new(&place, What::Repeated)),
                        None => parameter.schema.check_text(value, &place, findings),
                    }
                }
                (None, Some(parameter)) => {
                    *seen.entry(outer).or_default() += 1;
                    parameter.check_member(&name[outer.len()..], value, &place, findings);
                }
                (None, None) => findings.push(Finding::new(&place, What::Unknown)),
            }
        }
        for parameter in self.parameters_in(In::Query) {
            if parameter.required && !seen.contains_key(parameter.name.as_str()) {
                findings.push(Finding::new(&root.member(&parameter.name), What::Missing));
            }
        }
    }

    fn check_body(&self, request: &Request, findings: &mut Vec<Finding>) {
        let place = Place::Root("$");
        match &self.request {
            None if request.body.is_empty() => {}
            None => findings.push(Finding::new(&place, What::UnexpectedBody)),
            Some(_) if request.body.is_empty() => findings.push(Finding::new(&place, What::Missing)),
            Some(body) => {
                let expected = match body.format {
                    Format::Json => "application/json",
                    Format::Form => "application/x-www-form-urlencoded",
                };
                let kind = request.headers.get("content-type");
                let kind = kind.and_then(|kind| kind.split(';').next());
                if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected)) {
                    let place = Place::Root("headers");
                    let place = place.member("content-type");
                    findings.push(Finding::new(&place, What::WrongFormat));
                }
                body.check(&request.body, findings);
            }
        }
    }
}

impl Parameter {
    fn is_object(&self) -> bool {
        self.schema.types() == [JsonType::Object]
    }

    /// The schema of each value, where the parameter repeats.
    fn items(&self) -> Option<&Schema> {
        let array = self.schema.of_type(JsonType::Array).next()?;
        array
            .items
            .as_deref()
            .filter(|_| self.schema.types() == [JsonType::Array])
    }

    /// Checks `[member]=value`. Deeper members are for an open object alone.
    fn check_member(&self, brackets: &str, value: &str, place: &Place<'_>, findings: &mut Vec<Finding>) {
        let Some(branch) = self.schema.of_type(JsonType::Object).next() else {
            return;
        };
        let member = brackets.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let member = member.filter(|member| !member.contains(['[', ']']));
        match (
            member.and_then(|member| branch.members.get(member)),
            &branch.further,
        ) {
            (Some(schema), _) => schema.check_text(value, place, findings),
            (None, Further::Open) => {}
            (None, Further::Closed | Further::Each(_)) => findings.push(Finding::new(place, What::Unknown)),
        }
    }
}

impl Schema {
    /// Checks a value that is sent as text: a number or a truth value where the schema has one and the text reads as one.
    fn check_text(&self, text: &str, place: &Place<'_>, findings: &mut Vec<Finding>) {
        let types = self.types();
        let value = match (text.parse::<i64>(), text.parse::<bool>()) {
            (Ok(number), _) if types.contains(&JsonType::Integer) => Value::from(number),
            (_, Ok(flag)) if types.contains(&JsonType::Boolean) => Value::from(flag),
            _ => Value::from(text),
        };
        self.check(&value, place, findings);
    }
}
