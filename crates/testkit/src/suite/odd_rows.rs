//! Rows as no vendor would send them: members missing, null, of another type, written oddly, nested without end.

use std::collections::BTreeSet;
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy};
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rollbook_model::Pager;
use rollbook_model::testing::json::{gap, quoted, value};

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

/// Reads a list to its end and gives its rows, of which none and no member may be lost: each was sent as the vendor sends
/// rows, and no worse.
///
/// # Panics
///
/// As [`all_kept`], and when a row was rejected or a member of one could not be read.
pub async fn all_read<T: Send + 'static>(
    sent: &[String],
    mut pager: Pager<T>,
    native: impl Fn(&T) -> Option<&str>,
) -> Vec<T> {
    let (rows, error) = pager.collect_rows().await;
    assert!(error.is_none(), "{}: {error:?}", pager.list());
    let kept: Vec<&str> = rows.iter().map(|row| native(row).unwrap_or_default()).collect();
    assert_eq!(kept, sent, "{}: {:?}", pager.list(), pager.rejected());
    assert_eq!(pager.unread(), [], "{}", pager.list());
    rows
}

/// The names of the members of a typed row that are absent, at any depth.
pub fn absent(row: &dyn Debug) -> BTreeSet<String> {
    let text = format!("{row:#?}");
    let names = text
        .lines()
        .filter_map(|line| line.trim().strip_suffix(": None,"));
    names.map(str::to_owned).collect()
}

fn row(ids: &[&'static str], members: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let names: Vec<&'static str> = ids.iter().chain(members).copied().collect();
    let value = value(names);
    let id = Union::new_weighted(vec![(7, id().boxed()), (1, value.clone())]);
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
    Union::new_weighted(vec![(9, object.boxed()), (1, value)])
}

fn id() -> impl Strategy<Value = String> {
    Union::new(vec![
        "[a-z0-9]{1,6}".prop_map(|text| format!("\"{text}\"")).boxed(),
        ".{1,12}".prop_map(|text| quoted(&text)).boxed(),
    ])
}
