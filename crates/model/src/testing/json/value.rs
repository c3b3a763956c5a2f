//! Any JSON, whatever it is to mean.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::Value;

/// Values that vendors have sent, or nearly: every spelling of a time, a truth value, a number and nothing at all.
const SEEN: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.50",
    "1e3",
    "1E400",
    "-0.0",
    "100",
    "300",
    "500",
    "12884901929",
    "18446744073709551615",
    "99999999999999999999999999",
    "1595623756579573745",
    "1705327828000",
    "-62135596800000000000",
    "\"\"",
    "\" \"",
    "\"0\"",
    "\"TRUE\"",
    "\"false\"",
    "\"maybe\"",
    "\"High\"",
    "\"AlwaysDeny\"",
    "\"active\"",
    "\"2024-01-06T07:13:54.805219Z\"",
    "\"2024-01-06T07:13:54\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"ann+x@example.com\"",
    "\"a, b,,c\"",
    "\"b4:4a:8a.64:71:e8\"",
    "\"\\u0000\\ud83d\\ude00\\\"\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[null]",
    "[[[[]]]]",
];

/// One value without parts, or nearly: as vendors have sent them, any number, any text.
pub fn scalar() -> BoxedStrategy<String> {
    prop_oneof![
        select(SEEN).prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        ".{0,12}".prop_map(|text| quoted(&text)),
    ]
    .boxed()
}

/// Any value, some levels deep. Objects in it have members of these `names`.
pub fn value(names: Vec<&'static str>) -> BoxedStrategy<String> {
    scalar()
        .prop_recursive(3, 16, 4, move |inner| {
            let array = (vec(inner.clone(), 0..4), gap()).prop_map(|(items, gap)| array(&items, gap));
            let members = vec((select(names.clone()), inner), 0..4);
            let members = members.prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| member(name, value, ""))
                    .collect();
                braced(&members, "")
            });
            prop_oneof![array, members]
        })
        .boxed()
}

/// Any object.
pub fn object() -> BoxedStrategy<String> {
    let names = vec!["id", "name", "a b", "ü", ""];
    let members = vec((select(names.clone()), value(names)), 0..5);
    (members, gap())
        .prop_map(|(members, gap)| {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| member(name, value, gap))
                .collect();
            braced(&members, gap)
        })
        .boxed()
}

/// White space between the parts of a JSON text.
pub fn gap() -> BoxedStrategy<&'static str> {
    select(vec!["", " ", "\n\t", "  "]).boxed()
}

/// The text in quotes, with its escapes.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

pub(super) fn member(name: &str, value: &str, gap: &str) -> String {
    format!("{}{gap}:{gap}{value}", quoted(name))
}

pub(super) fn array(items: &[String], gap: &str) -> String {
    format!("[{gap}{}{gap}]", items.join(&format!("{gap},{gap}")))
}

pub(super) fn braced(members: &[String], gap: &str) -> String {
    format!("{{{gap}{}{gap}}}", members.join(&format!("{gap},{gap}")))
}
