use std::borrow::Cow;
use std::io;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use rollbook::WalkReport;
use rollbook::model::NativeRow;

use super::{Cell, Out, Row, Sink, Warning};
use crate::args::RowArgs;

/// RFC 4180, with every column of the schema.
pub(crate) struct CsvSink {
    out: Writer<Out>,
    args: RowArgs,
    has_header: bool,
}

impl CsvSink {
    pub(crate) fn new(out: Out, args: RowArgs) -> Self {
        let out = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(out);
        Self {
            out,
            has_header: args.goes_on,
            args,
        }
    }

    /// The header stands above the first page, and alone when there is none.
    fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        if !self.has_header {
            self.has_header = true;
            let native = self.args.native.then_some("native");
            self.out
                .write_record(columns.iter().copied().chain(native))
                .map_err(as_io)?;
        }
        Ok(())
    }

    fn record<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        for cell in cells {
            self.out
                .write_field(safe(cell, self.args.raw_csv).as_bytes())
                .map_err(as_io)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(as_io)
    }
}

/// The error of the writer below, so that a closed pipe is known as one.
fn as_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

impl<R: Row> Sink<R> for CsvSink {
    fn rows(&mut self, _walk: usize, rows: &[R]) -> io::Result<()> {
        self.header(R::CSV)?;
        for row in rows {
            let native = self
                .args
                .native
                .then(|| Cow::Owned(row.native().map(NativeRow::compact).unwrap_or_default()));
            self.record(row.csv().into_iter().chain(native))?;
            if self.out.get_ref().is_full() {
                self.out.flush()?;
            }
        }
        if self.out.get_ref().is_due() {
            self.out.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn finish(&mut self, _walks: &[WalkReport], _warnings: &[Warning]) -> io::Result<()> {
        self.header(R::CSV)?;
        self.out.flush()
    }
}

/// Writes a whole table at once.
pub(crate) fn write_csv<'a>(
    out: Out,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell<'a>>>,
) -> io::Result<()> {
    let mut sink = CsvSink::new(out, RowArgs::default());
    sink.header(columns)?;
    for row in rows {
        sink.record(row)?;
    }
    sink.out.flush()
}

/// The cell, in a form that no spreadsheet runs: a text that looks like a formula gets a `'` in front.
fn safe(cell: Cow<'_, str>, raw: bool) -> Cow<'_, str> {
    if !raw && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_neutralised() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(safe(cell.into(), false), format!("'{cell}"));
            assert_eq!(safe(cell.into(), true), cell);
        }
        assert_eq!(safe("a=1".into(), false), "a=1");
        assert_eq!(safe("".into(), false), "");
    }
}
