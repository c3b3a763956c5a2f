use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use rollbook_transport::Clock;

/// What `future` gives, or nothing when it takes longer than `limit`.
///
/// The alarm is set once the future has to wait: one that is ready at once costs no timer.
pub(crate) async fn within<F: Future>(clock: &dyn Clock, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut alarm = None;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => alarm
            .get_or_insert_with(|| clock.sleep(limit))
            .as_mut()
            .poll(context)
            .map(|()| None),
    })
    .await
}
