//! What a walk that goes on finds where the one before it stopped.

use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Waker};

use crate::support::{
    Killed, error, go_on, kill_after, n, numbered, numbered_pager, offset, offset_pager, pager, read,
    rows as rows_of, snapshot,
};
use futures_util::StreamExt as _;
use rollbook_model::{
    Completeness, ErrorKind, Grade, NativeRow, Page, Pager, Paging, Position, RejectedRow, Row,
};

/// Thirty rows in pages of ten, of which the first was delivered.
fn stopped_after_a_page() -> Killed<u32> {
    kill_after(
        pager(0, &(0..30).collect::<Vec<u32>>(), 10, 1).tracked(),
        1,
        false,
    )
}

/// Row 0 went and row 30 came.
fn turned() -> Vec<u32> {
    (1..31).collect()
}

#[test]
fn a_row_that_cannot_be_read_hides_no_move_across_the_pause() {
    let mut rest = numbered_pager(1, |page| {
        let mut out = numbered(&turned(), page, 10)?;
        if page == 1 {
            out.rows.pop();
            let native = NativeRow::parse("10").unwrap();
            out.rejected.push(RejectedRow::new("$[9]", "made up", native));
        }
        Ok(out)
    })
    .resume_from(snapshot(&stopped_after_a_page().kept))
    .unwrap();
    let (_, error, together) = read(&mut rest);
    assert!(error.is_none() && !together.is_complete(), "{together:?}");
}

/// Goes on behind two pages of three rows, after a pause in which the list became another; each row is an id and its name.
fn go_on_in_another_list(by_page: bool, before: &[(u32, u32)], after: &[(u32, u32)]) -> Completeness {
    let list = |rows: &[(u32, u32)]| {
        let rows = rows.to_vec();
        let paging = if by_page {
            Paging::Numbered { ahead: n(1) }
        } else {
            Paging::Offset {
                limit: n(3),
                ahead: n(1),
            }
        };
        Pager::new("test", paging, move |position| {
            let (skip, limit) = match position {
                Position::Page(page) => ((page as usize - 1) * 3, 3),
                Position::Offset { skip, limit } => (skip as usize, limit as usize),
                other => panic!("{other:?}"),
            };
            let rows_of_page = rows.iter().skip(skip).take(limit);
            let mut page = Page::new(rows_of_page.map(|row| Row::new(row.0, *row)).collect());
            page.total = Some(rows.len() as u64);
            page.last_page = by_page.then(|| rows.len().div_ceil(3) as u32);
            async move { Ok(page) }
        })
    };
    go_on(&kill_after(list(before).tracked(), 2, false), list(after)).1
}

#[test]
fn a_row_with_the_id_of_another_hides_no_move_across_the_pause() {
    // The row named 6 has the id of one that was delivered. Row 0 goes, and row 9 comes.
    for (by_page, twin) in [
        (true, 2),
        (true, 3),
        (true, 5),
        (false, 2),
        (false, 3),
        (false, 5),
    ] {
        let row = |name| (if name == 6 { twin } else { name }, name);
        let before: Vec<_> = (0..9).map(row).collect();
        let after: Vec<_> = (1..10).map(row).collect();
        let together = go_on_in_another_list(by_page, &before, &after);
        assert!(
            together.repaired && !together.is_complete(),
            "{by_page} {twin}: {together:?}"
        );
    }
}

#[test]
fn a_row_that_moves_to_the_place_of_the_stop_hides_no_move_across_the_pause() {
    for by_page in [true, false] {
        let before: Vec<_> = (0..9).map(|name| (name, name)).collect();
        // Row 0 goes, row 2 moves to the end of what was delivered, row 9 comes; row 6 stands where row 4 was.
        let after = [1, 3, 4, 5, 6, 2, 7, 8, 9].map(|name| (name, name));
        let together = go_on_in_another_list(by_page, &before, &after);
        assert!(
            together.repaired && !together.is_complete(),
            "{by_page}: {together:?}"
        );
    }
}

