//! Walks that are stopped and go on from what was kept of them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::{
    Killed, by_cursor, cursor_pager, error, go_on, kill_after, numbered, numbered_pager, pager, read,
    rows as rows_of, sharing, sharing_pager, snapshot, text,
};
use futures_executor::block_on;
use proptest::prelude::*;
use rollbook_model::{
    ErrorKind, Grade, NativeRow, Page, Pager, Progress, RejectedRow, Snapshot, UnreadMember,
};

proptest! {
    #[test]
    fn a_killed_walk_and_the_one_that_goes_on_are_one_walk(
        len in 0u32..150, size in 1u32..30, ahead in 1u32..6, kind in 0u32..4,
        cuts in prop::collection::vec((0usize..8, any::<bool>()), 1..4), filtered in any::<bool>(),
    ) {
        let list: Vec<u32> = (0..len).collect();
        let start = || {
            let pager = pager(kind, &list, size, ahead);
            if filtered { pager.filter(|row| row % 3 == 0) } else { pager }
        };
        let (wanted, _, whole) = read(&mut start());
        let mut killed = Killed { rows: Vec::new(), kept: Vec::new(), lost: 0 };
        let mut lost = 0;
        for (pages, in_between) in cuts {
            let again = start().resume_from(snapshot(&killed.kept)).unwrap();
            let part = kill_after(again, pages, in_between);
            killed.rows.extend(part.rows);
            killed.kept.extend(part.kept);
            lost += part.lost;
        }
        let (rows, together) = go_on(&killed, start());
        let seen: BTreeSet<u32> = rows.iter().copied().collect();
        prop_assert_eq!(&seen, &wanted.iter().copied().collect::<BTreeSet<u32>>(), "every row");
        prop_assert_eq!(rows.len(), seen.len() + lost, "only a page whose progress was lost comes twice");
        prop_assert_eq!(together, whole, "the same evidence, as if never stopped");
    }

    /// A list that changes while nobody reads it: complete only when the rows of both parts are those that it had before, or has now.
    #[test]
    fn a_list_that_changed_in_between_is_not_graded_complete_wrongly(
        len in 1u32..120, size in 1u32..20, kind in 0u32..3, pages in 0usize..8,
        gone in any::<prop::sample::Index>(), came in 0u32..3,
    ) {
        let mut list: Vec<u32> = (0..len).collect();
        let before: BTreeSet<u32> = list.iter().copied().collect();
        let killed = kill_after(pager(kind, &list, size, 2).tracked(), pages, false);
        list.remove(gone.index(list.len()));
        list.extend(1_000..1_000 + came);
        let (rows, together) = go_on(&killed, pager(kind, &list, size, 2));
        let seen: BTreeSet<u32> = rows.iter().copied().collect();
        prop_assert_eq!(seen.len(), rows.len(), "no row twice");
        if together.is_complete() && kind < 2 {
            let states = [before, list.into_iter().collect()];
            prop_assert!(states.contains(&seen), "{:?} is no state of the list", seen);
        }
    }
}

#[test]
fn a_walk_that_is_tracked_twice_forgets_no_row_and_one_that_has_begun_is_not_tracked() {
    let list = || by_cursor((0..15).collect(), 5);
    let mut walk = list().tracked();
    block_on(walk.next_page()).unwrap().unwrap();
    let mut walk = walk.tracked();
    block_on(walk.next_page()).unwrap().unwrap();
    assert_eq!(walk.take_progress().unwrap().rows(), 10);
    let mut late = list();
    block_on(late.next_page()).unwrap().unwrap();
    assert!(late.tracked().take_progress().is_none());
}

#[test]
fn what_has_ended_is_not_asked_for_again_and_proves_the_same() {
    let mut first = by_cursor((0..10).collect(), 4).tracked();
    let (rows, _, whole) = read(&mut first);
    assert_eq!(rows.len(), 10);
    let kept = snapshot(&[text(first.take_progress().unwrap())]);
    assert!(kept.is_ended());
    let mut again = cursor_pager::<u32>(|_| panic!("nothing is left to ask for"))
        .resume_from(kept)
        .unwrap();
    let (rows, error, together) = read(&mut again);
    assert!(rows.is_empty() && error.is_none());
    assert_eq!(together, whole);
}

