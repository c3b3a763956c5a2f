//! Shapes and what they tell of a vendor that has changed.
#![expect(clippy::unwrap_used, reason = "an integration test fails by panicking")]

use rollbook_contract::{Contract, Operation, Shape};
use serde_json::{Value, json};

const CONTRACT: &str = r##"{
  "openapi": "3.1.0",
  "paths": {
    "/rows": {
      "get": {
        "operationId": "rows",
        "responses": {
          "200": {
            "description": "",
            "content": {
              "application/json": {
                "schema": {
                  "oneOf": [
                    { "type": "array", "items": { "$ref": "#/components/schemas/Row" } },
                    { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Row" } }
                  ]
                }
              }
            }
          }
        }
      }
    }
  },
  "components": {
    "schemas": {
      "Row": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "name"],
        "properties": {
          "id": { "type": "string", "x-needed": true },
          "name": { "type": "string" },
          "size": { "type": ["integer", "null"] },
          "flag": { "type": "string", "enum": ["TRUE", "FALSE"] },
          "status": { "type": "string", "x-known-values": ["active"] },
          "seen": { "type": ["integer", "string"], "x-time": "unix-nanoseconds" },
          "level": { "type": "integer", "x-known-values": [100, 300] },
          "remote": { "type": "object", "additionalProperties": true }
        }
      }
    }
  }
}"##;

fn contract() -> Contract {
    Contract::parse("somebody", CONTRACT).unwrap()
}

fn row() -> Value {
    json!({
        "id": "a", "name": "Ann", "size": 1, "flag": "TRUE", "status": "active", "level": 100,
        "seen": 1_595_623_756_579_573_745_i64, "remote": {"x": 1}
    })
}

/// The drifts of these rows beside one that is as it should be.
fn drifts(operation: &Operation, rows: &[Value]) -> Vec<String> {
    let mut shape = operation.shape();
    shape.add(&json!([row()]));
    shape.add(&Value::from(rows));
    operation
        .compare(&shape)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn without(name: &str) -> Value {
    let mut row = row();
    row.as_object_mut().unwrap().remove(name);
    row
}

fn with(name: &str, value: Value) -> Value {
    let mut row = row();
    row[name] = value;
    row
}

#[test]
fn replies_that_fit_the_contract_are_no_drift() {
    let contract = contract();
    let rows = [
        with("size", Value::Null),
        without("level"),
        with("remote", json!({"y": [CANARY]})),
    ];
    assert_eq!(drifts(&contract.operations()[0], &rows), Vec::<String>::new());
}

#[test]
fn each_kind_of_drift_is_told_with_its_place_and_its_severity() {
    let contract = contract();
    for (row, expected) in [
        (
            with("shoe", json!(42)),
            "notable: $[].shoe: a new member, integer (1 of 2)",
        ),
        (without("id"), "breaking: $[].id: missing (1 of 2)"),
        (without("name"), "notable: $[].name: missing (1 of 2)"),
        (
            with("id", Value::Null),
            "breaking: $[].id: null, which it never was (1 of 2)",
        ),
        (
            with("name", Value::Null),
            "notable: $[].name: null, which it never was (1 of 2)",
        ),
        (
            with("name", json!({"a": 1})),
            "breaking: $[].name: object where string is expected (1 of 2)",
        ),
        (
            with("size", json!(1.5)),
            "breaking: $[].size: number where null or integer is expected (1 of 2)",
        ),
        (
            with("flag", json!("true")),
            "breaking: $[].flag: the new value \"true\" (1 of 2)",
        ),
        (
            with("status", json!("gone")),
            "notable: $[].status: the new value \"gone\" (1 of 2)",
        ),
        (
            with("level", json!(700)),
            "notable: $[].level: the new value \"700\" (1 of 2)",
        ),
        (
            with("seen", json!(1_595_623_756_579_i64)),
            "breaking: $[].seen: not a time in the form unix-nanoseconds (1 of 2)",
        ),
        (
            with("remote", json!([])),
            "breaking: $[].remote: array where object is expected (1 of 2)",
        ),
        (
            json!("text"),
            "breaking: $[]: string where object is expected (1 of 2)",
        ),
    ] {
        assert_eq!(
            drifts(&contract.operations()[0], std::slice::from_ref(&row)),
            [expected],
            "{row}"
        );
    }
}

#[test]
fn a_member_that_need_not_be_there_is_told_when_it_is_nowhere() {
    let contract = contract();
    let operation = &contract.operations()[0];
    let mut shape = operation.shape();
    shape.add(&json!([without("size"), without("size")]));
    let drifts: Vec<String> = operation
        .compare(&shape)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(drifts, ["info: $[].size: missing (2 of 2)"]);
}

#[test]
fn an_object_whose_names_are_values_is_one_place() {
    let contract = contract();
    let operation = &contract.operations()[0];
    let mut shape = operation.shape();
    shape.add(&json!({"ann@example.com": row(), "bob@example.com": with("status", json!("gone"))}));
    let drifts: Vec<String> = operation
        .compare(&shape)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(drifts, ["notable: $.*.status: the new value \"gone\" (1 of 2)"]);
}

#[test]
fn nothing_seen_is_no_drift() {
    let contract = contract();
    let operation = &contract.operations()[0];
    assert!(operation.compare(&operation.shape()).is_empty());
}

#[test]
fn a_drift_is_written_for_machines() {
    let contract = contract();
    let operation = &contract.operations()[0];
    let mut shape = operation.shape();
    shape.add(&json!([with("name", json!(7)), with("status", json!("gone"))]));
    let written = serde_json::to_value(operation.compare(&shape)).unwrap();
    assert_eq!(
        written,
        json!([
            {
                "operation": "rows", "place": "$[].name", "severity": "breaking", "kind": "type_changed",
                "expected": ["string"], "found": "integer", "seen": 1, "of": 2
            },
            {
                "operation": "rows", "place": "$[].status", "severity": "notable", "kind": "new_enum_value",
                "value": "gone", "seen": 1, "of": 2
            }
        ])
    );
}

/// Replies in parts, as pages come.
fn parts() -> Vec<Value> {
    vec![
        json!([row(), without("name"), with("shoe", json!(1))]),
        json!({"a": with("status", json!("gone")), "b": without("id")}),
        json!([
            with("shoe", json!("x")),
            with("hat", Value::Null),
            7,
            with("size", Value::Null)
        ]),
        json!([]),
    ]
}

fn shape<'c>(operation: &'c Operation, parts: &[Value]) -> Shape<'c> {
    let mut shape = operation.shape();
    parts.iter().for_each(|part| shape.add(part));
    shape
}

