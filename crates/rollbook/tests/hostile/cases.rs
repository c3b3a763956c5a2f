//! What the server does, and what the user gets.

use std::fmt::Display;
use std::iter::{once, repeat_n, repeat_with};
use std::sync::Arc;

use rollbook::model::ErrorKind;

use crate::server::{Answer, Ask, Script};

/// Whose list of users it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Vendor {
    Truu,
    Banyan,
    Truto,
}

use Vendor::{Banyan, Truto, Truu};

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) vendor: Vendor,
    pub(crate) server: Script,
    /// How many rows are delivered. None comes twice.
    pub(crate) rows: usize,
    pub(crate) end: End,
    /// What the program exits with.
    pub(crate) exit: i32,
    /// How many pages are asked for at most.
    pub(crate) requests: u64,
    /// How many MiB are held at most.
    pub(crate) memory: usize,
}

/// How the walk ends: with its grade and a part of the reason, or with an error and a part of its message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Complete,
    Drifted(&'static str),
    Incomplete(&'static str),
    Failed(ErrorKind, &'static str),
}

use End::{Complete, Drifted, Failed, Incomplete};

/// A page that is asked for when the end is known already, and its like: as many as may be in flight.
const AHEAD: u64 = 16;

/// What a walk over small pages holds at most, with the client and its connections.
const SMALL: usize = 16;

/// What a body of the largest size costs: it is held once, and grows by doubling.
const LARGEST: usize = 3 * 64;

const SAME_ROWS: &str = "the vendor gave the same rows again for another page";
const EMPTY_PAGES: &str = "1000 empty pages in a row, and no end";
const TOO_MANY_ROWS: &str = "more than 65536 rows in one reply";
const MOST_ROWS: u64 = 65_536;

fn case(
    name: impl Into<String>,
    vendor: Vendor,
    server: impl Fn(&Ask) -> Answer + Send + Sync + 'static,
) -> Case {
    Case {
        name: name.into(),
        vendor,
        server: Arc::new(server),
        rows: 0,
        end: Complete,
        exit: 0,
        requests: 1,
        memory: SMALL,
    }
}

impl Case {
    fn gives(mut self, rows: usize, end: End, exit: i32) -> Self {
        (self.rows, self.end, self.exit) = (rows, end, exit);
        self
    }

    fn asks(mut self, requests: u64) -> Self {
        self.requests = requests;
        self
    }

    fn holds(mut self, mebibytes: usize) -> Self {
        self.memory = mebibytes;
        self
    }
}

/// A page of TruU.
fn truu(next: impl Display, last: impl Display, count: impl Display, rows: &str) -> String {
    format!(r#"{{"next":{next},"final":{last},"count":{count},"results":[{rows}]}}"#)
}

/// A page of Banyan.
fn banyan(count: impl Display, rows: &str) -> String {
    format!(r#"{{"count":{count},"endusers":[{rows}]}}"#)
}

/// A page of Truto.
fn truto(next: impl Display, rows: &str) -> String {
    format!(r#"{{"next_cursor":{next},"result":[{rows}]}}"#)
}

fn row(vendor: Vendor, id: impl Display) -> String {
    let member = match vendor {
        Truu => "tuid",
        Banyan => "Email",
        Truto => "id",
    };
    format!(r#"{{"{member}":"{id}"}}"#)
}

/// A list of TruU in one page of so many times this, in pieces.
fn many(piece: &'static str, count: usize) -> Answer {
    const AT_ONCE: usize = 4096;
    let pieces = repeat_with(move || format!("{piece},").repeat(AT_ONCE)).take(count / AT_ONCE);
    let (head, tail) = (r#"{"results":["#.to_owned(), format!("{piece}]}}"));
    Answer::of(once(head).chain(pieces).chain(once(tail)))
}

/// So many rows of their own on one page of Banyan.
fn rows(count: u64) -> Answer {
    let rows = (1..count).map(|number| row(Banyan, number) + ",");
    let (head, tail) = (
        format!(r#"{{"count":{count},"endusers":["#),
        row(Banyan, 0) + "]}",
    );
    Answer::of(once(head).chain(rows).chain(once(tail)))
}

pub(crate) fn cases() -> Vec<Case> {
    [lists_without_end(), totals(), pages(), bodies(), what_is_kept()]
        .into_iter()
        .flatten()
        .collect()
}

/// Always one page more. Where each has rows that are new, a million pages are the bound (`MAX_PAGES` in the model, and its test);
/// where none has, far fewer.
fn lists_without_end() -> Vec<Case> {
    let new_cursor = |ask: &Ask| format!("\"{}\"", ask.cursor() + 1);
    let grows = |rows: fn(Vendor) -> String| {
        [
            case("total and last page grow", Truu, move |ask| {
                let next = ask.page() + 1;
                Answer::whole(truu(next, next, next, &rows(Truu)))
            }),
            case("total grows", Banyan, move |ask| {
                Answer::whole(banyan(ask.skip() + 5000, &rows(Banyan)))
            }),
        ]
    };
    let same_row = |mut case: Case| {
        case.name += ", and the same row";
        case.gives(1, Failed(ErrorKind::Paging, SAME_ROWS), 3)
            .asks(102 + AHEAD)
    };
    let unreadable = grows(|_| "7".to_owned()).map(|mut case| {
        case.name += ", and the same row that is none";
        case.gives(0, Failed(ErrorKind::Paging, SAME_ROWS), 1)
            .asks(102 + AHEAD)
    });
    let empty = grows(|_| String::new()).map(|mut case| {
        case.name += ", and no row";
        case.gives(0, Failed(ErrorKind::Paging, EMPTY_PAGES), 1)
            .asks(1001 + AHEAD)
    });
    // Truto is asked five times a second: a thousand empty pages are left to the model's own tests.
    let cursors = case("always a new cursor", Truto, move |ask| {
        Answer::whole(truto(new_cursor(ask), &row(Truto, "same")))
    });
    let round = case("two cursors in turn", Truto, |ask| {
        let cursor = ask.cursor();
        Answer::whole(truto(format!("\"{}\"", 2 - cursor / 2), &row(Truto, cursor)))
    });
    let round = round
        .gives(
            3,
            Failed(ErrorKind::Paging, "a cursor that it had given before"),
            3,
        )
        .asks(3);
    grows(|vendor| row(vendor, "same"))
        .into_iter()
        .chain([cursors])
        .map(same_row)
        .chain(unreadable)
        .chain(empty)
        .chain([round])
        .collect()
}

/// Numbers that do not fit the rows.
fn totals() -> Vec<Case> {
    // A list with one row, and what its count is taken for.
    let counts = [
        ("-1", Incomplete("no total")),
        ("0", Drifted("1 rows seen, 0 reported")),
        ("1.0", Complete),
        ("0.5", Incomplete("no total")),
        ("\"1\"", Complete),
        ("\"one\"", Incomplete("no total")),
        ("null", Incomplete("no total")),
        ("true", Incomplete("no total")),
        ("9007199254740993", Drifted("9007199254740993 reported")),
        ("18446744073709551615", Incomplete("no total")),
        ("1e300", Incomplete("no total")),
    ];
    let odd = counts.map(|(count, end)| {
        let exit = if matches!(end, Complete) { 0 } else { 3 };
        let name = format!("a count of {count} on one page");
        let server = move |_: &Ask| Answer::whole(truu("null", 1, count, &row(Truu, "a")));
        case(name, Truu, server).gives(1, end, exit).asks(2)
    });
    let past_any_page = [
        case("a count past 2^53, and one row", Banyan, |ask| {
            let row = if ask.skip() == 0 {
                row(Banyan, "a")
            } else {
                String::new()
            };
            Answer::whole(banyan("9007199254740993", &row))
        })
        .gives(1, Failed(ErrorKind::Paging, EMPTY_PAGES), 3)
        .asks(1001 + AHEAD),
        case("a count that is no number of rows, by offset", Banyan, |ask| {
            let row = if ask.skip() == 0 {
                row(Banyan, "a")
            } else {
                String::new()
            };
            Answer::whole(banyan("-7", &row))
        })
        .gives(1, Incomplete("no total"), 3)
        .asks(2),
        case("a count that is a list", Truu, |_| {
            Answer::whole(truu("null", 1, "[[]]", &row(Truu, "a")))
        })
        .gives(0, Failed(ErrorKind::Decode, "$.count: "), 1),
    ];
    let unsteady = [
        case("the total shrinks and grows", Banyan, |ask| {
            let skip = ask.skip();
            let row = if skip < 5 {
                row(Banyan, skip)
            } else {
                String::new()
            };
            Answer::whole(banyan(if skip % 2 == 0 { 40 } else { 3 }, &row))
        })
        .gives(5, Drifted("the total went from 40 to 3, 5 rows seen"), 3)
        .asks(200),
        case("the last page shrinks and grows", Truu, |ask| {
            let page = ask.page();
            let last = if page % 2 == 0 { 2 } else { 6 };
            Answer::whole(truu("null", last, last, &row(Truu, page)))
        })
        .gives(2, Drifted("the total went from 6 to 2, 2 rows seen"), 3)
        .asks(200),
    ];
    odd.into_iter().chain(past_any_page).chain(unsteady).collect()
}

/// Page numbers that lead nowhere.
fn pages() -> Vec<Case> {
    vec![
        case(
            "the last page is 4294967295, and the second has no next",
            Truu,
            |ask| {
                let page = ask.page();
                let next = if page == 1 { "2" } else { "null" };
                Answer::whole(truu(next, u32::MAX, 2, &row(Truu, page)))
            },
        )
        .gives(2, Complete, 0)
        .asks(2 + AHEAD),
        case(
            "the last page is 4294967295, and the second is not there",
            Truu,
            |ask| {
                if ask.page() == 1 {
                    Answer::whole(truu(2, u32::MAX, 9, &row(Truu, "a")))
                } else {
                    Answer::not_found()
                }
            },
        )
        .gives(1, Failed(ErrorKind::NotFound, "page 2"), 3)
        .asks(10 * AHEAD),
        case("the last page is 4294967295, and all are the same", Truu, |_| {
            Answer::whole(truu("null", u32::MAX, u32::MAX, &row(Truu, "a")))
        })
        .gives(1, Failed(ErrorKind::Paging, SAME_ROWS), 3)
        .asks(102 + AHEAD),
        case("the last page is past any number of a page", Truu, |_| {
            Answer::whole(truu("null", "4294967296", 2, &row(Truu, "a")))
        })
        .gives(1, Drifted("1 rows seen, 2 reported"), 3)
        .asks(2),
        case("the next page is the one before", Truu, |ask| {
            Answer::whole(truu(1, 9, 9, &row(Truu, ask.page())))
        })
        .gives(1, Failed(ErrorKind::Paging, "the next page is 1"), 3)
        .asks(1 + AHEAD),
    ]
}

/// Bodies that cost more than they tell.
fn bodies() -> Vec<Case> {
    const MANY: usize = 1 << 22;
    let endless = |name: &str, head: &'static str, piece: &'static str| {
        case(name, Truu, move |_| {
            let pieces = repeat_with(move || piece.repeat(4096));
            Answer::of(once(head.to_owned()).chain(pieces))
        })
        .gives(
            0,
            Failed(ErrorKind::TooLarge, "larger than the 67108864 bytes"),
            1,
        )
        .holds(LARGEST)
    };
    let tower = || format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    vec![
        endless("rows without end", r#"{"results":["#, r#"{"tuid":"a"},"#),
        case("millions of empty objects", Truu, |_| many("{}", MANY))
            .gives(0, Failed(ErrorKind::Decode, "more than 1048576 objects"), 1)
            .holds(LARGEST),
        case("millions of zeros", Truu, |_| many("0", MANY))
            .gives(0, Failed(ErrorKind::Decode, TOO_MANY_ROWS), 1)
            .holds(LARGEST),
        case("a page of as many rows as may be", Banyan, |_| rows(MOST_ROWS))
            .gives(65_536, Complete, 0)
            .holds(512),
        case("a page of one row more", Banyan, |_| rows(MOST_ROWS + 1))
            .gives(0, Failed(ErrorKind::Decode, TOO_MANY_ROWS), 1)
            .holds(512),
        case("a tower in a member", Truu, move |_| {
            let row = format!(r#"{{"tuid":"a","displayName":{}}}"#, tower());
            Answer::whole(truu("null", 1, 1, &row))
        })
        .gives(1, Incomplete("1 member could not be read"), 3),
        case("a tower for a row", Truto, move |_| {
            Answer::whole(truto("null", &format!("{},{}", tower(), row(Truto, "a"))))
        })
        .gives(1, Incomplete("1 row could not be read"), 3),
        case("a tower for a list", Banyan, move |_| {
            Answer::whole(banyan(1, &tower()))
        })
        .gives(0, Incomplete("1 row could not be read"), 3),
        case("a tower for a reply", Banyan, move |_| Answer::whole(tower())).gives(
            0,
            Incomplete("1 row could not be read"),
            3,
        ),
        case("an id of four million letters", Truto, |_| {
            Answer::whole(truto("null", &row(Truto, "x".repeat(MANY))))
        })
        .gives(1, Complete, 0)
        .holds(64),
        case(
            "a cursor of 16 KiB, of letters that are escaped",
            Truto,
            |ask| match ask.is_first() {
                true => Answer::whole(truto(format!("\"{}\"", "é".repeat(1 << 13)), &row(Truto, "a"))),
                false => Answer::whole(truto("null", &row(Truto, "b"))),
            },
        )
        .gives(2, Complete, 0)
        .asks(2),
        case("a cursor of four million letters", Truto, |_| {
            Answer::whole(truto(format!("\"{}\"", "x".repeat(MANY)), &row(Truto, "a")))
        })
        .gives(1, Failed(ErrorKind::Paging, "a cursor of 4194304 bytes"), 3)
        .holds(64),
    ]
}

/// What a walk keeps of pages that are gone: rows that came twice, and rows that are none.
fn what_is_kept() -> Vec<Case> {
    const PAGES: u64 = 40;
    const BYTES: usize = 4 << 20;
    vec![
        case("every large page repeats a row", Banyan, |ask| {
            let skip = ask.skip();
            let rows = [row(Banyan, "same"), row(Banyan, skip)].join(",");
            let rows = if skip < 2 * PAGES { rows } else { String::new() };
            Answer::padded(banyan(2 * PAGES + 1, &rows), BYTES)
        })
        .gives(41, Incomplete("no rows at skip 80"), 3)
        .asks(2 * PAGES + 2 * AHEAD)
        .holds(48),
        case("every page is one large row that is none", Truu, |ask| {
            let page = ask.page();
            let pieces = repeat_n("x".repeat(1 << 16), BYTES >> 16);
            let head = format!(r#"{{"next":null,"final":{PAGES},"count":{PAGES},"results":[["{page}"#);
            Answer::of(once(head).chain(pieces).chain(once("\"]]}".to_owned())))
        })
        .gives(0, Incomplete("40 rows could not be read"), 3)
        .asks(PAGES)
        .holds(64),
    ]
}
