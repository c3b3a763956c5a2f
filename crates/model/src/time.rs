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
        plain(text.as_bytes())
            .or_else(|| text.trim().parse().ok())
            .map(Self)
            .ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

/// Reads the one spelling that vendors send all day, `2024-01-06T07:13:54.805219Z`, in a fifth of the instructions. Whatever
/// else is a time, a leap second among it, is jiff's.
fn plain(text: &[u8]) -> Option<jiff::Timestamp> {
    let (moment, fraction) = text.split_first_chunk::<19>()?;
    #[rustfmt::skip]
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2] = *moment else {
        return None;
    };
    let nanos = match fraction {
        b"Z" => 0,
        [b'.', digits_after @ .., b'Z'] if matches!(digits_after.len(), 1..=9) => {
            digits(digits_after)? * 10_i64.pow(9 - digits_after.len() as u32)
        }
        _ => return None,
    };
    let (year, month, day) = (
        digits(&[y1, y2, y3, y4])?,
        digits(&[mo1, mo2])?,
        digits(&[d1, d2])?,
    );
    let (hour, minute, second) = (digits(&[h1, h2])?, digits(&[mi1, mi2])?, digits(&[s1, s2])?);
    if day < 1 || day > last_day(year, month)? || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_before(year, month)? + day - 1;
    jiff::Timestamp::new(((days * 24 + hour) * 60 + minute) * 60 + second, nanos as i32).ok()
}

fn last_day(year: i64, month: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => Some(if is_leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// Days from 1970-01-01 to the first of the month, by years that begin in March: so the leap day is a year's last.
fn days_before(year: i64, month: i64) -> Option<i64> {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    (year >= 0).then_some(365 * year + leap_days + (153 * month + 2) / 5 - 719_468)
}

/// The number that at most nine digits make.
#[inline]
fn digits(text: &[u8]) -> Option<i64> {
    let (mut number, mut all_digits) = (0, true);
    for character in text {
        let digit = character.wrapping_sub(b'0');
        all_digits &= digit < 10;
        number = number * 10 + i64::from(digit);
    }
    all_digits.then_some(number)
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
    fn what_is_no_time_is_none_in_the_usual_spelling_too() {
        for text in [
            "2024-13-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:61Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:0/Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        let leap: Timestamp = "2016-12-31T23:59:60Z".parse().unwrap();
        assert_eq!(leap.to_string(), "2016-12-31T23:59:59Z");
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
        fn the_usual_spelling_is_read_as_jiff_reads_it(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,10})?Z",
        ) {
            let theirs = text.parse::<jiff::Timestamp>().ok().map(Timestamp);
            prop_assert_eq!(text.parse::<Timestamp>().ok(), theirs);
        }

        #[test]
        fn every_moment_survives_print_and_parse(time in crate::testing::timestamp()) {
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
            prop_assert_eq!(Timestamp::from_unix_nanos(time.as_unix_nanos()).unwrap(), time);
        }
    }
}
