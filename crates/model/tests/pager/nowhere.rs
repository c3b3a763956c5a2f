//! Pages that lead nowhere: a cursor that came before, or is too long, or a next page that is not next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::support::{
    cursor_pager, go_on, kill_after, numbered, numbered_pager, read, rows as rows_of, snapshot, text,
};
use futures_executor::block_on;
use rollbook_model::{Completeness, ErrorKind, NativeRow, Page, Pager, RejectedRow, UnreadMember};

#[test]
fn a_page_that_leads_nowhere_leads_nowhere_after_a_stop_either() {
    let back = || {
        numbered_pager(1, |page| {
            let mut out = numbered(&(0..30).collect::<Vec<u32>>(), page, 10)?;
            out.next = Some("1".to_owned());
            Ok(out)
        })
    };
    let long = || {
        cursor_pager(|_| {
            let mut page = Page::new(rows_of([1]));
            page.next = Some("x".repeat(20_000));
            Ok(page)
        })
    };
    let lists: [&dyn Fn() -> Pager<u32>; 2] = [&back, &long];
    for list in lists {
        let killed = kill_after(list().tracked(), 1, false);
        let mut rest = list().resume_from(snapshot(&killed.kept)).unwrap();
        let (rows, error, _) = read(&mut rest);
        assert_eq!(error.unwrap().kind(), ErrorKind::Paging);
        assert!(rows.is_empty(), "they came: {rows:?}");
    }
}

#[test]
fn a_page_that_led_nowhere_once_counts_once() {
    for (heals, rows_in_all, reason) in [
        (false, 29, "1 row and 1 member could not be read"),
        (true, 30, "1 member could not be read"),
    ] {
        let asked = Arc::new(AtomicU32::new(0));
        let list = || {
            let asked = Arc::clone(&asked);
            numbered_pager(1, move |page| {
                let mut out = numbered(&(0..30).collect::<Vec<u32>>(), page, 10)?;
                let first = page == 2 && asked.fetch_add(1, Ordering::SeqCst) == 0;
                if first {
                    out.next = Some("1".to_owned());
                }
                if first || (page == 2 && !heals) {
                    out.rows.pop();
                    let native = NativeRow::parse("19").unwrap();
                    out.rejected.push(RejectedRow::new("$[9]", "made up", native));
                    out.unread.push(UnreadMember::new("$[5].x", "made up"));
                }
                Ok(out)
            })
        };
        let killed = kill_after(list().tracked(), 2, false);
        let (rows, together) = go_on(&killed, list());
        assert_eq!((rows.len(), together.reason.as_str()), (rows_in_all, reason));
        assert_eq!((together.pages, together.repaired), (3, false));
    }
}

/// Goes on after each error, with what was kept after every so many pages: all rows, and what the last run proves.
fn by_and_by(list: &dyn Fn() -> Pager<u32>, every: usize) -> (Vec<u32>, Completeness) {
    let (mut rows, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        let mut walk = list().resume_from(snapshot(&kept)).unwrap();
        let mut pages = 0;
        while let Some(Ok(page)) = block_on(walk.next_page()) {
            rows.extend(page);
            pages += 1;
            if pages % every == 0 {
                kept.extend(walk.take_progress().map(text));
                let twice = text(walk.take_progress().unwrap());
                kept.push(twice);
            }
        }
        if walk.cursor().is_none() {
            return (rows, walk.completeness());
        }
    }
    panic!("{} rows, and no end", rows.len());
}

/// Twenty rows in four pages. These replies say that their page comes next.
fn leading_to_themselves(wrong: &'static [u32]) -> impl Fn() -> Pager<u32> {
    let asked = Arc::new(AtomicU32::new(0));
    move || {
        let asked = Arc::clone(&asked);
        cursor_pager(move |token| {
            let start: u32 = token.map_or(0, |token| token.parse().unwrap());
            let mut page = Page::new(rows_of(start..start + 5));
            page.next = (start < 15).then(|| (start + 5).to_string());
            if wrong.contains(&asked.fetch_add(1, Ordering::SeqCst)) {
                page.next = Some(start.to_string());
            }
            Ok(page)
        })
    }
}

#[test]
fn a_list_whose_pages_lead_nowhere_now_and_then_is_read_to_its_end_by_and_by() {
    for wrong in [&[1][..], &[1, 2, 3], &[1, 3, 5]] {
        let (rows, together) = by_and_by(&leading_to_themselves(wrong), 1);
        assert_eq!(rows, (0..20).collect::<Vec<u32>>(), "each once");
        assert_eq!(
            (together.pages, together.repaired),
            (4, false),
            "{wrong:?}: {together:?}"
        );
        assert!(together.is_complete(), "{together:?}");
    }
}

#[test]
fn what_counts_when_a_page_comes_again_is_that_page_also_if_more_was_kept_with_it() {
    let (rows, together) = by_and_by(&leading_to_themselves(&[1]), 2);
    assert_eq!(rows, (0..20).collect::<Vec<u32>>(), "each once");
    assert_eq!(
        (together.unique, together.pages, together.repaired),
        (20, 4, false)
    );
}

#[test]
fn a_row_that_is_not_on_its_page_when_that_comes_again_is_not_counted_elsewhere() {
    // The second page is 2 and 3 and leads nowhere. When it comes again, row 3 has moved to the third.
    let asked = Arc::new(AtomicU32::new(0));
    let list = || {
        let asked = Arc::clone(&asked);
        cursor_pager(move |token| {
            let asked = asked.fetch_add(1, Ordering::SeqCst);
            let (rows, next) = match token {
                None => (vec![0, 1], Some("b")),
                Some("b") if asked == 1 => (vec![2, 3], Some("b")),
                Some("b") => (vec![2, 4], Some("c")),
                _ => (vec![5, 3], None),
            };
            let mut page = Page::new(rows_of(rows));
            page.next = next.map(str::to_owned);
            Ok(page)
        })
    };
    let (rows, together) = by_and_by(&list, 1);
    assert_eq!(rows, [0, 1, 2, 3, 4, 5]);
    assert!(together.repaired, "it moved past others: {together:?}");
}
