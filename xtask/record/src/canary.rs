//! What must be nowhere in a case, and the search for it in every encoding.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine};
use percent_encoding::percent_decode_str;

use crate::sanitize::{Node, VALUES, WORDS};

/// An original with fewer letters and digits is in too many texts by chance.
const SHORTEST: usize = 4;

/// The same for one of digits alone: shorter ones are counts, years, parts of times.
const SHORTEST_NUMBER: usize = 6;

/// From this length on, an original is found inside of a longer word, too.
const SURE: usize = 12;

/// How many encodings may lie in each other.
const DEPTH: usize = 3;

/// What is encoded is no shorter, where it holds an original.
const SHORTEST_ENCODED: usize = 8;

/// Base64 as it comes: with or without padding, whatever the spare bits.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// The originals that a case must not hold.
#[derive(Clone, Default)]
pub struct Canaries {
    /// In small letters.
    texts: BTreeSet<String>,
}

/// Where a case still holds an original. It does not say which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The file of the case.
    pub file: String,
    /// The path of the member in it, or the line.
    pub place: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} still holds something that was replaced elsewhere, or a secret",
            self.file, self.place
        )
    }
}

impl std::error::Error for Leak {}

impl Canaries {
    /// Adds an original, unless it is so short, or so common a word, that it says nothing.
    pub fn add(&mut self, original: &str) {
        let text = original.trim().to_lowercase();
        let signs = text.chars().filter(|char| char.is_alphanumeric()).count();
        let is_number = text.chars().all(|char| !char.is_alphabetic());
        let words: Vec<&str> = text
            .split(|char: char| !char.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let is_common = matches!(words.as_slice(), [word] if WORDS.binary_search(word).is_ok())
            || VALUES.binary_search(&text.as_str()).is_ok();
        if signs >= if is_number { SHORTEST_NUMBER } else { SHORTEST } && !is_common {
            self.texts.insert(text);
        }
        if let Some((local, host)) = original.split_once('@') {
            self.add(local);
            self.add(host);
        }
    }

    /// Adds a secret, however short it is.
    pub fn add_secret(&mut self, secret: &str) {
        if !secret.trim().is_empty() {
            self.texts.insert(secret.trim().to_lowercase());
        }
    }

    /// Searches a file of a case.
    ///
    /// # Errors
    ///
    /// The first place that holds an original.
    pub fn search(&self, file: &str, contents: &str) -> Result<(), Leak> {
        if !self.is_in(contents) {
            return Ok(());
        }
        let mut lines = contents.lines().enumerate();
        let line = || {
            Some(format!(
                "line {}",
                lines.find(|(_, line)| self.is_in(line))?.0 + 1
            ))
        };
        let place = self.in_json(contents, "$").or_else(line);
        Err(Leak {
            file: file.to_owned(),
            place: place.unwrap_or_else(|| "the whole".to_owned()),
        })
    }

    fn in_json(&self, json: &str, path: &str) -> Option<String> {
        let raw = Node::parse(json).ok()?;
        match Node::of(&raw).ok()? {
            Node::Object(members) => members.iter().find_map(|(name, value)| {
                if self.is_in(name) {
                    return Some(format!("the name of a member of {path}"));
                }
                self.in_json(value.get(), &format!("{path}.{name}"))
            }),
            Node::Array(items) => {
                let mut items = items.iter().enumerate();
                items.find_map(|(index, item)| self.in_json(item.get(), &format!("{path}[{index}]")))
            }
            Node::Text(text) | Node::Number(text) => self.is_in(&text).then(|| path.to_owned()),
            Node::Word(_) | Node::Half(_) => None,
        }
    }

    /// Whether a text holds an original, in any encoding.
    pub fn is_in(&self, text: &str) -> bool {
        let mut seen = BTreeSet::from([text.to_owned()]);
        let mut readings = vec![text.to_owned()];
        for _ in 0..=DEPTH {
            if readings.iter().any(|reading| self.is_plainly_in(reading)) {
                return true;
            }
            let deeper = readings.iter().flat_map(|reading| decoded(reading));
            readings = deeper.filter(|reading| seen.insert(reading.clone())).collect();
        }
        false
    }

    fn is_plainly_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.texts.iter().any(|canary| {
            text.match_indices(canary.as_str()).any(|(at, found)| {
                let is_part = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
                let before = text.get(..at).and_then(|before| before.chars().next_back());
                let after = text
                    .get(at + found.len()..)
                    .and_then(|after| after.chars().next());
                found.len() >= SURE || !(is_part(before) || is_part(after))
            })
        })
    }
}

impl fmt::Debug for Canaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canaries({})", self.texts.len())
    }
}

