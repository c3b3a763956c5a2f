use std::io::{self, Write as _};

use rollbook::WalkReport;
use serde::Serialize;

use super::{Out, SCHEMA_VERSION, Sink, Warning};

/// One JSON document, a row a line. It is written as the rows arrive, so its length does not matter.
pub(crate) struct DocumentSink {
    out: Out,
    first: bool,
}

impl DocumentSink {
    pub(crate) fn new(mut out: Out) -> io::Result<Self> {
        write!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"data\":[")?;
        Ok(Self { out, first: true })
    }
}

impl<R: Serialize> Sink<R> for DocumentSink {
    fn rows(&mut self, _walk: usize, rows: &[R]) -> io::Result<()> {
        for row in rows {
            self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
            self.first = false;
            serde_json::to_writer(&mut self.out, row)?;
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

    fn finish(&mut self, walks: &[WalkReport], warnings: &[Warning]) -> io::Result<()> {
        let out = &mut self.out;
        out.write_all(if self.first { b"]" } else { b"\n]" })?;
        out.write_all(b",\"completeness\":")?;
        serde_json::to_writer(&mut *out, walks)?;
        out.write_all(b",\"warnings\":")?;
        serde_json::to_writer(&mut *out, warnings)?;
        out.write_all(b"}\n")?;
        out.flush()
    }
}
