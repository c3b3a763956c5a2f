//! Rows that have one key and are not one row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use crate::support::{
    Killed, TEXT, cursor_pager, error, go_on, kill_after, numbered_pager, read, saying, sharing,
    sharing_pager,
};
use rollbook_model::{Completeness, Error, ErrorKind, Grade, NativeRow, Page, Pager, RejectedRow};

type Row = (u32, &'static str);

/// A text that is a part of what rows stand in.
fn said(text: &str) -> &'static str {
    let start = TEXT.find(text).unwrap();
    &TEXT[start..start + text.len()]
}

/// Rows that say one letter each. Those of a, b and c have one key, and all others have their own.
fn list(letters: &str) -> Vec<Row> {
    let row = |letter: char| match letter {
        'a'..='c' => (7, said(&letter.to_string())),
        _ => (u32::from(letter), said(&letter.to_string())),
    };
    letters.chars().map(row).collect()
}

/// A page of a list by cursor.
fn by_cursor(letters: &str, size: usize, token: Option<&str>) -> Result<Page<Row>, Error> {
    let number = token.map_or(1, |token| token.parse().unwrap());
    let mut page = saying(&list(letters), size, number)?;
    let last = page.last_page.take().unwrap();
    page.total = None;
    page.next = (number < last).then(|| (number + 1).to_string());
    Ok(page)
}

/// A list that stands like this when it is asked for a page, the first time, the second and so on, and then stands still.
fn standing(lists: &'static [&'static str]) -> impl Fn() -> &'static str {
    let asked = AtomicU32::new(0);
    move || lists[(asked.fetch_add(1, Ordering::SeqCst) as usize).min(lists.len() - 1)]
}

fn letters(rows: &[Row]) -> String {
    rows.iter().map(|(_, text)| *text).collect()
}

#[test]
fn rows_that_share_a_key_on_different_pages_are_all_delivered() {
    let (mut rows, error, completeness) = read(&mut sharing_pager(3));
    assert!(error.is_none());
    rows.sort_by_key(|(_, text)| *text);
    assert_eq!(rows, sharing());
    assert!(
        completeness.is_complete() && completeness.repaired,
        "{completeness:?}"
    );
    assert_eq!(completeness.unique, 8);
}

#[test]
fn rows_that_move_alike_under_both_readings_are_not_taken_for_two_each() {
    // Each request finds the list turned by three rows: both readings see each even row twice, in the same order, and the total
    // counts as many rows.
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let mut rows: Vec<_> = (0..18).map(|n| (n, &TEXT[n as usize..][..1])).collect();
        rows.rotate_left((3 * asked.fetch_add(1, Ordering::SeqCst) as usize) % 18);
        saying(&rows, 1, page)
    });
    let (mut rows, error, completeness) = read(&mut pager);
    assert!(error.is_none());
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), 9);
    assert_eq!((completeness.grade, completeness.unique), (Grade::Drifted, 9));
}

#[test]
fn of_rows_that_share_a_key_none_is_delivered_for_another() {
    // Between the two readings the rows of the key 7 change places: the one that comes second then is the one that was delivered.
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let mut rows = sharing();
        if asked.fetch_add(1, Ordering::SeqCst) >= 4 {
            rows.swap(1, 6);
        }
        saying(&rows, 2, page)
    });
    let (rows, _, completeness) = read(&mut pager);
    let sevens = rows.iter().filter(|(key, _)| *key == 7);
    assert_eq!(sevens.map(|(_, text)| *text).collect::<Vec<_>>(), ["b"]);
    assert_eq!(
        (completeness.grade, completeness.repaired),
        (Grade::Drifted, true)
    );
}

#[test]
fn a_row_that_moved_behind_one_that_shares_its_key_is_not_taken_for_a_third() {
    // The rows a and b share a key. While b moves to the second page, in each reading, d is not read.
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        let first = [(7, "a"), (7, "b"), (2, "d"), (1, "c")];
        let then = [(7, "a"), (2, "d"), (7, "b"), (1, "c")];
        let rows = [first, then][asked.fetch_add(1, Ordering::SeqCst) as usize % 2];
        saying(&rows.map(|(key, text)| (key, said(text))), 2, page)
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(rows.len(), 3);
    assert_eq!(completeness.grade, Grade::Drifted, "{completeness:?}");
}

#[test]
fn of_rows_that_share_a_key_and_a_page_none_is_delivered_for_another() {
    for (size, lists, counted, by_cursor_alone) in [
        // One moves from the end to the beginning.
        (2, &["bdae", "abde"][..], ("bde", Grade::Drifted), "bde"),
        // One moves from the beginning to the end.
        (2, &["adeb", "deba"], ("ade", Grade::Drifted), "ade"),
        // One moves behind the other while the first reading is on its way, and is read twice.
        (2, &["bdae", "dabe"], ("bde", Grade::Drifted), "bde"),
        // A row comes before the second reading, and those that shared two pages share one.
        (
            3,
            &["deabcf", "deabcf", "gdeabcf"],
            ("deafg", Grade::Drifted),
            "deafg",
        ),
        // Two that shared a page are on two.
        (
            3,
            &["dabcef", "dabcef", "gdabcef"],
            ("dabefg", Grade::Drifted),
            "dabefg",
        ),
    ] {
        let now = standing(lists);
        let (rows, error, completeness) = read(&mut numbered_pager(1, move |page| {
            saying(&list(now()), size, page)
        }));
        assert!(error.is_none(), "{lists:?}: {error:?}");
        assert_eq!(
            (&*letters(&rows), completeness.grade),
            counted,
            "{lists:?}: {completeness:?}"
        );
        let now = standing(lists);
        let (rows, error, completeness) = read(&mut cursor_pager(move |token| by_cursor(now(), size, token)));
        assert!(error.is_none(), "{lists:?}: {error:?}");
        let expected = (by_cursor_alone, Grade::Drifted);
        assert_eq!(
            (&*letters(&rows), completeness.grade),
            expected,
            "{lists:?}: {completeness:?}"
        );
    }
}

