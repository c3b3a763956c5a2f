//! What a test ends with, as text for a snapshot: stable, and such that one member that changes changes one line.
//!
//! None of it holds a time of the run, a host or a port, a key that was drawn, or a credential. A vendor's own times and ids are
//! what the test gave, and stay. What a real HTTP client says of a failed connection can name its host and port: an error of one is
//! no text for a snapshot.
//!
//! | what | by |
//! |---|---|
//! | what was sent | [`requests`], or [`FakeTransport::transcript`](crate::FakeTransport::transcript) |
//! | rows of the model | [`rows`] |
//! | a vendor's typed rows | [`native`] |
//! | what a change would do | [`plan()`] |
//! | what became of it | [`outcomes`] |
//! | what a walk can prove | [`walk`], with [`rejected`] and [`unread`] |
//! | a failure | [`error`] |
//!
//! ```
//! use rollbook_model::{Action, Change, Effect, EffectKind, Plan, SerialNumber, SourceName, Step, Subject, Target, Vendor};
//! use rollbook_testkit::render;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let serial = SerialNumber::new("C02XK1JHJG5J")?;
//! let mut plan = Plan::new(SourceName::new("corp")?, Vendor::other("acme"), Change::ban(serial.clone()));
//! let device = Subject::Device { id: "d-1".into(), serial: Some("C02XK1JHJG5J".into()), name: None };
//! plan.targets = vec![Target::new(device.clone())];
//! plan.asked = vec![Effect::asked(EffectKind::Ban, device)];
//! plan.steps = vec![Step::new("POST", "/ban?serial=C02XK1JHJG5J", Action::SetBanned { serial, banned: true })];
//!
//! assert_eq!(render::plan(&plan), "\
//! corp: devices ban {\"serial\":\"C02XK1JHJG5J\"}
//! fits     device d-1 (C02XK1JHJG5J)
//! asked    ban device d-1 (C02XK1JHJG5J)
//! sends    POST /ban?serial=C02XK1JHJG5J
//! ");
//! # Ok(())
//! # }
//! ```

use std::fmt::{self, Write as _};

use rollbook_model::{Completeness, Error, Outcome, Plan, RejectedRow, UnreadMember};
use rollbook_transport::Request;
use serde::Serialize;
use serde_json::Value;

use crate::transcript::transcript;

/// The requests as they were sent, one block each: method, path and query, the headers by name, the body. Credentials are
/// hidden.
pub fn requests(requests: &[Request]) -> String {
    transcript(requests)
}

/// Rows of the model, one plain value a line with its path. Members that are null or empty are left out, and so is the vendor's
/// own row.
///
/// # Panics
///
/// When a row is not JSON.
#[track_caller]
pub fn rows<T: Serialize>(rows: &[T]) -> String {
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let mut json = serde_json::to_value(row).unwrap_or_else(|error| panic!("a row is not JSON: {error}"));
        if let Some(members) = json.as_object_mut() {
            members.remove("native");
        }
        let _ = write!(text, "row {}\n{}", index + 1, flat(&json));
    }
    text
}

/// A plan, one thing a line: what was asked, what that fits, does and implies, and what would be sent. Of a key by which a
/// repetition is known it says that there is one.
pub fn plan(plan: &Plan) -> String {
    let change = serde_json::to_string(&plan.change).unwrap_or_default();
    let mut lines = vec![format!("{}: {} {change}", plan.source, plan.change.operation())];
    lines.extend(plan.targets.iter().map(|target| match &target.detail {
        Some(detail) => format!("fits     {} [{detail}]", target.subject),
        None => format!("fits     {}", target.subject),
    }));
    lines.extend(plan.asked.iter().map(|effect| format!("asked    {effect}")));
    lines.extend(plan.implied.iter().map(|effect| format!("implied  {effect}")));
    lines.extend(plan.steps.iter().map(|step| {
        let body = step
            .body
            .as_ref()
            .map(|body| format!(" {body}"))
            .unwrap_or_default();
        let key = if step.idempotency_key.is_some() {
            " (keyed)"
        } else {
            ""
        };
        format!("sends    {} {}{body}{key}", step.method, step.target)
    }));
    lines.extend(plan.notes.iter().map(|note| format!("note     {note}")));
    lines
        .iter()
        .fold(String::new(), |out, line| out + &one_line(line) + "\n")
}

/// What became of each step of a plan, and for those that failed why.
pub fn outcomes(outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let _ = write!(out, "step {}: {}", index + 1, outcome.fate.as_str());
        if let Some(found) = outcome.read_back {
            let _ = write!(out, ", read back: {}", found.as_str());
        }
        out.push('\n');
        if let Some(user) = &outcome.created {
            let _ = writeln!(out, "created: user {}", one_line(user.id.as_str()));
        }
        if let Some(failure) = &outcome.error {
            out.push_str(&error(failure));
        }
    }
    out
}

/// Ids and names can hold a line break, which would look like a line of its own.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A vendor's typed value, one member a line. Members that are absent or empty are left out, and a wrapper of one plain value stays on
/// the line of its member.
pub fn native(value: &dyn fmt::Debug) -> String {
    let text = format!("{value:#?}");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.ends_with(": None,") || line.ends_with(": [],") {
            continue;
        }
        lines.push(line.to_owned());
        while let Some(joined) = wrapper(&lines) {
            lines.truncate(lines.len() - 3);
            lines.push(joined);
        }
    }
    lines.iter().fold(String::new(), |out, line| out + line + "\n")
}

