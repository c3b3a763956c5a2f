//! A body on its way to a socket: at once or in pieces, to its end or not.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use hyper::body::{Body, Frame, SizeHint};
use rollbook_transport::Response;
use tokio::time::{Sleep, sleep};

use crate::{Pace, Sent};

/// How much of a padding is sent at once.
static SPACES: [u8; 65536] = [b' '; 65536];

/// What is left to be sent.
pub(crate) struct Outgoing {
    data: Bytes,
    padding: u64,
    /// What is left of the length that the head announces, if it does.
    announced: Option<u64>,
    end: End,
    pace: Option<Pace>,
    waiting: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Good,
    /// The connection ends. What was sent before has to be on its way by then.
    CutSoon,
    CutNow,
}

/// The response as hyper sends it; `None` where there is none.
pub(crate) fn outgoing(sent: Sent, pace: Option<Pace>) -> Option<http::Response<Outgoing>> {
    let (response, padding, announced, end) = match sent {
        Sent::Whole(response) => (response, 0, None, End::Good),
        Sent::Nothing => return None,
        Sent::Cut { response, announced } => (response, 0, Some(announced), End::CutSoon),
        Sent::Padded {
            response,
            bytes,
            announced,
        } => {
            let padding = bytes.saturating_sub(response.body().len() as u64);
            return Some(made(
                response,
                padding,
                announced.then_some(bytes),
                End::Good,
                pace,
            ));
        }
    };
    let length = response.body().len() as u64;
    Some(made(response, padding, announced.or(Some(length)), end, pace))
}

fn made(
    response: Response,
    padding: u64,
    announced: Option<u64>,
    end: End,
    pace: Option<Pace>,
) -> http::Response<Outgoing> {
    response.map(|data| Outgoing {
        data,
        padding,
        announced,
        end,
        pace,
        waiting: None,
    })
}

impl Outgoing {
    /// The next piece, which is not empty while something is left.
    fn piece(&mut self) -> Bytes {
        let most = self.pace.map_or(usize::MAX, |pace| pace.bytes.max(1));
        if self.data.has_remaining() {
            return self.data.split_to(most.min(self.data.len()));
        }
        let padding = usize::try_from(self.padding).unwrap_or(usize::MAX);
        let length = most.min(padding).min(SPACES.len());
        self.padding -= length as u64;
        Bytes::from_static(&SPACES[..length])
    }

    fn is_sent(&self) -> bool {
        self.data.is_empty() && self.padding == 0
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        if self.is_sent() {
            return match self.end {
                End::Good => Poll::Ready(None),
                End::CutSoon => {
                    self.end = End::CutNow;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                End::CutNow => Poll::Ready(Some(Err(Closed))),
            };
        }
        if let Some(pace) = self.pace {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(pace.pause)));
            ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        let piece = self.piece();
        if let Some(announced) = &mut self.announced {
            *announced = announced.saturating_sub(piece.len() as u64);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_sent() && self.end == End::Good
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// A fault ends the connection. hyper closes it on an error.
#[derive(Debug)]
pub(crate) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault ends the connection")
    }
}

impl Error for Closed {}
