use std::borrow::Cow;
use std::fmt::Display;

use rollbook::model::NativeRow;
use serde::Serialize;

/// The text of one cell.
pub(crate) type Cell<'a> = Cow<'a, str>;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Never broken over lines: ids and names are copied from the screen.
    pub(crate) whole: bool,
    /// A number: stands to the right.
    pub(crate) number: bool,
}

impl Column {
    pub(crate) const fn new(title: &'static str) -> Self {
        Self {
            title,
            whole: false,
            number: false,
        }
    }

    pub(crate) const fn whole(title: &'static str) -> Self {
        Self {
            title,
            whole: true,
            number: false,
        }
    }

    pub(crate) const fn number(title: &'static str) -> Self {
        Self {
            title,
            whole: true,
            number: true,
        }
    }
}

/// Something that is written as a line: of JSON, of csv, or of a table for people.
pub(crate) trait Row: Serialize + Send + 'static {
    /// The columns of csv, by the names of the members.
    const CSV: &'static [&'static str];
    /// The columns of a table.
    const TABLE: &'static [Column];

    /// The cells of csv, one for each column.
    fn csv(&self) -> Vec<Cell<'_>>;

    /// The cells of a table, one for each column.
    fn table(&self) -> Vec<Cell<'_>>;

    /// The vendor's row.
    fn native(&self) -> Option<&NativeRow> {
        None
    }

    /// Members of the vendor's row that could not be read, each with the reason.
    fn unread(&self) -> &[String] {
        &[]
    }
}

/// A text that may be missing.
pub(crate) fn text(value: &Option<String>) -> Cell<'_> {
    Cow::Borrowed(value.as_deref().unwrap_or_default())
}

/// Anything that can be shown and may be missing.
pub(crate) fn shown<'a>(value: Option<impl Display>) -> Cell<'a> {
    value.map_or(Cow::Borrowed(""), |value| Cow::Owned(value.to_string()))
}

/// The values of a list in one cell.
pub(crate) fn joined<'a, T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Cell<'a> {
    let mut out = String::new();
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push_str("; ");
        }
        out.push_str(value.as_ref());
    }
    Cow::Owned(out)
}
