//! The public API of one library as lines.

use std::collections::BTreeMap;

use public_api::{Builder, PublicItem};
use serde_json::Value;

use super::rustdoc::Json;
use crate::Result;

/// Traits that say nothing that anybody relies on: they are the compiler's own, and change with it.
const NO_PROMISES: &[&str] = &[
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// Traits that hold for a type by themselves. Told is where one does not hold, or holds on a condition.
const AUTOMATIC: &[&str] = &["core::marker::Send", "core::marker::Sync", "core::marker::Unpin"];

/// The items that others can use, one a line, in groups. What follows from another line, or from the compiler alone, is left
/// out.
pub(super) fn lines(json: &Json) -> Result<Vec<String>> {
    let api = Builder::from_rustdoc_json(&json.file)
        .omit_blanket_impls(true)
        .build()?;
    let items: Vec<(&PublicItem, String)> = api.items().map(|item| (item, item.to_string())).collect();
    let by_id: BTreeMap<u32, &str> = items
        .iter()
        .map(|(item, line)| (item.id().0, line.as_str()))
        .collect();
    Ok(items
        .iter()
        .filter(|(item, line)| {
            let parent = item.parent_id().and_then(|id| by_id.get(&id.0));
            !says_nothing(line) && !is_told_by_its_trait(line, parent.copied())
        })
        .map(|(item, line)| match line.strip_prefix("pub use ") {
            Some(name) => re_export(name, item.id().0, &json.value),
            None => line.clone(),
        })
        .collect())
}

fn says_nothing(line: &str) -> bool {
    let Some(implemented) = line.strip_prefix("impl") else {
        return false;
    };
    let names = |wanted: &str| implemented.contains(&format!("{wanted} for "));
    // With a condition it begins with `impl<`, and where it does not hold with `impl !`.
    NO_PROMISES.iter().any(|name| names(name))
        || AUTOMATIC
            .iter()
            .any(|name| implemented.starts_with(&format!(" {name} for ")))
}

/// A function of a trait's implementation is as the trait has it. Its types and constants are its own.
fn is_told_by_its_trait(line: &str, parent: Option<&str>) -> bool {
    let is_function = line.contains("fn ") && !line.starts_with("impl");
    is_function && parent.is_some_and(|parent| parent.starts_with("impl") && parent.contains(" for "))
}

/// A re-export of another crate's item, with the item, which public-api leaves out.
fn re_export(name: &str, id: u32, json: &Value) -> String {
    let exported = &json["index"][id.to_string()]["inner"]["use"];
    let path = &json["paths"][exported["id"].to_string()]["path"];
    let path: Vec<&str> = path
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let path = match path.as_slice() {
        // Of what rustdoc did not follow, the words of the source are known.
        [] => exported["source"].as_str().unwrap_or("unknown").to_owned(),
        path => path.join("::"),
    };
    format!("pub use {name} = {path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_that_is_not_send_is_told_and_one_that_is_is_not() {
        for told in [
            "impl !core::marker::Send for a::B",
            "impl<T> core::marker::Send for a::B<T> where T: core::marker::Send",
            "impl core::clone::Clone for a::B",
            "pub fn a::b() -> impl core::marker::Send",
        ] {
            assert!(!says_nothing(told), "{told}");
        }
        for silent in [
            "impl core::marker::Send for a::B",
            "impl !core::panic::unwind_safe::UnwindSafe for a::B",
            "impl<T> core::marker::Freeze for a::B<T>",
        ] {
            assert!(says_nothing(silent), "{silent}");
        }
    }

    #[test]
    fn a_function_is_told_unless_a_trait_tells_it() {
        let function = "pub fn a::B::clone(&self) -> a::B";
        assert!(is_told_by_its_trait(
            function,
            Some("impl core::clone::Clone for a::B")
        ));
        assert!(is_told_by_its_trait(
            "pub async fn a::B::c()",
            Some("impl<T> a::C for a::B<T>")
        ));
        assert!(!is_told_by_its_trait(function, Some("impl a::B")));
        assert!(!is_told_by_its_trait(function, Some("pub trait a::B")));
        assert!(!is_told_by_its_trait(function, None));
        let kind = "pub type a::B::Item = a::C";
        assert!(!is_told_by_its_trait(
            kind,
            Some("impl core::iter::Iterator for a::B")
        ));
    }

    #[test]
    fn a_re_export_says_what_it_is_of() {
        let json = json!({
            "index": {
                "1": {"inner": {"use": {"id": 2, "source": "client"}}},
                "3": {"inner": {"use": {"id": null, "source": "client::*"}}},
            },
            "paths": {"2": {"path": ["client", "deep", "Client"]}},
        });
        assert_eq!(
            re_export("a::Client", 1, &json),
            "pub use a::Client = client::deep::Client"
        );
        assert_eq!(re_export("a::x", 3, &json), "pub use a::x = client::*");
    }
}
