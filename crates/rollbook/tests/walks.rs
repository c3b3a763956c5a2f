//! Many walks read at once.

#![expect(clippy::unwrap_used, reason = "a failed test says so by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rollbook::model::{
    NativeRow, Page, Pager, Paging, Position, RejectedRow, Row, Snapshot, UnreadPage, Vendor,
};
use rollbook::{Resource, Walk, WalkEvent, Walks};

/// A list of `pages` pages with a thousand rows each, whose page `n` gives way `wait(n)` times before it comes.
fn walk(name: &str, pages: u32, wait: fn(u32) -> u32, asked: &Arc<AtomicU32>) -> Walk<String> {
    let (list, asked) = (name.to_owned(), Arc::clone(asked));
    let paging = Paging::Numbered {
        ahead: NonZeroU32::MIN,
    };
    let pager = Pager::new("list", paging, move |position| {
        let Position::Page(number) = position else {
            unreachable!("{position}")
        };
        asked.fetch_add(1, Ordering::Relaxed);
        let rows: Vec<String> = (0..1_000).map(|row| format!("{list}{number}-{row}")).collect();
        async move {
            for _ in 0..wait(number) {
                tokio::task::yield_now().await;
            }
            let mut page = Page::new(rows.into_iter().map(|row| Row::new(row.clone(), row)).collect());
            (page.total, page.last_page) = (Some(u64::from(pages) * 1_000), Some(pages));
            Ok(page)
        }
    });
    Walk::new(
        name.parse().unwrap(),
        Vendor::other("made-up"),
        Resource::Users,
        pager,
    )
}

