//! What a contract can say, what is refused, and where a broken rule is found.
#![expect(clippy::panic, reason = "an integration test fails by panicking")]

use rollbook_contract::{Contract, ContractError, Request};
use serde_json::{Value, json};

/// A contract of one list, whose rows have this schema.
fn document(row: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "a list", "version": "1"},
        "paths": {
            "/rows/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "post": {
                    "operationId": "rows",
                    "parameters": [
                        {"name": "page", "in": "query", "schema": {"type": "integer"}},
                        {"name": "active", "in": "query", "schema": {"type": "boolean"}},
                        {"name": "account", "in": "query", "required": true, "schema": {"type": "string"}},
                        {"name": "order", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},
                        {"name": "ids", "in": "query", "style": "form", "explode": true,
                            "schema": {"type": "array", "items": {"type": "integer"}}},
                        {"name": "owner", "in": "query", "style": "deepObject", "explode": true,
                            "schema": {"type": "object", "additionalProperties": false,
                                "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}},
                        {"name": "remote", "in": "query", "style": "deepObject", "explode": true,
                            "schema": {"type": "object", "additionalProperties": true}},
                        {"name": "Key", "in": "header", "required": true, "schema": {"type": "string"}}
                    ],
                    "requestBody": {"required": true, "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Row"}}}},
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {
                            "schema": {"$ref": "#/components/schemas/Row"}}}},
                        "204": {"description": ""},
                        "404": {"$ref": "#/components/responses/Gone"},
                        "4XX": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}
                    }
                }
            }
        },
        "components": {
            "responses": {"Gone": {"description": "", "x-may-be-empty": true, "content": {"application/json": {
                "schema": {"type": "object"}}}}},
            "schemas": {"Row": row}
        }
    })
}

fn parse(document: &Value) -> Result<Contract, ContractError> {
    Contract::parse("somebody", &document.to_string())
}

fn contract(row: &Value) -> Contract {
    parse(&document(row)).unwrap_or_else(|error| panic!("{error}"))
}

