//! Members as vendors really send them: three time formats in one API, "TRUE" for true, numbers where a text should be.
//!
//! The functions are for `#[serde(deserialize_with = "...")]`. They take any scalar, so that one odd member does not cost
//! the whole row; the row's own bytes keep what was really sent.

mod lists;

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use arrayvec::ArrayString;
use rollbook_model::{BlankId, Timestamp};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};

pub(crate) use lists::check_count;
pub use lists::{MOST_ROWS, Rows, compact_list, list, rows};

/// Any JSON value that is not an object or an array.
#[derive(Clone, Debug, PartialEq)]
enum Scalar<T> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A whole number past the largest `i64`.
    Large(u64),
    Float(f64),
    Text(T),
}

impl Scalar<&str> {
    /// What `make` makes of the scalar that comes next, where it stands: few members need a text of their own.
    fn read<'de, D, T, F>(deserializer: D, make: F) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        F: FnOnce(Scalar<&str>) -> Result<T, &'static str>,
    {
        deserializer.deserialize_any(ScalarVisitor(make))
    }

    #[inline]
    fn kept(self) -> Scalar<Spelling> {
        match self {
            Self::Null => Scalar::Null,
            Self::Bool(value) => Scalar::Bool(value),
            Self::Integer(value) => Scalar::Integer(value),
            Self::Large(value) => Scalar::Large(value),
            Self::Float(value) => Scalar::Float(value),
            Self::Text(value) => Scalar::Text(Spelling::of(value)),
        }
    }

    /// The text of the scalar; a number that a text of it would change (`1.50`, or more than 64 bits) is refused.
    #[inline]
    fn into_text(self) -> Result<Option<String>, &'static str> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(value) => Ok(Some(value.to_string())),
            Self::Integer(value) => Ok(Some(value.to_string())),
            Self::Large(value) => Ok(Some(value.to_string())),
            Self::Float(_) => Err("expected a text, found a number that is no whole one of 64 bits"),
            Self::Text(value) => Ok(Some(value.to_owned())),
        }
    }

    /// The same for what must be there.
    #[inline]
    fn into_required_text(self) -> Result<String, &'static str> {
        self.into_text()?.ok_or("expected a text, found null")
    }
}

struct ScalarVisitor<F>(F);

impl<T, F: FnOnce(Scalar<&str>) -> Result<T, &'static str>> Visitor<'_> for ScalarVisitor<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, number, boolean or null")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<T, E> {
        (self.0)(Scalar::Null).map_err(E::custom)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<T, E> {
        (self.0)(Scalar::Bool(value)).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<T, E> {
        (self.0)(Scalar::Integer(value)).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<T, E> {
        (self.0)(i64::try_from(value).map_or(Scalar::Large(value), Scalar::Integer)).map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<T, E> {
        (self.0)(Scalar::Float(value)).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
        (self.0)(Scalar::Text(value)).map_err(E::custom)
    }
}

/// A text; a number or boolean becomes its text, null is none.
///
/// # Errors
///
/// An object or an array.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Scalar::read(deserializer, |scalar| scalar.into_text())
}

/// A text that must be there.
///
/// # Errors
///
/// Null, an object or an array.
pub fn required_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Scalar::read(deserializer, |scalar| scalar.into_required_text())
}

/// What `known` makes of a text that must be there, and where it knows nothing of it what `other` makes.
///
/// # Errors
///
/// Null, an object or an array.
pub fn word<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
) -> Result<T, D::Error> {
    Scalar::read(deserializer, |scalar| match scalar {
        Scalar::Text(text) => Ok(known(text).unwrap_or_else(|| other(text.to_owned()))),
        scalar => scalar.into_required_text().map(other),
    })
}

/// An id: a text that must be there and say something. A whole number is taken as its text.
///
/// # Errors
///
/// A blank text, null, a number that is no whole one of 64 bits, an object or an array.
pub fn id<'de, D: Deserializer<'de>, T: FromStr<Err = BlankId>>(deserializer: D) -> Result<T, D::Error> {
    let id = Scalar::read(deserializer, |scalar| match scalar {
        Scalar::Text(text) => Ok(text.parse()),
        scalar => Ok(scalar.into_required_text()?.parse()),
    })?;
    id.map_err(D::Error::custom)
}