#[test]
fn a_row_that_could_not_be_read_is_not_taken_for_one_that_shares_its_key() {
    // On the first page a cannot be read at first. A row comes, and the second reading can.
    let asked = AtomicU32::new(0);
    let mut pager = numbered_pager(1, move |page| {
        if asked.fetch_add(1, Ordering::SeqCst) >= 2 {
            return saying(&list("abdef"), 2, page);
        }
        let mut out = saying(&list(["b", "de"][page as usize - 1]), 2, 1)?;
        (out.total, out.last_page) = (Some([4, 5][page as usize - 1]), Some(2));
        if page == 1 {
            let native = NativeRow::parse("7").unwrap();
            out.rejected.push(RejectedRow::new("$", "made up", native));
        }
        Ok(out)
    });
    let (rows, _, completeness) = read(&mut pager);
    assert_eq!(
        (&*letters(&rows), completeness.grade),
        ("bdef", Grade::Drifted),
        "{completeness:?}"
    );
}

/// Reads some pages, dies, and goes on: the letters of both parts.
fn stopped(list: impl Fn() -> Pager<Row>, pages: usize) -> (String, Completeness) {
    let killed: Killed<Row> = kill_after(list().tracked(), pages, false);
    let (rows, together) = go_on(&killed, list());
    (letters(&rows), together)
}

#[test]
fn none_is_delivered_for_another_where_a_cursor_is_refused_after_a_stop() {
    let asked = Arc::new(AtomicU32::new(0));
    let list = || {
        let asked = Arc::clone(&asked);
        cursor_pager(move |token| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => by_cursor("bdae", 2, token),
            1 => Err(error(ErrorKind::InvalidRequest)),
            _ => by_cursor("abde", 2, token),
        })
    };
    let (letters, together) = stopped(list, 1);
    assert_eq!(
        (&*letters, together.grade),
        ("bde", Grade::Drifted),
        "{together:?}"
    );
}

#[test]
fn none_is_delivered_for_another_where_a_second_reading_begins_anew_after_a_stop() {
    // The first reading delivers b and repeats a, and the others find a first.
    let now = Arc::new(standing(&["bdfeg", "bdefga", "bdefga", "adbefg"]));
    let pager = || {
        let now = Arc::clone(&now);
        numbered_pager(1, move |page| saying(&list(now()), 2, page))
    };
    let (letters, together) = stopped(pager, 4);
    assert_eq!(
        (&*letters, together.grade),
        ("bdefg", Grade::Drifted),
        "{together:?}"
    );
}

#[test]
fn none_is_delivered_for_another_where_a_page_that_led_nowhere_comes_again() {
    // The second page has b and leads back. When it comes again it has a.
    for (then, size) in [("dab", 1), ("deab", 2)] {
        let asked = Arc::new(AtomicU32::new(0));
        let pager = || {
            let asked = Arc::clone(&asked);
            numbered_pager(1, move |page| {
                let nowhere = asked.fetch_add(1, Ordering::SeqCst) == 1;
                let now = if nowhere {
                    then.replace('a', "")
                } else {
                    then.to_owned()
                };
                let mut out = saying(&list(&now), size, page)?;
                out.total = Some(then.len() as u64);
                if nowhere {
                    out.next = Some("1".to_owned());
                }
                Ok(out)
            })
        };
        let killed = kill_after(pager().tracked(), 2, false);
        let (rows, together) = go_on(&killed, pager());
        assert_eq!(letters(&rows), then.replace('a', ""));
        assert_eq!(together.grade, Grade::Drifted, "{together:?}");
    }
}

proptest! {
    /// One row moves, or one comes, at any time, also while the walk stands still after it was killed.
    #[test]
    fn of_rows_that_share_a_key_none_is_delivered_twice_and_none_is_missing_from_what_is_complete(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        rows in 3..9_usize,
        size in 1..5_usize,
        comes in any::<bool>(),
        (from, to) in (0..8_usize, 0..8_usize),
        when in 0..12_u32,
        killed in prop::option::of(1..9_usize),
    ) {
        // Half of the rows have the key of a.
        let letter = |place: &usize| ["a", "d", "b", "e", "c", "f", "g", "h"][*place];
        let before: Vec<&str> = order.iter().take(rows).map(letter).collect();
        let mut after = before.clone();
        let row = if comes { "i" } else { after.remove(from % rows) };
        after.insert(to % rows, row);
        let (before, after) = (list(&before.concat()), list(&after.concat()));
        let asked = Arc::new(AtomicU32::new(0));
        let pager = || {
            let (asked, before, after) = (Arc::clone(&asked), before.clone(), after.clone());
            numbered_pager(1, move |page| {
                let now = if asked.fetch_add(1, Ordering::SeqCst) < when { &before } else { &after };
                saying(now, size, page)
            })
        };
        let killed = kill_after(pager().tracked(), killed.unwrap_or(0), false);
        let (mut delivered, together) = go_on(&killed, pager());
        delivered.sort_unstable();
        let twice = delivered.windows(2).find(|pair| pair[0] == pair[1]);
        prop_assert_eq!(twice, None, "{:?}", together);
        let mut all = if asked.load(Ordering::SeqCst) > when { after } else { before };
        all.sort_unstable();
        prop_assert!(!together.is_complete() || delivered == all, "{:?}: {:?}", delivered, together);
    }
}
