use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use bytes::Bytes;
use rollbook_model::{Error, ErrorKind, Fate, NativeRow, Page, Place, RejectedRow, Row, UnreadMember};
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use crate::errors::describe_json_error;
use crate::lenient::check_count;

/// A typed row together with the row as it came. Reads like the typed row.
#[derive(Clone)]
pub struct Native<T> {
    value: T,
    row: NativeRow,
    unread: Vec<String>,
}

impl<T> Native<T> {
    /// The row as it came, unknown members included.
    pub fn row(&self) -> &NativeRow {
        &self.row
    }

    /// Members that could not be read, each with the reason: they are absent from the typed row, and in the row as it came.
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// The typed row, the row as it came, and the members that could not be read.
    #[inline]
    pub fn into_parts(self) -> (T, NativeRow, Vec<String>) {
        (self.value, self.row, self.unread)
    }
}

impl<T> Deref for Native<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Native<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// What becomes of each row of a list where it is read. It must be pure: several threads ask it, in no order, perhaps more than once
/// for a row, and for what turns out to be no row of the list.
pub type RowMap<'a, T, U> = &'a (dyn Fn(Native<T>) -> U + Sync);

/// A row of a vendor's list. It may be read by another thread than the one that wants it.
pub trait Record: DeserializeOwned + Send {
    /// Writes what makes the row the same row when it is seen again. By default the whole row.
    fn identity(&self, row: &NativeRow, hasher: &mut dyn Hasher) {
        identify(hasher, &[row.get()]);
    }
}

/// Writes the parts of an identity so that no two lists of parts look alike: each with its length.
pub fn identify(hasher: &mut dyn Hasher, parts: &[&str]) {
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part.as_bytes());
    }
}

struct Identity<'a, T>(&'a T, &'a NativeRow);

impl<T: Record> Hash for Identity<'_, T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.identity(self.1, hasher);
    }
}

/// Reads the rows of a page, each by itself. A row that cannot be read is rejected with the reason; a member that cannot be
/// read, and is not the id, is noted and left out of its row. What the page says of the list is for the caller to add.
///
/// `list` is where the list stands in the reply (`$.results`), for the paths in reasons. For a reply whose rows are still to be
/// found, [`decode_list`](crate::decode_list) is faster.
pub fn decode_page<T: Record>(reply: &Bytes, raws: &[&RawValue], list: &str) -> Page<Native<T>> {
    let mut rows = Rows::new(reply, &|row| row);
    for raw in raws {
        rows.add(list, NativeRow::slice_of(reply, raw), decode_row(raw));
    }
    rows.into_page()
}

/// For how many rows there is room at once. More than any vendor's page has, so that a reply that only looks like many rows does
/// not get much.
const MOST_EXPECTED: usize = 1_200;

/// The rows of a page, as they are read and mapped.
pub(crate) struct Rows<'a, T, U> {
    pub(crate) page: Page<U>,
    pub(crate) reply: &'a Bytes,
    pub(crate) map: RowMap<'a, T, U>,
}

