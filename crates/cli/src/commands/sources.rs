use std::borrow::Cow;
use std::collections::BTreeMap;

use futures_util::future::join_all;
use rollbook::model::{Error, Operation, Support};
use rollbook::{Resource, Rollbook, Source, SourceConfig, Walk, WalkReport};
use serde::Serialize;

use super::list::tell_once;
use crate::args::RowArgs;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Row};

/// One configured source.
#[derive(Debug, Serialize)]
struct SourceRow {
    name: String,
    vendor: String,
    base_url: String,
    models: Vec<String>,
    credential: String,
    operations: BTreeMap<&'static str, OperationRow>,
}

/// How a source does one thing.
#[derive(Debug, Serialize)]
struct OperationRow {
    support: &'static str,
    filters: BTreeMap<&'static str, &'static str>,
}

impl SourceRow {
    fn of(source: &SourceConfig) -> Self {
        let capabilities = source.capabilities();
        let operations = Operation::ALL
            .into_iter()
            .filter(|operation| capabilities.operation(*operation) != Support::No)
            .map(|operation| {
                let filters = capabilities
                    .filters(operation)
                    .filter(|(_, support)| *support != Support::No)
                    .map(|(filter, support)| (filter.as_str(), word(support)));
                let row = OperationRow {
                    support: word(capabilities.operation(operation)),
                    filters: filters.collect(),
                };
                (operation.as_str(), row)
            });
        Self {
            name: source.name().to_string(),
            vendor: source.vendor().to_string(),
            base_url: source.base_url().to_string(),
            models: source.models(),
            credential: source.credential(),
            operations: operations.collect(),
        }
    }

    fn operations(&self) -> Cell<'_> {
        Cow::Owned(self.operations.keys().copied().collect::<Vec<_>>().join("; "))
    }
}

/// Who does it.
fn word(support: Support) -> &'static str {
    match support {
        Support::Vendor => "vendor",
        Support::Local => "local",
        _ => "no",
    }
}

impl Row for SourceRow {
    const CSV: &'static [&'static str] =
        &["name", "vendor", "base_url", "models", "credential", "operations"];
    const TABLE: &'static [Column] = &[
        Column::whole("NAME"),
        Column::whole("VENDOR"),
        Column::whole("BASE URL"),
        Column::new("MODELS"),
        Column::new("CREDENTIAL"),
        Column::new("OPERATIONS"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        self.table()
    }

    fn table(&self) -> Vec<Cell<'_>> {
        vec![
            Cow::Borrowed(self.name.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.base_url.as_str()),
            Cow::Owned(self.models.join("; ")),
            Cow::Borrowed(self.credential.as_str()),
            self.operations(),
        ]
    }
}

pub(crate) fn list(context: &Context) -> Result<Exit, Failure> {
    let rows: Vec<SourceRow> = context.selected()?.into_iter().map(SourceRow::of).collect();
    print(context, &rows)
}

fn print<R: Row>(context: &Context, rows: &[R]) -> Result<Exit, Failure> {
    let mut sink = output::sink::<R>(context.global.output, RowArgs::default())?;
    sink.rows(0, rows)?;
    sink.finish(&[], &[])?;
    Ok(Exit::Done)
}

/// What one list of one source answered.
#[derive(Debug, Serialize)]
struct CheckRow {
    source: String,
    vendor: String,
    resource: &'static str,
    list: Option<&'static str>,
    ok: bool,
    rows: u64,
    total: Option<u64>,
    reason: Option<String>,
    #[serde(skip)]
    unreadable: bool,
    #[serde(skip)]
    error: Option<Error>,
}

