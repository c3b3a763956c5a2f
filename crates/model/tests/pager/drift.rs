//! Lists that change under the walk, and lists whose numbers do not add up.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::{cursor_pager, error, numbered, numbered_pager, offset, offset_pager, read, rows};
use futures_executor::block_on;
use proptest::prelude::*;
use rollbook_model::{ErrorKind, Grade, NativeRow, Page, Pager, RejectedRow, UnreadMember};

#[test]
fn a_list_that_shrinks_below_a_page_in_flight_is_not_an_error() {
    let list = Arc::new(Mutex::new((0..100).collect::<Vec<u32>>()));
    let server = Arc::clone(&list);
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(2, move |page| {
        if asked.fetch_add(1, Ordering::SeqCst) == 3 {
            server.lock().unwrap().truncate(40);
        }
        numbered(&server.lock().unwrap(), page, 10)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none(), "{error:?}");
    assert!(rows.len() >= 40);
    assert!(completeness.repaired);
    let fits = rows.len() == 40;
    assert_eq!(completeness.is_complete(), fits, "{completeness:?}");
}

#[test]
fn a_drifted_walk_is_repaired_by_a_second_pass() {
    // A row before the window is removed while the walk runs: one row slides past it.
    let list = Arc::new(Mutex::new((0..60).collect::<Vec<u32>>()));
    let server = Arc::clone(&list);
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let mut list = server.lock().unwrap();
        if asked.fetch_add(1, Ordering::SeqCst) == 2 {
            list.remove(0);
            list.insert(0, 2_000);
            list.remove(5);
        }
        numbered(&list, page, 10)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none());
    let truth: BTreeSet<u32> = list.lock().unwrap().iter().copied().collect();
    let seen: BTreeSet<u32> = rows.iter().copied().collect();
    assert_eq!(rows.len(), seen.len(), "no row twice");
    assert!(
        truth.is_subset(&seen),
        "the second pass finds what the first missed"
    );
    assert!(completeness.repaired);
    assert_eq!(
        completeness.grade,
        Grade::Drifted,
        "two rows are gone that were delivered: {completeness:?}"
    );
    assert!(
        completeness.reason.contains("off by 2"),
        "{}",
        completeness.reason
    );
}

#[test]
fn a_list_that_moved_is_read_again_also_where_something_cannot_be_read() {
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let first = if asked.fetch_add(1, Ordering::SeqCst) < 2 {
            0
        } else {
            1
        };
        let mut out = numbered(&(first..30).collect::<Vec<u32>>(), page, 10)?;
        if page == 3 {
            out.unread.push(UnreadMember::new("$[0].x", "made up"));
        }
        Ok(out)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none() && rows.contains(&20), "{rows:?}");
    assert!(completeness.repaired && completeness.grade == Grade::Incomplete);
    assert_eq!((completeness.unread, pager.unread().len()), (1, 1), "told once");
    assert_eq!(
        completeness.reason,
        "1 member could not be read; 30 rows seen, 29 reported: off by 1"
    );
}

/// Thirty rows in pages of ten, of which two change places after the first request, so that they are read twice. The reply to
/// one request lacks a row and a member, and that to another never comes.
fn read_twice(spoiled: u32, lost: Option<u32>) -> Pager<u32> {
    let asked = AtomicU32::new(0);
    numbered_pager(1, move |page| {
        let asked = asked.fetch_add(1, Ordering::SeqCst);
        if lost == Some(asked) {
            return Err(error(ErrorKind::Unavailable));
        }
        let mut list: Vec<u32> = (0..30).collect();
        if asked > 0 {
            list.swap(0, 20);
        }
        let mut out = numbered(&list, page, 10)?;
        if asked == spoiled {
            out.rows.pop();
            let native = NativeRow::parse("9").unwrap();
            out.rejected.push(RejectedRow::new("$[9]", "made up", native));
            out.unread.push(UnreadMember::new("$[0].x", "made up"));
        }
        Ok(out)
    })
}

