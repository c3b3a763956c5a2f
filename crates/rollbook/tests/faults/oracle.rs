//! What the sandbox knows of a list: its rows in every state of the world, and what was asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::{TestCaseError, prop_assert};
use rollbook::model::Grade;
use rollbook_sandbox::{LoggedRequest, Sandbox, Truth};

use crate::reading::{BANYAN, Read, TRUTO, TRUU};

/// One list that Rollbook reads.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) place: usize,
    name: &'static str,
    pub(crate) path: &'static str,
    rows: fn(&Truth) -> &[String],
}

const LISTS: [List; 8] = [
    List {
        place: TRUU,
        name: "enrolled_users",
        path: "/api/v1/system/enrolled/users/",
        rows: |truth| &truth.truu_users,
    },
    List {
        place: TRUU,
        name: "devices",
        path: "/api/v1/system/devices/",
        rows: |truth| &truth.truu_devices,
    },
    List {
        place: TRUU,
        name: "data_assets",
        path: "/data/api/v1/assets/",
        rows: |truth| &truth.truu_assets,
    },
    List {
        place: BANYAN,
        name: "endusers",
        path: "/api/v1/endusers",
        rows: |truth| &truth.banyan_users,
    },
    List {
        place: BANYAN,
        name: "devices",
        path: "/api/v1/devices",
        rows: |truth| &truth.banyan_devices,
    },
    List {
        place: TRUTO,
        name: "user_directory_users",
        path: "/unified/user-directory/users",
        rows: |truth| &truth.truto_users,
    },
    List {
        place: TRUTO,
        name: "mdm_users",
        path: "/unified/mdm/users",
        rows: |truth| &truth.truto_mdm_users,
    },
    List {
        place: TRUTO,
        name: "mdm_devices",
        path: "/unified/mdm/devices",
        rows: |truth| &truth.truto_mdm_devices,
    },
];

/// Ids, and how many rows have each: Banyan has devices that are known by a serial number which others share.
pub(crate) type Rows<'a> = BTreeMap<&'a str, usize>;

pub(crate) fn counted(ids: &[String]) -> Rows<'_> {
    let mut rows = Rows::new();
    for id in ids {
        *rows.entry(id).or_default() += 1;
    }
    rows
}

/// What the sandbox knows after a run.
pub(crate) struct Ran {
    truths: Vec<Truth>,
    pub(crate) log: Vec<LoggedRequest>,
    pub(crate) reads: Vec<Read>,
}

impl Ran {
    pub(crate) fn new(sandbox: &Sandbox, reads: Vec<Read>) -> Self {
        Self {
            truths: sandbox.truths(),
            log: sandbox.request_log(),
            reads,
        }
    }

    /// Holds a rule of each list that was read at the source in this place. A failure tells the whole run.
    pub(crate) fn holds(
        &self,
        place: usize,
        rule: impl Fn(&Witness<'_>) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        for read in &self.reads {
            rule(&Witness::of(self, place, read))
                .map_err(|error| TestCaseError::fail(format!("{}: {error}\n{}", read.list, self.told())))?;
        }
        Ok(())
    }

    /// The run, for whoever has to understand a failure.
    pub(crate) fn told(&self) -> String {
        let mut text = String::new();
        for read in &self.reads {
            let Read {
                source,
                list,
                completeness,
                error,
                rows,
            } = read;
            let (grade, reason) = (completeness.grade.as_str(), &completeness.reason);
            let _ = writeln!(
                text,
                "{source} {list}: {} rows, {grade}: {reason} {error:?}\n  {completeness:?}",
                rows.len()
            );
        }
        for request in self.log.iter().take(400) {
            let faults: Vec<String> = request.faults.iter().map(ToString::to_string).collect();
            let (number, at) = (request.number, request.at.unwrap_or_default().as_secs_f64());
            let (status, target) = (request.status.as_u16(), &request.target);
            let _ = writeln!(
                text,
                "  #{number} {at:.3} s {status} {target} {}",
                faults.join(" ")
            );
        }
        text
    }
}

