use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;
use super::nearest::suggestion;

/// What is being read, and what was found wrong with it so far.
pub(crate) struct Reader<'a> {
    file: &'a Path,
    /// The byte offset of each line.
    lines: Vec<usize>,
    pub(crate) errors: Vec<ConfigError>,
}

/// A value with the line that it stands on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a Path, text: &str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            file,
            lines,
            errors: Vec::new(),
        }
    }

    pub(crate) fn line(&self, span: Range<usize>) -> usize {
        self.lines.partition_point(|start| *start <= span.start).max(1)
    }

    pub(crate) fn report(&mut self, line: usize, problem: impl Into<String>, hint: impl Into<String>) {
        let error = ConfigError::new(problem)
            .in_file(self.file, Some(line))
            .with_hint(hint);
        self.errors.push(error);
    }

    pub(crate) fn file(&self) -> &'a Path {
        self.file
    }

    /// A path as written in the file: a relative one starts at the directory of the file.
    pub(crate) fn path(&self, written: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(written)
    }

    /// Reports every key that is not among `known`.
    pub(crate) fn refuse_unknown(&mut self, table: &DeTable<'_>, what: &str, known: &[&str]) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let line = self.line(key.span());
                self.report(
                    line,
                    format!("{what} has no key {}", quoted(name)),
                    suggestion(name, known),
                );
            }
        }
    }

    fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let line = self.line(value.span());
        let found = value.get_ref().type_str();
        self.report(
            line,
            format!("`{key}` must be {wanted}, not a value of type {found}"),
            format!("write {wanted}"),
        );
    }

    /// The text of `key`; none when it is missing or, after a report, of another type or blank.
    pub(crate) fn text<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Option<At<&'t str>> {
        let value = get(table, key)?;
        let line = self.line(value.span());
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.report(line, format!("`{key}` is empty"), "give it a value");
                None
            }
            DeValue::String(text) => Some(At { line, value: text }),
            _ => {
                self.wrong_type(key, value, "a string");
                None
            }
        }
    }

    /// The same, and a report when it is missing. `owner` stands on `line`.
    pub(crate) fn required_text<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        key: &str,
        owner: &str,
        line: usize,
        example: &str,
    ) -> Option<At<&'t str>> {
        if get(table, key).is_none() {
            self.missing(key, owner, line, example);
        }
        self.text(table, key)
    }

    pub(crate) fn missing(&mut self, key: &str, owner: &str, line: usize, example: &str) {
        self.report(
            line,
            format!("{owner} has no `{key}`"),
            format!("add `{key} = {example}`"),
        );
    }

    #[cfg(feature = "banyan")]
    pub(crate) fn boolean(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = get(table, key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.wrong_type(key, value, "true or false");
        None
    }

    /// The whole number of `key`, as far as it fits.
    pub(crate) fn integer(&mut self, table: &DeTable<'_>, key: &str) -> Option<At<i64>> {
        let value = get(table, key)?;
        let line = self.line(value.span());
        match integer_of(value.get_ref()) {
            Some(value) => Some(At { line, value }),
            None => {
                self.wrong_type(key, value, "a whole number");
                None
            }
        }
    }

    /// The list of texts of `key`.
    pub(crate) fn texts<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        key: &str,
    ) -> Option<At<Vec<At<Cow<'t, str>>>>> {
        let value = get(table, key)?;
        let line = self.line(value.span());
        let texts = value.get_ref().as_array().and_then(|array| {
            array
                .iter()
                .map(|item| {
                    let text = item.get_ref().as_str()?;
                    Some(At {
                        line: self.line(item.span()),
                        value: Cow::Borrowed(text),
                    })
                })
                .collect::<Option<Vec<_>>>()
        });
        match texts {
            Some(value) => Some(At { line, value }),
            None => {
                self.wrong_type(key, value, "a list of strings");
                None
            }
        }
    }
}

/// The value of `key`.
pub(crate) fn get<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table
        .iter()
        .find(|(name, _)| name.get_ref() == key)
        .map(|(_, value)| value)
}

pub(crate) fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// What a person wrote, in quotes, cut short, and with nothing that could act on a terminal.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "..." } else { "" };
    format!("`{}{dots}`", short.escape_debug())
}
