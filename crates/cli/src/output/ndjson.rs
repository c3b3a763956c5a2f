use std::io::{self, Stdout, Write};

use rollbook::WalkReport;
use serde::Serialize;

use super::{Out, Sink, Warning, write_line};

/// One compact object a line.
pub(crate) struct NdjsonSink<W = Stdout> {
    out: Out<W>,
}

impl<W: Write> NdjsonSink<W> {
    pub(crate) fn new(out: Out<W>) -> Self {
        Self { out }
    }
}

impl<R: Serialize, W: Write> Sink<R> for NdjsonSink<W> {
    fn rows(&mut self, _walk: usize, rows: &[R]) -> io::Result<()> {
        for row in rows {
            write_line(&mut self.out, row)?;
            if self.out.is_full() {
                self.out.flush()?;
            }
        }
        if self.out.is_due() {
            self.out.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn finish(&mut self, _walks: &[WalkReport], _warnings: &[Warning]) -> io::Result<()> {
        self.out.flush()
    }
}
