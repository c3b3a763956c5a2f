//! One page of a list, and one row by its id.

use http::StatusCode;
use http::header::LINK;
use rollbook_transport::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::errors::Refusal;
use super::params::{Format, Params};
use super::{BAD_CURSOR, Resource, Row, Truto, filter};
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
    let rows = page.iter().map(|number| {
        let mut row = row(truto, resource, *number, params.remote_data);
        if partial {
            row.retain(|name, _| !LEFT_OUT_WHEN_PARTIAL.contains(&name.as_str()));
        }
        row
    });
    let result = match &params.key_by {
        None => Listed::Array(Rows(rows.map(|row| without(row, &params.exclude)))),
        Some(field) => Listed::Object(keyed(rows, field, &params.exclude)),
    };
    let body = Page {
        debug: (params.format == Format::Debug).then(|| json!({ "requestUrl": call.target })),
        is_partial_response: partial.then_some(true),
        next_cursor: next,
        prev_cursor: previous,
        result,
        result_count: page.len(),
    };
    Ok(reply::json(StatusCode::OK, &body))
}

#[derive(Serialize)]
struct Page<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    debug: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_partial_response: Option<bool>,
    next_cursor: Option<String>,
    prev_cursor: Option<String>,
    result: T,
    result_count: usize,
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
    let row = row(truto, resource, number, params.remote_data);
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
        .map(|number| (number, resource.row(truto, number)))
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

fn row(truto: &Truto, resource: Resource, number: usize, remote_data: bool) -> Row {
    let mut row = resource.row(truto, number);
    if remote_data {
        row.insert("remote_data".to_owned(), resource.remote(truto, number));
    }
    row
}

fn without(mut row: Row, exclude: &[String]) -> Row {
    row.retain(|name, _| !exclude.contains(name));
    row
}

/// The rows as members of an object, under the text of one of their fields. Of two with one text the later is kept;
/// rows without the field share the member `undefined`.
fn keyed(rows: impl Iterator<Item = Row>, field: &str, exclude: &[String]) -> Row {
    rows.map(|row| {
        let key = match row.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "undefined".to_owned(),
        };
        (key, Value::Object(without(row, exclude)))
    })
    .collect()
}
