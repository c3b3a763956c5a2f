//! The parameters that every unified call takes.

use super::errors::Refusal;
use crate::call::Query;

/// How the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Unified,
    /// As the provider wrote them.
    Raw,
    /// Unified, and told how the provider was asked.
    Debug,
}

/// A parameter that is no control: `created_at[gt]=x` has the path `created_at`, `gt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) path: Vec<String>,
    pub(super) value: String,
}

#[derive(Debug)]
pub(super) struct Params {
    /// `None`: not given, or to be ignored.
    pub(super) limit: Option<usize>,
    pub(super) cursor: Option<String>,
    pub(super) format: Format,
    pub(super) key_by: Option<String>,
    pub(super) remote_data: bool,
    pub(super) exclude: Vec<String>,
    /// Field, and whether it descends.
    pub(super) sort_by: Vec<(String, bool)>,
    pub(super) filters: Vec<Filter>,
}

impl Params {
    /// # Errors
    ///
    /// A bad request when a control has a value of the wrong form.
    pub(super) fn of(query: &Query) -> Result<Self, Refusal> {
        let mut params = Self {
            limit: None,
            cursor: None,
            format: Format::Unified,
            key_by: None,
            remote_data: true,
            exclude: Vec::new(),
            sort_by: Vec::new(),
            filters: Vec::new(),
        };
        let mut ignore_limit = false;
        for (name, value) in query.pairs() {
            let path = path(name);
            match path.first().map_or("", String::as_str) {
                "integrated_account_id" | "remote_query" => {}
                "limit" if !value.is_empty() => params.limit = Some(limit(value)?),
                "limit" => {}
                "next_cursor" => params.cursor = Some(value.to_owned()).filter(|cursor| !cursor.is_empty()),
                "truto_response_format" => params.format = format(value)?,
                "truto_key_by" => params.key_by = Some(value.to_owned()).filter(|field| !field.is_empty()),
                "truto_ignore_limit" => ignore_limit = boolean(name, value)?,
                "truto_ignore_remote_data" => params.remote_data = !boolean(name, value)?,
                "truto_exclude_fields" => params.exclude.extend(value.split(',').map(str::to_owned)),
                "sort_by" => params.sort_by.push(sort(&path, value)?),
                _ => params.filters.push(Filter {
                    path,
                    value: value.to_owned(),
                }),
            }
        }
        if ignore_limit {
            params.limit = None;
        }
        Ok(params)
    }
}

/// The parts of `a[b][c]`, without the places of list items: `[]` and `[0]`.
fn path(name: &str) -> Vec<String> {
    name.split('[')
        .map(|part| part.strip_suffix(']').unwrap_or(part))
        .filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

fn limit(value: &str) -> Result<usize, Refusal> {
    let limit = value.parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| Refusal::bad_request("limit must be a positive integer"))
}

fn boolean(name: &str, value: &str) -> Result<bool, Refusal> {
    value
        .parse()
        .map_err(|_| Refusal::bad_request(format!("{name} must be true or false")))
}

/// `normalized` and `stream` differ from `unified` in how they are made and sent, not in what a small reply holds.
fn format(value: &str) -> Result<Format, Refusal> {
    match value {
        "unified" | "normalized" | "stream" => Ok(Format::Unified),
        "raw" => Ok(Format::Raw),
        "debug" => Ok(Format::Debug),
        _ => Err(Refusal::bad_request(
            "truto_response_format must be unified, raw, normalized or stream",
        )),
    }
}

/// The fields that the document names, in its prose and in its list.
const SORTABLE: &[&str] = &[
    "created_at",
    "emails",
    "first_name",
    "groups",
    "id",
    "last_active_at",
    "last_login_at",
    "name",
    "roles",
    "status",
    "updated_at",
    "urls",
    "username",
];

fn sort(path: &[String], value: &str) -> Result<(String, bool), Refusal> {
    let field = path.get(1).filter(|field| SORTABLE.contains(&field.as_str()));
    let field = field.ok_or_else(|| Refusal::bad_request("sort_by names no sortable field"))?;
    match value {
        "asc" => Ok((field.clone(), false)),
        "desc" => Ok((field.clone(), true)),
        _ => Err(Refusal::bad_request(
            "the direction of sort_by must be asc or desc",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_places_of_list_items_are_no_part_of_a_path() {
        for name in ["emails[email]", "emails[][email]", "emails[0][email]"] {
            assert_eq!(path(name), ["emails", "email"], "{name}");
        }
        assert_eq!(path("truto_exclude_fields[]"), ["truto_exclude_fields"]);
        assert_eq!(path("created_at[gt]"), ["created_at", "gt"]);
    }
}