/// What is found in a reply whose row has this schema.
fn found(row: &Value, value: &Value) -> Vec<String> {
    let contract = contract(row);
    let findings = contract.operations()[0].check_response(200, value.to_string().as_bytes());
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_keyword_that_is_not_checked_is_refused_with_its_place() {
    for (keyword, value) in [
        ("pattern", json!("^a")),
        ("minLength", json!(1)),
        ("minimum", json!(1)),
        ("allOf", json!([])),
        ("not", json!({})),
        ("format", json!("uuid")),
        ("nullable", json!(true)),
        ("patternProperties", json!({})),
        ("x-knwon-values", json!([])),
    ] {
        let mut row = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        row["properties"]["id"][keyword] = value;
        let error = parse(&document(&row)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("#/components/schemas/Row/properties/id: the keyword `{keyword}` is not known")
        );
    }
}

#[test]
fn a_document_that_could_not_be_held_to_is_refused() {
    let cases = [
        (
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Other"}}),
            "names no component",
        ),
        (
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Row", "type": "string"}}),
            "is to stand alone",
        ),
        (
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Row"}}),
            "holds itself",
        ),
        (json!({"type": "text"}), "`type` names no type"),
        (
            json!({"type": "object", "required": ["id"]}),
            "`required` names what is no property",
        ),
        (
            json!({"type": "string", "x-time": "epoch"}),
            "`x-time` names no form of a time",
        ),
        (
            json!({"type": "array", "minItems": -1}),
            "`minItems` is to be a count",
        ),
        (json!({"oneOf": [], "anyOf": []}), "not to stand together"),
        (
            json!({"oneOf": [], "type": "string"}),
            "the keyword `type` is not known",
        ),
    ];
    for (row, message) in cases {
        let error = parse(&document(&row)).unwrap_err().to_string();
        assert!(error.contains(message), "{row}: {error}");
    }
    let joined =
        json!({"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}});
    let mut twice = document(&json!({}));
    twice["paths"]["/other"] = twice["paths"]["/rows/{id}"].clone();
    let mut comma = document(&json!({}));
    comma["paths"]["/rows/{id}"]["post"]["parameters"][4] = joined;
    let mut body = document(&json!({}));
    body["paths"]["/rows/{id}"]["post"]["requestBody"]["content"] = json!({"text/plain": {"schema": {}}});
    for (document, message) in [
        (twice, "the operation `rows` is there twice"),
        (comma, "both with `explode`"),
        (body, "this media type is not supported"),
    ] {
        let error = parse(&document).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(Contract::parse("somebody", "{").is_err());
}

#[test]
fn each_rule_of_a_schema_is_found_where_it_is_broken() {
    let row = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "size": {"type": ["integer", "null"]},
            "share": {"type": "number"},
            "level": {"type": "string", "enum": ["low", "high"]},
            "one": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "boolean"}},
            "seen": {"type": "integer", "x-time": "unix-milliseconds"},
            "by_key": {"type": "object", "additionalProperties": {"type": "integer"}},
            "either": {"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": false,
                "required": ["a"], "properties": {"a": {"type": "string"}}}]},
            "both": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            "any": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
            "open": {}
        }
    });
    let good = json!({
        "id": "a", "size": null, "share": 1, "level": "low", "one": [true], "seen": 1_705_327_828_000_i64,
        "by_key": {"x": 1}, "either": {"a": "b"}, "both": 1.5, "any": 1, "open": {"z": [1]}
    });
    assert_eq!(found(&row, &good), Vec::<String>::new());
    let cases = [
        (json!({}), "$.id: missing"),
        (json!({"id": "a", "ID": "b"}), "$.ID: not in the contract"),
        (json!({"id": null}), "$.id: null where string is expected"),
        (
            json!({"id": "a", "size": 1.5}),
            "$.size: number where null or integer is expected",
        ),
        (
            json!({"id": "a", "level": "Low"}),
            "$.level: none of \"low\", \"high\"",
        ),
        (json!({"id": "a", "one": []}), "$.one: too few or too many items"),
        (
            json!({"id": "a", "one": [true, false]}),
            "$.one: too few or too many items",
        ),
        (
            json!({"id": "a", "one": ["x"]}),
            "$.one[0]: string where boolean is expected",
        ),
        (
            json!({"id": "a", "seen": 1_705_327_828}),
            "$.seen: not a time in the form unix-milliseconds",
        ),
        (
            json!({"id": "a", "by_key": {"ann@x.y": "b"}}),
            "$.by_key.*: string where integer is expected",
        ),
        (json!({"id": "a", "either": {}}), "$.either.a: missing"),
        (
            json!({"id": "a", "either": 1}),
            "$.either: integer where string or object is expected",
        ),
        (
            json!({"id": "a", "both": 1}),
            "$.both: fits several alternatives of which one is to fit",
        ),
        (json!([]), "$: array where object is expected"),
    ];
    for (value, expected) in cases {
        assert_eq!(found(&row, &value), [expected], "{value}");
    }
}

#[test]
fn a_status_is_looked_for_before_its_range_and_decides_on_the_body() {
    let contract = contract(&json!({"type": "object"}));
    let operation = &contract.operations()[0];
    for (status, body, expected) in [
        (200, "{}", None),
        (200, "", Some("$: missing")),
        (200, "<html>", Some("$: not of the expected format")),
        (204, " ", None),
        (204, "{}", Some("$: a body where there is to be none")),
        (404, "", None),
        (404, "\"gone\"", Some("$: string where object is expected")),
        (418, "\"tea\"", None),
        (500, "{}", Some("status: not in the contract")),
    ] {
        let findings = operation.check_response(status, body.as_bytes());
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            expected.into_iter().collect::<Vec<_>>(),
            "{status} {body}"
        );
    }
}

