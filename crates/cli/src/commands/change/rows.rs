//! The changes that a CSV names. The properties that are fuzzed include this file, so it names no other part of the program
//! but its neighbour.

use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder};
use rollbook::model::Operation;

use super::wanted::{Given, Problem, Wanted, change, names};

/// The rows of a file, good and bad.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) invalid: Vec<Invalid>,
}

/// A row that cannot be used.
#[derive(Debug)]
pub(crate) struct Invalid {
    pub(crate) line: u64,
    pub(crate) problem: String,
    pub(crate) guarded: bool,
}

/// Reads a CSV with a header. What is wrong with the header is wrong with the file.
pub(crate) fn parse(bytes: &[u8], operation: Operation) -> Result<Rows, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is UTF-16: save it as UTF-8".to_owned());
    }
    // A record's own position is that of the blank lines in front of it, so lines are counted here.
    let lines = Lines::of(bytes);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.byte_records();
    let header = match records.next() {
        Some(header) => header.map_err(|error| error.to_string())?,
        None => return Err("it is empty: the first line names the columns".to_owned()),
    };
    let columns = columns(&header, operation)?;
    let (mut rows, mut seen) = (Rows::default(), HashMap::new());
    for record in records {
        let record = record.map_err(|error| error.to_string())?;
        let line = lines.of_record(&record);
        let row = row(&record, &columns, operation).map(|change| Wanted {
            line: Some(line),
            change,
        });
        let row = row.and_then(|wanted| {
            let mut repeated = None;
            for sameness in wanted.samenesses() {
                repeated = repeated.or(seen.insert(sameness, line));
            }
            match repeated {
                Some(first) => Err(Problem::usage(
                    columns[0],
                    format!("the row repeats line {first}"),
                )),
                None => Ok(wanted),
            }
        });
        match row {
            Ok(wanted) => rows.wanted.push(wanted),
            Err(problem) => rows.invalid.push(Invalid {
                line,
                problem: format!("column {}: {}", problem.name, problem.message),
                guarded: problem.guarded,
            }),
        }
    }
    Ok(rows)
}

/// The columns by the names of their flags.
fn columns(header: &ByteRecord, operation: Operation) -> Result<Vec<&'static str>, String> {
    let known = names(operation);
    let mut columns = Vec::new();
    for (index, cell) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(trimmed(cell))
            .to_lowercase()
            .replace('_', "-");
        if name.contains([';', '\t']) {
            return Err("line 1: the columns must be separated by commas".to_owned());
        }
        let column = known
            .iter()
            .find(|known| **known == name)
            .ok_or_else(|| format!("line 1, column {}: there is no column `{name}` here", index + 1))?;
        if columns.contains(column) && *column != "email" {
            return Err(format!("line 1: the column `{column}` is there twice"));
        }
        columns.push(*column);
    }
    Ok(columns)
}

