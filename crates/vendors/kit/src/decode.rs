use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use bytes::Bytes;
use rollbook_model::{Error, ErrorKind, Fate, NativeRow, RejectedRow, Row};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::errors::describe_json_error;

/// A typed row together with the row as it came. Reads like the typed row.
#[derive(Clone)]
pub struct Native<T> {
    value: T,
    row: NativeRow,
}

impl<T> Native<T> {
    /// The row as it came, unknown members included.
    pub fn row(&self) -> &NativeRow {
        &self.row
    }

    /// The typed row and the row as it came.
    pub fn into_parts(self) -> (T, NativeRow) {
        (self.value, self.row)
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

/// A row of a vendor's list.
pub trait Record: DeserializeOwned {
    /// Writes what makes the row the same row when it is seen again. By default the whole row.
    fn identity(&self, row: &NativeRow, hasher: &mut dyn Hasher) {
        hasher.write(row.get().as_bytes());
    }

    /// Why the row is no use although all its members could be read; none when it is.
    fn defect(&self) -> Option<&'static str> {
        None
    }
}

struct Identity<'a, T>(&'a T, &'a NativeRow);

impl<T: Record> Hash for Identity<'_, T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.identity(self.1, hasher);
    }
}

/// Reads the rows of a page, each by itself: those that can be read, and those that cannot with the reason.
///
/// `member` is the name of the list in the reply, for the paths in reasons.
pub fn decode_rows<T: Record>(
    reply: &Bytes,
    raws: &[&RawValue],
    member: &str,
) -> (Vec<Row<Native<T>>>, Vec<RejectedRow>) {
    let mut rows = Vec::with_capacity(raws.len());
    let mut rejected = Vec::new();
    for (index, raw) in raws.iter().enumerate() {
        let row = NativeRow::slice_of(reply, raw);
        match decode_row::<T>(raw) {
            Ok(value) => rows.push(Row::new(Identity(&value, &row).hashed(), Native { value, row })),
            Err(reason) => rejected.push(RejectedRow::new(format!("{member}[{index}]"), reason, row)),
        }
    }
    (rows, rejected)
}

impl<T: Record> Identity<'_, T> {
    fn hashed(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

fn decode_row<T: Record>(raw: &RawValue) -> Result<T, String> {
    if raw.get().starts_with('[') {
        // Serde would take an array for the members in their order.
        return Err("$: invalid type: sequence, expected an object".to_owned());
    }
    let value: T = match serde_json::from_str(raw.get()) {
        Ok(value) => value,
        // The path costs time, so it is only looked for when there is something to tell.
        Err(_) => read_with_path(raw.get().as_bytes())?,
    };
    value.defect().map_or(Ok(value), |defect| Err(defect.to_owned()))
}

/// Reads one record that is a whole reply.
///
/// # Errors
///
/// `Decode`, naming the place in the reply.
pub fn decode_value<T: Record>(reply: &Bytes) -> Result<Native<T>, Error> {
    let raw: &RawValue = read(reply)?;
    let value = decode_row(raw).map_err(|reason| Error::new(ErrorKind::Decode, Fate::Answered, reason))?;
    Ok(Native {
        value,
        row: NativeRow::slice_of(reply, raw),
    })
}

/// The error for a reply that is JSON of another shape: `what` names the place and what is wrong there.
pub fn wrong_shape(what: &str) -> Error {
    Error::new(ErrorKind::Decode, Fate::Answered, what)
}

/// Reads a reply of another shape: an envelope.
pub(crate) fn read<'a, T: Deserialize<'a>>(reply: &'a [u8]) -> Result<T, Error> {
    match serde_json::from_slice(reply) {
        Ok(value) => Ok(value),
        Err(_) => {
            read_with_path(reply).map_err(|reason| Error::new(ErrorKind::Decode, Fate::Answered, reason))
        }
    }
}

fn read_with_path<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let place = if path == "." {
            "$".to_owned()
        } else {
            format!("$.{path}")
        };
        format!("{place}: {}", describe_json_error(error.inner()))
    })?;
    deserializer
        .end()
        .map_err(|error| format!("$: {}", describe_json_error(&error)))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Thing {
        #[serde(deserialize_with = "crate::lenient::id")]
        id: String,
        #[serde(default)]
        parts: Vec<u8>,
    }

    impl Record for Thing {
        fn defect(&self) -> Option<&'static str> {
            (self.id == "void").then_some("a void thing")
        }
    }

    #[test]
    fn one_bad_row_does_not_sink_its_page_and_is_kept_with_its_place() {
        let reply = Bytes::from_static(
            br#"[{"id":"a","new":1.50}, 7, {"parts":[1]}, {"id":"b","parts":[1,"secret"]}, {"id":"void"}, {"id":" "}, ["a", []]]"#,
        );
        let raws: Vec<&RawValue> = read(&reply).unwrap();
        let (rows, rejected) = decode_rows::<Thing>(&reply, &raws, "things");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].value.row().get(), r#"{"id":"a","new":1.50}"#);
        assert!(rows[0].value.parts.is_empty());
        let reasons: Vec<_> = rejected
            .iter()
            .map(|row| format!("{}: {}", row.path, row.reason))
            .collect();
        assert_eq!(
            reasons,
            [
                "things[1]: $: invalid type: integer `7`, expected struct Thing",
                "things[2]: $: missing field `id`",
                "things[3]: $.parts[1]: invalid type: string, expected u8",
                "things[4]: a void thing",
                "things[5]: $.id: an id cannot be blank",
                "things[6]: $: invalid type: sequence, expected an object",
            ]
        );
    }

    #[test]
    fn what_is_not_json_names_the_place_and_shows_nothing_of_it() {
        let error = decode_value::<Thing>(&Bytes::from_static(b"<html>secret</html>")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.message(), "$: expected value at line 1 column 1");
    }
}
