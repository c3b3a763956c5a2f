use std::collections::BTreeSet;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::{Map, Value};

use super::json::{Care, Kind, Member, row};
use super::{device, device_id, error, json, plan, timestamp, user, user_id, workstation, workstation_id};
use crate::{DeviceId, Timestamp, UserId, WorkstationId};

const PART: &[Member] = &[
    Member::new("name", Kind::Text),
    Member::new("seen", Kind::Rfc3339),
];
const ROW: &[Member] = &[
    Member::id("id", Kind::Uuid),
    Member::new("text", Kind::Text),
    Member::new("word", Kind::Words(&["MAC", "PC"])),
    Member::new("mail", Kind::Address),
    Member::new("flag", Kind::Flag),
    Member::new("loud", Kind::LoudFlag),
    Member::new("count", Kind::Integer),
    Member::new("millis", Kind::Millis),
    Member::new("nanos", Kind::Nanos),
    Member::new("rfc", Kind::Rfc3339),
    Member::new("texts", Kind::Texts),
    Member::new("part", Kind::Object(PART)),
    Member::new("parts", Kind::Objects(PART)),
    Member::new("named", Kind::Named(PART)),
    Member::new("list", Kind::NamedList(PART)),
    Member::new("rest", Kind::Anything),
];

/// The members of a row, each as it is written.
fn members(text: &str) -> Map<String, Value> {
    // As raw values: what a member holds need not fit a number or a text of Rust.
    let raw: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
        serde_json::from_str(text).unwrap();
    raw.into_iter()
        .map(|(name, value)| (name, Value::from(value.get())))
        .collect()
}

proptest! {
    #[test]
    fn a_documented_row_has_every_member_and_no_other(text in row(ROW, Care::Documented)) {
        let names: BTreeSet<String> = members(&text).into_iter().map(|(name, _)| name).collect();
        let documented: BTreeSet<String> = ROW.iter().map(|member| member.name().to_owned()).collect();
        prop_assert_eq!(names, documented);
    }

    #[test]
    fn a_row_as_sent_has_its_id(text in row(ROW, Care::AsSent)) {
        prop_assert!(members(&text).contains_key("id"), "{text}");
    }

    #[test]
    fn every_row_is_json_that_names_its_id(
        user in user(),
        device in device(),
        machine in workstation(),
    ) {
        for (row, id, native) in [
            (serde_json::to_string(&user), user.id.as_str(), &user.native),
            (serde_json::to_string(&device), device.id.as_str(), &device.native),
            (serde_json::to_string(&machine), machine.id.as_str(), &machine.native),
        ] {
            let members = members(&row.unwrap());
            prop_assert_eq!(&members["id"], &Value::from(json::quoted(id)));
            let native = native.as_ref().map(|native| Value::from(native.compact()));
            prop_assert_eq!(members.get("native").cloned(), native);
        }
    }

    #[test]
    fn an_id_survives_its_text(user in user_id(), device in device_id(), machine in workstation_id()) {
        prop_assert_eq!(user.to_string().parse::<UserId>().unwrap(), user);
        prop_assert_eq!(device.to_string().parse::<DeviceId>().unwrap(), device);
        prop_assert_eq!(machine.to_string().parse::<WorkstationId>().unwrap(), machine);
    }

    #[test]
    fn what_is_told_of_a_failure_is_one_line_and_names_the_source(error in error()) {
        let text = error.to_string();
        prop_assert!(!text.contains(char::is_control));
        if let Some(name) = error.source_name() {
            prop_assert!(text.starts_with(name.as_str()), "{text}");
        }
    }

    #[test]
    fn a_plan_hangs_together(plan in plan()) {
        prop_assert_eq!(plan.asked.len(), plan.targets.len());
        prop_assert_eq!(plan.steps.is_empty(), plan.targets.is_empty());
        prop_assert!(plan.asked.iter().all(|effect| effect.because.is_none()));
        prop_assert!(plan.implied.iter().all(|effect| effect.because.is_some()));
        prop_assert!(serde_json::to_value(&plan).unwrap()["change"].is_object());
    }
}

/// Generators that never give the hard cases show nothing.
#[test]
fn oddities_come_up() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let years = |year: i64| Timestamp::from_unix_millis((year - 1970) * 31_556_952_000).unwrap();
    let (rows, times) = (row(ROW, Care::AsSent), timestamp());
    for _ in 0..500 {
        let text = rows.new_tree(&mut runner).unwrap().current();
        let members = members(&text);
        let mut saw = |what: &'static str, yes: bool| yes.then(|| seen.insert(what));
        let written = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or("missing");
        saw("a missing member", written("text") == "missing");
        saw("a null", written("part") == "null");
        saw(
            "an unknown member",
            members.keys().any(|name| name.starts_with('x')),
        );
        saw("a loud flag", written("flag") == "\"TRUE\"");
        saw("a number for a text", written("text") == "17");
        saw("a time as text", written("millis").starts_with("\"2024-"));
        saw(
            "a time in nanoseconds",
            written("millis") == "1595623756579573745",
        );
        saw("a time in milliseconds", written("rfc") == "1705327828000");
        saw("a text for an object", written("named").starts_with('"'));
        saw("white space", text.contains('\n'));
        let time = times.new_tree(&mut runner).unwrap().current();
        saw("a time of our days", time > years(2014) && time < years(2034));
        saw("a time long ago", time < years(0));
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
}
