use std::future::Future;
use std::time::Duration;

use rollbook_model::{ApprovedPlan, ChangeFate, Error, Fate, Found, Outcome, Pager, Step};
use rollbook_transport::{Clock as _, SystemClock};

use crate::{Api, CallPlace};

/// How long a vendor has to finish what it was doing when the connection broke.
const PAUSE: Duration = Duration::from_secs(1);

/// What became of a change, from what its request ended with. Where that leaves it open, `read_back` is asked, a second
/// later.
///
/// A request that got no answer in time may still be under way: that nothing has changed yet then proves nothing. After a
/// broken connection or a 5xx it is taken for an end, which is an assumption: no vendor documents it.
pub async fn settle<T>(
    result: Result<T, Error>,
    read_back: impl Future<Output = Found>,
) -> (Outcome, Option<T>) {
    let error = match result {
        Ok(value) => return (Outcome::done(), Some(value)),
        Err(error) => error,
    };
    if error.fate() != Fate::Unknown {
        return (Outcome::failed(ChangeFate::NotDone, error), None);
    }
    SystemClock.sleep(PAUSE).await;
    let found = read_back.await;
    let fate = match found {
        Found::Changed => ChangeFate::Done,
        Found::Unchanged if !error.may_be_under_way() => ChangeFate::NotDone,
        _ => ChangeFate::Unknown,
    };
    (Outcome::failed(fate, error).with_read_back(found), None)
}

/// Carries out the steps of a plan one after another, up to the first that is not done. Of a plan of another source, none is
/// sent.
pub async fn each_step<'a, F: Future<Output = Outcome>>(
    api: &Api,
    plan: &'a ApprovedPlan,
    mut step: impl FnMut(&'a Step) -> F,
) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(plan.steps.len());
    for planned in &plan.steps {
        let stopped = outcomes.last().is_some_and(|last| last.fate != ChangeFate::Done);
        outcomes.push(if plan.source != *api.source() {
            not_ours(api, format!("this was planned at the source {}", plan.source))
        } else if stopped {
            let error = Error::refused("it was not tried, as the one before it is not known to be done");
            Outcome::failed(ChangeFate::NotDone, api.at(&CallPlace::of("carry_out"), error))
        } else {
            step(planned).await
        });
    }
    outcomes
}

/// The outcome of a step that this source has no call for. Nothing was sent.
pub fn not_ours(api: &Api, message: impl Into<String>) -> Outcome {
    let error = api.at(&CallPlace::of("carry_out"), Error::invalid_argument(message));
    Outcome::failed(ChangeFate::NotDone, error)
}

/// All rows of a list, for a plan.
///
/// # Errors
///
/// What ended the walk; `Refused` when it was not read whole: what is missing could be what a change would touch.
pub async fn whole<T: Send + 'static>(mut pager: Pager<T>) -> Result<Vec<T>, Error> {
    let (rows, error) = pager.collect_rows().await;
    if let Some(error) = error {
        return Err(error);
    }
    let completeness = pager.completeness();
    if completeness.is_complete() {
        Ok(rows)
    } else {
        let message = format!(
            "no plan is made on a list that was not read whole: {}",
            completeness.reason
        );
        Err(Error::refused(message).with_operation(pager.list()))
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;
    use rollbook_model::{ErrorKind, Page, Paging, Row};

    async fn fate(kind: ErrorKind, fate: Fate, found: Found) -> ChangeFate {
        let error = Error::new(kind, fate, "x");
        let late = kind == ErrorKind::Timeout;
        let failed: Result<(), Error> = Err(if late { error.with_under_way() } else { error });
        settle(failed, ready(found)).await.0.fate
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_answered_needs_no_read() {
        let never = async { panic!("nothing is read back") };
        let failed: Result<(), Error> = Err(Error::new(ErrorKind::NotFound, Fate::Answered, "x"));
        let (outcome, _) = settle(failed, never).await;
        assert_eq!((outcome.fate, outcome.read_back), (ChangeFate::NotDone, None));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_open_is_what_the_read_shows() {
        use ErrorKind::{Interrupted, NotFound, Timeout, Unavailable};
        for (kind, found, expected) in [
            (Interrupted, Found::Changed, ChangeFate::Done),
            (Interrupted, Found::Unchanged, ChangeFate::NotDone),
            (Interrupted, Found::Unclear, ChangeFate::Unknown),
            (Unavailable, Found::Unchanged, ChangeFate::NotDone),
            (Timeout, Found::Changed, ChangeFate::Done),
            (Timeout, Found::Unchanged, ChangeFate::Unknown),
            (NotFound, Found::Changed, ChangeFate::Done),
        ] {
            assert_eq!(
                fate(kind, Fate::Unknown, found).await,
                expected,
                "{kind} {found:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_plan_is_made_on_a_list_that_was_not_read_whole() {
        let partial = Pager::new("rows", Paging::Whole, |_| async {
            let mut page = Page::new(vec![Row::new("a", "a")]);
            page.partial = true;
            Ok(page)
        });
        let error = whole(partial).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
}
