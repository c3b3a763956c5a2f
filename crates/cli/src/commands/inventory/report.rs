use std::borrow::Cow;
use std::io::Write as _;

use rollbook::{Resource, Rollbook, Source, WalkReport};
use serde::Serialize;

use super::tally::{Tally, TrustCounts};
use crate::args::OutputFormat;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, SCHEMA_VERSION, Warning, stdout};

/// One list of one source.
#[derive(Debug, Serialize)]
struct ListRow<'a> {
    #[serde(flatten)]
    walk: &'a WalkReport,
    #[serde(flatten)]
    tally: &'a Tally,
}

/// One source; none for what it has no list of.
#[derive(Debug, Serialize)]
struct SourceRow {
    source: String,
    vendor: String,
    complete: bool,
    users: Option<Tally>,
    devices: Option<Tally>,
    workstations: Option<Tally>,
}

/// What `-o json` writes.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    walks: &'a [WalkReport],
    sources: Vec<SourceRow>,
    warnings: &'a [Warning],
}

const CSV: &[&str] = &[
    "source",
    "vendor",
    "resource",
    "list",
    "count",
    "pages",
    "received",
    "unique",
    "rejected",
    "reported",
    "grade",
    "reason",
    "enrollments",
    "trust.low",
    "trust.medium",
    "trust.high",
    "trust.override",
    "trust.unknown",
    "banned",
    "inactive",
];

const TABLE: &[Column] = &[
    Column::whole("SOURCE"),
    Column::whole("RESOURCE"),
    Column::whole("LIST"),
    Column::number("COUNT"),
    Column::number("REPORTED"),
    Column::whole("GRADE"),
    Column::number("LOW"),
    Column::number("MEDIUM"),
    Column::number("HIGH"),
    Column::number("OVERRIDE"),
    Column::number("UNKNOWN"),
    Column::number("BANNED"),
    Column::number("INACTIVE"),
];

/// Writes what was found.
pub(super) fn print(
    format: OutputFormat,
    rollbook: &Rollbook,
    walks: &[WalkReport],
    tallies: &[Tally],
) -> Result<(), Failure> {
    let lists: Vec<ListRow<'_>> = walks
        .iter()
        .zip(tallies)
        .map(|(walk, tally)| ListRow { walk, tally })
        .collect();
    let sources: Vec<SourceRow> = rollbook
        .sources()
        .iter()
        .map(|source| source_row(source, &lists))
        .collect();
    let mut out = stdout();
    match format {
        OutputFormat::Table => {
            let rows = lists.iter().map(table_cells).collect();
            output::print_table(&mut out, TABLE, rows)?;
            writeln!(out, "\n{}", summary(&sources, walks))?;
            out.flush()?;
        }
        OutputFormat::Json => {
            let document = Document {
                schema_version: SCHEMA_VERSION,
                walks,
                sources,
                warnings: &Warning::of_walks(walks).collect::<Vec<_>>(),
            };
            output::write_line(&mut out, &document)?;
            out.flush()?;
        }
        OutputFormat::Ndjson => {
            for list in &lists {
                output::write_line(&mut out, list)?;
            }
            out.flush()?;
        }
        OutputFormat::Csv => output::write_csv(out, CSV, lists.iter().map(csv_cells))?,
    }
    Ok(())
}

fn source_row(source: &Source, lists: &[ListRow<'_>]) -> SourceRow {
    let own = || lists.iter().filter(|list| list.walk.source == *source.name());
    let total = |resource| {
        let mut of_resource = own().filter(|list| list.walk.resource == resource);
        let mut total = of_resource.next()?.tally.clone();
        of_resource.for_each(|list| total.add(list.tally));
        Some(total)
    };
    SourceRow {
        source: source.name().to_string(),
        vendor: source.vendor().to_string(),
        complete: own().all(|list| list.walk.is_complete()),
        users: total(Resource::Users),
        devices: total(Resource::Devices),
        workstations: total(Resource::Workstations),
    }
}

fn number(number: Option<u64>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

/// A dash where the vendor does not say.
fn or_dash(value: Option<u64>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

fn trust_cells(trust: &TrustCounts) -> [String; 5] {
    [
        trust.low,
        trust.medium,
        trust.high,
        trust.override_,
        trust.unknown,
    ]
    .map(|count| count.to_string())
}

fn table_cells(row: &ListRow<'_>) -> Vec<String> {
    let seen = &row.walk.completeness;
    let mut cells = vec![
        row.walk.source.to_string(),
        row.walk.resource.to_string(),
        row.walk.list.unwrap_or("-").to_owned(),
        row.tally.count.to_string(),
        or_dash(seen.reported),
        seen.grade.as_str().to_owned(),
    ];
    cells.extend(trust_cells(&row.tally.trust));
    cells.push(or_dash(row.tally.banned));
    cells.push(or_dash(row.tally.inactive));
    cells
}

fn csv_cells(row: &ListRow<'_>) -> Vec<Cell<'static>> {
    let seen = &row.walk.completeness;
    let mut cells = vec![
        row.walk.source.to_string(),
        row.walk.vendor.to_string(),
        row.walk.resource.to_string(),
        row.walk.list.unwrap_or_default().to_owned(),
        row.tally.count.to_string(),
        seen.pages.to_string(),
        seen.received.to_string(),
        seen.unique.to_string(),
        seen.rejected.to_string(),
        number(seen.reported),
        seen.grade.as_str().to_owned(),
        seen.reason.clone(),
        number(row.tally.enrollments),
    ];
    cells.extend(trust_cells(&row.tally.trust));
    cells.push(number(row.tally.banned));
    cells.push(number(row.tally.inactive));
    cells.into_iter().map(Cow::Owned).collect()
}

/// `3 sources: 590 users, 880 devices, 120 workstations; every walk is complete`.
fn summary(sources: &[SourceRow], walks: &[WalkReport]) -> String {
    let total = |tally: fn(&SourceRow) -> &Option<Tally>| {
        sources
            .iter()
            .filter_map(|source| tally(source).as_ref())
            .map(|tally| tally.count)
            .sum::<u64>()
    };
    let counted = |count: u64, word: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {word}{plural}")
    };
    let open = walks.iter().filter(|walk| !walk.is_complete()).count();
    let proof = match open {
        0 => "every walk is complete".to_owned(),
        1 => "1 walk is not complete".to_owned(),
        open => format!("{open} walks are not complete"),
    };
    format!(
        "{}: {}, {}, {}; {proof}",
        counted(sources.len() as u64, "source"),
        counted(total(|source| &source.users), "user"),
        counted(total(|source| &source.devices), "device"),
        counted(total(|source| &source.workstations), "workstation"),
    )
}
