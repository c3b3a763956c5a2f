//! From the text of an OpenAPI document to what is used of it.
//!
//! Whatever a document says has to be understood: a keyword that is not known here is refused, since a rule that is not
//! checked looks like one that holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::ContractError;
use crate::json_type::JsonType;
use crate::operation::{Body, Format, In, Operation, Parameter, Response};
use crate::schema::{Branch, Further, Role, Schema};
use crate::time::Time;

type Result<T> = std::result::Result<T, ContractError>;

/// The extensions, anywhere in a document.
const EXTENSIONS: &[&str] = &[
    "x-assumed",
    "x-asks-for-rows",
    "x-first",
    "x-known-values",
    "x-may-be-empty",
    "x-needed",
    "x-next",
    "x-not-on-pages",
    "x-printed-as",
    "x-quirk",
    "x-read",
    "x-rows",
    "x-rows-on-a-page",
    "x-source",
    "x-time",
    "x-total",
];

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// The operations of a document.
pub(crate) fn operations(document: &Value) -> Result<Vec<Operation>> {
    let root = At::new(document, "#")?;
    root.only(&["openapi", "info", "servers", "security", "paths", "components"])?;
    if root.text("openapi")? != "3.1.0" {
        return Err(root.error("`openapi` is to be 3.1.0"));
    }
    let reader = Reader { document };
    let mut operations = Vec::new();
    let mut names = BTreeSet::new();
    for (path, item) in root.member("paths")?.members()? {
        item.only(&[METHODS, &["parameters"]].concat())?;
        for method in METHODS {
            let Some(operation) = item.member_if_there(method)? else {
                continue;
            };
            let operation = reader.operation(method, path, &item, &operation)?;
            if !names.insert(operation.id.clone()) {
                return Err(item.error(&format!("the operation `{}` is there twice", operation.id)));
            }
            operations.push(operation);
        }
    }
    Ok(operations)
}

/// An object of the document, and where it stands.
#[derive(Clone)]
struct At<'a> {
    object: &'a Map<String, Value>,
    place: String,
}

impl<'a> At<'a> {
    fn new(value: &'a Value, place: &str) -> Result<Self> {
        match value {
            Value::Object(object) => Ok(Self {
                object,
                place: place.to_owned(),
            }),
            _ => Err(ContractError::new(place, "expected an object")),
        }
    }

    fn error(&self, message: &str) -> ContractError {
        ContractError::new(&self.place, message)
    }

    /// Refuses a keyword that is neither one of these nor a known extension.
    fn only(&self, known: &[&str]) -> Result<()> {
        let is_known = |name: &str| known.contains(&name) || EXTENSIONS.contains(&name);
        match self.object.keys().find(|name| !is_known(name)) {
            Some(name) => Err(self.error(&format!("the keyword `{name}` is not known"))),
            None => Ok(()),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    fn at(&self, name: &str, value: &'a Value) -> Result<At<'a>> {
        At::new(value, &format!("{}/{}", self.place, name.replace('/', "~1")))
    }

    fn member(&self, name: &str) -> Result<At<'a>> {
        match self.get(name) {
            Some(value) => self.at(name, value),
            None => Err(self.error(&format!("`{name}` is missing"))),
        }
    }

    fn member_if_there(&self, name: &str) -> Result<Option<At<'a>>> {
        self.get(name).map(|value| self.at(name, value)).transpose()
    }

    /// All members, each an object.
    fn members(&self) -> Result<Vec<(&'a str, At<'a>)>> {
        let members = self.object.iter();
        members
            .map(|(name, value)| Ok((name.as_str(), self.at(name, value)?)))
            .collect()
    }

    fn text(&self, name: &str) -> Result<&'a str> {
        let text = self.get(name).and_then(Value::as_str);
        text.ok_or_else(|| self.error(&format!("`{name}` is to be a text")))
    }

    fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.error(&format!("`{name}` is to be true or false"))),
        }
    }

    fn list(&self, name: &str) -> Result<&'a [Value]> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.error(&format!("`{name}` is to be an array"))),
        }
    }

    fn count(&self, name: &str) -> Result<Option<usize>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        count
            .map(Some)
            .ok_or_else(|| self.error(&format!("`{name}` is to be a count")))
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl<'a> Reader<'a> {
    fn operation(&self, method: &str, path: &str, item: &At<'a>, at: &At<'a>) -> Result<Operation> {
        at.only(&[
            "operationId",
            "summary",
            "description",
            "parameters",
            "requestBody",
            "responses",
            "security",
        ])?;
        let mut parameters = Vec::new();
        for owner in [item, at] {
            for value in owner.list("parameters")? {
                parameters.push(self.parameter(&self.follow(owner.at("parameters", value)?)?)?);
            }
        }
        let request = match at.member_if_there("requestBody")? {
            None => None,
            Some(body) => {
                body.only(&["required", "content", "description"])?;
                if !body.flag("required")? {
                    return Err(body.error("a body that need not be there is not supported"));
                }
                Some(self.content(&body.member("content")?)?)
            }
        };
        let mut responses = Vec::new();
        for (status, response) in at.member("responses")?.members()? {
            let response = self.follow(response)?;
            response.only(&["description", "content"])?;
            let content = response.member_if_there("content")?;
            responses.push(Response {
                status: status.to_owned(),
                body: content.map(|content| self.content(&content)).transpose()?,
                may_be_empty: response.flag("x-may-be-empty")?,
            });
        }
        Ok(Operation {
            id: at.text("operationId")?.to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            parameters,
            request,
            responses,
        })
    }

    fn parameter(&self, at: &At<'a>) -> Result<Parameter> {
        at.only(&[
            "name",
            "in",
            "required",
            "schema",
            "style",
            "explode",
            "description",
        ])?;
        let place = match at.text("in")? {
            "path" => In::Path,
            "query" => In::Query,
            "header" => In::Header,
            other => return Err(at.error(&format!("a parameter in `{other}` is not supported"))),
        };
        let schema = self.schema(&at.member("schema")?, &mut Vec::new())?;
        let is_object = match at.get("style").and_then(Value::as_str) {
            None | Some("form") => false,
            Some("deepObject") => true,
            Some(other) => return Err(at.error(&format!("the style `{other}` is not supported"))),
        };
        let (array, object) = ([JsonType::Array], [JsonType::Object]);
        let is_array = schema.types() == array;
        // Without these words OpenAPI joins the values by commas.
        if (is_array || is_object) && !at.flag("explode")? || is_object != (schema.types() == object) {
            return Err(at.error("an array is `form` and an object `deepObject`, both with `explode`"));
        }
        let required = at.flag("required")?;
        if place == In::Path && !required {
            return Err(at.error("a parameter in a path is `required`"));
        }
        Ok(Parameter {
            name: at.text("name")?.to_owned(),
            place,
            required,
            schema,
            asks_for_rows: at.flag("x-asks-for-rows")?,
            first: at.get("x-first").map(crate::drift::word),
        })
    }

    fn content(&self, at: &At<'a>) -> Result<Body> {
        let kinds = at.members()?;
        let [(kind, media)] = kinds.as_slice() else {
            return Err(at.error("expected one media type"));
        };
        media.only(&["schema"])?;
        let format = match *kind {
            "application/json" => Format::Json,
            "application/x-www-form-urlencoded" => Format::Form,
            _ => return Err(at.error("this media type is not supported")),
        };
        let media_schema = media.member("schema")?;
        let schema = self.schema(&media_schema, &mut Vec::new())?;
        let rows_on_a_page = self.follow(media_schema)?.count("x-rows-on-a-page")?;
        Ok(Body {
            format,
            schema,
            rows_on_a_page,
        })
    }

    /// What a reference names, or what is there.
    fn follow(&self, at: At<'a>) -> Result<At<'a>> {
        let Some(reference) = at.get("$ref") else {
            return Ok(at);
        };
        if at.object.len() > 1 {
            return Err(at.error("`$ref` is to stand alone"));
        }
        let reference = reference.as_str().unwrap_or_default();
        let named = reference
            .strip_prefix('#')
            .filter(|pointer| pointer.starts_with("/components/"))
            .and_then(|pointer| self.document.pointer(pointer));
        match named {
            Some(value) => At::new(value, reference),
            None => Err(at.error(&format!("`{reference}` names no component"))),
        }
    }

    /// `open` are the places of the schemas around this one: one that holds itself would never end.
    fn schema(&self, at: &At<'a>, open: &mut Vec<String>) -> Result<Arc<Schema>> {
        let at = self.follow(at.clone())?;
        if open.contains(&at.place) {
            return Err(at.error("the schema holds itself"));
        }
        open.push(at.place.clone());
        let schema = self.read_schema(&at, open);
        open.pop();
        schema.map(Arc::new)
    }

    fn read_schema(&self, at: &At<'a>, open: &mut Vec<String>) -> Result<Schema> {
        let (exclusive, name) = match (at.get("oneOf"), at.get("anyOf")) {
            (Some(_), None) => (true, "oneOf"),
            (None, Some(_)) => (false, "anyOf"),
            (None, None) => {
                let branch = Arc::new(self.branch(at, open)?);
                return schema_of(at, vec![branch], false);
            }
            (Some(_), Some(_)) => return Err(at.error("`oneOf` and `anyOf` are not to stand together")),
        };
        at.only(&[name, "description"])?;
        let mut branches = Vec::new();
        for (index, value) in at.list(name)?.iter().enumerate() {
            let inner = self.schema(&at.at(&format!("{name}/{index}"), value)?, open)?;
            branches.extend(inner.branches.iter().map(Arc::clone));
        }
        schema_of(at, branches, exclusive)
    }

    fn branch(&self, at: &At<'a>, open: &mut Vec<String>) -> Result<Branch> {
        at.only(&[
            "type",
            "description",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "enum",
            "const",
        ])?;
        let mut members = BTreeMap::new();
        if let Some(properties) = at.member_if_there("properties")? {
            for (name, value) in properties.object {
                let schema = self.schema(&properties.at(name, value)?, open)?;
                members.insert(name.clone(), schema);
            }
        }
        let required = required(at, &members)?;
        let further = match at.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Further::Open,
            Some(Value::Bool(false)) => Further::Closed,
            Some(value) => Further::Each(self.schema(&at.at("additionalProperties", value)?, open)?),
        };
        let items = at.member_if_there("items")?;
        Ok(Branch {
            types: types(at)?,
            members,
            required,
            further,
            items: items.map(|items| self.schema(&items, open)).transpose()?,
            least_items: at.count("minItems")?.unwrap_or(0),
            most_items: at.count("maxItems")?,
            values: match (at.get("enum"), at.get("const")) {
                (None, None) => None,
                (_, Some(value)) => Some(vec![value.clone()]),
                (Some(_), None) => Some(at.list("enum")?.to_vec()),
            },
            known: at.list("x-known-values")?.to_vec(),
            time: time(at)?,
            role: role(at)?,
        })
    }
}

