//! Filters, order and pages, as all Banyan lists have them. The names of parameters are compared without case.

use std::cmp::Ordering;

use super::errors::Refusal;
use super::whole_number;
use crate::call::Query;

/// What `skip` and `limit` ask for. `None` when neither is given.
pub(super) struct Window {
    skip: usize,
    limit: usize,
}

impl Window {
    /// # Errors
    ///
    /// A bad request when one of the two is not a whole number.
    pub(super) fn of(query: &Query, cap: usize) -> Result<Option<Self>, Refusal> {
        let skip = query.last_ignoring_case("skip").map(whole_number).transpose()?;
        let limit = query.last_ignoring_case("limit").map(whole_number).transpose()?;
        if skip.is_none() && limit.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            skip: skip.unwrap_or(0),
            limit: limit.unwrap_or(cap).min(cap),
        }))
    }

    /// The first page, for lists that are always paged.
    pub(super) fn first(cap: usize) -> Self {
        Self { skip: 0, limit: cap }
    }

    /// The rows inside; past the end there are none.
    pub(super) fn cut<'a, T>(&self, rows: &'a [T]) -> &'a [T] {
        let start = self.skip.min(rows.len());
        &rows[start..rows.len().min(start.saturating_add(self.limit))]
    }
}

/// Whether `have` is the wanted text, but for its case. No text wanted admits all.
pub(super) fn same(wanted: Option<&str>, have: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(have))
}

/// Whether `have` holds the wanted text, but for its case. No text wanted admits all.
pub(super) fn holds(wanted: Option<&str>, have: &str) -> bool {
    wanted.is_none_or(|wanted| have.to_lowercase().contains(&wanted.to_lowercase()))
}

/// The text of a row that one value of `OrderBy` sorts by.
pub(super) type Key<T> = fn(&T) -> &str;

/// Sorts `rows` as `OrderBy` and `Order` ask. Without `OrderBy` the order stays.
///
/// # Errors
///
/// A bad request when `OrderBy` names no key or `Order` is neither `asc` nor `desc`.
pub(super) fn sort<T>(query: &Query, keys: &[(&str, Key<T>)], rows: &mut [&T]) -> Result<(), Refusal> {
    let descending = match query
        .last_ignoring_case("order")
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(Refusal::bad_request("order must be asc or desc")),
    };
    let Some(name) = query.last_ignoring_case("orderby") else {
        return Ok(());
    };
    let key = keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let (_, key) = key.ok_or_else(|| Refusal::bad_request("orderby names no sortable field"))?;
    rows.sort_by(|left, right| {
        let order: Ordering = key(left).cmp(key(right));
        if descending { order.reverse() } else { order }
    });
    Ok(())
}
