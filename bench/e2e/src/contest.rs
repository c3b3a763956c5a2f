//! Contestants that run in turns: A B C A B C, so that what the machine does besides hits all alike.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::Result;
use crate::report::{Timed, median};

/// Does the work once, and gives how long that took and how much of it there was.
type Work<'a> = Box<dyn FnMut() -> LocalBoxFuture<'a, Result<(Duration, u64)>> + 'a>;

pub(crate) struct Contest<'a> {
    contestants: Vec<(String, Option<u64>, Work<'a>)>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new() -> Self {
        Self {
            contestants: Vec::new(),
        }
    }

    /// One more contestant. Where the amount of its work is known, any other amount is an error.
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        amount: Option<u64>,
        work: impl FnMut() -> LocalBoxFuture<'a, Result<(Duration, u64)>> + 'a,
    ) {
        self.contestants.push((name.into(), amount, Box::new(work)));
    }

    /// One round that does not count, and then `rounds`.
    pub(crate) async fn run(mut self, rounds: usize) -> Result<Vec<Timed>> {
        let mut samples = vec![Vec::new(); self.contestants.len()];
        for round in 0..=rounds {
            for ((name, expected, work), samples) in self.contestants.iter_mut().zip(&mut samples) {
                let (took, amount) = work().await.map_err(|error| format!("{name}: {error}"))?;
                if expected.is_some_and(|expected| expected != amount) {
                    return Err(format!("{name}: {amount} rows instead of {expected:?}").into());
                }
                if round > 0 {
                    samples.push(took.as_secs_f64() * 1000.0);
                }
            }
        }
        let names = self.contestants.into_iter().map(|(name, ..)| name);
        Ok(names
            .zip(samples)
            .map(|(name, samples)| Timed::new(name, "ms", samples))
            .collect())
    }
}

/// How many times as long as `other` the contestant `ours` took: the median of the rounds' own ratios.
pub(crate) fn ratio(all: &[Timed], ours: &str, other: &str) -> Result<f64> {
    let find = |name: &str| {
        let found = all.iter().find(|timed| timed.name == name);
        found.ok_or_else(|| format!("there is no contestant {name}"))
    };
    let (ours, other) = (find(ours)?, find(other)?);
    let ratios: Vec<f64> = ours
        .samples
        .iter()
        .zip(&other.samples)
        .map(|(a, b)| a / b)
        .collect();
    Ok(median(&ratios))
}
