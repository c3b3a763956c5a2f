use std::io::{self, Stdout, Write};
use std::time::{Duration, Instant};

use rollbook::transport::{Clock, SystemClock};

/// How many bytes are collected before a write.
const BUFFER: usize = 256 * 1024;

/// How long rows are collected while more of them come: a reader does not notice, and of TruU's pages of 25 rows hundreds
/// come in that time.
pub(crate) const SOON: Duration = Duration::from_millis(50);

/// Collects what is written, and gives it on at the end of a row only: whatever ends the program, stdout holds whole lines.
#[derive(Debug)]
pub(crate) struct Out<W = Stdout> {
    to: W,
    collected: Vec<u8>,
    written: Option<Instant>,
}

/// Stdout.
pub(crate) fn stdout() -> Out {
    Out::new(io::stdout())
}

impl<W: Write> Out<W> {
    fn new(to: W) -> Self {
        Self {
            to,
            collected: Vec::new(),
            written: None,
        }
    }

    /// Whether enough is collected for a write.
    pub(crate) fn is_full(&self) -> bool {
        self.collected.len() >= BUFFER
    }

    /// Whether it is time for a write: for what is written first it is at once.
    pub(crate) fn is_due(&self) -> bool {
        self.written
            .is_none_or(|written| SystemClock.now().saturating_duration_since(written) >= SOON)
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.collected.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.collected.is_empty() {
            self.to.write_all(&self.collected)?;
            self.collected.clear();
            self.written = Some(SystemClock.now());
        }
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Sink as _;
    use crate::output::ndjson::NdjsonSink;

    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for &mut Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn rows_are_written_many_at_once_and_every_write_ends_with_a_row() {
        let mut writes = Writes::default();
        let mut sink = NdjsonSink::new(Out::new(&mut writes));
        let page = vec!["a row that is about as long as some".repeat(3); 1000];
        for _ in 0..50 {
            sink.rows(0, &page).unwrap();
        }
        crate::output::Sink::<String>::flush(&mut sink).unwrap();
        let lines: usize = writes
            .0
            .iter()
            .map(|write| write.iter().filter(|b| **b == b'\n').count())
            .sum();
        assert_eq!(lines, 50_000);
        assert!(writes.0.iter().all(|write| write.ends_with(b"\n")));
        // All but the last are full, or came after a while.
        assert!(writes.0.len() < 500, "{}", writes.0.len());
    }

    #[test]
    fn the_first_page_is_written_at_once() {
        let mut writes = Writes::default();
        let mut sink = NdjsonSink::new(Out::new(&mut writes));
        sink.rows(0, &["a"]).unwrap();
        drop(sink);
        assert_eq!(writes.0, [b"\"a\"\n"]);
    }
}
