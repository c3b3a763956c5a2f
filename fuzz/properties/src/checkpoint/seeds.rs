//! Files as runs keep them.

use rollbook::model::{Page, Pager, Paging, Position, Row};
use serde_json::Value;

use super::header::Header;
use super::log::{Delivered, Record};
use super::tally::Tally;
use super::{RUNS, pagings, text};
use crate::wire::wait;

/// Rows on a page.
const SIZE: u64 = 3;

/// What the lists of a run are like.
#[derive(Clone, Copy)]
enum Nature {
    Still,
    /// It has a row less on every page after the first, so it is read a second time.
    Shrinking,
    /// The rows of every page have the same keys.
    Repeating,
    /// Every page after the first says that the one before it comes next, so it ends with an error where pages say what is next.
    Looping,
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![b"0".to_vec(), b"1my notes\n".to_vec()];
    for (index, run) in (b'0'..).zip(RUNS) {
        for (nature, rows) in [
            (Nature::Still, 0),
            (Nature::Still, 5),
            (Nature::Shrinking, 5),
            (Nature::Repeating, 5),
            (Nature::Looping, 5),
        ] {
            let whole = kept(&run(), nature, rows);
            let lines: Vec<&str> = whole.split_inclusive('\n').collect();
            let killed = lines[..lines.len() / 2 + 1].concat();
            let torn = &whole[..whole.len() - 20];
            for file in [&whole, &killed, torn] {
                seeds.push([&[index], file.as_bytes()].concat());
            }
        }
    }
    seeds
}

/// The file of a run over such lists, to their end.
fn kept(run: &Header, nature: Nature, rows: u64) -> String {
    let mut file = text(run.line());
    let lists = pagings().into_iter().take(run.lists());
    let mut pagers: Vec<_> = lists
        .map(|paging| pager(paging, nature, rows).tracked())
        .collect();
    let mut written = vec![Delivered::default(); pagers.len()];
    while written.iter().any(|delivered| !delivered.ended) {
        let lists = pagers.iter_mut().zip(&mut written).enumerate();
        for (list, (pager, delivered)) in lists.filter(|(_, (_, delivered))| !delivered.ended) {
            match wait(pager.next_page()) {
                Some(Ok(page)) => {
                    delivered.pages += 1;
                    delivered.rows += page.len() as u64;
                }
                Some(Err(_)) if matches!(nature, Nature::Looping) => {
                    delivered.ended = true;
                    continue;
                }
                Some(Err(error)) => panic!("a list that nothing is wrong with: {error}"),
                None => delivered.ended = true,
            }
            let record = Record {
                list,
                delivered: *delivered,
                tally: (run.lists() > 1).then(|| tally(delivered.rows)),
                progress: pager.take_progress(),
            };
            file.push_str(&text(record.line()));
        }
    }
    file
}

fn tally(rows: u64) -> Value {
    let tally = Tally {
        count: rows,
        banned: Some(rows / 2),
        ..Tally::default()
    };
    serde_json::to_value(tally).unwrap_or_default()
}

fn pager(paging: Paging, nature: Nature, rows: u64) -> Pager<u64> {
    Pager::new("list", paging, move |position| {
        let skip = match &position {
            Position::Page(page) => u64::from(page - 1) * SIZE,
            Position::Offset { skip, .. } => *skip,
            Position::Token(Some(token)) => token.parse().unwrap_or_default(),
            _ => 0,
        };
        let rows = match nature {
            Nature::Shrinking if skip > 0 => rows - 1,
            _ => rows,
        };
        let end = if position == Position::Whole {
            rows
        } else {
            rows.min(skip + SIZE)
        };
        let key = |row: u64| match nature {
            Nature::Repeating => row % SIZE,
            _ => row,
        };
        let mut page = Page::new((skip..end).map(|row| Row::new(key(row), row)).collect());
        page.total = (!matches!(position, Position::Token(_))).then_some(rows);
        page.last_page = u32::try_from(rows.div_ceil(SIZE)).ok();
        page.next = match (nature, &position) {
            (Nature::Looping, Position::Token(Some(_)) | Position::Page(2..)) => Some("1".to_owned()),
            (_, Position::Token(_)) if end < rows => Some(end.to_string()),
            _ => None,
        };
        async { Ok(page) }
    })
}
