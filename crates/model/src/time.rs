use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A moment in UTC, to the nanosecond. Prints as RFC 3339 with as many digits as it has.
///
/// ```
/// use rollbook_model::Timestamp;
///
/// let seen = Timestamp::from_unix_millis(1_705_327_828_000).expect("in range");
/// assert_eq!(seen.to_string(), "2024-01-15T14:10:28Z");
/// let synced: Timestamp = "2024-01-06T07:13:54.805219Z".parse()?;
/// assert!(synced < seen);
/// # Ok::<(), rollbook_model::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

/// The text is not an RFC 3339 time with an offset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time with an offset: {0:?}")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z; none when it is outside the years ±9999.
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// The moment `nanos` nanoseconds after 1970-01-01T00:00:00Z; none when it is outside the years ±9999.
    pub fn from_unix_nanos(nanos: i128) -> Option<Self> {
        jiff::Timestamp::from_nanosecond(nanos).ok().map(Self)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn as_unix_nanos(self) -> i128 {
        self.0.as_nanosecond()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| InvalidTimestamp(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_without_an_offset_is_not_guessed() {
        assert!("2024-01-06T07:13:54".parse::<Timestamp>().is_err());
        assert!("2024-01-06".parse::<Timestamp>().is_err());
    }

    #[test]
    fn far_times_survive() {
        for text in [
            "0001-01-01T00:00:00Z",
            "1601-01-01T00:00:00Z",
            "9999-12-30T22:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!(Timestamp::from_unix_millis(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn every_moment_survives_print_and_parse(time in crate::testing::timestamp()) {
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
            prop_assert_eq!(Timestamp::from_unix_nanos(time.as_unix_nanos()).unwrap(), time);
        }
    }
}
