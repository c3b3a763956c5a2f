//! Random worlds, and random schedules of faults.

use std::fmt;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use rollbook_sandbox::fault::{FaultSpec, KINDS};
use rollbook_sandbox::{Sandbox, SandboxConfig};

use crate::reading::{BANYAN, TRUU};

/// How often each property is tried: `PROPTEST_CASES`, or so often that all together take less than a minute.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES");
    ProptestConfig {
        cases: asked.ok().and_then(|text| text.parse().ok()).unwrap_or(usual),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A world, and how its vendors cut it into pages.
#[derive(Clone, Copy)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) users: usize,
    pub(crate) devices: usize,
    /// The most rows on a page of any list.
    pub(crate) page: usize,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            users,
            devices,
            page,
        } = self;
        write!(
            f,
            "seed {seed}, {users} users, {devices} devices, pages of {page}"
        )
    }
}

impl World {
    /// A sandbox with this world.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let config = SandboxConfig::default()
            .with_seed(self.seed)
            .with_users(self.users)
            .with_devices(self.devices)
            .with_banyan_page_cap(self.page)
            .with_truto_pages(self.page, self.page);
        let sandbox = Sandbox::new(config);
        // The other two are told by their configuration; TruU's pages are what TruU likes.
        for path in ["/api/v1/system", "/data"] {
            sandbox.add_fault(spec(&format!("page-cap:rows={},path={path}", self.page)));
        }
        sandbox
    }
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    // Small pages are many pages; one row a page is rare, since it is much the same as two.
    let page = prop_oneof![8 => 5_usize..40, 2 => 40_usize..200, 1 => 1_usize..5];
    (0_u64..1_000, 0_usize..150, 0_usize..200, page).prop_map(|(seed, users, devices, page)| World {
        seed,
        users,
        devices,
        page,
    })
}

pub(crate) fn latency() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(0_u64), 1_u64..300].prop_map(Duration::from_millis)
}

fn spec(text: &str) -> FaultSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Up to four faults, of any kind, for any requests.
#[derive(Clone)]
pub(crate) struct Schedule(Vec<FaultSpec>);

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|fault| fault.to_string()))
            .finish()
    }
}

impl Schedule {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn start(&self, sandbox: &Sandbox) {
        for fault in &self.0 {
            sandbox.add_fault(fault.clone());
        }
    }
}

pub(crate) fn schedule() -> impl Strategy<Value = Schedule> {
    schedule_of(any_fault())
}

pub(crate) fn schedule_of(fault: impl Strategy<Value = String>) -> impl Strategy<Value = Schedule> {
    let fault = (fault, scope()).prop_map(|(fault, scope)| spec(&with_scope(&fault, &scope)));
    proptest::collection::vec(fault, 0..=4).prop_map(Schedule)
}

/// Faults that hit one of these paths alone: of any kind but `token-revoked`, which ends the tokens of all vendors.
pub(crate) fn schedule_at(paths: Vec<&'static str>) -> impl Strategy<Value = Schedule> {
    let path = select(paths).prop_map(|path| format!("path={path}"));
    let fault = any_fault().prop_filter("of one vendor", |fault| !fault.starts_with("token-revoked"));
    let fault = (fault, often(), path).prop_map(|(fault, often, path)| {
        let scope: Vec<String> = often.into_iter().chain([path]).collect();
        spec(&with_scope(&fault, &scope))
    });
    proptest::collection::vec(fault, 1..=4).prop_map(Schedule)
}

/// All that is asked of a vendor.
pub(crate) fn paths_of(place: usize) -> Vec<&'static str> {
    match place {
        TRUU => vec![TOKEN_CALLS[0], LISTS[0], LISTS[1], LISTS[2]],
        BANYAN => vec![TOKEN_CALLS[1], LISTS[3], LISTS[4]],
        _ => LISTS[5..].to_vec(),
    }
}

/// A list that grows as fast as it is read has no end but that of a million pages.
const CHANGES_OF_A_WORLD: &str = "times=60";