/// What a text says in each of the encodings that it can be in.
fn decoded(text: &str) -> Vec<String> {
    let mut readings = Vec::new();
    if text.contains('%') {
        readings.push(percent_decode_str(text).decode_utf8_lossy().into_owned());
    }
    if text.contains('+') {
        readings.push(text.replace('+', " "));
    }
    if text.contains('\\') {
        readings.push(unescaped(text));
    }
    if text.contains('&') {
        readings.push(without_entities(text));
    }
    let is_base64 = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '/' | '-' | '_');
    for run in text
        .split(|char| !is_base64(char))
        .filter(|run| run.len() >= SHORTEST_ENCODED)
    {
        let urlsafe = run.contains(['-', '_']);
        let letters = if urlsafe {
            &alphabet::URL_SAFE
        } else {
            &alphabet::STANDARD
        };
        let engine: engine::GeneralPurpose = GeneralPurpose::new(letters, LENIENT);
        let base64 = engine.decode(run).ok();
        let hex = (0..run.len()).step_by(2).map(|at| run.get(at..at + 2));
        let hex: Option<Vec<u8>> = hex.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        for bytes in base64.into_iter().chain(hex) {
            readings.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    readings
}

/// The text without the escapes of JSON.
fn unescaped(text: &str) -> String {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let escape = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        let code = rest.get(2..6).filter(|_| escape == Some('u'));
        if let Some(unit) = code.and_then(|code| u16::from_str_radix(code, 16).ok()) {
            units.push(unit);
            rest = rest.get(6..).unwrap_or_default();
            continue;
        }
        let (char, length) = match escape {
            Some('n' | 't' | 'r') => (' ', 2),
            Some(escaped) => (escaped, 1 + escaped.len_utf8()),
            None => (char, char.len_utf8()),
        };
        units.extend_from_slice(char.encode_utf16(&mut [0; 2]));
        rest = rest.get(length..).unwrap_or_default();
    }
    String::from_utf16_lossy(&units)
}

/// The text without the entities of HTML.
fn without_entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let entity = behind.split_once(';').and_then(|(name, after)| {
            let char = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let code = name.strip_prefix('#')?;
                    let code = match code.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => code.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((char, after))
        });
        match entity {
            Some((char, after)) => {
                out.push(char);
                rest = after;
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canaries() -> Canaries {
        let mut canaries = Canaries::default();
        canaries.add("Zoë.O'Neil@corp.example");
        canaries.add_secret("s3cr");
        canaries
    }

    #[test]
    fn an_original_is_found_in_every_encoding() {
        let base64 = engine::general_purpose::STANDARD.encode("id=1;zoë.o'neil@corp.example");
        for text in [
            "mail ZOË.O'NEIL@corp.example now",
            "https://vendor.test/?q=zo%C3%AB.o%27neil%40corp.example",
            "q=zo%25C3%25AB.o%2527neil%2540corp.example",
            r#"{"a":"zo\u00eb.o'neil\u0040corp.example"}"#,
            r#"{\"a\":\"zo\\u00EB.o'neil@corp.example\"}"#,
            "zo&#235;.o&apos;neil&#x40;corp.example",
            &base64,
            &base64.replace('=', ""),
            &engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{{\"cursor\":\"{base64}\"}}")),
            "7a6fc3ab2e6f276e65696c40636f72702e6578616d706c65",
            "corp.example",
            "Zoë.O'Neil",
            "s3cr",
        ] {
            assert!(canaries().is_in(text), "{text}");
        }
        for text in [
            "zoe",
            "corp.example.org1",
            "corpexample",
            "s3crets",
            "",
            "%",
            "\\",
            "&",
            "&#x;",
        ] {
            assert!(
                !canaries().is_in(text) || text.starts_with("corp.example."),
                "{text}"
            );
        }
    }

    #[test]
    fn a_leak_is_told_with_its_place_and_without_its_value() {
        let leak = |file: &str, text: &str| canaries().search(file, text).unwrap_err();
        let json = r#"{"results":[{"a":1},{"type":["x","at corp.example"]}]}"#;
        assert_eq!(leak("response.json", json).place, "$.results[1].type[1]");
        assert_eq!(
            leak("response.json", r#"{"corp.example":1}"#).place,
            "the name of a member of $"
        );
        assert_eq!(
            leak("case.toml", "facts = \"\"\nemail = \"corp.example\"\n").place,
            "line 2"
        );
        assert!(!leak("response.json", json).to_string().contains("corp"));
        assert_eq!(canaries().search("response.json", "{}"), Ok(()));
    }

    #[test]
    fn short_and_common_words_are_no_originals() {
        let mut canaries = Canaries::default();
        for word in [
            "Ann",
            "12345",
            "Admin",
            "Windows",
            "SUSPENDED",
            "Staged for deletion",
            "",
        ] {
            canaries.add(word);
        }
        assert!(canaries.texts.is_empty());
        canaries.add("End User");
        assert!(canaries.is_in("an end user"));
    }
}
