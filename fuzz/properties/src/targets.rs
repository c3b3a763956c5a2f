use crate::{bulk, checkpoint, lists, records, seeds, settings, texts};

/// A reader of bytes from outside, and what must hold of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Its name: that of the fuzz target, and of the folder of its regressions.
    pub name: &'static str,
    /// Panics when a property does not hold of these bytes.
    pub check: fn(&[u8]),
    /// Inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets. A new parser of bytes from outside gets its entry here, and a file in `fuzz_targets`.
pub const TARGETS: &[Target] = &[
    Target {
        name: "truu_lists",
        check: |input| lists::check(lists::TRUU, input),
        seeds: || seeds::lists("truu", lists::TRUU),
    },
    Target {
        name: "banyan_lists",
        check: |input| lists::check(lists::BANYAN, input),
        seeds: || seeds::lists("banyan", lists::BANYAN),
    },
    Target {
        name: "truto_lists",
        check: |input| lists::check(lists::TRUTO, input),
        seeds: || seeds::lists("truto", lists::TRUTO),
    },
    Target {
        name: "walks",
        check: lists::check_walk,
        seeds: seeds::walks,
    },
    Target {
        name: "records",
        check: records::check_get,
        seeds: seeds::records,
    },
    Target {
        name: "refusals",
        check: records::check_refusal,
        seeds: seeds::refusals,
    },
    Target {
        name: "tokens",
        check: records::check_token,
        seeds: seeds::tokens,
    },
    Target {
        name: "config",
        check: settings::check,
        seeds: seeds::config,
    },
    Target {
        name: "cursor",
        check: texts::check_cursor,
        seeds: seeds::cursors,
    },
    Target {
        name: "retry_after",
        check: texts::check_retry_after,
        seeds: seeds::waits,
    },
    Target {
        name: "redaction",
        check: texts::check_redaction,
        seeds: seeds::requests,
    },
    Target {
        name: "bulk",
        check: bulk::check,
        seeds: seeds::bulk,
    },
    Target {
        name: "checkpoint",
        check: checkpoint::check,
        seeds: checkpoint::seeds,
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Holds these bytes against the properties of the target.
///
/// # Panics
///
/// When one does not hold, or there is no such target.
pub fn check(name: &str, input: &[u8]) {
    match target(name) {
        Some(target) => (target.check)(input),
        None => panic!("there is no target {name}"),
    }
}
