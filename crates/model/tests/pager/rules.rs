//! The rules of the pager, each against a small list that misbehaves in one way.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::{
    After, cursor_pager, error, n, numbered, numbered_pager, offset, offset_pager, read, rows,
};
use futures_executor::block_on;
use futures_util::StreamExt as _;
use proptest::prelude::*;
use rollbook_model::{
    Cursor, ErrorKind, Grade, NativeRow, Page, Pager, Paging, Position, RejectedRow, Row, UnreadPage,
};

#[test]
fn numbered_pages_are_delivered_in_order_and_complete() {
    let list: Vec<u32> = (0..1_017).collect();
    let wanted = list.clone();
    let mut pager = numbered_pager(8, move |page| numbered(&list, page, 100));
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none());
    assert_eq!(rows, wanted);
    assert_eq!(
        (completeness.pages, completeness.unique, completeness.reported),
        (11, 1_017, Some(1_017))
    );
    assert!(completeness.is_complete(), "{completeness:?}");
    assert_eq!(pager.cursor(), None);
}

#[test]
fn pages_are_fetched_ahead_within_the_bound() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let list: Vec<u32> = (0..100).collect();
    let (now_, most_) = (Arc::clone(&now), Arc::clone(&most));
    let mut pager = Pager::new("test", Paging::Numbered { ahead: n(4) }, move |position| {
        let Position::Page(page) = position else { panic!() };
        let reply = numbered(&list, page, 5);
        let (now, most) = (Arc::clone(&now_), Arc::clone(&most_));
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        async move {
            After(3).await;
            now.fetch_sub(1, Ordering::SeqCst);
            reply
        }
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows.len(), 100);
    assert!(completeness.is_complete());
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

#[test]
fn the_page_after_a_cursor_is_asked_for_and_under_way_before_this_one_is_read() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let mut pager = Pager::of_unread("test", Paging::Cursor, move |position| {
        let Position::Token(token) = position else {
            panic!()
        };
        let number: u32 = token.map_or(1, |token| token.parse().unwrap());
        let log = Arc::clone(&log);
        async move {
            let say = move |what: &str| log.lock().unwrap().push(format!("{what} {number}"));
            say("sent");
            After(2).await;
            say("came");
            let next = (number < 3).then(|| (number + 1).to_string());
            Ok(UnreadPage::new(next, move || {
                say("read");
                Ok(Page::new(rows([number])))
            }))
        }
    });
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none() && completeness.is_complete(), "{completeness:?}");
    assert_eq!(rows, [1, 2, 3]);
    let told = told.lock().unwrap();
    let at = |what: &str| told.iter().position(|said| said == what).unwrap();
    assert!(
        at("sent 2") < at("read 1") && at("sent 3") < at("read 2"),
        "{told:?}"
    );
    assert_eq!(told.iter().filter(|said| said.starts_with("sent")).count(), 3);
}

#[test]
fn a_cursor_that_comes_again_is_not_asked_for_early_either() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let mut pager = Pager::of_unread("test", Paging::Cursor, move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            let page = move || Ok(Page::new(rows([number])));
            Ok(UnreadPage::new(Some("again".to_owned()), page))
        }
    });
    let (rows, error, _) = read(&mut pager);
    assert_eq!(rows, [0, 1]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Paging);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_pager_without_read_ahead_asks_for_one_page() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let list: Vec<u32> = (0..100).collect();
    let mut pager = numbered_pager(8, move |page| {
        count.fetch_add(1, Ordering::SeqCst);
        numbered(&list, page, 10)
    })
    .without_read_ahead();
    assert_eq!(block_on(pager.next_page()).unwrap().unwrap().len(), 10);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(pager.completeness().grade, Grade::Incomplete);
}

