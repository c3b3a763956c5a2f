use std::num::NonZeroU32;

use rollbook_model::{Cursor, Error, ErrorKind, Fate, Pager};

/// How many pages are asked for at once of a vendor that publishes no limit, when nothing else is said.
pub const DEFAULT_PAGES_AHEAD: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);

/// The same walk, from the cursor on if there is one.
///
/// # Errors
///
/// `InvalidArgument` for a cursor of another kind of list.
pub fn pager_from<T: Send + 'static>(pager: Pager<T>, cursor: Option<&Cursor>) -> Result<Pager<T>, Error> {
    match cursor {
        Some(cursor) if pager.accepts(cursor) => Ok(pager.resume(cursor.clone())),
        Some(cursor) => {
            let message = format!("the cursor {cursor} is not one of the list {}", pager.list());
            Err(Error::invalid_argument(message))
        }
        None => Ok(pager),
    }
}

/// The one row that a walk delivers. `noun` names it in messages, `name` gives the id by which several are told apart.
///
/// # Errors
///
/// `NotFound` when a whole walk delivers none; `Ambiguous`, naming the candidates, when it delivers several; `Incomplete`
/// when it delivers none but cannot prove that there is none; and whatever ended the walk.
pub async fn find_one<T: Send + 'static>(
    mut pager: Pager<T>,
    noun: &str,
    name: impl Fn(&T) -> String,
) -> Result<T, Error> {
    let (mut rows, error) = pager.collect_rows().await;
    if let Some(error) = error {
        // That the list is not there does not say that the row is not. A 400 can say that (Banyan).
        let no_list = error.is_not_found() && error.status() == Some(404);
        return Err(if no_list {
            error.with_kind(ErrorKind::InvalidRequest)
        } else {
            error
        });
    }
    let fail = |kind, message| Err(Error::new(kind, Fate::Answered, message).with_operation(pager.list()));
    let completeness = pager.completeness();
    match (rows.pop(), rows.len()) {
        (Some(row), 0) => Ok(row),
        (Some(row), _) => {
            rows.push(row);
            let names: Vec<String> = rows.iter().map(name).collect();
            fail(
                ErrorKind::Ambiguous,
                format!("{} {noun}s fit: {}", names.len(), names.join(", ")),
            )
        }
        (None, _) if completeness.is_complete() => {
            fail(ErrorKind::NotFound, format!("there is no such {noun}"))
        }
        (None, _) => fail(
            ErrorKind::Incomplete,
            format!(
                "no such {noun} was seen, but the list was not read whole: {}",
                completeness.reason
            ),
        ),
    }
}
