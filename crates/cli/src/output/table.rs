use std::io::{self, IsTerminal as _, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use rollbook::WalkReport;

use super::{Cell, Column, Out, Row, Sink, Warning};
use crate::text::plain;

/// Below this many letters a line a text cannot be read: then lines run over the edge of the terminal instead.
const READABLE: u16 = 24;

/// A table for people. Its widths need every row, so it is written at the end, in the order of the sources. Without rows
/// there is no table.
pub(crate) struct TableSink {
    out: Out,
    rows: Vec<(usize, Vec<String>)>,
}

impl TableSink {
    pub(crate) fn new(out: Out) -> Self {
        Self {
            out,
            rows: Vec::new(),
        }
    }
}

impl<R: Row> Sink<R> for TableSink {
    fn rows(&mut self, walk: usize, rows: &[R]) -> io::Result<()> {
        self.rows
            .extend(rows.iter().map(|row| (walk, cells(row.table()))));
        Ok(())
    }

    /// Nothing is written before the last row has come.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _walks: &[WalkReport], _warnings: &[Warning]) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_key(|(walk, _)| *walk);
        print_table(
            &mut self.out,
            R::TABLE,
            rows.into_iter().map(|(_, cells)| cells).collect(),
        )
    }
}

fn cells(cells: Vec<Cell<'_>>) -> Vec<String> {
    cells.iter().map(|cell| plain(cell).into_owned()).collect()
}

/// Writes a table: as wide as it is, or on a terminal as wide as that, with long texts broken over lines.
pub(crate) fn print_table(
    out: &mut impl Write,
    columns: &[Column],
    rows: Vec<Vec<String>>,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.force_no_tty();
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(columns.iter().map(|column| column.title));
    table.add_rows(rows);
    let widths = table.column_max_content_widths();
    for (index, column) in columns.iter().enumerate() {
        let Some(shown) = table.column_mut(index) else {
            continue;
        };
        shown.set_padding((0, 2));
        shown.set_constraint(if column.whole {
            ColumnConstraint::ContentWidth
        } else {
            ColumnConstraint::LowerBoundary(Width::Fixed(
                widths.get(index).map_or(0, |width| READABLE.min(*width)),
            ))
        });
        if column.number {
            shown.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    out.flush()
}