#[test]
fn a_page_that_comes_short_or_in_part_hides_no_move_across_the_pause() {
    for partial in [true, false] {
        let asked = AtomicU32::new(0);
        let mut rest = numbered_pager(1, move |page| {
            let mut out = numbered(&turned(), page, 10)?;
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                out.rows.pop();
                out.partial = partial;
            }
            Ok(out)
        })
        .resume_from(snapshot(&stopped_after_a_page().kept))
        .unwrap();
        let (rows, _, together) = read(&mut rest);
        assert!(rows.contains(&10) && !together.is_complete(), "{together:?}");
    }
}

#[test]
fn a_still_list_with_an_empty_page_is_not_read_again_after_a_stop_there() {
    let list = || {
        numbered_pager(1, |page| {
            let mut out = Page::new(rows_of(match page {
                1 => 0..10,
                2 => 0..0,
                _ => 10..20,
            }));
            (out.total, out.last_page) = (Some(20), Some(3));
            Ok(out)
        })
    };
    let (rows, together) = go_on(&kill_after(list().tracked(), 2, false), list());
    assert_eq!(rows, (0..20).collect::<Vec<u32>>());
    assert!(together.is_complete() && !together.repaired, "{together:?}");
}

#[test]
fn a_server_that_gives_more_than_is_asked_for_is_not_read_twice() {
    let list: Vec<u32> = (0..40).collect();
    let pager = || {
        let list = list.clone();
        offset_pager(10, 1, move |skip, limit| {
            Ok(offset(&list, skip, limit.max(7), 10))
        })
    };
    let killed = kill_after(pager().tracked(), 2, false);
    let (rows, together) = go_on(&killed, pager());
    assert_eq!(rows, list);
    assert!(together.is_complete() && !together.repaired, "{together:?}");
}

#[test]
fn a_page_that_is_no_more_where_the_walk_stopped_makes_it_be_read_again() {
    let long: Vec<u32> = (0..30).collect();
    let killed = kill_after(pager(0, &long, 10, 1).tracked(), 2, false);
    let (rows, together) = go_on(&killed, pager(0, &long[..5], 10, 1));
    assert_eq!(rows, (0..20).collect::<Vec<u32>>());
    assert!(
        together.repaired && together.grade == Grade::Drifted,
        "{together:?}"
    );
}

#[test]
fn an_error_before_the_walk_goes_on_leaves_it_where_it_was() {
    let killed = stopped_after_a_page();
    let failing = numbered_pager(1, |_| Err::<Page<u32>, _>(error(ErrorKind::Unavailable)));
    let mut rest = failing.resume_from(snapshot(&killed.kept)).unwrap();
    assert_eq!(rest.cursor().unwrap().to_string(), "page:2");
    let (rows, failed, _) = read(&mut rest);
    assert!(rows.is_empty() && failed.unwrap().kind() == ErrorKind::Unavailable);
    assert_eq!(rest.cursor().unwrap().to_string(), "page:2");
    assert!(rest.take_progress().is_none());
}

#[test]
fn a_walk_may_be_mapped_and_begun_anew_at_any_time_before_it_goes_on() {
    let mut cx = Context::from_waker(Waker::noop());
    let begun = |cx: &mut Context<'_>| {
        let killed = stopped_after_a_page();
        let mut rest = pager(0, &turned(), 10, 1)
            .resume_from(snapshot(&killed.kept))
            .unwrap();
        // Pages with a number above 0 are not there at once: what was delivered last is asked for.
        assert!(rest.poll_next_unpin(cx).is_pending());
        rest
    };
    let (mut rows, _, together) = read(&mut begun(&mut cx).map(|row| row));
    rows.sort_unstable();
    assert_eq!(rows, (10..31).collect::<Vec<u32>>());
    assert!(
        together.repaired && !together.is_complete(),
        "row 0 is gone: {together:?}"
    );
    let mut late = begun(&mut cx).resume("page:3".parse().unwrap());
    assert_eq!(late.cursor().unwrap().to_string(), "page:3");
    assert_eq!(read(&mut late).0, (21..31).collect::<Vec<u32>>());
}