/// What there is to know of one list after a run.
pub(crate) struct Witness<'r> {
    ran: &'r Ran,
    pub(crate) read: &'r Read,
    pub(crate) list: &'static List,
    pub(crate) log: Vec<&'r LoggedRequest>,
}

impl<'r> Witness<'r> {
    fn of(ran: &'r Ran, place: usize, read: &'r Read) -> Self {
        let list = LISTS
            .iter()
            .find(|list| list.place == place && list.name == read.list);
        let list = list.unwrap_or_else(|| panic!("{} is unknown here", read.list));
        let at = |request: &&LoggedRequest| request.target.split('?').next() == Some(list.path);
        let log = ran.log.iter().filter(at).collect();
        Self { ran, read, list, log }
    }

    /// Every state of the list, oldest first, each once.
    fn states(&self) -> Vec<&'r [String]> {
        let mut states: Vec<_> = self.ran.truths.iter().map(self.list.rows).collect();
        states.dedup();
        states
    }

    /// What happened to rows of the list between its states.
    fn churned(&self) -> Churned {
        let mut churned = Churned::default();
        for pair in self.states().windows(2) {
            let (before, after) = (counted(pair[0]), counted(pair[1]));
            let has_more = |one: &Rows<'_>, than: &Rows<'_>| {
                one.iter()
                    .any(|(id, times)| than.get(id).is_none_or(|of| of < times))
            };
            let (added, removed) = (has_more(&after, &before), has_more(&before, &after));
            churned.added |= added;
            churned.removed |= removed;
            churned.moved |= !added && !removed;
        }
        churned
    }

    /// Whether the sandbox has forgotten states of the world: it keeps the last 256.
    pub(crate) fn has_forgotten(&self) -> bool {
        self.ran.truths.len() >= 256
    }

    /// How often a fault of this kind hit the list.
    pub(crate) fn hits(&self, kind: &str) -> usize {
        self.hit_by(kind).count()
    }

    fn hit_by<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = String> + 'a {
        let faults = self.log.iter().flat_map(|request| &request.faults);
        faults
            .filter(move |fault| fault.kind() == kind)
            .map(ToString::to_string)
    }

    /// The values of a key of the faults of this kind that hit the list.
    pub(crate) fn numbers(&self, kind: &str, key: &str) -> Vec<usize> {
        let key = format!("{key}=");
        let value = |fault: String| {
            let (_, value) = fault.split_once(&key)?;
            let digits = value.trim_start_matches(['+', '-']);
            digits.split(',').next()?.parse().ok()
        };
        self.hit_by(kind).filter_map(value).collect()
    }

    /// How many rows lost their id and are known all the same: by the serial number, like any Banyan device that has no id.
    fn renamed(&self) -> usize {
        let lost = self.hit_by("bad-row").filter(|fault| fault.contains("no-id"));
        if self.list.path == DEVICES_OF_BANYAN {
            lost.count()
        } else {
            0
        }
    }

    /// How far a total was off at most.
    pub(crate) fn wrong_by(&self) -> usize {
        self.numbers("wrong-total", "by").into_iter().max().unwrap_or(0)
    }

    /// The most rows of any state, with those that a fault made up.
    pub(crate) fn most_rows(&self) -> usize {
        self.ran
            .truths
            .iter()
            .map(|truth| (self.list.rows)(truth).len())
            .max()
            .unwrap_or(0)
    }
}

/// What rows of a list went through.
#[derive(Clone, Copy, Debug, Default)]
struct Churned {
    added: bool,
    removed: bool,
    moved: bool,
}

/// A row that `many-rows` made up: a number before the id of another.
fn made_up(id: &str, known: &BTreeSet<&str>) -> bool {
    id.split_once('-')
        .is_some_and(|(number, of)| number.parse::<u32>().is_ok() && (known.contains(of) || of == "row"))
}

