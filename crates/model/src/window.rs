use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream as _;
use futures_util::stream::FuturesUnordered;

use crate::{Error, Position, UnreadPage};

pub(crate) type Fetched<T> = Result<UnreadPage<T>, Error>;
pub(crate) type FetchFuture<T> = Pin<Box<dyn Future<Output = Fetched<T>> + Send>>;
type InFlight<T> = Pin<Box<dyn Future<Output = (u64, Fetched<T>)> + Send>>;

/// How many bytes of pages may be asked for ahead, going by the largest that came: of large pages fewer are in flight than of
/// small ones. So much fills a line of a gigabit with 60 ms to the vendor and back.
const BYTES: usize = 8 * 1024 * 1024;

/// Two pages are asked for ahead however large they are: one comes while another is waited for.
const FEWEST: usize = 2;

/// The pages that were asked for and are not taken yet, in the order in which they are taken.
pub(crate) struct Window<T> {
    slots: VecDeque<Slot<T>>,
    in_flight: FuturesUnordered<InFlight<T>>,
    asked: u64,
    largest: usize,
}

struct Slot<T> {
    number: u64,
    position: Position,
    fetched: Option<Fetched<T>>,
}

impl<T: Send + 'static> Window<T> {
    pub(crate) fn new() -> Self {
        Self {
            slots: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            asked: 0,
            largest: 0,
        }
    }

    /// The same pages, changed by `f` when they come.
    pub(crate) fn map<U>(
        self,
        f: impl Fn(UnreadPage<T>) -> UnreadPage<U> + Clone + Send + 'static,
    ) -> Window<U> {
        let slot = |slot: Slot<T>| Slot {
            number: slot.number,
            position: slot.position,
            fetched: slot.fetched.map(|page| page.map(&f)),
        };
        let in_flight = self.in_flight.into_iter().map(|page| {
            let f = f.clone();
            let page = async move {
                let (number, page) = page.await;
                (number, page.map(f))
            };
            Box::pin(page) as InFlight<U>
        });
        Window {
            slots: self.slots.into_iter().map(slot).collect(),
            in_flight: in_flight.collect(),
            asked: self.asked,
            largest: self.largest,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether one more page may be asked for, when `ahead` may be in flight.
    ///
    /// Pages that came before one that is slow are held, nearly as many again: so the slow one does not empty the line.
    pub(crate) fn has_room(&self, ahead: usize) -> bool {
        let held = ahead.saturating_mul(2).saturating_sub(1);
        let of_this_size = BYTES.checked_div(self.largest).unwrap_or(held);
        self.in_flight.len() < ahead && self.slots.len() < held.min(of_this_size.max(FEWEST))
    }

    /// Takes up a page that was asked for after all others.
    pub(crate) fn push_back(&mut self, position: Position, page: FetchFuture<T>) {
        let slot = self.fly(position, page);
        self.slots.push_back(slot);
    }

    /// Takes up a page that must be taken before all others.
    pub(crate) fn push_front(&mut self, position: Position, page: FetchFuture<T>) {
        let slot = self.fly(position, page);
        self.slots.push_front(slot);
    }

    fn fly(&mut self, position: Position, page: FetchFuture<T>) -> Slot<T> {
        let number = self.asked;
        self.asked += 1;
        self.in_flight.push(Box::pin(async move { (number, page.await) }));
        Slot {
            number,
            position,
            fetched: None,
        }
    }

    /// Collects what has come; true when anything has.
    pub(crate) fn collect(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Poll::Ready(Some((number, fetched))) = Pin::new(&mut self.in_flight).poll_next(cx) {
            any = true;
            if let Ok(page) = &fetched {
                self.largest = self.largest.max(page.bytes);
            }
            if let Some(slot) = self.slots.iter_mut().find(|slot| slot.number == number) {
                slot.fetched = Some(fetched);
            }
        }
        any
    }

    /// The first page, when it has come.
    pub(crate) fn take(&mut self) -> Option<(Position, Fetched<T>)> {
        let fetched = self.slots.front_mut()?.fetched.take()?;
        self.slots.pop_front().map(|slot| (slot.position, fetched))
    }

    /// Gives up all requests, and what came of them.
    pub(crate) fn abandon(&mut self) {
        self.slots.clear();
        self.in_flight = FuturesUnordered::new();
    }
}