/// A whole number, also when it is written as a text; none when it is no whole number of 64 bits.
///
/// # Errors
///
/// An object or an array.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Scalar::read(deserializer, |scalar| {
        Ok(match scalar {
            Scalar::Integer(value) => Some(value),
            Scalar::Text(value) => value.trim().parse().ok(),
            Scalar::Float(value) => whole(value).and_then(|value| i64::try_from(value).ok()),
            Scalar::Null | Scalar::Bool(_) | Scalar::Large(_) => None,
        })
    })
}

fn whole(value: f64) -> Option<i128> {
    // Every whole number below 2^100 that an `f64` can hold converts exactly.
    (value.fract() == 0.0 && value.abs() < 2f64.powi(100)).then_some(value as i128)
}

/// A yes or no in one of the spellings that vendors use: `true`, `"TRUE"`, `"true"`, and `""` for not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flag {
    /// Yes.
    True,
    /// No.
    False,
    /// The vendor left it blank.
    Blank,
    /// Something else, as it came.
    Other(String),
}

impl Flag {
    /// Yes or no; none when the vendor did not say.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Blank | Self::Other(_) => None,
        }
    }

    fn of(text: &str) -> Self {
        match text.trim() {
            "" => Self::Blank,
            yes if yes.eq_ignore_ascii_case("true") => Self::True,
            no if no.eq_ignore_ascii_case("false") => Self::False,
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::read(deserializer, |scalar| {
            Ok(match scalar {
                Scalar::Bool(true) => Self::True,
                Scalar::Bool(false) => Self::False,
                Scalar::Null => Self::Blank,
                Scalar::Text(text) => Self::of(text),
                other => Self::of(&other.into_required_text()?),
            })
        })
    }
}

/// What a bare number means as a time.
pub trait TimeUnit {
    /// The moment that `number` names; none when it names none.
    fn moment(number: i128) -> Option<Timestamp>;
}

/// Milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Millis;

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nanos;

/// A bare number is no time here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoUnit;

impl TimeUnit for Millis {
    fn moment(number: i128) -> Option<Timestamp> {
        Timestamp::from_unix_millis(i64::try_from(number).ok()?)
    }
}

impl TimeUnit for Nanos {
    fn moment(number: i128) -> Option<Timestamp> {
        Timestamp::from_unix_nanos(number)
    }
}

impl TimeUnit for NoUnit {
    fn moment(_: i128) -> Option<Timestamp> {
        None
    }
}

/// A time as a vendor wrote it: a number in the unit `U`, or RFC 3339 text.
///
/// Never fails a row: what cannot be read as a time is kept, and is no [`timestamp`](Self::timestamp).
///
/// ```
/// use rollbook_vendor_kit::{Millis, WireTime};
///
/// let heard: WireTime<Millis> = serde_json::from_str("1705327828000")?;
/// assert_eq!(heard.timestamp().map(|t| t.to_string()).as_deref(), Some("2024-01-15T14:10:28Z"));
/// let never: WireTime<Millis> = serde_json::from_str("0")?;
/// assert_eq!(never.timestamp(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct WireTime<U> {
    scalar: Scalar<Spelling>,
    unit: PhantomData<U>,
}

impl<U: TimeUnit> WireTime<U> {
    /// The moment. None for zero, which vendors send for "never", and for what is no time.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match &self.scalar {
            Scalar::Text(text) => match text.as_str().parse() {
                Ok(time) => Some(time),
                Err(_) => text
                    .as_str()
                    .trim()
                    .parse()
                    .ok()
                    .filter(|number| *number != 0)
                    .and_then(U::moment),
            },
            _ => self.number().filter(|number| *number != 0).and_then(U::moment),
        }
    }

    /// The number, in the unit `U`, when the vendor sent a number.
    pub fn number(&self) -> Option<i128> {
        match self.scalar {
            Scalar::Integer(number) => Some(number.into()),
            Scalar::Large(number) => Some(number.into()),
            Scalar::Float(number) => whole(number),
            _ => None,
        }
    }

    /// The text, when the vendor sent text.
    pub fn text(&self) -> Option<&str> {
        match &self.scalar {
            Scalar::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// The text of a time. One that is no longer than RFC 3339 mostly is stands in the row itself: rows have up to six of them, and
/// each would be an allocation.
#[derive(Clone, PartialEq)]
enum Spelling {
    Short(ArrayString<32>),
    Long(Box<str>),
}

impl Spelling {
    #[inline]
    fn of(text: &str) -> Self {
        match ArrayString::from(text) {
            Ok(short) => Self::Short(short),
            Err(_) => Self::Long(text.into()),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Short(text) => text,
            Self::Long(text) => text,
        }
    }
}

impl fmt::Debug for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl<U> fmt::Debug for WireTime<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scalar.fmt(f)
    }
}

