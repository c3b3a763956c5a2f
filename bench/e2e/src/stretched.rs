//! A list of any length, made of a sandbox's rows: the same bytes again and again, but for a few digits of each id.

use bytes::Bytes;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Result;
use crate::lists::List;

/// How many hexadecimal digits of an id tell which repetition a row is of.
const DIGITS: usize = 4;

/// The rows of one list, and how long the list is said to be.
pub(crate) struct Stretched {
    list: List,
    rows: Vec<Row>,
    length: u64,
}

struct Row {
    text: String,
    /// Where the id's first digits are.
    at: usize,
}

impl Stretched {
    /// `pages` are whole replies of a sandbox.
    pub(crate) fn new(list: List, pages: &[Bytes], length: u64) -> Result<Self> {
        let mut rows = Vec::new();
        for page in pages {
            let page: Page<'_> = serde_json::from_slice(page)?;
            rows.extend(page.rows.iter().filter_map(|raw| Row::new(list, raw)));
        }
        if rows.is_empty() {
            return Err(format!("the sandbox has no rows of {}", list.name()).into());
        }
        Ok(Self { list, rows, length })
    }

    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// The page that a query asks for, in the vendor's envelope.
    pub(crate) fn page(&self, query: &str) -> Bytes {
        let number = |name: &str| {
            let value = query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            let digits = value.map(|value| value.trim_start_matches("c:").trim_start_matches("c%3A"));
            digits.and_then(|digits| digits.parse::<u64>().ok())
        };
        let size = number("limit").unwrap_or(self.list.page_size());
        let start = match self.list {
            List::Truu => number("page").map_or(0, |page| (page - 1) * size),
            List::Banyan => number("skip").unwrap_or(0),
            List::Truto => number("next_cursor").unwrap_or(0),
        };
        let end = self.length.min(start + size);
        let (head, tail) = self.envelope(start, end, size);
        let mut body = Vec::with_capacity(self.rows[0].text.len() * 2 * (end.saturating_sub(start) as usize));
        body.extend_from_slice(head.as_bytes());
        for number in start..end {
            if number > start {
                body.push(b',');
            }
            self.write(number, &mut body);
        }
        body.extend_from_slice(tail.as_bytes());
        body.into()
    }

    fn write(&self, number: u64, body: &mut Vec<u8>) {
        let all = self.rows.len() as u64;
        let row = &self.rows[(number % all) as usize];
        let at = body.len() + row.at;
        body.extend_from_slice(row.text.as_bytes());
        // The first repetition too: a row's own digits can be those of another.
        let repetition = number / all;
        body[at..at + DIGITS].copy_from_slice(format!("{repetition:04x}").as_bytes());
    }

    /// What stands before and after the rows, as the sandbox writes it.
    fn envelope(&self, start: u64, end: u64, size: u64) -> (String, String) {
        let length = self.length;
        let null_or = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
        match self.list {
            List::Truu => {
                let (page, last) = (start / size + 1, length.div_ceil(size).max(1));
                let next = null_or((page < last).then(|| (page + 1).to_string()));
                let previous = null_or((page > 1).then(|| (page - 1).to_string()));
                let head = format!(
                    r#"{{"page":{page},"next":{next},"previous":{previous},"final":{last},"pageSize":{size},"count":{length},"results":["#
                );
                (head, "]}".to_owned())
            }
            List::Banyan => (r#"{"devices":["#.to_owned(), format!(r#"],"count":{length}}}"#)),
            List::Truto => {
                let next = null_or((end < length).then(|| format!(r#""c:{end}""#)));
                let previous = null_or((start > 0).then(|| format!(r#""c:{}""#, start.saturating_sub(size))));
                let head = format!(r#"{{"next_cursor":{next},"prev_cursor":{previous},"result":["#);
                (head, format!(r#"],"result_count":{}}}"#, end - start))
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Page<'a> {
    #[serde(borrow, alias = "results", alias = "devices", alias = "result")]
    rows: Vec<&'a RawValue>,
}

impl Row {
    /// None for a row without an id: it could not be told from its repetitions.
    fn new(list: List, raw: &RawValue) -> Option<Self> {
        let name = match list {
            List::Truu => "deviceId",
            List::Banyan => "DeviceID",
            List::Truto => "id",
        };
        let row: Value = serde_json::from_str(raw.get()).ok()?;
        let id = row.get(name)?.as_str().filter(|id| id.len() > DIGITS)?;
        let member = format!(r#""{name}":""#);
        let at = raw.get().find(&format!("{member}{id}"))? + member.len();
        Some(Self {
            text: raw.get().to_owned(),
            at,
        })
    }
}
