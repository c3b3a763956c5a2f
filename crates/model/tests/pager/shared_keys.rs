//! Rows that have one key and are not one row.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use crate::support::{
    Killed, TEXT, cursor_pager, error, go_on, kill_after, n, numbered_pager, read, saying, sharing,
    sharing_pager, snapshot, text,
};
use futures_executor::block_on;
use rollbook_model::{
    Completeness, Error, ErrorKind, Grade, NativeRow, Page, Pager, Paging, Position, RejectedRow,
};

type Row = (u32, &'static str);

/// A text that is a part of what rows stand in.
fn said(text: &str) -> &'static str {
    let start = TEXT.find(text).unwrap();
    &TEXT[start..start + text.len()]
}

/// Rows that say one letter each. Those of a, b and c have one key, and all others have their own.
fn list(letters: &str) -> Vec<Row> {
    let key = |letter| match letter {
        'a'..='c' => 7,
        _ => u32::from(letter),
    };
    let row = |letter: char| (key(letter), said(&letter.to_string()));
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
fn standing(lists: impl AsRef<[&'static str]>) -> impl Fn() -> &'static str {
    let asked = AtomicU32::new(0);
    move || {
        let lists = lists.as_ref();
        lists[(asked.fetch_add(1, Ordering::SeqCst) as usize).min(lists.len() - 1)]
    }
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
    for (size, lists, delivered) in [
        // One moves from the end to the beginning.
        (2, &["bdae", "abde"][..], "bde"),
        // One moves from the beginning to the end.
        (2, &["adeb", "deba"], "ade"),
        // One moves behind the other while the first reading is on its way, and is read twice.
        (2, &["bdae", "dabe"], "bde"),
        // A row comes before the second reading, and those that shared two pages share one.
        (3, &["deabcf", "deabcf", "gdeabcf"], "deafg"),
        // Two that shared a page are on two.
        (3, &["dabcef", "dabcef", "gdabcef"], "dabefg"),
    ] {
        let (by_page, by_token) = (standing(lists), standing(lists));
        for mut pager in [
            numbered_pager(1, move |page| saying(&list(by_page()), size, page)),
            cursor_pager(move |token| by_cursor(by_token(), size, token)),
        ] {
            let (rows, error, completeness) = read(&mut pager);
            assert!(error.is_none(), "{lists:?}: {error:?}");
            assert_eq!(
                (&*letters(&rows), completeness.grade),
                (delivered, Grade::Drifted),
                "{lists:?}: {completeness:?}"
            );
        }
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

#[test]
fn pages_that_are_cut_otherwise_are_another_reading() {
    // The first reading finds a and b on one page; the second finds them on two, with c, and more rows than are reported.
    for (first, then, totals, expected) in [
        (&["ab", "cd", "e"][..], &["a", "bc", "de"][..], [6, 5], "abde"),
        (&["ab", "de"], &["a", "bc", "de"], [5, 4], "abde"),
        (&["ab", "de", ""], &["a", "bd", "e"], [4, 5], "abde"),
    ] {
        let asked = AtomicU32::new(0);
        let mut pager = numbered_pager(1, move |page| {
            let asked = asked.fetch_add(1, Ordering::SeqCst) as usize;
            let pages = if asked < first.len() { first } else { then };
            let letters = pages[page as usize - 1];
            let mut out = if letters.is_empty() {
                Page::new(vec![])
            } else {
                saying(&list(letters), 2, 1)?
            };
            if letters.len() < 2 && totals[0] == 4 && letters != "e" {
                let native = NativeRow::parse("7").unwrap();
                out.rejected.push(RejectedRow::new("$", "made up", native));
            }
            out.total = Some(totals[usize::from(asked > 0)]);
            out.last_page = Some(pages.len() as u32);
            Ok(out)
        });
        let (rows, error, completeness) = read(&mut pager);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(letters(&rows), expected, "{completeness:?}");
        assert!(
            completeness.repaired && !completeness.is_complete(),
            "{completeness:?}"
        );
    }
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
    // The second page has b and leads back. When it comes again it has a, or neither of them.
    for (size, at_first, then, delivered) in [
        (1, "db", "dab", "db"),
        (2, "deb", "deab", "deb"),
        (1, "dbae", "deab", "dbe"),
    ] {
        let (letters, together) = going_back_once(size, at_first, then);
        assert_eq!(letters, delivered, "{together:?}");
        assert_eq!(together.grade, Grade::Drifted, "{together:?}");
    }
    for (still, delivered, repaired) in [("daebfc", "daefbc", true), ("deabfg", "deabfg", false)] {
        let (letters, together) = going_back_once(2, still, still);
        assert_eq!((&*letters, together.repaired), (delivered, repaired));
        assert!(together.is_complete(), "it stands still: {together:?}");
    }
    // It has nothing and leads back: no row of it can be taken for another.
    let (letters, together) = going_back_once(2, "", "adbe");
    assert_eq!(
        (&*letters, together.grade),
        ("adeb", Grade::Complete),
        "{together:?}"
    );
}

#[test]
fn none_is_delivered_for_another_where_a_page_leads_nowhere_twice() {
    // The second page has b and leads back, then it has a and leads back, and then it has a.
    let asked = Arc::new(AtomicU32::new(0));
    let pager = || {
        let asked = Arc::clone(&asked);
        numbered_pager(1, move |page| {
            let second = match (page, asked.load(Ordering::SeqCst)) {
                (2, _) => asked.fetch_add(1, Ordering::SeqCst),
                _ => 2,
            };
            let mut out = saying(&list(if second == 0 { "db" } else { "dab" }), 1, page)?;
            out.total = Some(3);
            if second < 2 {
                out.next = Some("1".to_owned());
            }
            Ok(out)
        })
    };
    let killed = kill_after(pager().tracked(), 2, false);
    let again = kill_after(pager().resume_from(snapshot(&killed.kept)).unwrap(), 1, false);
    let both = Killed {
        rows: [killed.rows, again.rows].concat(),
        kept: [killed.kept, again.kept].concat(),
        lost: 0,
    };
    let (rows, together) = go_on(&both, pager());
    assert_eq!(
        (&*letters(&rows), together.grade),
        ("db", Grade::Drifted),
        "{together:?}"
    );
}

#[test]
fn a_row_that_only_the_last_reading_repeats_is_not_delivered_twice() {
    // The first reading repeats e and c, the one after the stop c alone. In the last, i moves to the beginning, and e is read twice.
    let still = "adbeic";
    let lists = ["adbec", "adbiec", still, still, still, still, still, "iadbec"];
    let now = Arc::new(standing(lists));
    let pager = || {
        let now = Arc::clone(&now);
        numbered_pager(1, move |page| saying(&list(now()), 4, page))
    };
    let (letters, together) = stopped(pager, 3);
    assert_eq!(
        (&*letters, together.grade),
        ("adbei", Grade::Drifted),
        "{together:?}"
    );
}

/// Goes on after a stop at the second page, which led back then: the letters of both parts.
fn going_back_once(size: usize, at_first: &'static str, then: &'static str) -> (String, Completeness) {
    let asked = Arc::new(AtomicU32::new(0));
    let pager = || {
        let asked = Arc::clone(&asked);
        numbered_pager(1, move |page| {
            let asked = asked.fetch_add(1, Ordering::SeqCst);
            let now = if asked < 2 && !at_first.is_empty() {
                at_first
            } else {
                then
            };
            let mut out = saying(&list(now), size, page)?;
            out.total = Some(then.len() as u64);
            if asked == 1 {
                out.next = Some("1".to_owned());
                if at_first.is_empty() {
                    out.rows.clear();
                }
            }
            Ok(out)
        })
    };
    stopped(pager, 2)
}

/// A page of a list by skip and limit, by a server that gives at most so many rows.
fn by_offset(now: &[Row], position: &Position, most: usize) -> Page<Row> {
    let Position::Offset { skip, limit } = *position else {
        panic!("{position:?}")
    };
    let start = now.len().min(skip as usize);
    let end = now.len().min(start + most.min(limit as usize));
    let mut page = if start == end {
        Page::new(vec![])
    } else {
        saying(&now[start..end], end - start, 1).unwrap()
    };
    (page.total, page.last_page) = (Some(now.len() as u64), None);
    page
}

#[test]
fn a_still_list_is_whole_also_where_a_stop_cuts_it_otherwise() {
    // The server gives four rows at the beginning and at most three later.
    let pager = || {
        let paging = Paging::Offset {
            limit: n(4),
            ahead: n(1),
        };
        Pager::new("test", paging, |position| {
            let most = if matches!(position, Position::Offset { skip: 0, .. }) {
                4
            } else {
                3
            };
            let page = by_offset(&list("adefbghijk"), &position, most);
            async move { Ok(page) }
        })
    };
    let (letters, together) = stopped(pager, 1);
    assert_eq!(
        (&*letters, together.grade),
        ("adefghijkb", Grade::Complete),
        "{together:?}"
    );
}

proptest! {
    /// Rows move and come at any time, also while the walk stands still after it was killed, and a page leads nowhere.
    #[test]
    fn of_rows_that_share_a_key_none_is_delivered_twice_and_none_is_missing_from_what_is_complete(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        rows in 3..9_usize,
        size in 1..5_u32,
        most in prop::option::of((1..4_usize, 0..3_usize)),
        changes in prop::collection::btree_map(0..12_u32, (any::<bool>(), 0..8_usize, 0..8_usize), 0..6),
        kills in prop::collection::btree_set(1..9_u32, 0..3),
        nowhere in prop::option::of(0..9_u32),
    ) {
        // Half of the rows have the key of a.
        let letter = |place: &usize| ["a", "d", "b", "e", "c", "f", "g", "h"][*place];
        let before: Vec<&str> = order.iter().take(rows).map(letter).collect();
        let world = Arc::new(Mutex::new((list(&before.concat()), 0)));
        let pager = || {
            let (world, changes) = (Arc::clone(&world), changes.clone());
            let fetch = move |position: Position| {
                let (now, asked) = &mut *world.lock().unwrap();
                if let Some((comes, from, to)) = changes.get(asked) {
                    let come = ["i", "j", "k", "l", "m", "n"][now.len() - rows];
                    let row = if *comes { list(come)[0] } else { now.remove(from % now.len()) };
                    now.insert(to % rows, row);
                }
                let mut page = match position {
                    Position::Page(page) => saying(now, size as usize, page),
                    Position::Offset { skip, .. } => {
                        let (least, more) = most.unwrap_or_default();
                        let more = if skip % 2 == 0 { more } else { 0 };
                        Ok(by_offset(now, &position, least + more))
                    }
                    position => panic!("{position:?}"),
                };
                if let (Ok(page), true) = (&mut page, nowhere == Some(*asked)) {
                    page.next = Some("1".to_owned());
                }
                *asked += 1;
                async move { page }
            };
            let paging = match most {
                None => Paging::Numbered { ahead: n(1) },
                Some(_) => Paging::Offset { limit: n(size), ahead: n(1) },
            };
            Pager::new("test", paging, fetch)
        };
        let (mut delivered, mut kept) = (Vec::new(), Vec::new());
        let together = loop {
            let mut walk = pager().resume_from(snapshot(&kept)).unwrap();
            let mut killed = false;
            while !killed && let Some(Ok(page)) = block_on(walk.next_page()) {
                delivered.extend(page);
                kept.extend(walk.take_progress().map(text));
                killed = kills.contains(&(kept.len() as u32));
            }
            if !killed && walk.cursor().is_none() {
                break walk.completeness();
            }
        };
        delivered.sort_unstable();
        let twice = delivered.windows(2).find(|pair| pair[0] == pair[1]);
        prop_assert_eq!(twice, None, "{:?}", together);
        let mut all = world.lock().unwrap().0.clone();
        all.sort_unstable();
        prop_assert!(!together.is_complete() || delivered == all, "{:?}: {:?}", delivered, together);
        if changes.is_empty() && nowhere.is_none() && most.is_none_or(|(_, more)| more == 0) {
            prop_assert!(together.is_complete(), "it stood still: {:?}", together);
        }
    }
}