/// Holds what was read against what there was.
pub(crate) fn is_true(witness: &Witness<'_>) -> Result<(), TestCaseError> {
    let states = witness.states();
    let known: BTreeSet<&str> = states
        .iter()
        .flat_map(|rows| rows.iter().map(String::as_str))
        .collect();
    let mut delivered = counted(&witness.read.rows);
    // Rows of the sandbox's own making are rows that the vendor gave.
    if witness.hits("many-rows") > 0 {
        delivered.retain(|id, times| !(made_up(id, &known) && *times == 1));
    }
    nothing_is_invented(witness, &delivered, &states)?;

    let completeness = &witness.read.completeness;
    let rows = witness.read.rows.len() as u64;
    prop_assert!(completeness.unique == rows, "{} unique", completeness.unique);
    if witness.read.is_complete() {
        nothing_is_missing(witness, &delivered, &states)
    } else {
        let reason = &completeness.reason;
        prop_assert!(says_what(reason), "the reason says nothing: {:?}", reason);
        let says_how_far = ["off by ", "the list moved", "came again on another page"]
            .iter()
            .any(|far| reason.contains(far));
        prop_assert!(
            completeness.grade != Grade::Drifted || says_how_far,
            "{:?}",
            reason
        );
        Ok(())
    }
}

const DEVICES_OF_BANYAN: &str = "/api/v1/devices";

/// Every row was there at some time, and is delivered no more often than there were rows with that id, but for those that lost
/// theirs and may be known by a serial number that others have.
fn nothing_is_invented(
    witness: &Witness<'_>,
    delivered: &Rows<'_>,
    states: &[&[String]],
) -> Result<(), TestCaseError> {
    if witness.has_forgotten() {
        return Ok(());
    }
    let states: Vec<Rows<'_>> = states.iter().map(|rows| counted(rows)).collect();
    let too_many = |(id, times): (&&str, &usize)| {
        let there = states.iter().filter_map(|rows| rows.get(id)).max().unwrap_or(&0);
        times.saturating_sub(*there)
    };
    let invented: Vec<(&&str, &usize)> = delivered.iter().filter(|row| too_many(*row) > 0).collect();
    let count: usize = delivered.iter().map(too_many).sum();
    prop_assert!(
        count <= witness.renamed(),
        "more than there ever were: {:?}",
        invented
    );
    Ok(())
}

/// What a walk that calls itself complete has to be.
fn nothing_is_missing(
    witness: &Witness<'_>,
    delivered: &Rows<'_>,
    states: &[&[String]],
) -> Result<(), TestCaseError> {
    let (completeness, churned) = (&witness.read.completeness, witness.churned());
    let has_total = witness.list.place != TRUTO;
    prop_assert!(
        completeness.rejected == 0 && completeness.unread == 0,
        "complete with losses"
    );
    // A total is the vendor's word. Where that is wrong, and pages end at the wrong place, nothing can show it; nor where rows
    // that a vendor makes up fill the gap of those that it leaves out.
    let total_is_wrong = witness.hits("wrong-total") > 0 || (has_total && witness.hits("many-rows") > 0);
    if total_is_wrong || witness.has_forgotten() {
        return Ok(());
    }
    let count: usize = delivered.values().sum();
    let is_state =
        |rows: &&[String]| rows.len() == count && (witness.renamed() > 0 || counted(rows) == *delivered);
    if !has_total && (churned.removed || churned.moved) {
        // A row that goes from a page that was read, or moves there, draws another over the cursor, unread and unseen.
        return Ok(());
    }
    if !has_total && churned.added {
        // Rows that only come push others back, and those come again: so none that was there all along is missing.
        let all_along = states[0].iter().all(|id| delivered.contains_key(id.as_str()));
        prop_assert!(all_along, "a row that was there all along is missing");
        return Ok(());
    }
    if churned.added && churned.removed {
        // One row that comes and one that goes at once leave the total as it was: ADR 5.
        let is_total = states.iter().any(|rows| rows.len() == count);
        prop_assert!(is_total, "complete, and {} rows, as no state has", count);
        return Ok(());
    }
    prop_assert!(
        states.iter().any(is_state),
        "complete, and the rows of no state of the world"
    );
    Ok(())
}

/// Whether a reason names a page or a number: what to look for.
fn says_what(reason: &str) -> bool {
    reason.contains("page") || reason.bytes().any(|byte| byte.is_ascii_digit())
}