#[test]
fn what_one_of_two_readings_could_not_read_is_counted_and_told() {
    for spoiled in [0, 3] {
        let mut pager = read_twice(spoiled, None);
        let (rows, _, completeness) = read(&mut pager);
        assert_eq!(rows.len(), 30, "the other reading has it");
        assert!(
            completeness.repaired && completeness.grade == Grade::Incomplete,
            "row 20 or row 9 was delivered without a member: {completeness:?}"
        );
        // A row that the second reading could read was delivered.
        let of_last_reading = u64::from(spoiled == 3);
        assert_eq!((completeness.rejected, completeness.unread), (of_last_reading, 1));
        assert_eq!(
            (pager.rejected().len() as u64, pager.unread().len()),
            (of_last_reading, 1)
        );
    }
}

#[test]
fn what_could_not_be_read_is_told_of_the_last_reading_however_much_the_first_could_not() {
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let asked = asked.fetch_add(1, Ordering::SeqCst);
        let mut out = numbered(&(0..300).collect::<Vec<u32>>(), page, 150)?;
        if page == 1 {
            // Of these the first reading can read none, and the second all but the last fifty.
            let rejected = out.rows.split_off(if asked == 0 { 0 } else { 100 }).into_iter();
            let native = |row: u32| NativeRow::parse(&row.to_string()).unwrap();
            out.rejected = rejected
                .map(|row| RejectedRow::new("$", "made up", native(row.value)))
                .collect();
        }
        if asked == 0 {
            out.total = Some(299);
        }
        Ok(out)
    });
    let completeness = read(&mut pager).2;
    assert!(completeness.repaired, "{completeness:?}");
    assert_eq!((completeness.rejected, pager.rejected().len()), (50, 50));
}

#[test]
fn until_a_second_reading_has_ended_the_first_says_what_could_not_be_read() {
    let mut pager = read_twice(2, None).tracked();
    for _ in 0..4 {
        assert!(block_on(pager.next_page()).unwrap().is_ok());
    }
    assert_eq!((pager.completeness().rejected, pager.rejected().len()), (1, 1));
    let (_, _, completeness) = read(&mut pager);
    assert_eq!((completeness.rejected, pager.rejected().len()), (0, 0));
}

#[test]
fn what_a_second_reading_delivered_without_a_member_counts_also_where_it_fails() {
    let mut pager = read_twice(3, Some(5));
    let (rows, _, completeness) = read(&mut pager);
    assert!(rows.contains(&20), "of the second reading");
    assert_eq!(completeness.grade, Grade::Incomplete, "{completeness:?}");
    assert_eq!((completeness.rejected, completeness.unread), (0, 1));
    assert_eq!((pager.rejected().len(), pager.unread().len()), (0, 1));
}

#[test]
fn pages_that_cannot_be_read_twice_are_not_the_same_rows_again() {
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let mut out = numbered(&(0..110).collect::<Vec<u32>>(), page, 1)?;
        if page <= 105 {
            let native = NativeRow::parse(&page.to_string()).unwrap();
            out.rejected.push(RejectedRow::new("$[0]", "made up", native));
            out.rows.clear();
        }
        if asked.fetch_add(1, Ordering::SeqCst) == 0 {
            out.total = Some(109);
        }
        Ok(out)
    });
    let completeness = read(&mut pager).2;
    assert_eq!(completeness.reason, "105 rows could not be read");
    assert!(completeness.repaired);
}

#[test]
fn a_total_that_moves_is_drift_also_where_the_vendor_ends_the_list() {
    // Of rows 1 to 9 the first goes, or another comes before it, behind the back of the walk.
    for (first, grade) in [(2, Grade::Drifted), (0, Grade::Complete)] {
        let asked = AtomicU32::new(0);
        let mut pager = cursor_pager(move |token| {
            let begun = asked.fetch_add(1, Ordering::SeqCst) > 0;
            let list: Vec<u32> = (if begun { first } else { 1 }..10).collect();
            let start = token.map_or(0, |token| token.parse().unwrap());
            let end = list.len().min(start + 5);
            let mut page = Page::new(rows(list[start..end].iter().copied()));
            page.next = (end < list.len()).then(|| end.to_string());
            page.total = Some(list.len() as u64);
            Ok(page)
        });
        let (mut rows, _, completeness) = read(&mut pager);
        rows.sort_unstable();
        let all: Vec<u32> = (first.min(1)..10).collect();
        assert_eq!(rows, all, "the second reading has what the first did not");
        assert!(
            completeness.repaired && completeness.grade == grade,
            "{completeness:?}"
        );
    }
}

