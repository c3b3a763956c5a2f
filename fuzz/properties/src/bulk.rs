//! The changes that a CSV names, as the program reads them.

use std::collections::BTreeSet;

use rollbook::model::Operation;

use self::rows::parse;
use crate::lists::selected;

#[expect(dead_code, reason = "the program uses more of it")]
#[path = "../../../crates/cli/src/commands/change/rows.rs"]
mod rows;
#[path = "../../../crates/cli/src/commands/change/wanted.rs"]
mod wanted;

/// What a file can be about.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::CreateUser,
    Operation::DeleteUser,
    Operation::BanDevice,
    Operation::DeleteDevice,
];

/// Every row of a file is wanted or refused, with its line; and no two rows want the same.
pub(crate) fn check(input: &[u8]) {
    let Some((operation, csv)) = selected(OPERATIONS, input) else {
        return;
    };
    let lines = csv.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
    match parse(csv, *operation) {
        Ok(rows) => {
            let records = records(csv);
            assert_eq!(
                (rows.wanted.len() + rows.invalid.len()) as u64 + 1,
                records,
                "a row was lost"
            );
            let wanted = rows.wanted.iter().filter_map(|row| row.line);
            let told: Vec<u64> = wanted.chain(rows.invalid.iter().map(|row| row.line)).collect();
            assert!(
                told.iter().all(|line| (2..=lines).contains(line)),
                "no such line: {told:?}"
            );
            assert_eq!(
                told.iter().collect::<BTreeSet<_>>().len(),
                told.len(),
                "two rows on a line: {told:?}"
            );
            let mut seen = BTreeSet::new();
            for sameness in rows.wanted.iter().flat_map(|row| row.samenesses()) {
                assert!(seen.insert(sameness), "the same is wanted twice");
            }
            for row in &rows.invalid {
                assert!(row.problem.starts_with("column "), "no place: {}", row.problem);
            }
        }
        Err(problem) => assert!(!problem.is_empty()),
    }
}

fn records(csv: &[u8]) -> u64 {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv);
    reader.byte_records().count() as u64
}