impl<'a, T: Record, U> Rows<'a, T, U> {
    /// No rows yet, of this reply.
    pub(crate) fn new(reply: &'a Bytes, map: RowMap<'a, T, U>) -> Self {
        Self {
            page: Page::new(Vec::new()),
            reply,
            map,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.page.rows.len() + self.page.rejected.len()
    }

    pub(crate) fn into_page(self) -> Page<U> {
        self.page.of_reply(self.reply.clone())
    }

    /// Takes the next row of the `list`: what was read, with the reasons for what was not, or why it is no row.
    pub(crate) fn add(&mut self, list: &str, row: NativeRow, read: Result<(T, Vec<String>), String>) {
        let index = self.len();
        let page = &mut self.page;
        let path = || format!("{list}[{index}]");
        match read {
            Ok((value, unread)) => {
                page.unread
                    .extend(unread.iter().map(|reason| UnreadMember::new(path(), reason)));
                self.keep(row, value, unread);
            }
            Err(reason) => page.rejected.push(RejectedRow::new(path(), reason, row)),
        }
    }

    /// Takes a row as it was read, and maps it.
    #[inline]
    pub(crate) fn keep(&mut self, row: NativeRow, value: T, unread: Vec<String>) {
        let key = Identity(&value, &row).hashed();
        let place = Place::of(row.as_bytes(), self.reply);
        let value = (self.map)(Native { value, row, unread });
        self.page.rows.push(Row::of_key(key, value).at(place));
    }

    /// Makes room for so many rows more.
    pub(crate) fn expect(&mut self, more: usize) {
        self.page.rows.reserve(more);
    }

    /// Takes the rows that come after these.
    pub(crate) fn append(&mut self, mut after: Self) {
        self.page.rows.append(&mut after.page.rows);
    }

    /// Makes room for as many rows as `bytes` hold of this length: rows are large, and moving them to a larger room costs.
    pub(crate) fn expect_rows(&mut self, bytes: usize, row: usize) {
        let about = bytes / row.max(1);
        // Rows differ, so there is some room more.
        self.page.rows.reserve((about + about / 8).min(MOST_EXPECTED));
    }
}

impl<T: Record> Identity<'_, T> {
    fn hashed(&self) -> u64 {
        let mut hasher = rollbook_model::KeyHasher::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// The row, and the reasons for which members of it could not be read.
fn decode_row<T: Record>(raw: &RawValue) -> Result<(T, Vec<String>), String> {
    if !raw.get().starts_with('{') {
        return salvage(raw);
    }
    match serde_json::from_str(raw.get()) {
        Ok(value) => Ok((value, Vec::new())),
        Err(_) => salvage(raw),
    }
}

fn kind_of(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'[') => "an array",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Reads a row without the members that cannot be read. Fails when the rest is no row: its id is missing, or was one of them.
pub(crate) fn salvage<T: Record>(raw: &RawValue) -> Result<(T, Vec<String>), String> {
    if !raw.get().starts_with('{') {
        // Serde would take an array for the members in their order.
        return Err(format!("$: expected an object, found {}", kind_of(raw)));
    }
    let members: Members<'_> =
        serde_json::from_str(raw.get()).map_err(|error| format!("$: {}", describe_json_error(&error)))?;
    let mut members = members.0;
    let mut unread: Vec<(String, String)> = Vec::new();
    loop {
        let text = joined(&members);
        let (member, reason) = match read_with_place::<T>(text.as_bytes()) {
            Ok(value) => return Ok((value, unread.into_iter().map(|(_, reason)| reason).collect())),
            Err(failure) => failure,
        };
        let before = members.len();
        members.retain(|(name, _)| Some(name) != member.as_ref());
        match member {
            Some(member) if members.len() < before => unread.push((member, reason)),
            _ => {
                // What is missing now may be what was just left out: that reason tells more.
                let left_out = unread
                    .into_iter()
                    .find(|(name, _)| reason.contains(&format!("`{name}`")));
                return Err(left_out.map_or(reason, |(_, reason)| reason));
            }
        }
    }
}

/// The members of an object in their order, without reading their values.
#[derive(Debug, Default)]
pub struct Members<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    check_count(members.len())?;
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(InOrder).map(Self)
    }
}

fn joined(members: &[(String, &RawValue)]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), value.get()))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Reads one record that is a whole reply.
///
/// # Errors
///
/// `Decode`, naming the place in the reply.
pub fn decode_value<T: Record>(reply: &Bytes) -> Result<Native<T>, Error> {
    let raw: &RawValue = read_at("$", reply)?;
    let (value, unread) = decode_row(raw).map_err(|reason| wrong_shape(&reason))?;
    Ok(Native {
        value,
        row: NativeRow::slice_of(reply, raw),
        unread,
    })
}

/// The error for a reply that is JSON of another shape: `what` names the place and what is wrong there.
pub fn wrong_shape(what: &str) -> Error {
    Error::new(ErrorKind::Decode, Fate::Answered, what)
}

/// Reads a JSON text that stands at `root` in its reply.
pub(crate) fn read_at<'a, T: Deserialize<'a>>(root: &str, json: &'a [u8]) -> Result<T, Error> {
    // The path costs time, so it is only looked for when there is something to tell.
    serde_json::from_slice(json)
        .or_else(|_| read_with_path(json))
        .map_err(|reason: String| wrong_shape(&reason.replacen('$', root, 1)))
}

fn read_with_path<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    read_with_place(json).map_err(|(_, reason)| reason)
}