#[tokio::test(flavor = "current_thread")]
async fn walks_in_order_give_the_same_output_whichever_answers_first() {
    let asked: Vec<Arc<AtomicU32>> = (0..2).map(|_| Arc::default()).collect();
    let mut walks = Walks::default().in_order();
    walks.add(walk("slow", 3, |_| 50, &asked[0]));
    walks.add(walk("fast", 20, |_| 0, &asked[1]));
    let mut rows = Vec::new();
    let mut fast_before_its_turn = 0;
    while let Some(event) = walks.next().await {
        match event {
            WalkEvent::Page { rows: page, .. } => rows.extend(page),
            WalkEvent::Ended { walk: 0, .. } => fast_before_its_turn = asked[1].load(Ordering::Relaxed),
            _ => {}
        }
    }
    let slow = (1..=3).map(|page| format!("slow{page}-0"));
    let fast = (1..=20).map(|page| format!("fast{page}-0"));
    let firsts: Vec<&String> = rows.iter().step_by(1_000).collect();
    assert_eq!(
        firsts,
        slow.chain(fast).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    // The second walk was read while the first was delivered, as far as its rows are held.
    assert!((8..=13).contains(&fast_before_its_turn), "{fast_before_its_turn}");
    assert!(walks.reports().iter().all(|report| report.is_complete()));
}

#[tokio::test(flavor = "current_thread")]
async fn a_walk_whose_pages_are_large_waits_for_its_turn_with_few_of_them() {
    const PAGES: u32 = 40;
    const BYTES: usize = 8 * 1024 * 1024;
    let asked: Arc<AtomicU32> = Arc::default();
    let count = Arc::clone(&asked);
    let paging = Paging::Numbered {
        ahead: NonZeroU32::MIN,
    };
    let pager = Pager::of_unread("list", paging, move |position| {
        let Position::Page(number) = position else {
            unreachable!("{position}")
        };
        count.fetch_add(1, Ordering::Relaxed);
        let mut page = Page::new(vec![Row::new(number, number.to_string())]);
        (page.total, page.last_page) = (Some(PAGES.into()), Some(PAGES));
        async move { Ok(UnreadPage::from(page).holding(BYTES)) }
    });
    let (name, vendor) = ("large".parse().unwrap(), Vendor::other("made-up"));
    let mut walks = Walks::default().in_order();
    walks.add(walk("slow", 1, |_| 500, &Arc::default()));
    walks.add(Walk::new(name, vendor, Resource::Users, pager));
    assert!(matches!(
        walks.next().await,
        Some(WalkEvent::Page { walk: 0, .. })
    ));
    // As many as fill 64 MiB, and those that the pager has asked for ahead.
    let before_its_turn = asked.load(Ordering::Relaxed);
    assert!((8..=10).contains(&before_its_turn), "{before_its_turn}");
    let mut rows = 0;
    while let Some(event) = walks.next().await {
        if let WalkEvent::Page { rows: page, .. } = event {
            rows += page.len();
        }
    }
    assert_eq!(rows, PAGES as usize);
}

#[tokio::test(flavor = "current_thread")]
async fn walks_without_an_order_give_what_arrives_first() {
    let asked = Arc::default();
    let mut walks = Walks::default();
    walks.add(walk("slow", 1, |_| 500, &asked));
    walks.add(walk("fast", 2, |_| 0, &asked));
    let mut ended = Vec::new();
    while let Some(event) = walks.next().await {
        if let WalkEvent::Ended { walk, .. } = event {
            ended.push(walk);
        }
    }
    assert_eq!(ended, [1, 0]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_report_claims_no_more_than_was_told_of_its_walk() {
    let asked: Vec<Arc<AtomicU32>> = (0..2).map(|_| Arc::default()).collect();
    let mut walks = Walks::default().in_order();
    walks.add(walk("slow", 3, |_| 50, &asked[0]));
    walks.add(walk("fast", 2, |_| 0, &asked[1]));
    assert!(matches!(
        walks.next().await,
        Some(WalkEvent::Page { walk: 0, .. })
    ));
    assert_eq!(
        asked[1].load(Ordering::Relaxed),
        2,
        "the other was read to its end"
    );
    let seen: Vec<_> = walks
        .reports()
        .iter()
        .map(|report| (report.completeness.pages, report.is_complete()))
        .collect();
    assert_eq!(seen, [(1, false), (0, false)]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_report_tells_of_no_row_that_a_second_reading_delivered() {
    let asked = AtomicU32::new(0);
    let paging = Paging::Numbered {
        ahead: NonZeroU32::MIN,
    };
    let pager = Pager::new("list", paging, move |position| {
        // The first reply is another than all later ones: its row cannot be read, and its total is not theirs.
        let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        let mut page = Page::new(Vec::new());
        if first {
            let native = NativeRow::parse("1").unwrap();
            page.rejected.push(RejectedRow::new("$[0]", "made up", native));
        } else {
            page.rows
                .push(Row::new(position.to_string(), position.to_string()));
        }
        (page.total, page.last_page) = (Some(if first { 3 } else { 2 }), Some(2));
        async move { Ok(page) }
    });
    let mut walks = Walks::default();
    let name = "source".parse().unwrap();
    walks.add(Walk::new(name, Vendor::other("made-up"), Resource::Users, pager));
    let mut told = Vec::new();
    while walks.next().await.is_some() {
        told.push(walks.reports()[0].unreadable().count());
    }
    assert_eq!(told, [1, 1, 0], "two pages with a row to deliver, and the end");
    assert!(walks.reports()[0].is_complete(), "{:?}", walks.reports());
}

#[tokio::test(flavor = "current_thread")]
async fn walks_that_are_stopped_go_on_from_what_was_delivered_and_not_from_what_had_arrived() {
    let asked: Vec<Arc<AtomicU32>> = (0..2).map(|_| Arc::default()).collect();
    let start = |snapshots: Vec<Snapshot>| {
        let mut walks = Walks::default().in_order();
        walks.add(walk("first", 3, |_| 5, &asked[0]));
        walks.add(walk("second", 4, |_| 0, &asked[1]));
        for (number, snapshot) in snapshots.into_iter().enumerate() {
            walks.resume_from(number, snapshot).unwrap();
        }
        walks
    };
    let empty = || vec![Snapshot::default(), Snapshot::default()];
    for stop in 0..9 {
        let (mut kept, mut rows) = (empty(), Vec::new());
        let mut walks = start(empty());
        for _ in 0..stop {
            let (number, progress) = match walks.next().await.unwrap() {
                WalkEvent::Page {
                    walk,
                    rows: page,
                    progress,
                } => {
                    rows.extend(page);
                    (walk, progress)
                }
                WalkEvent::Ended { walk, progress } => (walk, progress),
                other => unreachable!("{other:?}"),
            };
            kept[number].add(progress.unwrap()).unwrap();
        }
        let mut walks = start(kept);
        while let Some(event) = walks.next().await {
            if let WalkEvent::Page { rows: page, .. } = event {
                rows.extend(page);
            }
        }
        assert_eq!(rows.len(), 7_000, "stopped after {stop}");
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), 7_000, "stopped after {stop}: no row twice");
        for report in walks.reports() {
            assert!(report.is_complete(), "stopped after {stop}: {report:?}");
        }
    }
}
