//! One page of a list, and one row by its id.

use http::StatusCode;
use http::header::LINK;
use rollbook_transport::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::errors::Refusal;
use super::params::{Format, Params};
use super::{BAD_CURSOR, Resource, Row, Truto, filter, members};
use crate::call::Call;
use crate::reply::{self, Rows};
use crate::sandbox::Core;

/// What the rows of a partial list lack.
const LEFT_OUT_WHEN_PARTIAL: &[&str] = &["groups", "roles", "phones", "licenses", "policy", "tags"];

pub(super) fn list(
    core: &Core,
    truto: &Truto,
    resource: Resource,
    params: &Params,
    call: &Call<'_>,
) -> Result<Response, Refusal> {
    let config = &core.config;
    let matched = matched(truto, resource, params)?;
    let limit = params
        .limit
        .unwrap_or(config.truto_page_default)
        .min(call.page_cap(config.truto_page_cap));
    let partial = config.truto_partial || call.partial;
    let start = start(params.cursor.as_deref(), matched.len())?;
    let end = matched.len().min(start + limit);
    let page = &matched[start..end];
    let next = (end < matched.len()).then(|| format!("c:{end}"));
    let previous = (start > 0).then(|| format!("c:{}", start.saturating_sub(limit)));
    if params.format == Format::Raw {
        let rows = page.iter().map(|number| resource.remote(truto, *number));
        let response = reply::json(StatusCode::OK, &Rows(rows));
        return Ok(match next {
            None => response,
            Some(cursor) => {
                reply::with_header(response, LINK, &format!("<?next_cursor={cursor}>; rel=\"next\""))
            }
        });
    }
    let shown = Shown {
        params,
        target: &call.target,
        partial,
        next,
        previous,
    };
    let (numbers, remote_data) = (page.iter().copied(), params.remote_data);
    Ok(match resource {
        Resource::DirectoryUsers => shown.page(numbers.map(|number| truto.users[number].row(remote_data))),
        Resource::MdmUsers => shown.page(numbers.map(|number| truto.mdm_users[number].row(remote_data))),
        Resource::MdmDevices => shown.page(numbers.map(|number| truto.mdm_devices[number].row(remote_data))),
    })
}

/// How a page is shown, whatever its rows are.
struct Shown<'a> {
    params: &'a Params,
    target: &'a str,
    partial: bool,
    next: Option<String>,
    previous: Option<String>,
}

impl Shown<'_> {
    fn page<R: Serialize>(self, rows: impl ExactSizeIterator<Item = R> + Clone) -> Response {
        let result_count = rows.len();
        let result = match &self.params.key_by {
            None => Listed::Array(Rows(rows.map(|row| self.shown(row)))),
            Some(field) => Listed::Object(self.keyed(rows, field)),
        };
        let page = Page {
            debug: (self.params.format == Format::Debug).then(|| json!({ "requestUrl": self.target })),
            is_partial_response: self.partial.then_some(true),
            next_cursor: self.next.as_deref(),
            prev_cursor: self.previous.as_deref(),
            result,
            result_count,
        };
        reply::json(StatusCode::OK, &page)
    }

    fn shown<R: Serialize>(&self, row: R) -> Part<R> {
        if self.partial || !self.params.exclude.is_empty() {
            Part::Left(self.without(members(&row)))
        } else {
            Part::Whole(row)
        }
    }

    fn without(&self, row: Row) -> Row {
        let partial: &[&str] = if self.partial { LEFT_OUT_WHEN_PARTIAL } else { &[] };
        without(without(row, partial), &self.params.exclude)
    }

    /// The rows as members of an object, under the text of one of their fields. Of two with one text the later is kept;
    /// rows without the field share the member `undefined`.
    fn keyed<R: Serialize>(&self, rows: impl Iterator<Item = R>, field: &str) -> Row {
        let named = rows.map(|row| {
            let row = members(&row);
            let key = match row.get(field) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => "undefined".to_owned(),
            };
            (key, Value::Object(self.without(row)))
        });
        named.collect()
    }
}

#[derive(Serialize)]
struct Page<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    debug: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_partial_response: Option<bool>,
    next_cursor: Option<&'a str>,
    prev_cursor: Option<&'a str>,
    result: T,
    result_count: usize,
}

/// A row, or what is left of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Part<R> {
    Whole(R),
    Left(Row),
}

#[derive(Serialize)]
#[serde(untagged, bound = "Rows<I>: Serialize")]
enum Listed<I> {
    Array(Rows<I>),
    Object(Row),
}

/// The bare row: it is not wrapped.
pub(super) fn get(truto: &Truto, resource: Resource, id: &str, params: &Params) -> Result<Response, Refusal> {
    let number = resource
        .find(truto, id)
        .ok_or_else(|| Refusal::not_found("record not found"))?;
    Ok(reply::json(StatusCode::OK, &one(truto, resource, number, params)))
}

/// One row as it is asked for.
pub(super) fn one(truto: &Truto, resource: Resource, number: usize, params: &Params) -> Value {
    if params.format == Format::Raw {
        return resource.remote(truto, number);
    }
    let row = resource.row(truto, number, params.remote_data);
    Value::Object(without(row, &params.exclude))
}

/// The numbers of the rows that pass the filters, in the order asked for. Rows are rendered for that only when needed.
fn matched(truto: &Truto, resource: Resource, params: &Params) -> Result<Vec<usize>, Refusal> {
    let tests = filter::tests(resource, &params.filters)?;
    let all = 0..resource.len(truto);
    if tests.is_empty() && params.sort_by.is_empty() {
        return Ok(all.collect());
    }
    let mut rows: Vec<(usize, Row)> = all
        .map(|number| (number, resource.row(truto, number, false)))
        .filter(|(_, row)| tests.iter().all(|test| test.admits(row)))
        .collect();
    filter::sort(&mut rows, &params.sort_by);
    Ok(rows.into_iter().map(|(number, _)| number).collect())
}

/// Where a page starts. An empty cursor was taken for none before; any other must be one that was handed out.
fn start(cursor: Option<&str>, rows: usize) -> Result<usize, Refusal> {
    let Some(cursor) = cursor else { return Ok(0) };
    let start = cursor.strip_prefix("c:").and_then(|digits| digits.parse().ok());
    start
        .filter(|start| *start < rows.max(1))
        .ok_or_else(|| Refusal::bad_request(BAD_CURSOR))
}

fn without(mut row: Row, left_out: &[impl AsRef<str>]) -> Row {
    row.retain(|name, _| left_out.iter().all(|left_out| left_out.as_ref() != name));
    row
}