#[test]
fn each_rule_of_a_request_is_found_where_it_is_broken() {
    let contract = contract(&json!({"type": "object", "additionalProperties": false}));
    let request = |query: &str| {
        Request::new("POST", &format!("/rows/a%2Fb?{query}"))
            .with_header("KEY", "k")
            .with_header("Content-Type", "application/json; charset=utf-8")
            .with_body("{}")
    };
    let found = |request: Request| -> Vec<String> {
        let operation = contract.operation_of(&request).unwrap();
        operation
            .check_request(&request)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let all =
        "account=a&page=2&active=true&order=asc&ids=1&ids=2&owner[name]=Ann&owner[age]=7&remote[a][b]=c";
    assert_eq!(found(request(all)), Vec::<String>::new());
    for (query, expected) in [
        ("", "query.account: missing"),
        ("account=a&Page=2", "query.Page: not in the contract"),
        (
            "account=a&page=two",
            "query.page: string where integer is expected",
        ),
        (
            "account=a&active=yes",
            "query.active: string where boolean is expected",
        ),
        ("account=a&order=up", "query.order: none of \"asc\", \"desc\""),
        ("account=a&account=b", "query.account: sent more than once"),
        ("account=a&ids=1,2", "query.ids: string where integer is expected"),
        (
            "account=a&owner[shoe]=7",
            "query.owner[shoe]: not in the contract",
        ),
        (
            "account=a&owner[name][x]=7",
            "query.owner[name][x]: not in the contract",
        ),
        ("account=a&owner=Ann", "query.owner: not in the contract"),
        ("account=a&page[x]=1", "query.page[x]: not in the contract"),
        ("account=a&ann@x.y=1", "query.*: not in the contract"),
    ] {
        assert_eq!(found(request(query)), [expected], "{query}");
    }
    let bare = Request::new("POST", "/rows/a?account=a");
    assert_eq!(found(bare.clone()), ["headers.Key: missing", "$: missing"]);
    let text = bare.with_header("key", "k").with_body("{}");
    assert_eq!(
        found(text.clone()),
        ["headers.content-type: not of the expected format"]
    );
    let odd = text
        .with_header("content-type", "application/json")
        .with_body("{\"a\": 1}");
    assert_eq!(found(odd), ["$.a: not in the contract"]);
    assert!(contract.operation_of(&Request::new("GET", "/rows/a")).is_none());
    assert!(contract.operation_of(&Request::new("POST", "/rows/a/")).is_none());
}

#[test]
fn a_form_is_checked_as_an_object_and_has_each_name_once() {
    let truu = Contract::of("truu").unwrap();
    let found = |body: &str| -> Vec<String> {
        let request = Request::new("POST", "/oauth/token")
            .with_header("content-type", "application/x-www-form-urlencoded")
            .with_body(body);
        let operation = truu.operation_of(&request).unwrap();
        operation
            .check_request(&request)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let form =
        "grant_type=client_credentials&scope=tenant-management-api-user&client_id=a&client_secret=b%26c";
    assert_eq!(found(form), Vec::<String>::new());
    assert_eq!(found(&form.replace("scope", "scopes"))[0], "$.scope: missing");
    assert_eq!(
        found(&format!("{form}&scope=x")),
        ["$: not of the expected format"]
    );
}

#[test]
fn findings_hold_nothing_that_a_person_or_a_vendor_wrote() {
    const CANARY: &str = "canary.7f3a@example.com";
    let of_canaries = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| ((*name).to_owned(), Value::from(CANARY)))
            .collect()
    };
    for contract in Contract::all() {
        for operation in contract.operations() {
            let rows = of_canaries(&["id", "status", "email", "Email", "created", "LastLogin", CANARY]);
            for body in [
                json!({"results": [rows], "result": [rows], "data": {"endusers": [rows]}, "endusers": [rows], CANARY: 1}),
                json!({"result": {CANARY: rows}, "next_cursor": {CANARY: CANARY}}),
                json!([rows]),
                json!(CANARY),
            ] {
                let body = body.to_string();
                let target = format!(
                    "{}?{CANARY}={CANARY}&page={CANARY}&order={CANARY}",
                    operation.path()
                );
                let request = Request::new(operation.method(), &target)
                    .with_header("content-type", "application/json")
                    .with_header("idempotency-key", CANARY)
                    .with_body(body.clone());
                let findings = [200, 400, 404, 500]
                    .into_iter()
                    .flat_map(|status| operation.check_response(status, body.as_bytes()))
                    .chain(operation.check_request(&request));
                for finding in findings {
                    let said = format!(
                        "{finding} {finding:?} {}",
                        serde_json::to_string(&finding).unwrap()
                    );
                    assert!(!said.contains("canary"), "{said}");
                }
                assert!(!format!("{request:?}").contains("canary"));
            }
        }
    }
}

#[test]
fn every_component_of_the_vendors_contracts_is_used() {
    for contract in Contract::all() {
        let document: Value = serde_json::from_str(contract.text()).unwrap();
        for kind in ["parameters", "responses", "schemas"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                let reference = format!("\"#/components/{kind}/{name}\"");
                assert!(
                    contract.text().contains(&reference),
                    "{}: {reference}",
                    contract.vendor()
                );
            }
        }
    }
}
