use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A vendor's row, byte for byte as it came: unknown members, number spelling and order included.
///
/// A slice of the reply that it came in, which it keeps alive: cheap while streaming. When you collect a few rows out of
/// many, [`detach`](Self::detach) copies the row and lets the reply go.
///
/// ```
/// use rollbook_model::NativeRow;
///
/// let row = NativeRow::parse(r#"{"n": 1.50, "new": true}"#)?;
/// assert_eq!(row.get(), r#"{"n": 1.50, "new": true}"#);
/// assert_eq!(row.compact(), r#"{"n":1.50,"new":true}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NativeRow(Bytes);

impl NativeRow {
    /// Takes a text that is one JSON value.
    ///
    /// # Errors
    ///
    /// The place where the text stops being JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(Bytes::copy_from_slice(raw.get().as_bytes())))
    }

    /// Takes a value out of `reply`, which it was borrowed from, without copying it.
    pub fn slice_of(reply: &Bytes, raw: &RawValue) -> Self {
        Self::slice_of_text(reply, raw.get())
    }

    /// The same for whoever has read the value, and knows by that where it begins and ends. `json` is taken at its word.
    pub fn slice_of_text(reply: &Bytes, json: &str) -> Self {
        let bytes = json.as_bytes();
        let inside = reply.as_ptr_range().contains(&bytes.as_ptr());
        Self(if inside {
            reply.slice_ref(bytes)
        } else {
            Bytes::copy_from_slice(bytes)
        })
    }

    /// The JSON text as it came.
    pub fn get(&self) -> &str {
        // Every constructor takes the bytes from a `str`.
        std::str::from_utf8(&self.0).unwrap_or("null")
    }

    /// The same as bytes, which need not be looked at.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same JSON on one line: without white space between its parts, all else untouched.
    pub fn compact(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        let (mut in_string, mut escaped) = (false, false);
        for c in self.get().chars() {
            if in_string {
                in_string = escaped || c != '"';
                escaped = !escaped && c == '\\';
                out.push(c);
            } else if !c.is_ascii_whitespace() {
                in_string = c == '"';
                out.push(c);
            }
        }
        out
    }

    /// The same row in memory of its own.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(Bytes::copy_from_slice(&self.0))
    }
}

/// A row that is `null`.
impl Default for NativeRow {
    fn default() -> Self {
        Self(Bytes::from_static(b"null"))
    }
}

/// Shows how long the row is and not what is in it: a row can hold a push token.
impl fmt::Debug for NativeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NativeRow({} bytes)", self.0.len())
    }
}

/// Takes any value as it stands in the text, for a member that is not the vendor's own (Truto's `remote_data`).
impl<'de> Deserialize<'de> for NativeRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Box<str> = Box::<RawValue>::deserialize(deserializer)?.into();
        Ok(Self(Bytes::from(raw.into_boxed_bytes())))
    }
}

/// Writes the row's JSON on one line.
impl Serialize for NativeRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.compact())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

/// A row that could not be read. The rest of its page was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedRow {
    /// On which page it came, as errors name pages; blank until a pager has taken it.
    pub page: String,
    /// Where it stood, as a JSON path in the reply (`results[3]`).
    pub path: String,
    /// Why it could not be read, and at which member.
    pub reason: String,
    /// The row as it came.
    pub native: NativeRow,
}

impl RejectedRow {
    /// A row that could not be read.
    pub fn new(path: impl Into<String>, reason: impl Into<String>, native: NativeRow) -> Self {
        Self {
            page: String::new(),
            path: path.into(),
            reason: reason.into(),
            native,
        }
    }

    /// The row as a walk keeps it: with its page, and in memory of its own.
    pub(crate) fn on(mut self, page: &str) -> Self {
        page.clone_into(&mut self.page);
        self.native = self.native.detach();
        self
    }
}

/// A member that could not be read. Its row was delivered without it, and the row's bytes still have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadMember {
    /// On which page it came, as errors name pages; blank until a pager has taken it.
    pub page: String,
    /// Where its row stood, as a JSON path in the reply (`results[3]`).
    pub path: String,
    /// At which member, and why it could not be read.
    pub reason: String,
}

impl UnreadMember {
    /// A member that could not be read.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            page: String::new(),
            path: path.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn on(mut self, page: &str) -> Self {
        page.clone_into(&mut self.page);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_inside_strings_survives_compact() {
        let row = NativeRow::parse("{ \"a b\" : \"c \\\" d\\\\\" ,\n\t\"e\" : [ 1 , 2 ] }").unwrap();
        assert_eq!(row.compact(), r#"{"a b":"c \" d\\","e":[1,2]}"#);
    }

    #[test]
    fn a_member_is_taken_as_it_stands() {
        let rows: Vec<NativeRow> = serde_json::from_str(r#"[ {"n" : 1.50} , "\u00fc" ]"#).unwrap();
        assert_eq!([rows[0].get(), rows[1].get()], [r#"{"n" : 1.50}"#, r#""\u00fc""#]);
    }

    #[test]
    fn debug_does_not_show_the_row() {
        assert_eq!(
            format!("{:?}", NativeRow::parse("{\"token\":1}").unwrap()),
            "NativeRow(11 bytes)"
        );
    }

    proptest! {
        #[test]
        fn compact_is_the_same_json_on_one_line(row in crate::testing::native_row()) {
            let compact = row.compact();
            prop_assert!(!compact.contains('\n'));
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            prop_assert_eq!(value(&compact), value(row.get()));
            prop_assert_eq!(NativeRow::parse(&compact).unwrap().compact(), compact);
        }
    }
}