#[test]
fn a_filter_and_a_map_may_come_after_the_snapshot() {
    let list = || by_cursor((0..10).collect(), 4);
    let killed = kill_after(list().tracked(), 1, false);
    let rest = list().resume_from(snapshot(&killed.kept)).unwrap();
    let mut rest = rest.map(|row| row + 100).filter(|row| row % 2 == 0);
    let (rows, _, together) = read(&mut rest);
    assert_eq!(rows, [104, 106, 108]);
    assert!(together.is_complete() && together.unique == 10, "{together:?}");
}

/// A list behind cursors that are forgotten once `expired` is set.
fn forgetful(list: Vec<u32>, expired: &Arc<AtomicBool>) -> Pager<u32> {
    let expired = Arc::clone(expired);
    cursor_pager(move |token| {
        let start: usize = token.map_or(0, |token| token[2..].parse().unwrap());
        if token.is_some() && expired.swap(false, Ordering::SeqCst) {
            return Err(error(ErrorKind::InvalidRequest));
        }
        let mut page = Page::new(rows_of(list[start..(start + 5).min(list.len())].iter().copied()));
        page.next = (start + 5 < list.len()).then(|| format!("c:{}", start + 5));
        page.unread.push(UnreadMember::new("$[0].x", "made up"));
        Ok(page)
    })
}

#[test]
fn a_list_whose_cursor_has_expired_is_read_from_its_start_and_no_row_comes_twice() {
    let expired = Arc::new(AtomicBool::new(false));
    let killed = kill_after(forgetful((0..23).collect(), &expired).tracked(), 3, false);
    expired.store(true, Ordering::SeqCst);
    let (rows, together) = go_on(&killed, forgetful((0..23).collect(), &expired));
    assert_eq!(rows, (0..23).collect::<Vec<u32>>());
    assert_eq!((together.unique, together.pages, together.received), (23, 8, 38));
    // What came before was read again: it counts once.
    assert_eq!((together.unread, together.grade), (5, Grade::Incomplete));
    assert!(
        together.reason.contains("saved cursor was refused"),
        "{together:?}"
    );
}

#[test]
fn a_row_that_went_while_the_cursor_expired_is_drift() {
    let expired = Arc::new(AtomicBool::new(false));
    let list = || (0..23).collect::<Vec<u32>>();
    let killed = kill_after(by_cursor(list(), 5).tracked(), 3, false);
    expired.store(true, Ordering::SeqCst);
    let shorter = list().into_iter().filter(|row| *row != 2).collect();
    let fresh = forgetful(shorter, &expired);
    let mut rest = fresh.resume_from(snapshot(&killed.kept)).unwrap();
    let (rows, _, together) = read(&mut rest);
    assert_eq!(rows, (15..23).collect::<Vec<u32>>());
    assert_eq!(together.unique, 23);
    assert!(!together.is_complete(), "{together:?}");
}

#[test]
fn a_cursor_that_is_refused_later_is_an_error_and_not_a_new_beginning() {
    let expired = Arc::new(AtomicBool::new(false));
    let killed = kill_after(forgetful((0..23).collect(), &expired).tracked(), 2, false);
    let mut rest = forgetful((0..23).collect(), &expired)
        .resume_from(snapshot(&killed.kept))
        .unwrap();
    assert!(block_on(rest.next_page()).unwrap().is_ok());
    expired.store(true, Ordering::SeqCst);
    let failed = block_on(rest.collect_rows()).1.unwrap();
    assert_eq!(failed.kind(), ErrorKind::InvalidRequest);
    assert!(rest.take_progress().is_none());
}

#[test]
fn rows_and_members_that_could_not_be_read_count_over_both_parts() {
    let list = || {
        numbered_pager(1, |page| {
            let mut out = numbered(&(0..40).collect::<Vec<u32>>(), page, 10)?;
            out.rows.pop();
            let native = NativeRow::parse(&page.to_string()).unwrap();
            out.rejected.push(RejectedRow::new("$[9]", "made up", native));
            out.unread.push(UnreadMember::new("$[0].x", "made up"));
            Ok(out)
        })
    };
    let killed = kill_after(list().tracked(), 3, false);
    let (rows, together) = go_on(&killed, list());
    assert_eq!((rows.len(), together.rejected, together.unread), (36, 4, 4));
    assert_eq!(together, read(&mut list()).2);
}