#[test]
fn a_total_that_is_wrong_is_drift_with_the_number() {
    let mut pager = numbered_pager(8, |page| {
        let mut page = numbered(&[1, 2, 3], page, 100)?;
        page.total = Some(5);
        Ok(page)
    });
    let completeness = read(&mut pager).2;
    assert_eq!(
        (completeness.grade, completeness.unique, completeness.reported),
        (Grade::Drifted, 3, Some(5))
    );
    assert!(
        completeness.reason.contains("off by 2"),
        "{}",
        completeness.reason
    );
}

#[test]
fn a_row_that_moved_is_not_taken_for_two() {
    // While the walk runs, row 0 and row 20 change places: the first is seen twice, the other not at all.
    let list = Arc::new(Mutex::new((0..30).collect::<Vec<u32>>()));
    let server = Arc::clone(&list);
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        if asked.fetch_add(1, Ordering::SeqCst) == 1 {
            server.lock().unwrap().swap(0, 20);
        }
        numbered(&server.lock().unwrap(), page, 10)
    });
    let (mut rows, _, completeness) = read(&mut pager);
    rows.sort_unstable();
    assert_eq!(rows, (0..30).collect::<Vec<_>>());
    assert!(
        completeness.is_complete() && completeness.repaired,
        "{completeness:?}"
    );
}

#[test]
fn rows_that_come_to_be_wanted_or_cease_to_while_the_list_is_read_are_drift() {
    // The list turns under the first reading, and the second one finds that 3 is wanted now, or 4 no more.
    for (wanted_first, wanted_then) in [(&[4, 9], &[3, 4, 9][..]), (&[4, 9], &[9]), (&[4, 9], &[3, 9])] {
        let asked = AtomicU32::new(0);
        let pager = numbered_pager(1, move |page| {
            let asked = asked.fetch_add(1, Ordering::SeqCst);
            let mut list: Vec<u32> = (0..20).collect();
            list.rotate_left(usize::from(asked > 0));
            let wanted = if asked < 2 { &wanted_first[..] } else { wanted_then };
            Ok(numbered(&list, page, 10)?.map(|id| (id, wanted.contains(&id))))
        });
        let (rows, error, completeness) = read(&mut pager.filter(|(_, wanted)| *wanted));
        assert!(error.is_none() && completeness.repaired, "{completeness:?}");
        assert_eq!(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [4, 9]);
        assert_eq!((completeness.unique, completeness.grade), (20, Grade::Drifted));
        assert_eq!(
            completeness.reason,
            "rows came to be wanted, or ceased to, while the list was read"
        );
    }
}

#[test]
fn a_repeated_id_behind_a_cursor_is_not_delivered_again_and_not_kept_quiet() {
    let mut pager = cursor_pager(|token| {
        let mut page = Page::new(rows(if token.is_some() { [2, 3] } else { [1, 2] }));
        page.next = token.is_none().then(|| "b".into());
        Ok(page)
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows, [1, 2, 3]);
    assert_eq!(completeness.grade, Grade::Drifted);
    assert!(
        completeness.reason.contains("came again on another page"),
        "{}",
        completeness.reason
    );
}

#[test]
fn a_last_page_that_is_not_there_is_not_asked_for_once_every_row_has_come() {
    let list: Vec<u32> = (0..30).collect();
    let mut pager = numbered_pager(4, move |page| {
        let mut out = numbered(&list, page, 10)?;
        out.last_page = Some(9);
        Ok(out)
    });
    let (rows, error, completeness) = read(&mut pager);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(rows.len(), 30);
    assert!(completeness.is_complete(), "{completeness:?}");
}

#[test]
fn a_page_that_is_refused_once_and_is_there_after_all_is_asked_for_again() {
    let list: Vec<u32> = (0..50).collect();
    let refused = AtomicU32::new(0);
    let mut pager = numbered_pager(4, move |page| {
        if page == 3 && refused.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(error(ErrorKind::NotFound));
        }
        numbered(&list, page, 10)
    });
    let (rows, failed, completeness) = read(&mut pager);
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(rows, (0..50).collect::<Vec<_>>());
    assert!(completeness.is_complete(), "{completeness:?}");
}

