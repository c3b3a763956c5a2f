//! The values that rows are made of.

use proptest::char;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::Value;

use super::json;
use crate::{
    DeviceId, Email, NativeRow, Ownership, Platform, SourceName, Timestamp, Trust, TrustLevel, TrustOverride,
    UserId, UserStatus, Vendor, WorkstationId,
};

/// Free text as people and vendors write it, never empty: names, blanks, quotes, accents, emoji.
pub fn words() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}",
        2 => printable(16),
        1 => select(vec![" ", "O’Neill", "=1+1", "a,b\"c\"", "😀", "null", "../.."]).prop_map(str::to_owned),
    ]
    .boxed()
}

/// Up to `most` characters and at least one, none of them a control character.
pub(super) fn printable(most: usize) -> BoxedStrategy<String> {
    // A class of a regular expression would do, if it were not compiled for every single text.
    let character = prop_oneof![
        3 => char::range(' ', '~'),
        1 => char::range('\u{a1}', '\u{d7ff}'),
        1 => char::range('\u{1f300}', '\u{1f6ff}'),
    ];
    vec(character, 1..=most)
        .prop_map(|characters| characters.into_iter().collect())
        .boxed()
}

/// An e-mail address, with a plus sign and letter case now and then.
pub fn address() -> BoxedStrategy<String> {
    "[A-Za-z][a-z0-9.]{0,8}(\\+[a-z]{1,3})?@[a-z]{1,6}\\.(com|test)".boxed()
}

/// An id that is not blank, and else anything: with what means something in an address, and outside ASCII.
fn id() -> BoxedStrategy<String> {
    prop_oneof![
        3 => "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
        2 => "[A-Za-z0-9]{1,12}",
        2 => printable(12),
        1 => select(vec!["0", "a/b", "..", "?x", "%2F", " a", "a\nb", "ü"]).prop_map(str::to_owned),
    ]
    .boxed()
}

/// The id of a user.
pub fn user_id() -> BoxedStrategy<UserId> {
    id().prop_filter_map("blank", |id| UserId::new(id).ok()).boxed()
}

/// The id of a device.
pub fn device_id() -> BoxedStrategy<DeviceId> {
    id().prop_filter_map("blank", |id| DeviceId::new(id).ok()).boxed()
}

/// The id of a workstation.
pub fn workstation_id() -> BoxedStrategy<WorkstationId> {
    id().prop_filter_map("blank", |id| WorkstationId::new(id).ok())
        .boxed()
}

/// The name of a source, at most 64 letters long.
pub fn source_name() -> BoxedStrategy<SourceName> {
    let name = prop_oneof![9 => "[a-z][a-z0-9-]{0,12}", 1 => "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"];
    name.prop_filter_map("no name", |name: String| SourceName::new(&name).ok())
        .boxed()
}

/// One of the three vendors, or one from outside.
pub fn vendor() -> BoxedStrategy<Vendor> {
    select(vec![
        Vendor::TRUU,
        Vendor::BANYAN,
        Vendor::TRUTO,
        Vendor::other("acme"),
    ])
    .boxed()
}

/// A moment: mostly of our days, now and then at the ends of time, with any number of digits.
pub fn timestamp() -> BoxedStrategy<Timestamp> {
    // The first and the last nanosecond that a timestamp can hold: in the years -9999 and 9999.
    let all = -377_705_023_201_000_000_000_i128..=253_402_207_200_999_999_999;
    let nanos = prop_oneof![
        4 => (1_400_000_000_000_i64..2_000_000_000_000).prop_map(|millis| i128::from(millis) * 1_000_000),
        3 => (1_400_000_000_000_000_000_i64..2_000_000_000_000_000_000).prop_map(i128::from),
        1 => select(vec![*all.start(), *all.end(), 0, -1, 1, -62_135_596_800_000_000_000]),
        1 => all,
    ];
    nanos
        .prop_filter_map("no moment", Timestamp::from_unix_nanos)
        .boxed()
}

/// A level of trust.
pub fn trust_level() -> BoxedStrategy<TrustLevel> {
    select(vec![TrustLevel::Low, TrustLevel::Medium, TrustLevel::High]).boxed()
}

/// A decision above the level.
pub fn trust_override() -> BoxedStrategy<TrustOverride> {
    prop_oneof![
        Just(TrustOverride::AlwaysAllow),
        Just(TrustOverride::AlwaysDeny),
        words().prop_map(|text| TrustOverride::read(&text)),
    ]
    .boxed()
}

/// How far something is trusted.
pub fn trust() -> BoxedStrategy<Trust> {
    let native = prop_oneof![
        select(vec![100_i64, 300, 500, 301]).prop_map(Value::from),
        select(vec!["Low", "Medium", "High", "AlwaysAllow", "Sideways"]).prop_map(Value::from),
    ];
    let parts = (
        option::of(trust_level()),
        option::of(0..=100_i64),
        option::of(native),
        option::weighted(0.2, trust_override()),
        option::of(timestamp()),
    );
    parts
        .prop_map(|(level, score, native, override_, observed_at)| Trust {
            level,
            score,
            native,
            override_,
            observed_at,
        })
        .boxed()
}

/// An e-mail address with what the vendor says of it.
pub fn email() -> BoxedStrategy<Email> {
    let kind = option::of(select(vec!["work", "home", ""]));
    (address(), any::<Option<bool>>(), kind)
        .prop_map(|(value, primary, kind)| Email::new(value, primary, kind.map(str::to_owned)))
        .boxed()
}

/// A status, also one that the model has no word for.
pub fn user_status() -> BoxedStrategy<UserStatus> {
    prop_oneof![
        select(vec!["active", "INACTIVE", "deleted", "Invited"]).prop_map(UserStatus::read),
        words().prop_map(|text| UserStatus::read(&text)),
    ]
    .boxed()
}

/// A platform, also one that the model has no word for.
pub fn platform() -> BoxedStrategy<Platform> {
    let known = vec![
        "windows",
        "Darwin",
        "linux",
        "iOS",
        "ipados",
        "Android",
        "Chrome OS",
        "BeOS 5",
    ];
    prop_oneof![
        4 => select(known).prop_map(Platform::read),
        1 => words().prop_map(|text| Platform::read(&text)),
    ]
    .boxed()
}

/// An ownership, in one of the spellings that vendors use.
pub fn ownership() -> BoxedStrategy<Ownership> {
    let known = vec![
        "corporate",
        "Corporate Dedicated",
        "CorporateShared",
        "Employee Owned",
        "Other",
        "UNKNOWN",
        "Leased",
    ];
    select(known).prop_map(Ownership::read).boxed()
}

/// A vendor's row: any JSON object that a [`Value`] can hold, in any spelling.
pub fn native_row() -> BoxedStrategy<NativeRow> {
    let holds = |text: &String| serde_json::from_str::<Value>(text).is_ok();
    json::object()
        .prop_filter("a number or a text that no value can hold", holds)
        .prop_filter_map("no JSON", |text| NativeRow::parse(&text).ok())
        .boxed()
}
