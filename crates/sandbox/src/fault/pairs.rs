//! The keys and values of a spec.

use super::error::FaultError;
use super::kinds::{FaultKey, FaultKind};

/// The pairs that differ from what holds without them, in the order of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pairs(Vec<(&'static str, String)>);

impl Pairs {
    /// Reads what stands after the kind and its colon.
    pub(super) fn read(kind: &FaultKind, text: Option<&str>) -> Result<Self, FaultError> {
        let mut given: Vec<(&'static FaultKey, String)> = Vec::new();
        for pair in text.map(split).unwrap_or_default() {
            let (key, value) = pair.split_once('=').ok_or_else(|| FaultError::pair(pair))?;
            let known = kind.all_keys().find(|known| known.name == key);
            let known = known.ok_or_else(|| FaultError::key(kind, key))?;
            if given.iter().any(|(key, _)| key.name == known.name) {
                return Err(FaultError::repeated(known.name));
            }
            let value = known
                .form
                .canonical(value)
                .ok_or_else(|| FaultError::value(known, value))?;
            given.push((known, value));
        }
        let mut pairs = Vec::new();
        for key in kind.all_keys() {
            let value = given.iter().find(|(given, _)| given.name == key.name);
            pairs.extend(
                value
                    .filter(|(key, value)| key.default != Some(value.as_str()))
                    .map(|(key, value)| (key.name, value.clone())),
            );
        }
        Ok(Self(pairs))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(key, value)| (*key, value.as_str()))
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
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
