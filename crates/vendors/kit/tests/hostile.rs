//! Replies that are meant to cost more than they weigh.

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use rollbook_model::{Row, UserId};
use rollbook_vendor_kit::lenient::{self, MOST_ROWS, Rows};
use rollbook_vendor_kit::{ErrorBody, Members, Native, Record, RowMap, decode_list, decode_page};
use serde::Deserialize;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A row with as little as a row can have.
#[derive(Debug, Deserialize)]
struct Thing {
    #[serde(rename = "id", deserialize_with = "lenient::id")]
    _id: UserId,
}

impl Record for Thing {}

/// What reading `body` takes at most, beside the body.
fn peak<T>(body: &Bytes, read: impl FnOnce(&Bytes) -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = read(body);
    (result, MEMORY.peak_usage() - before)
}

fn list_of(count: usize, row: &str) -> Bytes {
    format!("[{}]", vec![row; count].join(",")).into()
}

/// What one row costs at most, read or not: its place and its reason as texts, and where it stands.
const MOST_OF_A_ROW: usize = 512;

// One test: the peak is the whole process's.
#[test]
fn memory_is_bounded_by_the_rows_that_a_reply_may_have_and_by_its_bytes() {
    for row in ["1", "{}", r#"{"id":"a"}"#, r#"{"id":[]}"#] {
        let body = list_of(MOST_ROWS, row);
        let (count, used) = peak(&body, |body| {
            let rows: Rows<'_> = serde_json::from_slice(body).unwrap();
            let page = decode_page::<Thing>(body, &rows.0, "$");
            page.rows.len() + page.rejected.len()
        });
        assert_eq!(count, MOST_ROWS);
        assert!(used <= MOST_ROWS * MOST_OF_A_ROW, "{row}: {used} bytes");
    }

    // Read in parts: each may have twice its share of the rows, also where what looks like rows stands in another member.
    let row = r#"{"id":"a"}"#;
    let larger: RowMap<'_, Thing, (Native<Thing>, Box<[u8; 256]>)> = &|row| (row, Box::new([0; 256]));
    let size_of_a_row = 2 * (size_of::<Row<(Native<Thing>, Box<[u8; 256]>)>>() + 256);
    let too_many = list_of(16 * MOST_ROWS, row);
    let beside = format!(
        r#"{{"rows":[{row}],"other":[{}]}}"#,
        vec![row; 16 * MOST_ROWS].join(",")
    );
    for (body, taken) in [(too_many, None), (beside.into(), Some(1))] {
        let (count, used) = peak(&body, |body| {
            let (page, _) = decode_list(body, body, &["rows"], "$.rows", larger);
            page.map(|page| page.rows.len())
        });
        assert_eq!(count, taken);
        assert!(used <= 3 * MOST_ROWS * size_of_a_row, "{used} bytes");
    }

    let body = list_of(4 * MOST_ROWS, "1");
    let (error, used) = peak(&body, |body| {
        serde_json::from_slice::<Rows<'_>>(body).unwrap_err().to_string()
    });
    assert!(error.starts_with("more than 65536 rows in one reply"), "{error}");
    assert!(
        used <= 3 * MOST_ROWS * size_of::<&str>(),
        "{used} bytes for what is refused"
    );

    let members: Vec<String> = (0..=MOST_ROWS).map(|name| format!("\"{name}\":1")).collect();
    let body = format!("{{{}}}", members.join(","));
    let error = serde_json::from_str::<Members<'_>>(&body)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("more than 65536 rows in one reply"), "{error}");

    // One text, one number and one name as long as a body, and a tower of arrays: none costs more than a few times what it weighs.
    const LONG: usize = 1_000_000;
    for row in [
        format!(r#"{{"id":"a","new":"{}"}}"#, "x".repeat(LONG)),
        format!(r#"{{"id":"a","new":1{}}}"#, "0".repeat(LONG)),
        format!(r#"{{"id":"a","{}":1}}"#, "x".repeat(LONG)),
        format!(
            r#"{{"id":"a","new":{}{}}}"#,
            "[".repeat(LONG / 2),
            "]".repeat(LONG / 2)
        ),
        format!(r#"{{"id":"{}"}}"#, "x".repeat(LONG)),
    ] {
        let body = list_of(1, &row);
        let (compact, used) = peak(&body, |body| {
            let rows: Rows<'_> = serde_json::from_slice(body).unwrap();
            let page = decode_page::<Thing>(body, &rows.0, "$");
            page.rows[0].value.row().compact().len()
        });
        assert_eq!(compact, row.len());
        assert!(used <= 3 * row.len(), "{used} bytes for {}", row.len());
    }

    // A refusal is not followed to the bottom.
    let tower: Bytes = format!(r#"{{"message":{}"#, "[".repeat(LONG)).into();
    let (text, used) = peak(&tower, |body| ErrorBody::read(body).text(&["message"]));
    assert_eq!(text, None);
    assert!(used < 100_000, "{used} bytes for a tower");
}
