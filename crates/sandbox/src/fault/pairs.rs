//! The keys and values of a spec, and how values are read.

use http::{HeaderValue, Method, StatusCode};

use super::error::FaultError;
use super::kinds::FaultKind;

/// The pairs that a spec has. All keys are known to its kind, and none is there twice.
#[derive(Debug)]
pub(super) struct Pairs<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Pairs<'a> {
    /// Reads what stands after the kind and its colon.
    pub(super) fn of(kind: &FaultKind, text: Option<&'a str>) -> Result<Self, FaultError> {
        let mut pairs: Vec<(&'static str, &str)> = Vec::new();
        for pair in text.map(split).unwrap_or_default() {
            let (key, value) = pair.split_once('=').ok_or_else(|| FaultError::pair(pair))?;
            let known = kind.all_keys().find(|known| known.name == key);
            let known = known.ok_or_else(|| FaultError::key(kind, key))?.name;
            if pairs.iter().any(|(key, _)| *key == known) {
                return Err(FaultError::repeated(known));
            }
            pairs.push((known, value));
        }
        Ok(Self(pairs))
    }

    fn get(&self, key: &str) -> Option<(&'static str, &'a str)> {
        self.0.iter().copied().find(|(known, _)| *known == key)
    }

    /// The value of `key` as `read` takes it.
    fn value<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, FaultError> {
        let Some((key, value)) = self.get(key) else {
            return Ok(None);
        };
        match read(value) {
            Some(read) => Ok(Some(read)),
            None => Err(FaultError::value(key, value, expected)),
        }
    }

    pub(super) fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, FaultError> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        self.value(key, &words.join(" or "), |value| {
            let choice = choices.iter().find(|(word, _)| *word == value);
            choice.map(|(_, choice)| *choice)
        })
    }

    /// A whole number that is at least `least`.
    pub(super) fn count(&self, key: &str, least: u64) -> Result<Option<u64>, FaultError> {
        self.value(key, &format!("a whole number, at least {least}"), |value| {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let count = digits.then(|| value.parse().ok()).flatten();
            count.filter(|count| *count >= least)
        })
    }

    /// A status that ends a call: those below 200 are not the last word.
    pub(super) fn status(&self, key: &str) -> Result<Option<StatusCode>, FaultError> {
        self.value(key, "a status from 200 to 599", |value| {
            let status = value.parse().ok();
            status.filter(|status: &StatusCode| (200..600).contains(&status.as_u16()))
        })
    }

    /// A text that can stand in a header.
    pub(super) fn header(&self, key: &str) -> Result<Option<String>, FaultError> {
        self.value(key, "a text that can stand in a header", |value| {
            HeaderValue::from_str(value).ok().map(|_| value.to_owned())
        })
    }

    /// A method in any case: all that are known are written in capitals.
    pub(super) fn method(&self, key: &str) -> Result<Option<Method>, FaultError> {
        self.value(key, "a method, as GET or DELETE", |value| {
            value.to_ascii_uppercase().parse().ok()
        })
    }

    pub(super) fn path(&self, key: &str) -> Result<Option<String>, FaultError> {
        self.value(
            key,
            "the beginning of a path, with its slash and without a query",
            |value| (value.starts_with('/') && !value.contains(['?', '#'])).then(|| value.to_owned()),
        )
    }
}

/// The pairs, separated by those commas that a name and `=` follow at once.
fn split(text: &str) -> Vec<&str> {
    let commas = text.match_indices(',').map(|(comma, _)| comma);
    let mut pairs = Vec::new();
    let mut start = 0;
    for comma in commas.filter(|comma| begins_with_key(&text[comma + 1..])) {
        pairs.push(&text[start..comma]);
        start = comma + 1;
    }
    pairs.push(&text[start..]);
    pairs
}

fn begins_with_key(text: &str) -> bool {
    let name = text.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    })
}