#[test]
fn a_walk_that_is_killed_while_it_reads_again_reads_again() {
    // A row is removed before the window: the first pass misses one, and the second finds it.
    let list = Arc::new(Mutex::new((0..60).collect::<Vec<u32>>()));
    let start = || {
        let (server, asked) = (Arc::clone(&list), AtomicU32::new(0));
        numbered_pager(1, move |page| {
            let mut list = server.lock().unwrap();
            if asked.fetch_add(1, Ordering::SeqCst) == 2 && list.len() == 60 {
                list.remove(0);
            }
            numbered(&list, page, 10)
        })
    };
    for pages in 1..14 {
        *list.lock().unwrap() = (0..60).collect();
        let killed = kill_after(start().tracked(), pages, false);
        let (mut rows, together) = go_on(&killed, start());
        rows.sort_unstable();
        assert_eq!(rows, (0..60).collect::<Vec<u32>>(), "{pages}");
        assert!(together.repaired, "{pages}: {together:?}");
        assert!(!together.is_complete(), "row 0 is gone: {together:?}");
    }
}

#[test]
fn a_second_reading_that_begins_anew_after_a_stop_is_told_as_one() {
    let asked = Arc::new(AtomicU32::new(0));
    let list = || {
        let asked = Arc::clone(&asked);
        numbered_pager(1, move |page| {
            let mut list: Vec<u32> = (0..30).collect();
            if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                list.swap(0, 20);
            }
            numbered(&list, page, 10)
        })
    };
    let killed = kill_after(list().tracked(), 4, false);
    let (rows, together) = go_on(&killed, list());
    assert_eq!(rows.len(), 30);
    assert!(together.is_complete() && together.repaired, "{together:?}");
}

#[test]
fn a_row_that_was_delivered_without_a_member_stays_so_however_often_the_list_is_read() {
    // The member is missing in the first reply alone, and two rows change places after it.
    let asked = Arc::new(AtomicU32::new(0));
    let list = || {
        let asked = Arc::clone(&asked);
        numbered_pager(1, move |page| {
            let asked = asked.fetch_add(1, Ordering::SeqCst);
            let mut list: Vec<u32> = (0..30).collect();
            if asked > 0 {
                list.swap(0, 20);
            }
            let mut out = numbered(&list, page, 10)?;
            if asked == 0 {
                out.unread.push(UnreadMember::new("$[5].x", "made up"));
            }
            Ok(out)
        })
    };
    for pages in 1..8 {
        asked.store(0, Ordering::SeqCst);
        let killed = kill_after(list().tracked(), pages, false);
        let (_, together) = go_on(&killed, list());
        assert_eq!(together.grade, Grade::Incomplete, "{pages}: {together:?}");
        assert_eq!(together.unread, 1, "{pages}");
    }
}

#[test]
fn what_a_partial_page_may_lack_is_not_forgotten_with_its_cursor() {
    let asked = Arc::new(AtomicU32::new(0));
    let list = || {
        let asked = Arc::clone(&asked);
        cursor_pager(move |token| {
            let asked = asked.fetch_add(1, Ordering::SeqCst);
            if asked == 3 {
                return Err(error(ErrorKind::InvalidRequest));
            }
            let start = token.map_or(0, |token| token.parse().unwrap());
            let mut page = Page::new(rows_of(start..start + 5));
            page.next = (start < 10).then(|| (start + 5).to_string());
            page.partial = asked == 0;
            Ok(page)
        })
    };
    // Two pages are delivered, and a third is under way.
    let killed = kill_after(list().tracked(), 2, false);
    let (rows, together) = go_on(&killed, list());
    assert_eq!(rows, (0..15).collect::<Vec<u32>>());
    assert_eq!(together.grade, Grade::Incomplete, "{together:?}");
}

