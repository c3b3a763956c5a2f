use std::io::{self, Write as _};

use rollbook::WalkReport;
use serde::Serialize;

use super::{Out, Sink, Warning, write_line};

/// One compact object a line, written out page by page.
pub(crate) struct NdjsonSink {
    out: Out,
}

impl NdjsonSink {
    pub(crate) fn new(out: Out) -> Self {
        Self { out }
    }
}

impl<R: Serialize> Sink<R> for NdjsonSink {
    fn rows(&mut self, _walk: usize, rows: &[R]) -> io::Result<()> {
        for row in rows {
            write_line(&mut self.out, row)?;
        }
        self.out.flush()
    }

    fn finish(&mut self, _walks: &[WalkReport], _warnings: &[Warning]) -> io::Result<()> {
        self.out.flush()
    }
}
