//! Rows as no vendor would send them: members missing, null, of another type, written oddly, nested without end.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rollbook_model::Pager;

/// Values that vendors have sent, or nearly: every spelling of a time, a truth value, a number and nothing at all.
const SCALARS: &[&str] = &[
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

/// Calls `test` with many lists of rows, each a JSON text. `ids` are the members that make a row one, which most rows
/// have; `members` are all others that the adapter knows.
///
/// # Panics
///
/// When `test` does, with the smallest list for which it does.
#[track_caller]
pub fn check(ids: &[&'static str], members: &[&'static str], test: impl Fn(&[String])) {
    let config = Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&vec(row(ids, members), 0..6), |rows| {
        test(&rows);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for depth in [100, 200, 20_000] {
        for member in ids.iter().chain(members).chain(&["somethingNew"]) {
            test(&[format!("{{\"{member}\": {}}}", deep(depth))]);
        }
        test(&[deep(depth)]);
    }
}

/// Reads a list to its end and gives its rows. Every row that was `sent` must be there byte for byte: delivered, as
/// `native` gives it, or rejected; and only an object is delivered.
///
/// # Panics
///
/// When the walk ends early, or a row was lost, changed or made up.
pub async fn all_kept<T: Send + 'static>(
    sent: &[String],
    mut pager: Pager<T>,
    native: impl Fn(&T) -> Option<&str>,
) -> Vec<T> {
    let (rows, error) = pager.collect_rows().await;
    assert!(error.is_none(), "{}: {error:?}", pager.list());
    let delivered: Vec<&str> = rows.iter().map(|row| native(row).unwrap_or_default()).collect();
    for row in &delivered {
        assert!(row.starts_with('{'), "{row} is no object, and was delivered");
    }
    let rejected = pager.rejected().iter().map(|row| row.native.get());
    let mut kept: Vec<&str> = delivered.into_iter().chain(rejected).collect();
    let mut sent: Vec<&str> = sent.iter().map(String::as_str).collect();
    kept.sort_unstable();
    sent.sort_unstable();
    assert_eq!(kept, sent, "{}", pager.list());
    rows
}

fn row(ids: &[&'static str], members: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let names: Vec<&'static str> = ids.iter().chain(members).copied().collect();
    let value = value(names.clone());
    let id = Union::new_weighted(vec![(7, id().boxed()), (1, value.clone().boxed())]);
    let with_ids: Vec<_> = ids.iter().map(|name| (Just(*name), id.clone()).boxed()).collect();
    let mut known: Vec<&'static str> = members.to_vec();
    known.push("somethingNew");
    let rest = vec((select(known), value.clone()), 0..8);
    let object = (with_ids, rest, gap()).prop_map(|(ids, rest, gap)| {
        let mut seen = BTreeSet::new();
        let pairs: Vec<String> = ids
            .into_iter()
            .chain(rest)
            .filter(|(name, _)| seen.insert(*name))
            .map(|(name, value)| format!("\"{name}\"{gap}:{gap}{value}"))
            .collect();
        format!("{{{gap}{}{gap}}}", pairs.join(&format!("{gap},{gap}")))
    });
    Union::new_weighted(vec![(9, object.boxed()), (1, value.boxed())])
}

fn id() -> impl Strategy<Value = String> {
    Union::new(vec![
        "[a-z0-9]{1,6}".prop_map(|text| format!("\"{text}\"")).boxed(),
        ".{1,12}".prop_map(quoted).boxed(),
    ])
}

fn value(names: Vec<&'static str>) -> impl Strategy<Value = String> + Clone {
    let scalar = Union::new(vec![
        select(SCALARS).prop_map(str::to_owned).boxed(),
        any::<i64>().prop_map(|number| number.to_string()).boxed(),
        ".{0,12}".prop_map(quoted).boxed(),
    ]);
    scalar.prop_recursive(3, 16, 4, move |inner| {
        let array = (vec(inner.clone(), 0..4), gap())
            .prop_map(|(items, gap)| format!("[{gap}{}{gap}]", items.join(&format!("{gap},{gap}"))));
        let object = vec((select(names.clone()), inner), 0..4).prop_map(|pairs| {
            let pairs: Vec<String> = pairs
                .into_iter()
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            format!("{{{}}}", pairs.join(","))
        });
        Union::new(vec![array.boxed(), object.boxed()])
    })
}

fn gap() -> impl Strategy<Value = &'static str> {
    select(vec!["", " ", "\n\t", "  "])
}

fn quoted(text: String) -> String {
    serde_json::Value::String(text).to_string()
}