fn row(
    record: &ByteRecord,
    columns: &[&'static str],
    operation: Operation,
) -> Result<rollbook::model::Change, Problem> {
    if record.len() != columns.len() {
        let message = format!(
            "cells in this row: {}, in the header: {}",
            record.len(),
            columns.len()
        );
        return Err(Problem::usage(
            columns[record.len().min(columns.len() - 1)],
            message,
        ));
    }
    let mut given: Vec<Given> = Vec::with_capacity(columns.len());
    for (name, cell) in columns.iter().zip(record) {
        let text = std::str::from_utf8(trimmed(cell)).map_err(|_| Problem::usage(name, "it is not UTF-8"))?;
        // A blank cell is never taken for one that was left out: that could widen what the row names.
        if text.is_empty() {
            return Err(Problem::usage(name, "it is blank"));
        }
        given.push((*name, text.to_owned()));
    }
    change(operation, &given)
}

/// The cell without the spaces that people put around commas; a line break in a cell stays, and is refused.
fn trimmed(cell: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = cell.iter().position(is_text).unwrap_or(cell.len());
    let end = cell.iter().rposition(is_text).map_or(start, |last| last + 1);
    &cell[start..end]
}

/// Where each line begins.
struct Lines<'a> {
    bytes: &'a [u8],
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        // The reader takes a bare carriage return for the end of a line too.
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self {
            bytes,
            ends: ends.map(|(at, _)| at).collect(),
        }
    }

    /// The line on which the record begins, counted from 1.
    fn of_record(&self, record: &ByteRecord) -> u64 {
        let from = record.position().map_or(0, |position| position.byte());
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(self.bytes.len());
        let blank = self.bytes[from..]
            .iter()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'))
            .count();
        self.ends.partition_point(|end| *end < from + blank) as u64 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, operation: Operation) -> String {
        match parse(text.as_bytes(), operation) {
            Err(problem) => problem,
            Ok(rows) => {
                let good = rows
                    .wanted
                    .iter()
                    .map(|row| format!("{} {}", row.line.unwrap(), row.identity()));
                let bad = rows
                    .invalid
                    .iter()
                    .map(|row| format!("{} ! {}", row.line, row.problem));
                good.chain(bad).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn a_byte_order_mark_and_crlf_and_blank_lines_are_no_data() {
        let text = "\u{feff}Serial\r\n\r\nC02A\r\n\r\n\r\n  C02B \r\n";
        insta::assert_snapshot!(told(text, Operation::BanDevice), @r#"
        3 {"serial":"C02A"}
        6 {"serial":"C02B"}
        "#);
    }

    #[test]
    fn a_bare_carriage_return_ends_a_line() {
        let text = "serial\r\rC02A\r\nC02B\r\"C\r2\"\rC02D";
        insta::assert_snapshot!(told(text, Operation::BanDevice), @r#"
        3 {"serial":"C02A"}
        4 {"serial":"C02B"}
        7 {"serial":"C02D"}
        5 ! column serial: it has a control character in it
        "#);
    }

    #[test]
    fn a_bad_row_is_named_by_line_and_column() {
        let text = "serial,email\nC02A,a@b\nC02B,\n,c@d\nNone,e@f\nC02C\nC02D,g@h,x\nC02E,\u{a0}i@j\n\"C0\n2F\",k@l\n \nC02A,A@B\n";
        insta::assert_snapshot!(told(text, Operation::DeleteDevice), @r#"
        2 {"email":"a@b","serial":"C02A"}
        3 ! column email: it is blank
        4 ! column serial: it is blank
        5 ! column serial: `None` is a placeholder that many machines share, and names none of them
        6 ! column email: cells in this row: 1, in the header: 2
        7 ! column email: cells in this row: 3, in the header: 2
        8 ! column email: it has white space around it
        9 ! column serial: it has a control character in it
        11 ! column email: cells in this row: 1, in the header: 2
        12 ! column serial: the row repeats line 2
        "#);
    }

    #[test]
    fn a_quoted_comma_and_a_doubled_quote_belong_to_the_cell() {
        let text = "name,email\n\"Lee, \"\"Ann\"\"\",ann@x.y\n";
        insta::assert_snapshot!(told(text, Operation::CreateUser), @r#"2 {"email":["ann@x.y"],"name":"Lee, \"Ann\""}"#);
    }

    #[test]
    fn a_header_that_cannot_be_meant_is_wrong() {
        insta::assert_snapshot!(told("", Operation::BanDevice), @"it is empty: the first line names the columns");
        insta::assert_snapshot!(told("serial,serail\n", Operation::BanDevice), @"line 1, column 2: there is no column `serail` here");
        insta::assert_snapshot!(told("serial;email\nC02;a@b\n", Operation::DeleteDevice), @"line 1: the columns must be separated by commas");
        insta::assert_snapshot!(told("serial,serial\n", Operation::BanDevice), @"line 1: the column `serial` is there twice");
        insta::assert_snapshot!(told("guid,email\ng,a@b\n", Operation::DeleteUser), @"2 ! column email: name the user in exactly one way: by guid, id, upn, email or tuid");
    }

    #[test]
    fn ten_thousand_rows_keep_their_lines() {
        let mut text = String::from("serial\n");
        for number in 0..10_000 {
            text.push_str(&format!("C{number:05}\n"));
        }
        let rows = parse(text.as_bytes(), Operation::BanDevice).unwrap();
        assert_eq!((rows.wanted.len(), rows.invalid.len()), (10_000, 0));
        assert_eq!(rows.wanted[9_999].line, Some(10_001));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_no_row_is_lost(cells in proptest::collection::vec("[ -~\u{e9}]{1,12}", 1..30)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["serial"]).unwrap();
            for cell in &cells {
                writer.write_record([cell]).unwrap();
            }
            let rows = parse(&writer.into_inner().unwrap(), Operation::BanDevice).unwrap();
            proptest::prop_assert_eq!(rows.wanted.len() + rows.invalid.len(), cells.len());
        }

        #[test]
        fn arbitrary_bytes_are_an_error_or_rows(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse(&bytes, Operation::DeleteDevice);
        }
    }
}
