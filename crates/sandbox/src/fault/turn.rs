//! One request and what faults make of it.

use std::collections::HashMap;
use std::time::Duration;

use rollbook_transport::Response;
use serde_json::Value;

use crate::answer::Pace;
use crate::call::Call;
use crate::sandbox::{self, Core};
use crate::world::Rng;

/// One request on its way through the faults.
pub(crate) struct Turn<'a, 'r> {
    pub(super) core: &'a Core,
    pub(super) call: &'a mut Call<'r>,
    reply: Option<Response>,
    pub(crate) delay: Duration,
    pub(crate) pace: Option<Pace>,
    /// How many seconds the vendor's clock is wrong.
    pub(crate) skew: i64,
}

impl<'a, 'r> Turn<'a, 'r> {
    pub(crate) fn new(core: &'a Core, call: &'a mut Call<'r>) -> Self {
        Self {
            core,
            call,
            reply: None,
            delay: Duration::ZERO,
            pace: None,
            skew: 0,
        }
    }

    /// The time of day as the vendor has it: that of the photograph while nobody has told.
    pub(crate) fn time(&self) -> i64 {
        let told = self.call.now.and_then(|now| i64::try_from(now).ok());
        told.unwrap_or_else(|| self.core.config.photographed_at.saturating_add(self.skew))
    }

    /// Whether the request has been carried out.
    pub(super) fn is_carried_out(&self) -> bool {
        self.reply.is_some()
    }

    /// The true reply. The request is carried out for it, once.
    pub(super) fn reply(&mut self) -> &mut Response {
        let (core, call) = (self.core, &*self.call);
        self.reply.get_or_insert_with(|| sandbox::route(core, call))
    }

    pub(crate) fn take_reply(&mut self) -> Response {
        self.reply();
        self.reply.take().unwrap_or_default()
    }

    /// The true reply as JSON, when it is a good one.
    pub(super) fn json(&mut self) -> Option<Value> {
        let reply = self.reply();
        let good = reply.status().is_success();
        good.then(|| serde_json::from_slice(reply.body()).ok()).flatten()
    }
}

/// How many texts a fault counts. The count begins anew when there are more, so a server that runs for weeks does not grow.
const REMEMBERED: usize = 4096;

/// What a fault remembers from one request to the next.
pub(crate) struct Memory {
    pub(super) rng: Rng,
    counts: HashMap<String, u64>,
    /// The targets to which it goes on, though it is not due there, and for how many requests each.
    goes_on: HashMap<String, u64>,
}

impl Memory {
    pub(super) fn new(seed: u64, kind: &str) -> Self {
        Self {
            rng: Rng::new(seed, kind),
            counts: HashMap::new(),
            goes_on: HashMap::new(),
        }
    }

    /// How often `text` was counted, with this time.
    pub(super) fn count(&mut self, text: &str) -> u64 {
        if self.counts.len() >= REMEMBERED && !self.counts.contains_key(text) {
            self.counts.clear();
        }
        let count = self.counts.entry(text.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// Counts `text` from the start.
    pub(super) fn forget(&mut self, text: &str) {
        self.counts.remove(text);
    }

    /// Hits the next `times` requests to the list of this call too.
    pub(super) fn go_on(&mut self, call: &Call<'_>, times: u64) {
        let path = call.raw_path();
        if times == 0 {
            self.goes_on.remove(path);
        } else {
            self.goes_on.insert(path.to_owned(), times);
        }
    }

    /// For how many requests, with this one, it goes on at the list of this call.
    pub(super) fn left(&self, call: &Call<'_>) -> Option<u64> {
        self.goes_on.get(call.raw_path()).copied()
    }

    pub(super) fn goes_on(&self, call: &Call<'_>) -> bool {
        self.left(call).is_some()
    }
}
