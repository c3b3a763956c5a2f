//! Whether the vendors still answer as their contracts say.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::Arc;

use futures_util::future::join_all;
use rollbook::contract::{Contract, Drift, Severity};
use rollbook::model::Error;
use rollbook::{Compared, Rollbook, Shapes};
use serde::Serialize;

use super::list::tell_once;
use super::sources::first_pages;
use crate::args::RowArgs;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Row, stdout};

/// A first page that takes longer than this is told. Vendors answer in well under a second.
const SLOW_MS: u64 = 5_000;

/// Prints the contract of a vendor: an OpenAPI document.
pub(crate) fn show(vendor: &str) -> Result<Exit, Failure> {
    let Some(contract) = Contract::of(vendor) else {
        let known: Vec<&str> = Contract::all().iter().map(Contract::vendor).collect();
        return Err(Failure::usage(
            format!("there is no contract of `{vendor}`"),
            format!("there are: {}", known.join(", ")),
        ));
    };
    let mut out = stdout();
    out.write_all(contract.text().as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// One thing in which the answers of a source differ from the contract.
#[derive(Debug, Serialize)]
struct DriftRow {
    source: String,
    vendor: String,
    operation: &'static str,
    severity: String,
    /// The kind, in one word.
    kind: String,
    place: Option<String>,
    /// What it is, in words.
    detail: String,
    seen: u64,
    of: u64,
}

/// Reads one page of each list, and compares what the pages look like with the contract.
pub(crate) async fn check(mut context: Context) -> Result<Exit, Failure> {
    let shapes = Arc::new(Shapes::default());
    let rollbook = Rollbook::builder()
        .observer(Arc::clone(&shapes) as Arc<dyn rollbook::Observer>)
        .build(context.selected()?)?;
    let pages = rollbook.sources().iter().map(async |source| {
        let mut errors = Vec::new();
        first_pages(source, |_, _, error| errors.extend(error)).await;
        errors
    });
    let pages = context.interrupt.guard(join_all(pages)).await?;
    let compared = shapes.compared();
    let rows: Vec<DriftRow> = compared.iter().flat_map(rows_of).collect();
    let breaking = rows.iter().any(|row| row.severity == "breaking");

    let told = context.global.verbose > 0 || !context.is_for_people();
    let shown: Vec<DriftRow> = rows
        .into_iter()
        .filter(|row| told || row.severity != "info")
        .collect();
    let mut sink = output::sink::<DriftRow>(context.global.output, RowArgs::default())?;
    sink.rows(0, &shown)?;
    sink.finish(&[], &[])?;

    let errors: Vec<&Error> = pages.iter().flatten().collect();
    tell_once(&context, errors.iter().copied());
    for source in &compared {
        let drifts = match source.drifts.len() {
            0 => "as the contract says".to_owned(),
            1 => "1 difference".to_owned(),
            count => format!("{count} differences"),
        };
        let message = format!("{}: {} rows read, {drifts}", source.operation, source.rows);
        context.reporter.note(Some(source.source.as_str()), &message);
    }
    let mut outcome = Outcome::default();
    errors.iter().for_each(|error| outcome.failed(error));
    Ok(if breaking { Exit::Drift } else { outcome.exit() })
}

fn rows_of(compared: &Compared) -> Vec<DriftRow> {
    let row = |severity: Severity, kind: &str, place: Option<String>, detail: String, seen, of| DriftRow {
        source: compared.source.to_string(),
        vendor: compared.vendor.to_string(),
        operation: compared.operation,
        severity: severity.to_string(),
        kind: kind.to_owned(),
        place,
        detail,
        seen,
        of,
    };
    let mut rows: Vec<DriftRow> = compared
        .drifts
        .iter()
        .map(|drift| {
            let place = Some(drift.place.clone());
            row(
                drift.severity,
                kind_of(drift).as_str(),
                place,
                drift.kind.to_string(),
                drift.seen,
                drift.of,
            )
        })
        .collect();
    let answers = compared.answers;
    if compared.unreadable > 0 {
        let detail = "the answer is no JSON".to_owned();
        rows.push(row(
            Severity::Breaking,
            "no_json",
            None,
            detail,
            compared.unreadable,
            answers,
        ));
    }
    if compared.short > 0 {
        let detail = "fewer rows on the page than were expected, and there are more".to_owned();
        rows.push(row(
            Severity::Notable,
            "smaller_page",
            None,
            detail,
            compared.short,
            answers,
        ));
    }
    if compared.slowest_ms > SLOW_MS {
        let detail = format!("{} ms", compared.slowest_ms);
        rows.push(row(Severity::Notable, "slow_page", None, detail, 1, answers));
    }
    rows
}

/// The name of the kind, as it is serialized.
fn kind_of(drift: &Drift) -> String {
    let kind = serde_json::to_value(&drift.kind).unwrap_or_default();
    kind["kind"].as_str().unwrap_or_default().to_owned()
}

impl Row for DriftRow {
    const CSV: &'static [&'static str] = &[
        "source",
        "vendor",
        "operation",
        "severity",
        "kind",
        "place",
        "detail",
        "seen",
        "of",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("SOURCE"),
        Column::whole("OPERATION"),
        Column::whole("SEVERITY"),
        Column::whole("PLACE"),
        Column::new("WHAT"),
        Column::whole("SEEN"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        vec![
            Cow::Borrowed(&self.source),
            Cow::Borrowed(&self.vendor),
            Cow::Borrowed(self.operation),
            Cow::Borrowed(&self.severity),
            Cow::Borrowed(&self.kind),
            Cow::Borrowed(self.place.as_deref().unwrap_or_default()),
            Cow::Borrowed(&self.detail),
            Cow::Owned(self.seen.to_string()),
            Cow::Owned(self.of.to_string()),
        ]
    }

    fn table(&self) -> Vec<Cell<'_>> {
        vec![
            Cow::Borrowed(&self.source),
            Cow::Borrowed(self.operation),
            Cow::Borrowed(&self.severity),
            Cow::Borrowed(self.place.as_deref().unwrap_or_default()),
            Cow::Borrowed(&self.detail),
            Cow::Owned(format!("{} of {}", self.seen, self.of)),
        ]
    }
}
