//! How many pages are asked for ahead: of small ones more, and of large ones fewer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rollbook_model::{Page, Pager, Paging, Position, UnreadPage};

use crate::support::{After, n, read, rows};

const MIB: usize = 1024 * 1024;

/// Forty numbered pages of a row each, which hold `bytes` until they are read, and of which every fourth comes late; eight may be
/// in flight. Gives the rows, and how many pages were in flight at most, and how many asked for and not read.
fn read_forty(bytes: usize) -> (Vec<u32>, usize, usize) {
    let (flying, waiting) = (Gauge::default(), Gauge::default());
    let gauges = (flying.clone(), waiting.clone());
    let pager = Pager::of_unread("test", Paging::Numbered { ahead: n(8) }, move |position| {
        let Position::Page(number) = position else {
            panic!()
        };
        let (flying, waiting) = gauges.clone();
        flying.up();
        waiting.up();
        async move {
            After(if number % 4 == 0 { 50 } else { 1 }).await;
            flying.down();
            let page = move || {
                waiting.down();
                let mut page = Page::new(rows([number]));
                page.total = Some(40);
                page.last_page = Some(40);
                Ok(page)
            };
            Ok(UnreadPage::new(None, page).holding(bytes))
        }
    });
    // A walk of the program changes its rows too.
    let (rows, error, completeness) = read(&mut pager.map(|row| row));
    assert!(error.is_none() && completeness.is_complete(), "{completeness:?}");
    (rows, flying.most(), waiting.most())
}

/// How many there are, and how many there were at most.
#[derive(Clone, Default)]
struct Gauge {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Gauge {
    fn up(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    fn down(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

#[test]
fn small_pages_behind_a_slow_one_are_held_and_no_more_than_as_many_again() {
    let (rows, flying, waiting) = read_forty(0);
    assert_eq!(rows, (1..=40).collect::<Vec<_>>());
    assert_eq!((flying, waiting), (8, 15));
}

#[test]
fn of_large_pages_few_are_asked_for_ahead() {
    for (bytes, most) in [(2 * MIB, 4), (3 * MIB, 2), (50 * MIB, 2)] {
        let (rows, flying, waiting) = read_forty(bytes);
        assert_eq!(rows, (1..=40).collect::<Vec<_>>());
        assert!(flying <= most);
        assert_eq!(waiting, most, "{bytes} bytes a page");
    }
}
