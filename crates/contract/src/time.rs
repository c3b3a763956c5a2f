use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// In which form and unit a member holds a time: the extension `x-time`, which JSON Schema has no word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Time {
    /// Text with date, time of day and offset.
    Rfc3339,
    /// Text that begins with a date; a time of day and an offset may follow.
    Iso8601,
    /// A number of milliseconds since 1970; 0 is never.
    UnixMilliseconds,
    /// A number of nanoseconds since 1970; 0 is never.
    UnixNanoseconds,
}

impl Time {
    pub(crate) fn from_keyword(word: &str) -> Option<Self> {
        [
            Self::Rfc3339,
            Self::Iso8601,
            Self::UnixMilliseconds,
            Self::UnixNanoseconds,
        ]
        .into_iter()
        .find(|time| time.as_str() == word)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Rfc3339 => "rfc3339",
            Self::Iso8601 => "iso8601",
            Self::UnixMilliseconds => "unix-milliseconds",
            Self::UnixNanoseconds => "unix-nanoseconds",
        }
    }

    /// Whether the value can be such a time. What is neither text nor a number is left to the type.
    pub(crate) fn admits(self, value: &Value) -> bool {
        match value {
            Value::String(text) => match self {
                Self::Rfc3339 => is_date_time(text),
                Self::Iso8601 => has_form(text.as_bytes(), b"0000-00-00") || is_date_time(text),
                Self::UnixMilliseconds | Self::UnixNanoseconds => false,
            },
            Value::Number(number) => match (self, number.as_i64()) {
                (Self::UnixMilliseconds, Some(time)) => time == 0 || MILLISECONDS.contains(&time),
                (Self::UnixNanoseconds, Some(time)) => {
                    time == 0 || MILLISECONDS.contains(&(time / 1_000_000))
                }
                _ => false,
            },
            _ => true,
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From 1980 to 2200: wide enough for any device, and narrow enough to tell seconds, milliseconds and nanoseconds apart.
const MILLISECONDS: std::ops::Range<i64> = 315_532_800_000..7_258_118_400_000;

fn is_date_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let Some((head, tail)) = text.as_bytes().split_at_checked(FORM.len()) else {
        return false;
    };
    let offset = match tail.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            &fraction[digits..]
        }
        None => tail,
    };
    has_form(head, FORM) && (offset == b"Z" || has_form(offset, b"+00:00") || has_form(offset, b"-00:00"))
}

/// Whether `text` has a digit wherever `form` has a 0, and else the same bytes.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    text.len() == form.len()
        && text.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_unit_admits_its_own_times_and_never() {
        let (milliseconds, nanoseconds) =
            (json!(1_705_327_828_000_i64), json!(1_595_623_756_579_573_745_i64));
        for (time, own, other) in [
            (Time::UnixMilliseconds, &milliseconds, &nanoseconds),
            (Time::UnixNanoseconds, &nanoseconds, &milliseconds),
        ] {
            assert!(time.admits(own) && time.admits(&json!(0)), "{time}");
            for other in [other, &json!(1_705_327_828), &json!("2024-01-06"), &json!(-1)] {
                assert!(!time.admits(other), "{time}: {other}");
            }
        }
    }

    #[test]
    fn a_text_admits_its_own_form() {
        for time in [
            "2024-01-06T07:13:54.805219Z",
            "2021-03-04T05:06:07+02:00",
            "2021-03-04T05:06:07Z",
        ] {
            assert!(
                Time::Rfc3339.admits(&json!(time)) && Time::Iso8601.admits(&json!(time)),
                "{time}"
            );
        }
        for time in [
            "2024-01-06",
            "2024-01-06T07:13:54",
            "2024-01-06 07:13:54Z",
            "",
            "x",
            "2024-01-06T07:13:54.Zoo",
        ] {
            assert!(!Time::Rfc3339.admits(&json!(time)), "{time}");
        }
        assert!(Time::Iso8601.admits(&json!("2020-02-29")));
        assert!(!Time::Rfc3339.admits(&json!(1_705_327_828_000_i64)));
    }
}