impl Row for CheckRow {
    const CSV: &'static [&'static str] = &[
        "source", "vendor", "resource", "list", "ok", "rows", "total", "reason",
    ];
    const TABLE: &'static [Column] = &[
        Column::whole("SOURCE"),
        Column::whole("VENDOR"),
        Column::whole("RESOURCE"),
        Column::whole("LIST"),
        Column::whole("CHECK"),
        Column::number("ROWS"),
        Column::number("TOTAL"),
        Column::new("REASON"),
    ];

    fn csv(&self) -> Vec<Cell<'_>> {
        let mut cells = self.table();
        if let Some(cell) = cells.get_mut(4) {
            *cell = Cow::Borrowed(if self.ok { "true" } else { "false" });
        }
        cells
    }

    fn table(&self) -> Vec<Cell<'_>> {
        vec![
            Cow::Borrowed(self.source.as_str()),
            Cow::Borrowed(self.vendor.as_str()),
            Cow::Borrowed(self.resource),
            Cow::Borrowed(self.list.unwrap_or_default()),
            Cow::Borrowed(if self.ok { "ok" } else { "failed" }),
            Cow::Owned(self.rows.to_string()),
            Cow::Owned(self.total.map_or(String::new(), |total| total.to_string())),
            Cow::Borrowed(self.reason.as_deref().unwrap_or_default()),
        ]
    }
}

pub(crate) async fn check(mut context: Context) -> Result<Exit, Failure> {
    let rollbook = Rollbook::builder().build(context.selected()?)?;
    let checks = join_all(rollbook.sources().iter().map(check_source));
    let rows: Vec<CheckRow> = context
        .interrupt
        .guard(checks)
        .await?
        .into_iter()
        .flatten()
        .collect();
    print(&context, &rows)?;
    let errors = || rows.iter().filter_map(|row| row.error.as_ref());
    tell_once(&context, errors());
    let mut outcome = Outcome::default();
    errors().for_each(|error| outcome.failed(error));
    if rows.iter().any(|row| row.unreadable) {
        outcome.unreadable();
    }
    // No rows were asked for, so none were delivered: one source that is refused is what a check looks for.
    Ok(outcome.exit())
}

async fn check_source(source: &Source) -> Vec<CheckRow> {
    let mut rows = Vec::new();
    first_pages(source, |resource, report, error| {
        let mut row = CheckRow {
            source: source.name().to_string(),
            vendor: source.vendor().to_string(),
            resource: resource.as_str(),
            list: report.and_then(|report| report.list),
            ok: error.is_none(),
            rows: 0,
            total: None,
            reason: error.as_ref().map(ToString::to_string),
            unreadable: false,
            error,
        };
        if let Some(report) = report {
            row.rows = report.completeness.unique;
            row.total = report.completeness.reported;
            if row.ok && report.completeness.rejected + report.completeness.unread > 0 {
                row.unreadable = true;
                row.reason = report.unreadable().next();
            }
        }
        rows.push(row);
    })
    .await;
    rows
}

/// Reads one page of each list of a source, one list after the other: the first one signs in. Each is told with its report, if it
/// was not refused before it had one, and with what failed.
pub(super) async fn first_pages(
    source: &Source,
    mut told: impl FnMut(Resource, Option<&WalkReport>, Option<Error>),
) {
    let capabilities = source.directory().capabilities().clone();
    let can = |operation| capabilities.operation(operation) != Support::No;
    if can(Operation::ListUsers) {
        first_page(Resource::Users, source.users(&Default::default()), &mut told).await;
    }
    if can(Operation::ListDevices) {
        first_page(Resource::Devices, source.devices(&Default::default()), &mut told).await;
    }
    if can(Operation::ListWorkstations) {
        let lists = source.workstations(&Default::default());
        first_page(Resource::Workstations, lists, &mut told).await;
    }
}

async fn first_page<T: Send + 'static>(
    resource: Resource,
    lists: Result<Vec<Walk<T>>, Error>,
    told: &mut impl FnMut(Resource, Option<&WalkReport>, Option<Error>),
) {
    match lists {
        Ok(lists) => {
            for walk in lists {
                let mut walk = walk.without_read_ahead();
                let error = walk.next_page().await.and_then(Result::err);
                told(resource, Some(&walk.report()), error);
            }
        }
        Err(error) => told(resource, None, Some(error)),
    }
}