#[test]
fn an_outage_while_the_end_is_looked_for_is_told_as_what_it_is() {
    let list: Vec<u32> = (0..50).collect();
    let begun = AtomicBool::new(false);
    let mut pager = numbered_pager(1, move |page| match page {
        1 if begun.swap(true, Ordering::SeqCst) => Err(error(ErrorKind::Unavailable)),
        3 => Err(error(ErrorKind::NotFound)),
        page => numbered(&list, page, 10),
    });
    assert_eq!(read(&mut pager).1.unwrap().kind(), ErrorKind::Unavailable);
}

#[test]
fn a_page_that_is_always_refused_is_an_error_and_not_a_loop() {
    let list: Vec<u32> = (0..50).collect();
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let mut pager = numbered_pager(1, move |page| {
        count.fetch_add(1, Ordering::SeqCst);
        if page == 3 {
            Err(error(ErrorKind::NotFound))
        } else {
            numbered(&list, page, 10)
        }
    });
    let (rows, failed, _) = read(&mut pager);
    assert_eq!((rows.len(), failed.unwrap().kind()), (20, ErrorKind::NotFound));
    assert!(asked.load(Ordering::SeqCst) <= 12, "{asked:?}");
}

#[test]
fn a_list_that_lost_many_pages_is_not_asked_for_each_of_them() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let mut pager = numbered_pager(1, move |page| {
        let rows = if count.fetch_add(1, Ordering::SeqCst) < 3 {
            0..4_000
        } else {
            0..10
        };
        numbered(&rows.collect::<Vec<u32>>(), page, 10)
    });
    let (_, failed, completeness) = read(&mut pager);
    assert!(
        failed.is_none() && !completeness.is_complete(),
        "{completeness:?}"
    );
    // Three pages, the refused one, and the first: to see where the list ends, and to read it again.
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

proptest! {
    /// A list that changes at random under the walk: no row twice, no loop, and complete only when it is true.
    #[test]
    fn a_moving_list_is_never_graded_complete_wrongly(
        len in 1u32..120, size in 1u32..20, ahead in 1u32..6, by_page in any::<bool>(),
        changes in prop::collection::vec((0u32..40, any::<bool>(), any::<prop::sample::Index>()), 0..6),
    ) {
        let list = Arc::new(Mutex::new((0..len).collect::<Vec<u32>>()));
        let server = Arc::clone(&list);
        let asked = Arc::new(AtomicU32::new(0));
        let requests = Arc::clone(&asked);
        let states = Arc::new(Mutex::new(vec![(0..len).collect::<BTreeSet<u32>>()]));
        let history = Arc::clone(&states);
        let change = move || {
            let at = asked.fetch_add(1, Ordering::SeqCst);
            let mut list = server.lock().unwrap();
            for (when, insert, index) in &changes {
                if *when == at {
                    if *insert {
                        let place = index.index(list.len() + 1);
                        list.insert(place, 10_000 + history.lock().unwrap().len() as u32);
                    } else if !list.is_empty() {
                        let place = index.index(list.len());
                        list.remove(place);
                    }
                    history.lock().unwrap().push(list.iter().copied().collect());
                }
            }
            list.clone()
        };
        let mut pager = if by_page {
            numbered_pager(ahead, move |page| numbered(&change(), page, size as usize))
        } else {
            offset_pager(size, ahead, move |skip, limit| Ok(offset(&change(), skip, limit, 1_000)))
        };
        let (rows, error, completeness) = read(&mut pager);
        prop_assert!(error.is_none(), "{:?}", error);
        let seen: BTreeSet<u32> = rows.iter().copied().collect();
        prop_assert_eq!(seen.len(), rows.len(), "no row twice");
        let bound = 2 * (u64::from(len) + 10).div_ceil(u64::from(size)) + 40;
        prop_assert!(u64::from(requests.load(Ordering::SeqCst)) <= bound * 2, "requests are bounded");
        let states = states.lock().unwrap();
        // What a row that goes while another comes can hide, ADR 5 says.
        let only_grows = states.is_sorted_by(|before, after| before.is_subset(after));
        let only_shrinks = states.is_sorted_by(|before, after| before.is_superset(after));
        if completeness.is_complete() && (only_grows || only_shrinks) {
            prop_assert!(states.contains(&seen), "{:?} is no state of the list", seen);
        }
        if completeness.is_complete() {
            prop_assert_eq!(Some(seen.len() as u64), completeness.reported);
        }
    }
}