impl<'de, U> Deserialize<'de> for WireTime<U> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            scalar: Scalar::read(deserializer, |scalar| Ok(scalar.kept()))?,
            unit: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time<U: TimeUnit>(json: &str) -> Option<String> {
        serde_json::from_str::<WireTime<U>>(json)
            .unwrap()
            .timestamp()
            .map(|time| time.to_string())
    }

    #[test]
    fn one_type_reads_every_spelling_of_a_time() {
        assert_eq!(
            time::<Nanos>("1595623756579573745").as_deref(),
            Some("2020-07-24T20:49:16.579573745Z")
        );
        assert_eq!(
            time::<Millis>("1705327828000").as_deref(),
            Some("2024-01-15T14:10:28Z")
        );
        assert_eq!(
            time::<Millis>("\"1705327828000\"").as_deref(),
            Some("2024-01-15T14:10:28Z")
        );
        assert_eq!(
            time::<Millis>("1.705327828e12").as_deref(),
            Some("2024-01-15T14:10:28Z")
        );
        assert_eq!(
            time::<Millis>("\"2024-03-18T14:54:37.231000Z\"").as_deref(),
            Some("2024-03-18T14:54:37.231Z")
        );
        assert_eq!(time::<NoUnit>("1705327828000"), None);
    }

    #[test]
    fn a_time_keeps_its_spelling_whatever_its_length() {
        for text in ["", "2024-03-18T14:54:37.231Z", &"0".repeat(32), &"1".repeat(33)] {
            let time: WireTime<Millis> = serde_json::from_str(&format!("{text:?}")).unwrap();
            assert_eq!(time.text(), Some(text));
            assert_eq!(format!("{time:?}"), format!("Text({text:?})"));
        }
        let long = format!("{}2024-03-18T14:54:37Z", " ".repeat(32));
        assert_eq!(
            time::<Millis>(&format!("{long:?}")).as_deref(),
            Some("2024-03-18T14:54:37Z")
        );
    }

    #[test]
    fn what_is_no_time_is_none_and_never_an_error() {
        for odd in [
            "0",
            "0.0",
            "\"\"",
            "\"0\"",
            "true",
            "null",
            "1e300",
            "1.5",
            "\"soon\"",
            "9223372036854775807",
        ] {
            assert_eq!(time::<Millis>(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_flag_reads_every_spelling() {
        let flag = |json| serde_json::from_str::<Flag>(json).unwrap();
        assert_eq!(flag("\"TRUE\"").as_bool(), Some(true));
        assert_eq!(flag("\"false\"").as_bool(), Some(false));
        assert_eq!(flag("true").as_bool(), Some(true));
        assert_eq!(flag("\"\""), Flag::Blank);
        assert_eq!(flag("\"MAYBE\""), Flag::Other("MAYBE".into()));
    }

    #[test]
    fn integers_past_32_bits_survive_and_others_do_not_fail_the_row() {
        #[derive(Deserialize)]
        struct Row {
            #[serde(deserialize_with = "integer")]
            n: Option<i64>,
        }
        for (json, n) in [
            ("12884901929", Some(12_884_901_929)),
            ("\"41\"", Some(41)),
            ("2e3", Some(2_000)),
            ("18446744073709551615", None),
            ("null", None),
        ] {
            assert_eq!(
                serde_json::from_str::<Row>(&format!("{{\"n\":{json}}}"))
                    .unwrap()
                    .n,
                n,
                "{json}"
            );
        }
    }
}
