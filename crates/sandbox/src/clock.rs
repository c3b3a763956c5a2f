//! Moments, as the vendors write them.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// The first moment that Windows counts from, 1601-01-01: what an empty directory time becomes.
pub(crate) const YEAR_1601: i64 = -11_644_473_600;

/// The first moment of year 1: what an empty time becomes in .NET and Go.
pub(crate) const YEAR_1: i64 = -62_135_596_800;

/// A moment in microseconds since 1970, written as RFC 3339 in UTC with six digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Micros(pub(crate) i64);

impl Micros {
    pub(crate) fn of_seconds(seconds: i64, micros: i64) -> Self {
        Self(seconds * 1_000_000 + micros)
    }

    /// The same moment to the millisecond, as the data API of TruU rounds it.
    pub(crate) fn of_millis(millis: i64) -> Self {
        Self(millis * 1000)
    }
}

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = Timestamp::from_microsecond(self.0).unwrap_or_default();
        serializer.collect_str(&format_args!("{moment:.6}"))
    }
}

/// The moment in seconds since 1970, as RFC 3339 in UTC with three digits after the point.
pub(crate) fn iso_millis(seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or_default();
    format!("{moment:.3}")
}

/// The moment in seconds since 1970, as the `Date` header writes it.
pub(crate) fn http_date(seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or_default();
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads a moment in ISO 8601: a full timestamp with a zone, or a date, which is its midnight in UTC.
pub(crate) fn parse_iso(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().or_else(|| {
        let date: jiff::civil::Date = text.parse().ok()?;
        date.at(0, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_past_moments_are_written_with_their_years() {
        let text = |seconds| serde_json::to_string(&Micros::of_seconds(seconds, 7)).unwrap();
        assert_eq!(text(YEAR_1), "\"0001-01-01T00:00:00.000007Z\"");
        assert_eq!(text(YEAR_1601), "\"1601-01-01T00:00:00.000007Z\"");
        assert_eq!(text(1_704_525_234), "\"2024-01-06T07:13:54.000007Z\"");
    }

    #[test]
    fn a_header_has_its_date_in_english_and_in_gmt() {
        assert_eq!(http_date(1_792_567_680), "Wed, 21 Oct 2026 07:28:00 GMT");
    }

    #[test]
    fn dates_and_timestamps_are_both_read() {
        assert_eq!(parse_iso("2024-01-06"), parse_iso("2024-01-06T00:00:00Z"));
        assert_eq!(parse_iso("last week"), None);
    }
}