/// On failure: the outermost member in which it lies, if it lies in one, and the reason with the whole path.
fn read_with_place<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, (Option<String>, String)> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let member = match error.path().iter().next() {
            Some(Segment::Map { key }) => Some(key.clone()),
            _ => None,
        };
        let path = error.path().to_string();
        let place = if path == "." {
            "$".to_owned()
        } else {
            format!("$.{}", on_one_line(&path))
        };
        (member, format!("{place}: {}", describe_json_error(error.inner())))
    })?;
    match deserializer.end() {
        Ok(()) => Ok(value),
        Err(error) => Err((None, format!("$: {}", describe_json_error(&error)))),
    }
}

/// A path as a message shows it: the names in it are the server's, which can hold a line break or the codes of a terminal, and be
/// as long as a reply.
fn on_one_line(path: &str) -> String {
    const LONGEST: usize = 200;
    let shown = path.chars().take(LONGEST);
    let mut shown: String = shown
        .map(|char| if char.is_control() { '\u{fffd}' } else { char })
        .collect();
    if shown.len() < path.len() && path.chars().count() > LONGEST {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use rollbook_model::UserId;

    #[derive(Debug, Deserialize)]
    struct Thing {
        #[serde(deserialize_with = "crate::lenient::id")]
        id: UserId,
        #[serde(default)]
        parts: Vec<u8>,
    }

    impl Record for Thing {}

    #[test]
    fn a_place_is_one_short_line_whatever_the_names_of_members_are() {
        let error = read_at::<HashMap<String, u8>>("$", br#"{"a\n\u001b[2Jb": "x"}"#).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("$.a\u{fffd}\u{fffd}[2Jb: invalid type"),
            "{error}"
        );
        let json = format!(r#"{{"{}": "x"}}"#, "é".repeat(100_000));
        let error = read_at::<HashMap<String, u8>>("$", json.as_bytes()).unwrap_err();
        assert!(error.message().len() < 600, "{} bytes", error.message().len());
        assert!(error.message().contains("é...: invalid type"), "{error}");
    }

    #[test]
    fn one_bad_row_does_not_sink_its_page_and_is_kept_with_its_place() {
        let reply = Bytes::from_static(
            br#"[{"id":"a","new":1.50}, 7, {"parts":[1]}, {"id":["secret"]}, null, {"id":" "}, ["a", []], {"parts":0}]"#,
        );
        let raws: Vec<&RawValue> = read_at("$", &reply).unwrap();
        let page = decode_page::<Thing>(&reply, &raws, "things");
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].value.row().get(), r#"{"id":"a","new":1.50}"#);
        assert!(page.rows[0].value.parts.is_empty());
        let reasons: Vec<_> = page
            .rejected
            .iter()
            .map(|row| format!("{}: {}", row.path, row.reason))
            .collect();
        assert_eq!(
            reasons,
            [
                "things[1]: $: expected an object, found a number",
                "things[2]: $: missing field `id`",
                "things[3]: $.id: invalid type: sequence, expected a text, number, boolean or null",
                "things[4]: $: expected an object, found null",
                "things[5]: $.id: an id cannot be blank",
                "things[6]: $: expected an object, found an array",
                "things[7]: $: missing field `id`",
            ]
        );
    }

    #[test]
    fn a_member_that_cannot_be_read_does_not_cost_its_row_and_is_noted() {
        let reply = Bytes::from_static(br#"[{"parts":[1,"secret"],"id":"a","n":1e400,"s":"\ud800"}]"#);
        let raws: Vec<&RawValue> = read_at("$", &reply).unwrap();
        let page = decode_page::<Thing>(&reply, &raws, "things");
        let row = &page.rows[0].value;
        assert_eq!((row.id.as_str(), row.parts.len()), ("a", 0));
        assert_eq!(
            row.row().get(),
            &std::str::from_utf8(&reply).unwrap()[1..reply.len() - 1]
        );
        assert_eq!(row.unread(), ["$.parts[1]: invalid type: string, expected u8"]);
        assert_eq!(page.unread[0].path, "things[0]");
    }

    #[test]
    fn parts_of_an_identity_do_not_run_together() {
        let hash = |parts: &[&str]| {
            let mut hasher = rollbook_model::KeyHasher::default();
            identify(&mut hasher, parts);
            hasher.finish()
        };
        assert_ne!(hash(&["WS-1", "0"]), hash(&["WS-10", ""]));
        assert_eq!(hash(&["a", "b"]), hash(&["a", "b"]));
    }

    #[test]
    fn what_is_not_json_names_the_place_and_shows_nothing_of_it() {
        let error = decode_value::<Thing>(&Bytes::from_static(b"<html>secret</html>")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.message(), "$: expected value at line 1 column 1");
    }
}
