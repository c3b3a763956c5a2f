//! A walk that is stopped and goes on is one walk, whatever went wrong before or goes wrong after.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use rollbook::Walk;
use rollbook::model::Snapshot;

use crate::oracle::{Ran, is_true};
use crate::reading::{BANYAN, Read, Setup, TRUTO, TRUU, run, walks};
use crate::schedules::{cases, churn, delivery, latency, paging, pushback, schedule_of, tokens, world};

/// Reads `walk` page by page until it ends, fails, or has given `pages`, and keeps the progress with the rows as a program does.
/// True when there is nothing left to read.
async fn read_some(mut walk: Walk<String>, pages: usize, kept: &mut Kept) -> bool {
    for _ in 0..pages {
        let page = walk.next_page().await;
        let over = page.is_none();
        let error = match page {
            Some(Ok(rows)) => {
                kept.rows.extend(rows);
                None
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        if let Some(progress) = walk.take_progress() {
            // As it is on the disk.
            let text = serde_json::to_string(&progress).unwrap();
            kept.progress.push(text);
        }
        let failed = error.is_some();
        let mut report = walk.report();
        report.error = error;
        kept.read = Some(Read::of(&report, kept.rows.clone()));
        if over || failed {
            return over;
        }
    }
    false
}

#[derive(Default)]
struct Kept {
    rows: Vec<String>,
    progress: Vec<String>,
    read: Option<Read>,
}

impl Kept {
    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for progress in &self.progress {
            snapshot.add(serde_json::from_str(progress).unwrap()).unwrap();
        }
        snapshot
    }
}

proptest! {
    #![proptest_config(cases(24))]

    /// Stopped at random pages, each time by another program: until it ends, or has been tried often enough.
    #[test]
    fn a_walk_that_is_stopped_and_goes_on_says_the_truth(
        world in world(), place in select(vec![TRUU, BANYAN, TRUTO]), list in 0_usize..3, latency in latency(),
        faults in schedule_of(prop_oneof![delivery(), pushback(), paging(), tokens(), churn()]),
        stops in proptest::collection::vec(1_usize..8, 0..6),
    ) {
        let sandbox = world.sandbox();
        faults.start(&sandbox);
        let kept = run(async {
            let mut kept = Kept::default();
            for pages in stops.into_iter().chain([usize::MAX; 6]) {
                let setup = Setup::new(sandbox.clone(), latency);
                let mut all = walks(setup.source(place));
                let walk = all.remove(list % all.len()).resume_from(kept.snapshot()).unwrap();
                if read_some(walk, pages, &mut kept).await {
                    break;
                }
            }
            kept
        });
        let ran = Ran::new(&sandbox, kept.read.into_iter().collect());
        ran.holds(place, is_true)?;
    }

    /// Without faults it ends, and is what one walk is.
    #[test]
    fn a_walk_that_is_stopped_and_goes_on_is_the_one_that_was_not_stopped(
        world in world(), place in select(vec![TRUU, BANYAN, TRUTO]), list in 0_usize..3,
        stops in proptest::collection::vec(1_usize..8, 0..6),
    ) {
        let sandbox = world.sandbox();
        let (stopped, whole) = run(async {
            let mut stopped = Kept::default();
            let mut whole = Kept::default();
            let setup = Setup::new(sandbox.clone(), Duration::ZERO);
            let walk = || {
                let mut all = walks(setup.source(place));
                all.remove(list % all.len())
            };
            for pages in stops.into_iter().chain([usize::MAX]) {
                read_some(walk().resume_from(stopped.snapshot()).unwrap(), pages, &mut stopped).await;
            }
            read_some(walk(), usize::MAX, &mut whole).await;
            (stopped, whole)
        });
        prop_assert_eq!(stopped.rows, whole.rows);
        let (stopped, whole) = (stopped.read.unwrap().completeness, whole.read.unwrap().completeness);
        prop_assert!(whole.is_complete());
        prop_assert_eq!((stopped.grade, stopped.unique, stopped.reported), (whole.grade, whole.unique, whole.reported));
    }
}