fn with_scope(fault: &str, scope: &[String]) -> String {
    let (kind, keys) = fault.split_once(':').unwrap_or((fault, ""));
    let mut keys: Vec<&str> = keys.split(',').filter(|key| !key.is_empty()).collect();
    keys.extend(scope.iter().map(String::as_str));
    if kind == "churn" && !keys.iter().any(|key| key.starts_with("times=")) {
        keys.push(CHANGES_OF_A_WORLD);
    }
    if keys.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}:{}", keys.join(","))
    }
}

/// A few requests, mostly, since most kinds end a walk when they hit all.
fn often() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        4 => (1_u64..4).prop_map(|times| Some(format!("times={times}"))),
        2 => (2_u64..9).prop_map(|every| Some(format!("every={every}"))),
        2 => (1_u32..60).prop_map(|rate| Some(format!("rate=0.{rate:02}"))),
        1 => Just(None),
    ]
}

fn scope() -> impl Strategy<Value = Vec<String>> {
    let skip = prop_oneof![
        Just(None),
        (1_u64..12).prop_map(|skip| Some(format!("skip={skip}")))
    ];
    let path = prop_oneof![
        8 => Just(None),
        4 => select(LISTS.to_vec()).prop_map(|path| Some(format!("path={path}"))),
        1 => select(TOKEN_CALLS.to_vec()).prop_map(|path| Some(format!("path={path}"))),
        1 => Just(Some("method=GET".to_owned())),
    ];
    (often(), skip, path).prop_map(|(often, skip, path)| [often, skip, path].into_iter().flatten().collect())
}

const LISTS: [&str; 8] = [
    "/api/v1/system/enrolled/users",
    "/api/v1/system/devices",
    "/data/api/v1/assets",
    "/api/v1/endusers",
    "/api/v1/devices",
    "/unified/user-directory/users",
    "/unified/mdm/users",
    "/unified/mdm/devices",
];

pub(crate) const TOKEN_CALLS: [&str; 2] = ["/oauth/token", "/api/v1/refresh_token"];

/// Any kind with keys that make a difference, and nothing that takes much memory.
pub(crate) fn any_fault() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => delivery(),
        4 => refusal(),
        4 => rows(),
        6 => paging(),
        3 => tokens(),
        3 => churn(),
    ]
}

pub(crate) fn delivery() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (0_u64..60_000, 0_u64..10_000).prop_map(|(ms, jitter)| format!("latency:ms={ms},jitter={jitter}")),
        2 => (50_u64..5_000, 1_u64..500).prop_map(|(bytes, ms)| format!("slow-body:bytes={bytes},ms={ms}")),
        2 => select(vec!["right", "wrong"]).prop_map(|length| format!("truncated:length={length}")),
        3 => select(vec!["before", "body", "after"]).prop_map(|when| format!("reset:when={when}")),
        1 => (1_u64..2_000_000, select(vec!["yes", "no"]))
            .prop_map(|(bytes, announced)| format!("oversize:bytes={bytes},announced={announced}")),
        1 => select(vec!["gzip:how=good", "gzip:how=broken", "gzip:how=bomb,bytes=300000"]).prop_map(str::to_owned),
    ]
}

fn refusal() -> impl Strategy<Value = String> {
    let code = select(vec![
        200, 204, 299, 304, 400, 401, 403, 404, 408, 409, 410, 418, 429, 500, 501, 502, 503, 504,
    ]);
    let after = select(vec!["", ",when=after"]);
    prop_oneof![
        3 => (code, after).prop_map(|(code, after)| format!("status:code={code}{after}")),
        3 => pushback(),
        1 => select(vec![200, 401, 404, 502]).prop_map(|code| format!("html:code={code}")),
        1 => select(vec![301, 302, 307, 308]).prop_map(|code| format!("redirect:code={code}")),
    ]
}

/// 429 and 503, with and without a word on when to come again.
pub(crate) fn pushback() -> impl Strategy<Value = String> {
    let retry_after = prop_oneof![
        3 => Just(String::new()),
        3 => (0_u64..60).prop_map(|seconds| format!(",retry-after={seconds}")),
        2 => (1_i64..60).prop_map(|seconds| format!(",retry-in=+{seconds}")),
        1 => (1_i64..60).prop_map(|seconds| format!(",retry-in=-{seconds}")),
        2 => select(vec!["soon", "-1", "1.5", "99999999999", "1768467700", "3600"])
            .prop_map(|text| format!(",retry-after={text}")),
    ];
    (select(vec![429, 503]), retry_after).prop_map(|(code, after)| format!("status:code={code}{after}"))
}

