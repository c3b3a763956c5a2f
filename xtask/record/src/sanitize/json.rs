//! JSON with everything kept that has a meaning to a careful reader: the order of members, members that come twice, the
//! spelling of numbers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A value, read one level deep.
#[derive(Debug)]
pub(crate) enum Node {
    Object(Vec<(String, Box<RawValue>)>),
    Array(Vec<Box<RawValue>>),
    Text(String),
    /// As it is spelt.
    Number(String),
    /// `null`, `true` or `false`.
    Word(String),
    /// A text, or an object with a name, that is half of a character, which no text here can hold. What stands in its place is
    /// as unreadable.
    Half(&'static str),
}

struct Members(Vec<(String, Box<RawValue>)>);

impl Node {
    /// Reads a whole text.
    pub(crate) fn parse(text: &str) -> serde_json::Result<Box<RawValue>> {
        serde_json::from_str(text)
    }

    /// Looks into a value.
    pub(crate) fn of(raw: &RawValue) -> serde_json::Result<Self> {
        let text = raw.get();
        Ok(match text.bytes().next() {
            Some(b'{') => match serde_json::from_str::<Members>(text) {
                Ok(members) => Self::Object(members.0),
                Err(_) => Self::Half(r#"{"\ud800": null}"#),
            },
            Some(b'[') => Self::Array(serde_json::from_str(text)?),
            Some(b'"') => match serde_json::from_str(text) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Half(r#""\ud800""#),
            },
            Some(b'n' | b't' | b'f') => Self::Word(text.to_owned()),
            _ => Self::Number(text.to_owned()),
        })
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Where JSON is written to: with a member on each line, or on one line.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    lines: bool,
    depth: usize,
}

impl Writer {
    pub(crate) fn new(lines: bool) -> Self {
        Self {
            lines,
            ..Self::default()
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes a number or a word as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }

    pub(crate) fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }

    /// Begins an item, or with a name a member.
    pub(crate) fn item(&mut self, index: usize, name: Option<&str>) {
        if index > 0 {
            self.out.push(',');
        }
        self.line();
        if let Some(name) = name {
            self.text(name);
            self.out.push_str(if self.lines { ": " } else { ":" });
        }
    }

    pub(crate) fn close(&mut self, bracket: char, items: usize) {
        self.depth -= 1;
        if items > 0 {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if self.lines {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(self.depth));
        }
    }
}