#[test]
fn rows_that_share_a_key_are_told_apart_over_both_parts() {
    for pages in 0..9 {
        let killed = kill_after(sharing_pager(2).tracked(), pages, false);
        let (mut rows, together) = go_on(&killed, sharing_pager(2));
        rows.sort_by_key(|(_, text)| *text);
        assert_eq!(rows, sharing(), "killed after {pages}");
        assert!(together.is_complete(), "killed after {pages}: {together:?}");
    }
}

#[test]
fn a_last_page_that_is_not_there_is_not_asked_for_once_both_parts_have_every_row() {
    let list = || {
        numbered_pager(1, |page| {
            assert!(page <= 3, "page {page} is not there");
            let mut out = numbered(&(0..30).collect::<Vec<u32>>(), page, 10)?;
            out.last_page = Some(9);
            Ok(out)
        })
    };
    for pages in 0..4 {
        let killed = kill_after(list().tracked(), pages, false);
        let (rows, together) = go_on(&killed, list());
        assert!(rows.len() == 30 && together.is_complete(), "{together:?}");
    }
}

#[test]
fn a_walk_without_its_beginning_does_not_get_one_by_being_kept() {
    let list = || by_cursor((0..20).collect(), 5);
    let late = list().resume("token:c:5".parse().unwrap()).tracked();
    let killed = kill_after(late, 1, false);
    let (rows, together) = go_on(&killed, list());
    assert_eq!(rows.len(), 15);
    assert!(!together.is_complete(), "{together:?}");
}

#[test]
fn progress_of_another_version_and_of_another_paging_is_refused() {
    let killed = kill_after(by_cursor((0..20).collect(), 5).tracked(), 1, false);
    let (before, rest) = killed.kept[0].split_once("\"version\":5").unwrap();
    for version in [4, 6] {
        // What else it has may be anything.
        for rest in [rest, ",\"next\":\"none\"}"] {
            let other = format!("{before}\"version\":{version}{rest}");
            let refused = serde_json::from_str::<Progress>(&other).unwrap_err().to_string();
            let expected = format!("progress of version {version}, expected 5");
            assert!(refused.starts_with(&expected), "{refused}");
        }
    }
    let refused = pager(0, &[1], 1, 1)
        .resume_from(snapshot(&killed.kept))
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn progress_that_no_walk_has_is_refused() {
    let kept = kill_after(by_cursor((0..10).collect(), 5).tracked(), 3, false).kept;
    let refused = |kept: &[String]| {
        let mut snapshot = Snapshot::default();
        let mut all = kept.iter().map(|text| serde_json::from_str(text).unwrap());
        let error = all.find_map(|progress| snapshot.add(progress).err()).unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        error.message().to_owned()
    };
    assert_eq!(kept.len(), 3);
    let turned: Vec<String> = kept.iter().rev().cloned().collect();
    assert_eq!(refused(&turned), "progress after the end of the walk");
    // Its end may be told again: a walk that goes on from there does.
    let told_again = [&kept[..], &kept[2..]].concat();
    assert!(snapshot(&told_again).is_ended());
    let most = u64::MAX.to_string();
    for count in ["\"pages\":1", "\"received\":5", "\"unique\":5"] {
        let (name, _) = count.split_once(':').unwrap();
        let text = kept[0].replacen(count, &format!("{name}:{most}"), 1);
        assert_ne!(text, kept[0], "{count}");
        assert_eq!(refused(&[text]), "progress that counts more than a walk can");
    }
}

#[test]
fn a_page_of_other_paging_is_refused_in_a_line() {
    let killed = kill_after(by_cursor((0..20).collect(), 5).tracked(), 1, false);
    let kept = killed.kept[0].replacen("token:c:5", "token:c\\n5", 1);
    let refused = pager(0, &[1], 1, 1).resume_from(snapshot(&[kept])).unwrap_err();
    assert_eq!(refused.message(), "page at cursor \"c\\n5\" is no page of test");
}

#[test]
fn what_is_kept_grows_with_the_rows_and_not_with_their_square() {
    let mut pager = by_cursor((0..2_000).collect(), 10).tracked();
    let mut kept = 0;
    while block_on(pager.next_page()).is_some() {
        kept += text(pager.take_progress().unwrap()).len();
    }
    assert!(kept < 2_000 * 25 + 200 * 500, "{kept} bytes");
}
