//! Whether the vendors still answer as their contracts say.

mod baseline;

use std::borrow::Cow;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use rollbook::contract::{Baseline, Contract, Drift, Severity};
use rollbook::model::{Error, SourceName};
use rollbook::{Compared, Rollbook, Shapes};
use serde::Serialize;

use self::baseline::{Baselines, PAGE};
use super::list::tell_once;
use super::sources::first_pages;
use crate::args::RowArgs;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Row, stdout};

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

/// One thing in which the answers of a source differ from the contract, or with the kind `page` what they are.
#[derive(Debug, Serialize)]
struct DriftRow {
    source: String,
    vendor: String,
    operation: &'static str,
    severity: String,
    /// The kind, in one word.
    kind: String,
    place: String,
    /// What it is, in words.
    detail: String,
    seen: u64,
    of: u64,
    /// What a later check is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

/// Reads one page of each list, and compares what the pages look like with the contract and with the baseline.
pub(crate) async fn check(mut context: Context, baseline: Option<&Path>) -> Result<Exit, Failure> {
    let baselines = baseline.map(Baselines::read).transpose()?;
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
    let before = |source: &SourceName, operation: &str| baselines.as_ref()?.of(source.as_str(), operation);
    let compared = shapes.compared_since(before);
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
        let known = before(&source.source, source.operation).is_some();
        let missing = match baselines.is_some() && !known {
            true => "; the baseline has nothing of it",
            false => "",
        };
        let message = format!(
            "{}: {} rows read, {drifts}{missing}",
            source.operation, source.rows
        );
        context.reporter.note(Some(source.source.as_str()), &message);
    }
    let mut outcome = Outcome::default();
    errors.iter().for_each(|error| outcome.failed(error));
    Ok(if breaking { Exit::Drift } else { outcome.exit() })
}

fn rows_of(compared: &Compared) -> Vec<DriftRow> {
    let row = |kind: String, severity: Severity, detail: String| DriftRow {
        source: compared.source.to_string(),
        vendor: compared.vendor.to_string(),
        operation: compared.operation,
        severity: severity.to_string(),
        kind,
        place: "$".to_owned(),
        detail,
        seen: compared.answers,
        of: compared.answers,
        baseline: None,
    };
    let drifts = compared.drifts.iter().map(|drift| DriftRow {
        place: drift.place.clone(),
        seen: drift.seen,
        of: drift.of,
        ..row(kind_of(drift), drift.severity, drift.kind.to_string())
    });
    let page = DriftRow {
        baseline: Some(compared.baseline.clone()),
        ..row(PAGE.to_owned(), Severity::Info, page_of(compared))
    };
    drifts.chain([page]).collect()
}

/// `25 of 300 rows in 12 ms`.
fn page_of(compared: &Compared) -> String {
    let total = compared.baseline.page.and_then(|page| page.total);
    let total = total.map_or(String::new(), |total| format!(" of {total}"));
    let took = compared.baseline.slowest_ms;
    let took = took.map_or(String::new(), |ms| format!(" in {ms} ms"));
    format!("{}{total} rows{took}", compared.rows)
}

/// The name of the kind, as it is serialized.
fn kind_of(drift: &Drift) -> String {
    let kind = serde_json::to_value(&drift.kind).unwrap_or_default();
    kind["kind"].as_str().unwrap_or_default().to_owned()
}

impl Row for DriftRow {
    // A baseline is no cell: it is in the formats that are read again.
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
            Cow::Borrowed(&self.place),
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
            Cow::Borrowed(&self.place),
            Cow::Borrowed(&self.detail),
            Cow::Owned(format!("{} of {}", self.seen, self.of)),
        ]
    }
}
