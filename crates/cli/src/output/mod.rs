//! How rows become text on stdout: one sink for each format.

mod csv;
mod document;
mod ndjson;
mod out;
mod row;
mod rows;
mod table;

use std::io::{self, Write};

use rollbook::WalkReport;
use serde::Serialize;

pub(crate) use self::csv::write_csv;
pub(crate) use out::{SOON, stdout};
pub(crate) use row::{Cell, Column, Row};
pub(crate) use table::print_table;

use self::csv::CsvSink;
use document::DocumentSink;
use ndjson::NdjsonSink;
use out::Out;
use table::TableSink;

use crate::args::{OutputFormat, RowArgs};

/// The version of the shape of what `-o json` writes. Grows when a script that reads it could break.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// Something that the reader of the data must know, and that is not an error.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Warning {
    /// The source that it is about.
    pub(crate) source: Option<String>,
    /// What it is.
    pub(crate) message: String,
}

impl Warning {
    /// What the walks could not read.
    pub(crate) fn of_walks(walks: &[WalkReport]) -> impl Iterator<Item = Self> + '_ {
        walks.iter().flat_map(|walk| {
            walk.unreadable().map(|line| Self {
                source: Some(walk.source.to_string()),
                message: format!("{}: {line}", walk.resource),
            })
        })
    }
}

/// Where rows go.
pub(crate) trait Sink<R> {
    /// Takes the rows of one page of the walk with this number. They are written when there are enough of them.
    fn rows(&mut self, walk: usize, rows: &[R]) -> io::Result<()>;

    /// Writes what was taken and can be written before the end.
    fn flush(&mut self) -> io::Result<()>;

    /// Writes what comes after the last row.
    fn finish(&mut self, walks: &[WalkReport], warnings: &[Warning]) -> io::Result<()>;
}

/// The sink for rows in this format.
pub(crate) fn sink<R: Row>(format: OutputFormat, args: RowArgs) -> io::Result<Box<dyn Sink<R>>> {
    Ok(match format {
        OutputFormat::Table => Box::new(TableSink::new(stdout())),
        OutputFormat::Json => Box::new(DocumentSink::new(stdout())?),
        OutputFormat::Ndjson => Box::new(NdjsonSink::new(stdout())),
        OutputFormat::Csv => Box::new(CsvSink::new(stdout(), args)),
    })
}

/// Writes lines for people to stdout.
pub(crate) fn print_lines(lines: &[String]) -> io::Result<()> {
    let mut out = stdout();
    for line in lines {
        writeln!(out, "{}", crate::text::plain(line))?;
    }
    out.flush()
}

/// Writes `value` as JSON on one line.
pub(crate) fn write_line<W: Write>(out: &mut W, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
