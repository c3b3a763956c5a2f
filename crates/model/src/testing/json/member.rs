//! Rows of a vendor, from a table of what its documents have.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::value::{array, braced, gap, member, quoted, value};
use crate::testing::{address, timestamp, words};

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Every member is there and is what the vendor's documents say.
    Documented,
    /// As vendors send it: members are missing, null, blank or spelled in another way, and there are others that no document has.
    /// An adapter loses no row and no member for any of that.
    AsSent,
}

/// A documented member of a row.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    name: &'static str,
    kind: Kind,
    is_id: bool,
}

impl Member {
    /// A member that can be missing.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_id: false,
        }
    }

    /// A member that makes the row one: it is always there and says something.
    pub const fn id(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_id: true,
        }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// What a member is by the vendor's documents.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Free text.
    Text,
    /// One of these words. Vendors send others too.
    Words(&'static [&'static str]),
    /// A number, as text.
    Digits,
    /// A uuid.
    Uuid,
    /// An e-mail address.
    Address,
    /// Yes or no, as JSON has it.
    Flag,
    /// Yes or no, as `"TRUE"` or `"FALSE"`.
    LoudFlag,
    /// A whole number.
    Integer,
    /// A time: a number of milliseconds since 1970.
    Millis,
    /// A time: a number of nanoseconds since 1970.
    Nanos,
    /// A time: RFC 3339 text.
    Rfc3339,
    /// A list of texts.
    Texts,
    /// An object.
    Object(&'static [Member]),
    /// A list of objects.
    Objects(&'static [Member]),
    /// An object; vendors send a bare text in its place too.
    Named(&'static [Member]),
    /// A list of objects; vendors send bare texts among them too.
    NamedList(&'static [Member]),
    /// Whatever a third party sends.
    Anything,
}

/// The names of all members, also those of the objects inside, without the ids.
pub fn names(members: &[Member]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for member in members.iter().filter(|member| !member.is_id) {
        found.push(member.name);
        if let Kind::Object(inner) | Kind::Objects(inner) | Kind::Named(inner) | Kind::NamedList(inner) =
            member.kind
        {
            found.extend(names(inner));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Rows that have these members, in any order and with any white space.
pub fn row(members: &'static [Member], care: Care) -> BoxedStrategy<String> {
    let known: Vec<BoxedStrategy<Option<(String, String)>>> =
        members.iter().map(|member| written(member, care)).collect();
    let unknown = match care {
        Care::Documented => 0..1,
        Care::AsSent => 0..4,
    };
    let unknown = vec(("x[A-Z][a-z]{0,3}", value(vec!["name", "id"])), unknown);
    (known, unknown, gap())
        .prop_flat_map(|(known, unknown, gap)| {
            let mut members: Vec<(String, String)> = known.into_iter().flatten().collect();
            for (name, value) in unknown {
                // A member that comes twice has no meaning.
                if members.iter().all(|(known, _)| *known != name) {
                    members.push((name, value));
                }
            }
            (Just(members).prop_shuffle(), Just(gap))
        })
        .prop_map(|(members, gap)| {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| member(name, value, gap))
                .collect();
            braced(&members, gap)
        })
        .boxed()
}

/// The member with its value; none where it is missing.
fn written(member: &Member, care: Care) -> BoxedStrategy<Option<(String, String)>> {
    let name = member.name.to_owned();
    let mut documented = documented(member.kind, care);
    if member.is_id {
        let says_something = |value: &String| !value.trim_matches('"').trim().is_empty();
        documented = documented.prop_filter("a blank id", says_something).boxed();
    }
    let value = match (care, member.is_id) {
        (Care::Documented, _) => documented.prop_map(Some).boxed(),
        (Care::AsSent, true) => {
            let number = (0..i64::MAX).prop_map(|number| number.to_string());
            prop_oneof![6 => documented, 1 => number].prop_map(Some).boxed()
        }
        (Care::AsSent, false) => prop_oneof![
            5 => documented.prop_map(Some),
            2 => odd(member.kind).prop_map(Some),
            1 => Just(Some("null".to_owned())),
            1 => Just(None),
        ]
        .boxed(),
    };
    value.prop_map(move |value| Some((name.clone(), value?))).boxed()
}

/// A value as the documents write it; what is inside it is written with `care`.
fn documented(kind: Kind, care: Care) -> BoxedStrategy<String> {
    let text = |text: String| quoted(&text);
    match kind {
        Kind::Text => words().prop_map(text).boxed(),
        Kind::Words(known) => select(known).prop_map(quoted).boxed(),
        Kind::Digits => (0..100_000_u32)
            .prop_map(|number| format!("\"{number}\""))
            .boxed(),
        Kind::Uuid => "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}"
            .prop_map(text)
            .boxed(),
        Kind::Address => address().prop_map(text).boxed(),
        Kind::Flag => any::<bool>().prop_map(|yes| yes.to_string()).boxed(),
        Kind::LoudFlag => select(vec!["\"TRUE\"", "\"FALSE\""])
            .prop_map(str::to_owned)
            .boxed(),
        Kind::Integer => (0..=100_i64).prop_map(|number| number.to_string()).boxed(),
        Kind::Millis => (1_400_000_000_000_i64..2_000_000_000_000)
            .prop_map(|millis| millis.to_string())
            .boxed(),
        Kind::Nanos => (1_400_000_000_000_000_000_i64..2_000_000_000_000_000_000)
            .prop_map(|nanos| nanos.to_string())
            .boxed(),
        Kind::Rfc3339 => timestamp().prop_map(|time| quoted(&time.to_string())).boxed(),
        Kind::Texts => listed(words().prop_map(text)),
        Kind::Object(members) | Kind::Named(members) => row(members, care),
        Kind::Objects(members) | Kind::NamedList(members) => listed(row(members, care)),
        Kind::Anything => value(vec!["id", "name", "status"]).boxed(),
    }
}

/// A value in another spelling, which vendors were seen to send, or which means that they do not know.
fn odd(kind: Kind) -> BoxedStrategy<String> {
    let any_of = |spellings: &'static [&'static str]| select(spellings).prop_map(str::to_owned).boxed();
    match kind {
        Kind::Text | Kind::Words(_) | Kind::Digits | Kind::Uuid | Kind::Address => any_of(&[
            "\"\"",
            "\" \"",
            "17",
            "-1",
            "true",
            "\"UNKNOWN\"",
            "\"\\u00fc\"",
            "\"\\u0000\"",
            "\"a, b,,c\"",
        ]),
        Kind::Flag | Kind::LoudFlag => any_of(&[
            "true",
            "false",
            "\"TRUE\"",
            "\"FALSE\"",
            "\"true\"",
            "\"false\"",
            "\"\"",
            "\"MAYBE\"",
            "1",
        ]),
        Kind::Integer => any_of(&[
            "12884901929",
            "\"41\"",
            "2e3",
            "18446744073709551615",
            "-1",
            "\"\"",
            "1.5",
            "false",
        ]),
        // The three forms of one API, zero and year one for never, and what is no time at all.
        Kind::Millis | Kind::Nanos | Kind::Rfc3339 => any_of(&[
            "1705327828000",
            "\"1705327828000\"",
            "1595623756579573745",
            "\"2024-03-18T14:54:37.231000Z\"",
            "\"2024-03-18T16:54:37+02:00\"",
            "0",
            "\"0\"",
            "\"\"",
            "\"0001-01-01T00:00:00Z\"",
            "-62135596800000000000",
            "1.705327828e12",
            "\"2024-01-06T07:13:54\"",
            "\"soon\"",
            "true",
        ]),
        Kind::Texts => any_of(&["[]", "[null]", "[\"\",null,\"a\"]"]),
        Kind::Object(members) => prop_oneof![Just("{}".to_owned()), row(members, Care::AsSent)].boxed(),
        Kind::Objects(_) => any_of(&["[]", "[null]", "[ null , null ]"]),
        Kind::Named(_) => any_of(&["\"\"", "\"Acme\""]),
        Kind::NamedList(members) => {
            let item = prop_oneof![
                Just("\"admin\"".to_owned()),
                Just("null".to_owned()),
                row(members, Care::AsSent),
            ];
            listed(item)
        }
        Kind::Anything => value(vec!["id"]).boxed(),
    }
}

fn listed(item: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    (vec(item, 0..4), gap())
        .prop_map(|(items, gap)| array(&items, gap))
        .boxed()
}
