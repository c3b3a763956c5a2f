//! How rows become text on stdout: one sink for each format.

mod csv;
mod document;
mod ndjson;
mod row;
mod rows;
mod table;

use std::io::{self, BufWriter, Stdout, Write};

use rollbook::WalkReport;
use serde::Serialize;

pub(crate) use self::csv::write_csv;
pub(crate) use row::{Cell, Column, Row};
pub(crate) use table::print_table;

use self::csv::CsvSink;
use document::DocumentSink;
use ndjson::NdjsonSink;
use table::TableSink;

use crate::args::{OutputFormat, RowArgs};

/// The version of the shape of what `-o json` writes. Grows when a script that reads it could break.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// How many bytes are collected before a write, when a page is larger than that.
const BUFFER: usize = 256 * 1024;

/// Stdout with a large buffer: flushed after each page, never after a row.
pub(crate) type Out = BufWriter<Stdout>;

/// Stdout.
pub(crate) fn stdout() -> Out {
    BufWriter::with_capacity(BUFFER, io::stdout())
}

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
    /// Takes the rows of one page of the walk with this number.
    fn rows(&mut self, walk: usize, rows: &[R]) -> io::Result<()>;

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
