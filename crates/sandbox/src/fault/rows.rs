//! Faults in what a reply says: another shape, a bad row, too much of something.

use serde_json::{Map, Value, json};

use super::FaultSpec;
use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};
use super::paging::changed;
use super::turn::{Memory, Turn};
use crate::Sent;
use crate::listing::Listing;

pub(super) const OTHER_SHAPE: FaultKind = FaultKind {
    name: "other-shape",
    help: "the reply is JSON of another shape",
    keys: &[FaultKey {
        name: "how",
        value: "body|rows|missing|renamed",
        default: Some("body"),
        help: "body, rows: an array is an object there, and an object an array; missing, renamed: the member with the rows is",
        example: "other-shape:how=missing",
        form: Form::Word(&["body", "rows", "missing", "renamed"]),
    }],
    example: "other-shape:how=renamed,path=/data",
    reach: Reach::All,
    act: Act::Reply(other_shape),
};

fn other_shape(spec: &FaultSpec, _: &mut Memory, turn: &mut Turn<'_, '_>) -> Option<Sent> {
    let mut body = turn.json()?;
    let how = spec.text("how")?;
    if how == "body" {
        body = match body {
            Value::Array(items) => json!({ "items": items }),
            Value::Object(_) => Value::Array(vec![body]),
            _ => return None,
        };
        return Some(changed(turn, &body));
    }
    let list = Listing::of(turn.call)?;
    let page = list.envelope(&mut body).as_object_mut()?;
    let rows = page.remove(list.rows)?;
    match (how, rows) {
        ("rows", Value::Array(rows)) => {
            let numbered = rows.into_iter().enumerate();
            let rows: Map<String, Value> = numbered.map(|(number, row)| (number.to_string(), row)).collect();
            page.insert(list.rows.to_owned(), Value::Object(rows));
        }
        // Truto's rows are an object already, where they are keyed.
        ("rows", Value::Object(rows)) => {
            page.insert(
                list.rows.to_owned(),
                rows.into_iter().map(|(_, row)| row).collect(),
            );
        }
        ("renamed", rows) => {
            page.insert("items".to_owned(), rows);
        }
        _ => {}
    }
    Some(changed(turn, &body))
}

pub(super) const BAD_ROW: FaultKind = FaultKind {
    name: "bad-row",
    help: "one row of a page is not as it should be",
    keys: &[
        FaultKey {
            name: "how",
            value: "not-object|no-id|wrong-type",
            default: Some("not-object"),
            help: "it is a text; it lacks its id; a member that is a text is an object",
            example: "bad-row:how=no-id",
            form: Form::Word(&["not-object", "no-id", "wrong-type"]),
        },
        FaultKey {
            name: "row",
            value: "NUMBER",
            default: Some("1"),
            help: "which row of the page; a shorter page is left alone",
            example: "bad-row:row=3",
            form: Form::Count(1, u64::MAX),
        },
    ],
    example: "bad-row:how=wrong-type,row=2,path=/api/v1/system/devices",
    reach: Reach::Lists,
    act: Act::Reply(|spec, _, turn| {
        let list = Listing::of(turn.call)?;
        let mut body = turn.json()?;
        let row = list.rows(&mut body)?.get_mut(spec.size("row") - 1)?;
        match spec.text("how")? {
            "no-id" => {
                row.as_object_mut()?.remove(list.id)?;
            }
            "wrong-type" => {
                let member = row.as_object_mut()?.get_mut(list.text)?;
                *member = json!({"value": member});
            }
            _ => *row = json!("not a row"),
        }
        Some(changed(turn, &body))
    }),
};

pub(super) const LONG_STRING: FaultKind = FaultKind {
    name: "long-string",
    help: "a text in the first row, or in a reply that is no list, is very long",
    keys: &[FaultKey {
        name: "bytes",
        value: "COUNT",
        default: Some("1000000"),
        help: "how long",
        example: "long-string:bytes=100000",
        form: Form::Count(1, 1 << 28),
    }],
    example: "long-string:bytes=5000000,path=/unified",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        let mut body = turn.json()?;
        *text(turn, &mut body)? = Value::String("x".repeat(spec.size("bytes")));
        Some(changed(turn, &body))
    }),
};

pub(super) const DEEP_NESTING: FaultKind = FaultKind {
    name: "deep-nesting",
    help: "a text in the first row, or in a reply that is no list, is an array in an array, and so on",
    keys: &[FaultKey {
        name: "depth",
        value: "COUNT",
        default: Some("10000"),
        help: "how many arrays",
        example: "deep-nesting:depth=200",
        form: Form::Count(1, 1 << 27),
    }],
    example: "deep-nesting:depth=100000,path=/api/v2/enduser",
    reach: Reach::All,
    act: Act::Reply(|spec, _, turn| {
        const HERE: &str = "rollbook-sandbox-nests-here";
        let mut body = turn.json()?;
        *text(turn, &mut body)? = json!(HERE);
        // Written as text: to build such a value, and to drop it, would need as deep a stack.
        let depth = spec.size("depth");
        let nested = ["[".repeat(depth), "]".repeat(depth)].concat();
        let body = body.to_string().replacen(&format!("\"{HERE}\""), &nested, 1);
        Some(Sent::Whole(turn.take_reply().map(|_| body.into())))
    }),
};

/// A text in the first row, or in a reply that is no list.
fn text<'v>(turn: &Turn<'_, '_>, body: &'v mut Value) -> Option<&'v mut Value> {
    match Listing::of(turn.call) {
        Some(list) => list.rows(body)?.first_mut()?.get_mut(list.text),
        None => body.as_object_mut()?.values_mut().find(|value| value.is_string()),
    }
}

pub(super) const MANY_ROWS: FaultKind = FaultKind {
    name: "many-rows",
    help: "a page has very many rows: copies of its first under other ids, after its own. The total stays",
    keys: &[FaultKey {
        name: "rows",
        value: "COUNT",
        default: Some("20000"),
        help: "how many rows there are on the page",
        example: "many-rows:rows=5000",
        form: Form::Count(1, 1_000_000),
    }],
    example: "many-rows:path=/api/v1/system/enrolled/users,times=1",
    reach: Reach::Lists,
    act: Act::Reply(|spec, _, turn| {
        let list = Listing::of(turn.call)?;
        let mut body = turn.json()?;
        let rows = list.rows(&mut body)?;
        let first = rows.first().filter(|row| row.is_object())?.clone();
        let own = rows.len();
        rows.extend((own..spec.size("rows")).map(|number| {
            let mut row = first.clone();
            row[list.id] = json!(format!("{number}-{}", first[list.id].as_str().unwrap_or("row")));
            row
        }));
        (rows.len() > own).then(|| changed(turn, &body))
    }),
};