#[test]
fn an_empty_list_is_complete() {
    let (rows, error, completeness) = read(&mut numbered_pager(8, |page| numbered(&[], page, 100)));
    assert!(
        rows.is_empty() && error.is_none() && completeness.is_complete(),
        "{completeness:?}"
    );
    let (rows, _, completeness) = read(&mut offset_pager(10, 8, |skip, limit| {
        Ok(offset(&[], skip, limit, 10))
    }));
    assert!(
        rows.is_empty() && completeness.is_complete() && completeness.pages == 1,
        "{completeness:?}"
    );
}

#[test]
fn an_empty_middle_page_does_not_end_the_stream() {
    let mut pager = cursor_pager(|token| {
        let mut page = Page::new(match token {
            None => rows([1]),
            Some("a" | "b") => vec![],
            _ => rows([2]),
        });
        page.next = match token {
            None => Some("a".into()),
            Some("a") => Some("b".into()),
            Some("b") => Some("c".into()),
            _ => None,
        };
        Ok(page)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert_eq!(rows, [1, 2]);
    assert!(error.is_none() && completeness.is_complete() && completeness.pages == 4);
}

#[test]
fn a_blank_cursor_ends_the_list() {
    let mut pager = cursor_pager(|_| {
        let mut page = Page::new(rows([1]));
        page.next = Some(String::new());
        Ok(page)
    });
    assert!(read(&mut pager).2.is_complete());
}

#[test]
fn a_repeated_cursor_is_an_error_and_not_a_loop() {
    let mut pager = cursor_pager(|token| {
        let mut page = Page::new(rows([if token.is_some() { 2 } else { 1 }]));
        page.next = Some("again".into());
        Ok(page)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert_eq!(rows, [1, 2]);
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Paging);
    assert!(error.to_string().starts_with("test page at cursor"), "{error}");
    assert_eq!(completeness.grade, Grade::Incomplete);
    assert!(
        completeness.reason.contains("given before"),
        "{}",
        completeness.reason
    );
}

#[test]
fn a_partial_answer_is_incomplete() {
    let mut pager = cursor_pager(|_| {
        let mut page = Page::new(rows([1]));
        page.partial = true;
        Ok(page)
    });
    let completeness = read(&mut pager).2;
    assert_eq!(completeness.grade, Grade::Incomplete);
    assert!(completeness.reason.contains("partial"));
}

#[test]
fn paging_advances_by_the_rows_received() {
    for cap in [1, 3, 500] {
        let list: Vec<u32> = (0..1_300).collect();
        let wanted = list.clone();
        let mut pager = offset_pager(1_000, 4, move |skip, limit| Ok(offset(&list, skip, limit, cap)));
        let (rows, error, completeness) = read(&mut pager);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(rows, wanted, "cap {cap}");
        assert!(completeness.is_complete(), "{completeness:?}");
    }
}

#[test]
fn a_short_middle_page_is_filled_before_the_walk_goes_on() {
    let list: Vec<u32> = (0..50).collect();
    let wanted = list.clone();
    let mut pager = offset_pager(10, 4, move |skip, limit| {
        let cap = if skip == 20 { 3 } else { 100 };
        Ok(offset(&list, skip, limit, cap))
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows, wanted);
    assert!(completeness.is_complete(), "{completeness:?}");
}

#[test]
fn an_empty_page_before_the_reported_end_is_asked_for_again_and_then_a_gap() {
    for empties in [1, 9] {
        let list: Vec<u32> = (0..50).collect();
        let left = AtomicU32::new(empties);
        let mut pager = offset_pager(10, 1, move |skip, limit| {
            let empty = skip == 20
                && left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                    .is_ok();
            Ok(offset(&list, skip, limit, if empty { 0 } else { 100 }))
        });
        let (rows, error, completeness) = read(&mut pager);
        assert!(error.is_none());
        if empties == 1 {
            assert_eq!(rows.len(), 50);
            assert!(completeness.is_complete(), "{completeness:?}");
        } else {
            assert_eq!(rows.len(), 40);
            assert_eq!(completeness.grade, Grade::Incomplete);
            assert!(completeness.reason.contains("skip 20"), "{}", completeness.reason);
        }
    }
}

#[test]
fn an_empty_first_page_is_asked_for_again_once() {
    for empty in 0..4_u32 {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let list: Vec<u32> = (0..30).collect();
        let mut pager = offset_pager(10, 1, move |skip, limit| {
            let mut page = offset(&list, skip, limit, 1_000);
            if count.fetch_add(1, Ordering::SeqCst) < empty {
                page.rows.clear();
            }
            Ok(page)
        });
        let (rows, _, completeness) = read(&mut pager);
        assert_eq!(completeness.is_complete(), empty < 2, "{completeness:?}");
        let pages = [3, 4, 4, 5][empty as usize];
        assert_eq!(asked.load(Ordering::SeqCst), pages, "{empty} empty pages");
        assert_eq!(
            rows.len(),
            [30, 30, 20, 20][empty as usize],
            "{empty} empty pages"
        );
    }
}

#[test]
fn a_total_that_one_page_does_not_tell_makes_no_page_be_asked_for_twice() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let list: Vec<u32> = (0..100).collect();
    let mut pager = offset_pager(10, 4, move |skip, limit| {
        count.fetch_add(1, Ordering::SeqCst);
        let mut page = offset(&list, skip, limit, 1_000);
        page.total = page.total.filter(|_| skip != 30);
        Ok(page)
    });
    let (rows, _, completeness) = read(&mut pager);
    assert!(
        rows.len() == 100 && completeness.is_complete(),
        "{completeness:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 10);
}

#[test]
fn a_list_without_a_total_that_repeats_itself_is_an_error() {
    let mut pager = offset_pager(10, 4, |_, _| Ok(Page::new(rows(0..10))));
    let (rows, error, _) = read(&mut pager);
    assert_eq!(rows.len(), 10);
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Paging);
    assert!(error.to_string().contains("at skip 10"), "{error}");
}

#[test]
fn a_list_without_a_total_is_read_to_its_empty_page_and_proves_nothing() {
    let list: Vec<u32> = (0..25).collect();
    let mut pager = offset_pager(10, 4, move |skip, limit| {
        let mut page = offset(&list, skip, limit, 100);
        page.total = None;
        Ok(page)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert_eq!((rows.len(), error.is_none()), (25, true));
    assert_eq!(completeness.grade, Grade::Incomplete);
}

#[test]
fn a_rejected_row_is_kept_and_does_not_sink_its_page() {
    let mut pager = numbered_pager(8, |page| {
        let mut page = numbered(&[1, 2], page, 100)?;
        page.total = Some(3);
        page.rejected.push(RejectedRow::new(
            "results[2]",
            "expected an object",
            NativeRow::parse("7").unwrap(),
        ));
        Ok(page)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert_eq!(rows, [1, 2]);
    assert!(error.is_none());
    assert_eq!(
        (completeness.rejected, completeness.grade),
        (1, Grade::Incomplete)
    );
    assert_eq!(pager.rejected()[0].native.get(), "7");
}

#[test]
fn an_error_ends_the_stream_and_leaves_a_cursor_to_go_on_from() {
    let list: Vec<u32> = (0..95).collect();
    let healthy = Arc::new(AtomicU32::new(0));
    let switch = Arc::clone(&healthy);
    let fetch = Arc::new(move |page: u32| {
        if page == 4 && switch.load(Ordering::SeqCst) == 0 {
            return Err(error(ErrorKind::Unavailable));
        }
        numbered(&list, page, 10)
    });
    let fetch_ = Arc::clone(&fetch);
    let mut pager = numbered_pager(8, move |page| fetch_(page));
    let (mut rows, failed, completeness) = read(&mut pager);
    assert_eq!(failed.unwrap().kind(), ErrorKind::Unavailable);
    assert_eq!(rows.len(), 30);
    assert_eq!(completeness.grade, Grade::Incomplete);
    assert!(block_on(pager.next_page()).is_none());

    healthy.store(1, Ordering::SeqCst);
    let cursor: Cursor = pager.cursor().unwrap().to_string().parse().unwrap();
    assert_eq!(cursor.to_string(), "page:4");
    let mut rest = numbered_pager(8, move |page| fetch(page)).resume(cursor);
    let (more, failed, completeness) = read(&mut rest);
    rows.extend(more);
    assert!(failed.is_none());
    assert_eq!(rows, (0..95).collect::<Vec<_>>());
    assert!(!completeness.is_complete(), "half a list proves nothing");
}

#[test]
fn the_cursor_of_a_stopped_walk_is_the_page_after_the_last_delivered_one() {
    let list: Vec<u32> = (0..35).collect();
    let (a, b) = (list.clone(), list);
    let mut pager = numbered_pager(8, move |page| numbered(&a, page, 10));
    block_on(pager.next_page()).unwrap().unwrap();
    block_on(pager.next_page()).unwrap().unwrap();
    assert_eq!(pager.cursor().unwrap().to_string(), "page:3");
    let mut pager = offset_pager(10, 8, move |skip, limit| Ok(offset(&b, skip, limit, 7)));
    block_on(pager.next_page()).unwrap().unwrap();
    assert_eq!(pager.cursor().unwrap().to_string(), "skip:7");
}

#[test]
fn a_filter_hides_rows_but_they_still_count() {
    let mut pager =
        numbered_pager(8, |page| numbered(&(0..30).collect::<Vec<_>>(), page, 10)).filter(|id| id % 10 == 0);
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows, [0, 10, 20]);
    assert_eq!(completeness.unique, 30);
    assert!(completeness.is_complete());
}

#[test]
fn a_filter_holds_before_and_after_a_map() {
    let list: Vec<u32> = (0..30).collect();
    let mut pager = numbered_pager(8, move |page| numbered(&list, page, 10))
        .filter(|id| id % 2 == 0)
        .map(|id| id * 10)
        .filter(|id| *id < 100)
        .map(|id| id.to_string());
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows, ["0", "20", "40", "60", "80"]);
    assert_eq!(completeness.unique, 30);
    assert!(completeness.is_complete());
}

#[test]
fn a_map_and_a_filter_may_come_in_the_middle_of_a_walk() {
    for taken in 0..30 {
        let list: Vec<u32> = (0..30).collect();
        let by_place = list.clone();
        let by_cursor = cursor_pager(move |token| {
            let start: usize = token.map_or(0, |token| token.parse().unwrap());
            let mut page = Page::new(rows(list[start..start + 5].iter().copied()));
            page.next = (start < 25).then(|| (start + 5).to_string());
            Ok(page)
        });
        for pager in [
            by_cursor,
            numbered_pager(3, move |page| numbered(&by_place, page, 5)),
        ] {
            let mut pager = pager.filter(|row| row % 2 == 0);
            let begun: Vec<u32> = block_on(pager.by_ref().take(taken).map(Result::unwrap).collect());
            let mut rest = pager.map(|row| row + 100).filter(|row| *row != 128);
            let (rest, error, completeness) = read(&mut rest);
            assert!(error.is_none() && completeness.is_complete(), "{completeness:?}");
            let all: Vec<u32> = begun
                .into_iter()
                .chain(rest.iter().map(|row| row - 100))
                .collect();
            let end = if taken < 15 { 28 } else { 30 };
            assert_eq!(
                all,
                (0..end).step_by(2).collect::<Vec<u32>>(),
                "{taken} rows taken"
            );
        }
    }
}

#[test]
fn two_rows_of_one_page_are_two_rows_even_with_one_key() {
    let mut pager = numbered_pager(8, |_| {
        let mut page = Page::new(vec![Row::new("0", 1), Row::new("0", 2)]);
        page.total = Some(2);
        page.last_page = Some(1);
        Ok(page)
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows, [1, 2]);
    assert!(completeness.is_complete(), "{completeness:?}");
}

#[test]
fn a_next_page_that_does_not_advance_is_an_error() {
    let mut pager = numbered_pager(8, |page| {
        let mut out = numbered(&(0..30).collect::<Vec<_>>(), page, 10)?;
        out.next = Some("1".into());
        Ok(out)
    });
    let (rows, error, _) = read(&mut pager);
    assert_eq!((rows.len(), error.unwrap().kind()), (10, ErrorKind::Paging));
}

#[test]
fn endless_pages_without_a_new_row_end_in_an_error() {
    let count = AtomicU32::new(0);
    let mut by_cursor = cursor_pager(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        // Every other page is empty.
        let mut page = Page::new(if number.is_multiple_of(2) {
            rows([1])
        } else {
            vec![]
        });
        page.next = Some(number.to_string());
        Ok(page)
    });
    let mut by_number = numbered_pager(4, |page| {
        let mut out = Page::new(rows([1]));
        (out.total, out.last_page, out.next) = (Some(u64::MAX), Some(u32::MAX), Some((page + 1).to_string()));
        Ok(out)
    });
    let mut by_offset = offset_pager(10, 4, |_, _| {
        let mut out = Page::new(rows(0..10));
        out.total = Some(u64::MAX);
        Ok(out)
    });
    for (pager, delivered) in [(&mut by_cursor, 1), (&mut by_number, 1), (&mut by_offset, 10)] {
        let (rows, error, completeness) = read(pager);
        assert_eq!(
            (rows.len(), error.unwrap().kind()),
            (delivered, ErrorKind::Paging)
        );
        assert!(completeness.pages <= 220, "{completeness:?}");
    }
}

#[test]
fn a_cursor_resumes_the_same_by_value_and_by_text() {
    let mut failing = cursor_pager::<u32>(|_| Err(error(ErrorKind::Unavailable)));
    read(&mut failing);
    let cursor = failing.cursor().unwrap();
    let text: Cursor = cursor.to_string().parse().unwrap();
    for cursor in [cursor, text] {
        let pager = cursor_pager(|_| Ok(Page::new(rows([1]))));
        assert!(pager.accepts(&cursor));
        assert!(read(&mut pager.resume(cursor)).2.is_complete());
    }
    let by_cursor = cursor_pager(|_| Ok(Page::new(rows([1]))));
    assert!(!by_cursor.accepts(&"page:2".parse().unwrap()));
}

#[test]
fn endless_empty_pages_end_in_an_error() {
    let count = AtomicU32::new(0);
    let mut pager = cursor_pager::<u32>(move |_| {
        let mut page = Page::new(vec![]);
        page.next = Some(count.fetch_add(1, Ordering::SeqCst).to_string());
        Ok(page)
    });
    assert_eq!(read(&mut pager).1.unwrap().kind(), ErrorKind::Paging);
    let mut many = cursor_pager::<u32>(|token| {
        let page = token.map_or(0, |token| token.parse::<u32>().unwrap());
        let mut out = Page::new(vec![]);
        out.next = (page < 1_000).then(|| (page + 1).to_string());
        Ok(out)
    });
    assert!(read(&mut many).2.is_complete(), "they do end");
}

proptest! {
    /// Whatever the sizes, clamps and bounds: every row once, in order, and graded complete.
    #[test]
    fn a_still_list_is_always_complete(len in 0u32..400, size in 1u32..60, cap in 1u64..60, ahead in 1u32..12) {
        let list: Vec<u32> = (0..len).collect();
        let (a, b) = (list.clone(), list.clone());
        let (rows, error, completeness) = read(&mut numbered_pager(ahead, move |page| numbered(&a, page, size as usize)));
        prop_assert!(error.is_none());
        prop_assert_eq!(&rows, &list);
        prop_assert!(completeness.is_complete());
        let (rows, error, completeness) = read(&mut offset_pager(size, ahead, move |skip, limit| Ok(offset(&b, skip, limit, cap))));
        prop_assert!(error.is_none());
        prop_assert_eq!(&rows, &list);
        prop_assert!(completeness.is_complete());
    }
}