/// The last three lines as one, where they are a wrapper around one value: `Some(` / `"x",` / `),`.
fn wrapper(lines: &[String]) -> Option<String> {
    let [.., open, value, close] = lines else {
        return None;
    };
    let opened = open.strip_suffix('(')?;
    let closed = close.trim_start().strip_prefix(')')?;
    let plain = value.trim_start().strip_suffix(',')?;
    let whole = !plain.ends_with(['(', '{', '[']) && !matches!(plain, ")" | "}" | "]");
    whole.then(|| format!("{opened}({plain}){closed}"))
}

/// A JSON value, one plain value a line with its path; null and empty members are left out.
fn flat(value: &Value) -> String {
    let mut out = String::new();
    flatten(&mut out, "", value);
    out
}

fn flatten(out: &mut String, path: &str, value: &Value) {
    match value {
        Value::Null => (),
        Value::Object(members) => {
            // Sorted here: whether the map keeps its order depends on who else is built.
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            for (name, value) in members {
                let dot = if path.is_empty() { "" } else { "." };
                flatten(out, &format!("{path}{dot}{name}"), value);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(out, &format!("{path}[{index}]"), value);
            }
        }
        plain => {
            let _ = writeln!(out, "  {path}: {plain}");
        }
    }
}

/// The rows that could not be read: where each stood, and why.
pub fn rejected(rows: &[RejectedRow]) -> String {
    rows.iter().fold(String::new(), |mut out, row| {
        let _ = writeln!(out, "{}: {}", row.path, row.reason);
        out
    })
}

/// The members that could not be read: where each stood, and why.
pub fn unread(members: &[UnreadMember]) -> String {
    members.iter().fold(String::new(), |mut out, member| {
        let _ = writeln!(out, "{}: {}", member.path, member.reason);
        out
    })
}

/// What a walk can prove about itself: its grade, the reason, and the counts.
pub fn walk(walk: &Completeness) -> String {
    let mut out = format!("{}: {}\n", walk.grade.as_str(), walk.reason);
    let _ = write!(
        out,
        "{} pages, {} rows received, {} unique, {} rejected",
        walk.pages, walk.received, walk.unique, walk.rejected
    );
    match (walk.reported_first, walk.reported) {
        (Some(first), Some(last)) if first != last => {
            let _ = write!(out, ", {first} and then {last} reported");
        }
        (_, Some(last)) => {
            let _ = write!(out, ", {last} reported");
        }
        (_, None) => (),
    }
    out.push_str(if walk.repaired { ", read twice\n" } else { "\n" });
    out
}

/// The error, its parts and its causes.
pub fn error(error: &Error) -> String {
    let mut out = format!(
        "{error}\nkind: {}\nfate: {}\nretry: {:?}\n",
        error.kind(),
        error.fate().as_str(),
        error.retry_advice()
    );
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = writeln!(out, "cause: {inner}");
        cause = inner.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::generators;

    #[derive(Debug)]
    #[expect(dead_code, reason = "the members are read by Debug")]
    struct Row {
        none: Vec<u8>,
        id: Option<Option<&'static str>>,
        gone: Option<u8>,
        parts: Vec<Option<u8>>,
        inner: Option<Inner>,
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "the member is read by Debug")]
    struct Inner {
        n: Option<u8>,
    }

    #[test]
    fn a_typed_value_is_one_member_a_line() {
        let row = Row {
            none: Vec::new(),
            id: Some(Some("a")),
            gone: None,
            parts: vec![Some(1)],
            inner: Some(Inner { n: Some(2) }),
        };
        let lines = [
            "Row {",
            "    id: Some(Some(\"a\")),",
            "    parts: [",
            "        Some(1),",
            "    ],",
            "    inner: Some(",
            "        Inner {",
            "            n: Some(2),",
            "        },",
            "    ),",
            "}",
            "",
        ];
        assert_eq!(native(&row), lines.join("\n"));
    }

    proptest! {
        #[test]
        fn a_plan_is_one_thing_a_line_and_holds_no_key(plan in generators::plan()) {
            let text = super::plan(&plan);
            let things = [plan.targets.len(), plan.asked.len(), plan.implied.len(), plan.steps.len(), plan.notes.len()];
            prop_assert_eq!(text.lines().count(), 1 + things.iter().sum::<usize>(), "{}", text);
            for key in plan.steps.iter().filter_map(|step| step.idempotency_key.as_ref()) {
                prop_assert!(!text.contains(key), "{}", text);
            }
        }

        #[test]
        fn an_outcome_begins_with_what_became_of_it(outcome in generators::outcome()) {
            let fate = outcome.fate.as_str();
            let told = outcome.error.as_ref().map(ToString::to_string).unwrap_or_default();
            let text = outcomes(&[outcome]);
            let begins = format!("step 1: {fate}");
            prop_assert!(text.starts_with(&begins) && text.contains(&told), "{}", text);
        }

        #[test]
        fn a_row_is_rendered_without_the_vendors_own_row(user in generators::user()) {
            let with_native = rows(std::slice::from_ref(&user));
            let mut user = user;
            user.native = None;
            prop_assert_eq!(with_native, rows(&[user]));
        }
    }

    #[test]
    fn a_json_value_is_one_path_a_line() {
        let value = serde_json::json!({"b": {"x": null, "y": [1, {"z": "t"}]}, "a": [], "c": true});
        assert_eq!(flat(&value), "  b.y[0]: 1\n  b.y[1].z: \"t\"\n  c: true\n");
    }
}