fn schema_of(at: &At<'_>, branches: Vec<Arc<Branch>>, exclusive: bool) -> Result<Schema> {
    // What holds something that is read is read itself.
    let mut inner = branches.iter().flat_map(|branch| {
        let members = branch.members.values();
        members.chain(&branch.items)
    });
    Ok(Schema {
        needed: at.flag("x-needed")?,
        read: at.flag("x-read")? || inner.any(|schema| schema.read),
        not_on_pages: at.flag("x-not-on-pages")?,
        exclusive,
        branches,
    })
}

fn required(at: &At<'_>, members: &BTreeMap<String, Arc<Schema>>) -> Result<BTreeSet<String>> {
    let mut required = BTreeSet::new();
    for name in at.list("required")? {
        let name = name.as_str().filter(|name| members.contains_key(*name));
        let name = name.ok_or_else(|| at.error("`required` names what is no property"))?;
        required.insert(name.to_owned());
    }
    Ok(required)
}

fn types(at: &At<'_>) -> Result<Vec<JsonType>> {
    let words = match at.get("type") {
        None => return Ok(Vec::new()),
        Some(Value::Array(words)) => words.as_slice(),
        Some(word) => std::slice::from_ref(word),
    };
    let types = words
        .iter()
        .map(|word| word.as_str().and_then(JsonType::from_keyword));
    let types: Option<Vec<_>> = types.collect();
    types.ok_or_else(|| at.error("`type` names no type"))
}

/// What the value is to a walk.
fn role(at: &At<'_>) -> Result<Option<Role>> {
    let roles = [
        ("x-rows", Role::Rows),
        ("x-total", Role::Total),
        ("x-next", Role::Next),
    ];
    for (name, role) in roles {
        if at.flag(name)? {
            return Ok(Some(role));
        }
    }
    Ok(None)
}

fn time(at: &At<'_>) -> Result<Option<Time>> {
    if at.get("x-time").is_none() {
        return Ok(None);
    }
    let time = Time::from_keyword(at.text("x-time")?);
    time.map(Some)
        .ok_or_else(|| at.error("`x-time` names no form of a time"))
}