/// What is over when the same is asked again.
pub(crate) fn passing() -> impl Strategy<Value = String> {
    let code = select(vec![408, 429, 500, 502, 503, 504]);
    let when = select(vec!["before", "after"]);
    prop_oneof![
        3 => (code, when).prop_map(|(code, when)| format!("status:code={code},when={when}")),
        2 => select(vec!["before", "body", "after"]).prop_map(|when| format!("reset:when={when}")),
        1 => (1_u64..60_000).prop_map(|ms| format!("latency:ms={ms}")),
        1 => (1_u64..500).prop_map(|bytes| format!("slow-body:bytes={bytes}")),
        1 => select(vec!["truncated:length=wrong", "html:code=502", "gzip", "token-refused"]).prop_map(str::to_owned),
    ]
}

/// Up to three faults, each of which hits once. A credential is refused only when it has served: one that is refused the first
/// time is wrong.
pub(crate) fn few_of(fault: impl Strategy<Value = String>) -> impl Strategy<Value = Schedule> {
    let once = (fault, 0_u64..20).prop_map(|(fault, skip)| {
        let skip = if fault == "token-refused" { skip + 4 } else { skip };
        let scope = ["times=1".to_owned(), format!("skip={skip}")];
        spec(&with_scope(&fault, &scope))
    });
    proptest::collection::vec(once, 0..=3).prop_map(Schedule)
}

fn rows() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (select(vec!["not-object", "no-id", "wrong-type"]), 1_usize..8)
            .prop_map(|(how, row)| format!("bad-row:how={how},row={row}")),
        1 => select(vec![10_u32, 100, 1_000, 10_000]).prop_map(|depth| format!("deep-nesting:depth={depth}")),
        1 => (1_u32..100_000).prop_map(|bytes| format!("long-string:bytes={bytes}")),
        2 => select(vec!["body", "rows", "missing", "renamed"]).prop_map(|how| format!("other-shape:how={how}")),
        1 => (1_u32..300).prop_map(|rows| format!("many-rows:rows={rows}")),
    ]
}

pub(crate) fn paging() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (1_u32..60).prop_map(|rows| format!("page-cap:rows={rows}")),
        2 => (1_u32..4).prop_map(|count| format!("empty-page:count={count}")),
        1 => Just("partial".to_owned()),
        2 => (1_i32..20, select(vec!['+', '-'])).prop_map(|(by, sign)| format!("wrong-total:by={sign}{by}")),
        1 => Just("repeat-cursor".to_owned()),
        1 => (0_u32..5).prop_map(|after| format!("cursor-expires:after={after}")),
    ]
}

pub(crate) fn tokens() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (0_u32..40).prop_map(|after| format!("token-expires:after={after}")),
        2 => Just("token-refused".to_owned()),
        2 => Just("token-revoked".to_owned()),
        1 => (1_u32..100_000, select(vec!['+', '-']))
            .prop_map(|(seconds, sign)| format!("clock-skew:seconds={sign}{seconds}")),
    ]
}

pub(crate) fn churn() -> impl Strategy<Value = String> {
    let how = select(vec!["insert", "remove", "move", "mix"]);
    let at = select(vec!["first", "last", "any"]);
    (how, at, 1_u32..4).prop_map(|(how, at, rows)| format!("churn:how={how},at={at},rows={rows}"))
}

#[test]
fn every_kind_of_fault_is_drawn() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let drawn: Vec<Schedule> = (0..1_000)
        .map(|_| schedule().new_tree(&mut runner).unwrap().current())
        .collect();
    for kind in KINDS {
        let found = drawn
            .iter()
            .any(|schedule| schedule.0.iter().any(|fault| fault.kind() == kind.name));
        assert!(found, "no schedule has {}", kind.name);
    }
}
