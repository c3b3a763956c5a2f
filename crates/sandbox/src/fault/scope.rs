//! Which requests a fault hits.

use http::Method;

use super::form::Form;
use super::kinds::{FaultKey, FaultKind, Reach};
use super::spec::FaultSpec;
use crate::call::{Call, names_token_call};
use crate::world::Rng;

/// The keys of every kind: which requests are hit. All that are given must hold.
pub const COMMON_KEYS: &[FaultKey] = &[
    FaultKey {
        name: "method",
        value: "METHOD",
        default: None,
        help: "only requests with this method",
        example: "reset:method=DELETE",
        form: Form::Method,
    },
    FaultKey {
        name: "path",
        value: "/PREFIX",
        default: None,
        help: "only requests whose path, as it is sent, begins so; it has to name a token call to hit it",
        example: "status:code=500,path=/oauth/token",
        form: Form::Path,
    },
    FaultKey {
        name: "every",
        value: "COUNT",
        default: Some("1"),
        help: "only each so many of the requests that match",
        example: "reset:every=10",
        form: Form::Count(1, u64::MAX),
    },
    FaultKey {
        name: "rate",
        value: "PART",
        default: None,
        help: "only this part of them, drawn from the sandbox's seed and the number of the request among those that match",
        example: "status:code=503,rate=0.1",
        form: Form::Part,
    },
    FaultKey {
        name: "times",
        value: "COUNT",
        default: None,
        help: "at most so many requests in all",
        example: "status:times=2",
        form: Form::Count(1, u64::MAX),
    },
    FaultKey {
        name: "skip",
        value: "COUNT",
        default: Some("0"),
        help: "leave the first so many that match alone",
        example: "reset:path=/data/api/v1/users,skip=3,times=1",
        form: Form::Count(0, u64::MAX),
    },
];

/// The values of the common keys, and the requests that the kind itself is about.
#[derive(Debug)]
pub(super) struct Scope {
    kind: &'static FaultKind,
    method: Option<Method>,
    path: Option<String>,
    every: u64,
    rate: Option<f64>,
    times: Option<u64>,
    skip: u64,
    seed: u64,
}

impl Scope {
    pub(super) fn of(spec: &FaultSpec, seed: u64) -> Self {
        Self {
            kind: spec.table(),
            method: spec.text("method").and_then(|method| method.parse().ok()),
            path: spec.text("path").map(str::to_owned),
            every: spec.count("every"),
            rate: spec.text("rate").and_then(|rate| rate.parse().ok()),
            times: spec.text("times").and_then(|times| times.parse().ok()),
            skip: spec.count("skip"),
            seed,
        }
    }

    /// Whether a request is one of those that are counted.
    pub(super) fn matches(&self, call: &Call<'_>) -> bool {
        let path = call.raw_path();
        let with_token_calls = match &self.path {
            Some(prefix) => names_token_call(prefix),
            None => self.kind.reach == Reach::AllAndTokenCalls,
        };
        self.method.as_ref().is_none_or(|method| method == call.method)
            && self.path.as_ref().is_none_or(|prefix| path.starts_with(prefix))
            && (with_token_calls || !names_token_call(path))
            && self.kind.reach.includes(call)
    }

    /// Whether the `seen`th request that matches is hit, after `hits` before it.
    pub(super) fn is_due(&self, seen: u64, hits: u64) -> bool {
        seen > self.skip
            && (seen - self.skip).is_multiple_of(self.every)
            && self.may_hit(hits)
            && self.rate.is_none_or(|rate| self.draw(seen) < rate)
    }

    /// Whether it may hit once more after `hits` times.
    pub(super) fn may_hit(&self, hits: u64) -> bool {
        self.times.is_none_or(|times| hits < times)
    }

    /// A number from 0 up to, and without, 1. It depends on nothing but the seed, the kind and the number of the request.
    fn draw(&self, seen: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
        let drawn = (Rng::new(self.seed ^ seen, self.kind.name).next() >> 11) as f64;
        drawn / (1_u64 << 53) as f64
    }
}