#[test]
fn shapes_of_parts_merge_into_the_shape_of_all_in_any_order() {
    let contract = contract();
    let operation = &contract.operations()[0];
    let (parts, all) = (parts(), shape(operation, &parts()).seen());
    for split in 0..=parts.len() {
        let (mut first, mut second) = (
            shape(operation, &parts[..split]),
            shape(operation, &parts[split..]),
        );
        let swapped = second.clone();
        second.merge(&first);
        first.merge(&swapped);
        assert_eq!(first.seen(), all);
        assert_eq!(second.seen(), all);
    }
}

#[test]
fn a_shape_does_not_grow_with_what_is_added() {
    let contract = contract();
    let operation = &contract.operations()[0];
    let letters = |number: usize| -> String {
        let letter = |digit: char| char::from(b'a' + digit.to_digit(10).unwrap() as u8);
        number.to_string().chars().map(letter).collect()
    };
    let mut shape = operation.shape();
    for start in (0..5000).step_by(100) {
        let mut other = operation.shape();
        for number in start..start + 100 {
            let mut row = with("status", json!(letters(number)));
            row[letters(number)] = json!({"deep": {"deeper": []}});
            other.add(&json!([row]));
        }
        shape.merge(&other);
    }
    let seen = shape.seen();
    assert!(seen.len() < 60, "{} places", seen.len());
    let values = seen.iter().map(|seen| seen.values.len()).max();
    assert!(values <= Some(65), "{values:?} values");
    // Nothing is dropped in silence: what is past the bound is counted.
    let rest = seen.iter().find(|seen| seen.place == "$[].*").unwrap();
    assert_eq!(rest.types.values().sum::<u64>(), 5000 - 32);
    let status = seen.iter().find(|seen| seen.place == "$[].status").unwrap();
    assert_eq!(status.values.values().sum::<u64>(), 5000);
}

const CANARY: &str = "canary.7f3a@example.com";

#[test]
fn a_shape_and_its_drifts_hold_nothing_of_people() {
    for contract in Contract::all() {
        for operation in contract.operations() {
            let mut shape = operation.shape();
            let names = [
                "tuid",
                "id",
                "Email",
                "email",
                "status",
                "type",
                "Level",
                "Ownership",
                "assuranceLevel",
                CANARY,
            ];
            let row: Value = names
                .iter()
                .map(|name| ((*name).to_owned(), Value::from(CANARY)))
                .collect();
            let mut nested = row.clone();
            nested["remote_data"] = json!({CANARY: CANARY, "canary_name": [CANARY]});
            nested["user"] = row.clone();
            let rows = json!([nested, row, CANARY]);
            for body in [
                json!({"results": rows, "result": rows, "data": {"endusers": rows, "devices": rows}, "endusers": rows}),
                json!({"result": {CANARY: row}, "devices": rows, "next_cursor": CANARY, CANARY: CANARY}),
                rows.clone(),
                nested.clone(),
                json!(CANARY),
            ] {
                shape.add(&body);
            }
            let drifts = operation.compare(&shape);
            let said = format!(
                "{} {} {shape:?} {drifts:?}",
                serde_json::to_string(&shape.seen()).unwrap(),
                serde_json::to_string(&drifts).unwrap()
            );
            assert!(!said.contains("canary"), "{}: {said}", operation.id());
        }
    }
}

#[test]
fn a_type_that_changed_in_a_few_rows_is_notable_and_in_most_is_breaking() {
    let contract = contract();
    let operation = contract.operation("rows").unwrap();
    let severity = |odd: usize, member: &str| {
        let rows: Vec<Value> = (0..10)
            .map(|number| {
                let mut row = row();
                if number < odd {
                    row[member] = json!(["x"]);
                }
                row
            })
            .collect();
        let mut shape = operation.shape();
        shape.add(&Value::Array(rows));
        operation.compare(&shape)[0].severity.to_string()
    };
    assert_eq!(severity(1, "name"), "notable");
    assert_eq!(severity(5, "name"), "breaking");
    assert_eq!(severity(1, "id"), "breaking");
}

#[test]
fn a_value_that_could_be_somebodys_is_not_shown() {
    let contract = contract();
    let operation = contract.operation("rows").unwrap();
    for value in ["Ann Lee", "Left, A. Lee", "+49 30 123456", "C02XL0GYJGH5-123456"] {
        let mut row = row();
        row["status"] = json!(value);
        let mut shape = operation.shape();
        shape.add(&json!([row]));
        let told = operation.compare(&shape)[0].to_string();
        assert_eq!(told, "notable: $[].status: the new value \"*\" (1 of 1)");
    }
}
