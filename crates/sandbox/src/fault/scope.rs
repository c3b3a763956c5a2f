//! Which requests a fault hits.

use http::Method;

use super::error::FaultError;
use super::pairs::Pairs;
use crate::call::{Call, names_token_call};

/// The values of the common keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    method: Option<Method>,
    path: Option<String>,
    every: u64,
    times: Option<u64>,
    skip: u64,
}

impl Scope {
    pub(super) fn read(pairs: &Pairs<'_>) -> Result<Self, FaultError> {
        Ok(Self {
            method: pairs.method("method")?,
            path: pairs.path("path")?,
            every: pairs.count("every", 1)?.unwrap_or(1),
            times: pairs.count("times", 1)?,
            skip: pairs.count("skip", 0)?.unwrap_or(0),
        })
    }

    /// Whether a request is one of those that are counted.
    pub(super) fn matches(&self, call: &Call<'_>) -> bool {
        let path = call.raw_path();
        let named = self.path.as_deref().is_some_and(names_token_call);
        self.method.as_ref().is_none_or(|method| method == call.method)
            && self.path.as_ref().is_none_or(|prefix| path.starts_with(prefix))
            && (named || !names_token_call(path))
    }

    /// Whether the `seen`th request that matches is hit, after `hits` before it.
    pub(super) fn is_due(&self, seen: u64, hits: u64) -> bool {
        seen > self.skip
            && (seen - self.skip).is_multiple_of(self.every)
            && self.times.is_none_or(|times| hits < times)
    }

    /// The pairs that differ from what holds without them.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let counts = [
            ("every", Some(self.every).filter(|every| *every != 1)),
            ("times", self.times),
            ("skip", Some(self.skip).filter(|skip| *skip != 0)),
        ];
        let mut pairs = Vec::new();
        pairs.extend(self.method.as_ref().map(|method| ("method", method.to_string())));
        pairs.extend(self.path.clone().map(|path| ("path", path)));
        for (key, count) in counts {
            pairs.extend(count.map(|count| (key, count.to_string())));
        }
        pairs
    }
}
