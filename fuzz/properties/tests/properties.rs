//! The fuzz targets, briefly: arbitrary bytes, the seeds, and the seeds with a few changes; and all that a fuzzer found once.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rollbook_fuzz::{Edit, TARGETS, Target, mutated, target};

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of what is in a folder of `fuzz`, without what stands behind the dot.
fn names(folder: &str) -> BTreeSet<String> {
    let folder = fuzz_folder().join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    entries.map(|entry| stem(entry.unwrap().path())).collect()
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<usize>;
    Union::new(vec![
        (at(), any::<u8>())
            .prop_map(|(at, byte)| Edit::Set(at, byte))
            .boxed(),
        at().prop_map(Edit::Truncate).boxed(),
        (at(), at())
            .prop_map(|(at, piece)| Edit::Insert(at, piece))
            .boxed(),
        (at(), at(), at())
            .prop_map(|(from, length, to)| Edit::Repeat(from, length, to))
            .boxed(),
        (at(), at())
            .prop_map(|(from, length)| Edit::Remove(from, length))
            .boxed(),
        (at(), at())
            .prop_map(|(place, value)| Edit::Replace(place, value))
            .boxed(),
        (at(), at()).prop_map(|(place, by)| Edit::Swap(place, by)).boxed(),
    ])
}

fn input(target: &Target) -> impl Strategy<Value = Vec<u8>> {
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{} has nothing to start from", target.name);
    let arbitrary = vec(any::<u8>(), 0..200).boxed();
    let changed = (select(seeds), vec(edit(), 1..5)).prop_map(|(seed, edits)| mutated(&seed, &edits));
    Union::new_weighted(vec![(1, arbitrary), (3, changed.boxed())])
}

#[track_caller]
fn holds(name: &str) {
    let target = target(name).unwrap_or_else(|| panic!("there is no target {name}"));
    for seed in (target.seeds)() {
        (target.check)(&seed);
    }
    let regressions = fuzz_folder().join("regressions").join(name);
    for entry in std::fs::read_dir(regressions).into_iter().flatten() {
        (target.check)(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    let config = Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&input(target), |input| {
        (target.check)(&input);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

macro_rules! properties {
    ($($(#[doc = $property:literal])+ $name:ident = $target:literal;)+) => {
        const HELD: &[&str] = &[$($target),+];

        $(
            $(#[doc = $property])+
            #[test]
            fn $name() {
                holds($target);
            }
        )+
    };
}

properties! {
    /// Whatever a page is, each of its rows is delivered or rejected, byte for byte, in place.
    no_row_of_truu_is_lost_or_changed = "truu_lists";
    /// The same.
    no_row_of_banyan_is_lost_or_changed = "banyan_lists";
    /// The same.
    no_row_of_truto_is_lost_or_changed = "truto_lists";
    /// One reply for ever leads to an end.
    every_walk_ends = "walks";
    /// A row that is a whole reply is that reply, or an error with a place.
    a_single_row_is_its_reply = "records";
    /// Also when the server repeats the credential.
    a_refusal_is_one_short_line_without_the_credential = "refusals";
    /// And is a token or an error.
    a_token_reply_is_never_shown = "tokens";
    /// With a place, and without a secret.
    a_configuration_is_read_or_refused = "config";
    /// And a list goes on from any without claiming that it is whole.
    a_cursor_survives_its_text_form = "cursor";
    /// Whatever the server and the clock say.
    a_wait_is_within_a_day = "retry_after";
    /// Whatever stands around it.
    a_credential_is_not_shown = "redaction";
    /// And nothing is wanted twice.
    a_row_of_a_file_is_wanted_or_refused = "bulk";
    /// And wherever it is cut off, no row is left out.
    a_checkpoint_is_gone_on_with_or_refused = "checkpoint";
}

#[test]
fn every_target_is_fuzzed_and_tested() {
    let all: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(all.len(), TARGETS.len(), "two targets of one name");
    assert_eq!(names("fuzz_targets"), all, "fuzz/fuzz_targets");
    let held: BTreeSet<String> = HELD.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(held, all, "the tests above");
    let manifest = std::fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap();
    for name in &all {
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "fuzz/Cargo.toml: no [[bin]] {name}"
        );
        let file = fuzz_folder().join(format!("fuzz_targets/{name}.rs"));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains(&format!("check(\"{name}\"")),
            "{name} runs another target"
        );
    }
    if fuzz_folder().join("regressions").exists() {
        assert!(names("regressions").is_subset(&all), "fuzz/regressions");
    }
}

#[test]
fn changes_keep_what_selects_the_reader_and_leave_json_json() {
    let seed = br#"0{"a":{"b":1,"c":[2,3]}}"#;
    assert_eq!(mutated(seed, &[Edit::Swap(1, 1)]), br#"0{"a":{"b":[2,3],"c":1}}"#);
    assert_eq!(mutated(seed, &[Edit::Replace(0, 0)]), b"0null");
    // Where each line is a text of its own, one of them is changed.
    assert_eq!(
        mutated(b"0{\"a\":1}\n{\"b\":2}\n", &[Edit::Replace(1, 0)]),
        b"0{\"a\":1}\nnull\n"
    );
    assert_eq!(
        mutated(b"", &[Edit::Set(3, 1), Edit::Truncate(4), Edit::Swap(1, 1)]),
        b""
    );
}
