//! What the value of a key may be, and the one way in which it is written.

use http::{HeaderValue, Method, StatusCode, Uri};

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A whole number in these bounds.
    Count(u64, u64),
    /// A whole number that is not 0, with or without a sign.
    Difference,
    /// A part of one, without 0.
    Part,
    /// A status that ends a call: those below 200 are not the last word.
    Status,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A text that can stand in a header.
    Header,
    /// A method in any case: all that are known are written in capitals.
    Method,
    /// The beginning of a path.
    Path,
    /// An address with its scheme and host.
    Address,
}

impl Form {
    /// The value as `Display` writes it, or `None` when it is none.
    pub(super) fn canonical(self, text: &str) -> Option<String> {
        match self {
            Self::Count(least, most) => {
                let count = digits(text)?;
                (least..=most).contains(&count).then(|| count.to_string())
            }
            Self::Difference => {
                let (sign, number) = match text.strip_prefix(['+', '-']) {
                    Some(number) => (if text.starts_with('-') { "-" } else { "+" }, number),
                    None => ("+", text),
                };
                let number = digits(number).filter(|number| (1..=FARTHEST).contains(number))?;
                Some(format!("{sign}{number}"))
            }
            Self::Part => {
                let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                let part: f64 = plain.then(|| text.parse().ok()).flatten()?;
                (part > 0.0 && part <= 1.0).then(|| part.to_string())
            }
            Self::Status => {
                let status: StatusCode = text.parse().ok()?;
                (200..600)
                    .contains(&status.as_u16())
                    .then(|| status.as_str().to_owned())
            }
            Self::Word(words) => words.contains(&text).then(|| text.to_owned()),
            Self::Header => HeaderValue::from_str(text).ok().map(|_| text.to_owned()),
            Self::Method => {
                let method: Method = text.to_ascii_uppercase().parse().ok()?;
                Some(method.to_string())
            }
            Self::Path => (text.starts_with('/') && !text.contains(['?', '#'])).then(|| text.to_owned()),
            Self::Address => {
                let uri: Uri = text.parse().ok()?;
                let whole = uri.scheme().is_some() && uri.host().is_some();
                (whole && HeaderValue::from_str(text).is_ok()).then(|| text.to_owned())
            }
        }
    }

    /// What a value has to be, for those whose value is none.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Count(least, u64::MAX) => format!("a whole number, at least {least}"),
            Self::Count(least, most) => format!("a whole number from {least} to {most}"),
            Self::Difference => format!("a whole number but 0, as +1 or -1, up to {FARTHEST}"),
            Self::Part => "a part of one, above 0 and up to 1, as 0.1".to_owned(),
            Self::Status => "a status from 200 to 599".to_owned(),
            Self::Word(words) => words.join(" or "),
            Self::Header => "a text that can stand in a header".to_owned(),
            Self::Method => "a method, as GET or DELETE".to_owned(),
            Self::Path => "the beginning of a path, with its slash and without a query".to_owned(),
            Self::Address => "an address with its scheme and host, as https://example.com/".to_owned(),
        }
    }
}

/// A hundred years in seconds: no sum of it and a moment of the sandbox leaves the calendar.
const FARTHEST: u64 = 100 * 366 * 24 * 3600;

fn digits(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
