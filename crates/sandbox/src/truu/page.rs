use http::StatusCode;
use rollbook_transport::Response;
use serde::Serialize;

use super::Refusal;
use crate::call::Call;
use crate::reply;

/// The envelope of every TruU list. The next and the previous page are numbers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    page: usize,
    next: Option<usize>,
    previous: Option<usize>,
    #[serde(rename = "final")]
    last: usize,
    page_size: usize,
    count: usize,
    results: Vec<T>,
}

/// The page of `matched` that the query asks for, rendered row by row.
///
/// A page that does not exist is refused; the first page exists always.
pub(super) fn page<I: Copy, T: Serialize>(
    call: &Call<'_>,
    page_size: usize,
    matched: &[I],
    row: impl Fn(I) -> T,
) -> Result<Response, Refusal> {
    let page_size = call.page_cap(page_size);
    let page = match call.query.last("page") {
        None => 1,
        Some(text) => number(text).ok_or(Refusal::NoSuchPage)?,
    };
    let count = matched.len();
    let last = count.div_ceil(page_size).max(1);
    if page > last {
        return Err(Refusal::NoSuchPage);
    }
    let start = (page - 1) * page_size;
    let results = matched[start..count.min(start + page_size)]
        .iter()
        .map(|item| row(*item))
        .collect();
    Ok(reply::json(
        StatusCode::OK,
        &Page {
            page,
            next: (page < last).then_some(page + 1),
            previous: (page > 1).then(|| page - 1),
            last,
            page_size,
            count,
            results,
        },
    ))
}

/// A page number: digits, and not 0.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .filter(|page| *page > 0)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_page_number_is_digits_and_not_zero() {
        assert_eq!(number("2"), Some(2));
        for garbage in ["", "0", "-1", "+1", "1.0", "two", " 1", "99999999999999999999999"] {
            assert_eq!(number(garbage), None, "{garbage:?}");
        }
    }
}
