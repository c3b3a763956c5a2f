//! What was measured, as it is printed.

use serde::Serialize;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) measures: Vec<Measure>,
    pub(crate) skipped: Vec<Skipped>,
}

/// A measure, or a part of one, that this machine lacks something for.
#[derive(Debug, Serialize)]
pub(crate) struct Skipped {
    pub(crate) what: String,
    pub(crate) why: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Measure {
    pub(crate) name: String,
    /// What was read, in a line for people.
    pub(crate) about: String,
    pub(crate) contestants: Vec<Timed>,
    pub(crate) targets: Vec<Target>,
    pub(crate) notes: Vec<String>,
}

impl Measure {
    pub(crate) fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            contestants: Vec::new(),
            targets: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A contestant and what each of its rounds gave.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Timed {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
    #[serde(skip)]
    pub(crate) samples: Vec<f64>,
}

impl Timed {
    pub(crate) fn new(name: impl Into<String>, unit: &'static str, samples: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            unit,
            median: median(&samples),
            least: samples.iter().copied().fold(f64::INFINITY, f64::min),
            most: samples.iter().copied().fold(0.0, f64::max),
            samples,
        }
    }
}

/// What has to hold, and whether it did.
#[derive(Debug, Serialize)]
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) bound: f64,
    /// `most` or `least`.
    pub(crate) at: &'static str,
    pub(crate) met: bool,
}

impl Target {
    pub(crate) fn at_most(what: impl Into<String>, value: f64, bound: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            bound,
            at: "most",
            met: value <= bound,
        }
    }

    pub(crate) fn at_least(what: impl Into<String>, value: f64, bound: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            bound,
            at: "least",
            met: value >= bound,
        }
    }
}

/// The middle one; of an even number, the mean of both.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.len(), sorted.len() / 2) {
        (0, _) => f64::NAN,
        (length, middle) if length % 2 == 1 => sorted[middle],
        (_, middle) => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_not_moved_by_one_bad_round() {
        assert_eq!(median(&[3.0, 1.0, 900.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 900.0]), 3.0);
    }

    #[test]
    fn a_bound_is_met_when_it_is_reached() {
        assert!(Target::at_most("a", 0.5, 0.5, "x").met && !Target::at_most("a", 0.51, 0.5, "x").met);
        assert!(Target::at_least("a", 3.0, 3.0, "x").met && !Target::at_least("a", 2.9, 3.0, "x").met);
    }
}
