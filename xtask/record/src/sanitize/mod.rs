//! Pseudonyms for everything that is not known to name nobody.

mod json;
mod pieces;
mod policy;
mod pseudonyms;

use std::collections::BTreeSet;

use serde_json::value::RawValue;

pub(crate) use json::Node;
pub use policy::Policy;
pub(crate) use policy::{HEADERS, REMOVED_HEADERS, WORDS};

use crate::canary::Canaries;
use json::Writer;
use pieces::{Form, glyphs, names};
use policy::{ARGUMENTS, NOBODY, SECRETS, SENTENCES};
use pseudonyms::Pseudonyms;

/// What stands in the place of a secret.
const REMOVED: &str = "REDACTED";

/// A word of a set of values is no longer than this; what is longer was written by somebody.
const LONGEST_WORD: usize = 40;

/// Replaces what can name somebody, the same original by the same pseudonym as long as it lives.
///
/// - A pseudonym has the shape of its original: the length of each part, digits where digits were, letters of the same case, and
///   whatever stands between them. A uuid, a MAC or an IP address stays one.
/// - An original that comes again in other letter case, in a longer text, in a URL or in JSON in a text gets the same pseudonym,
///   in the case it has there.
/// - What was sanitized already is left as it is by another sanitizer that has seen nothing else.
/// - What stays: the names of members, `true`, `false` and `null`, times, and the values that the [`Policy`] knows, unless one of
///   them is an original elsewhere. Secrets become `REDACTED`.
///
/// ```
/// use xtask_record::{Policy, Sanitizer};
///
/// let mut sanitizer = Sanitizer::new(Policy::of("truu").ok_or("no such vendor")?);
/// let address = sanitizer.text("Ann.Lee@corp.example");
/// assert_eq!(sanitizer.text("ann.lee%40corp.example"), address.to_lowercase().replace('@', "%40"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sanitizer {
    policy: &'static Policy,
    pseudonyms: Pseudonyms,
    /// The whole values that were replaced.
    originals: BTreeSet<String>,
    /// The same, in small letters, as they were found in the same recording before: words that are no mere words here.
    known: BTreeSet<String>,
    /// The same, for a search in what would stay.
    canaries: Canaries,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    /// The nearest member around it.
    member: &'a str,
    /// Whether nothing is known of what is here.
    opaque: bool,
}

impl Sanitizer {
    /// A sanitizer that has seen nothing yet.
    pub fn new(policy: &'static Policy) -> Self {
        Self {
            policy,
            pseudonyms: Pseudonyms::avoiding(WORDS.iter().map(|word| (*word).to_owned())),
            originals: BTreeSet::new(),
            known: BTreeSet::new(),
            canaries: Canaries::default(),
        }
    }

    /// A sanitizer for what `first` has seen: no pseudonym of it is an original.
    pub(crate) fn knowing(first: &Self) -> Self {
        let words = WORDS.iter().map(|word| (*word).to_owned());
        let mut canaries = Canaries::default();
        first.originals.iter().for_each(|original| canaries.add(original));
        Self {
            policy: first.policy,
            pseudonyms: Pseudonyms::avoiding(words.chain(first.pseudonyms.originals())),
            originals: BTreeSet::new(),
            known: first.originals.iter().map(|text| text.to_lowercase()).collect(),
            canaries,
        }
    }

    /// The whole values that were replaced.
    pub(crate) fn originals(&self) -> &BTreeSet<String> {
        &self.originals
    }

    /// The text with every name in it replaced: nothing is known of it.
    pub fn text(&mut self, text: &str) -> String {
        let replaced = self.replace(text, |_| false);
        if replaced != text {
            self.originals.insert(text.to_owned());
        }
        replaced
    }

    /// The JSON with every value replaced that the policy does not know, with a member on each line.
    ///
    /// # Errors
    ///
    /// When it is not JSON.
    pub fn json(&mut self, text: &str) -> serde_json::Result<String> {
        let root = Place {
            member: "message",
            opaque: false,
        };
        self.whole(text, root, true)
    }

    /// A sentence of a vendor or of a proxy before it: the words of errors stay.
    pub(crate) fn sentence(&mut self, text: &str) -> String {
        let known = std::mem::take(&mut self.known);
        let replaced = self.replace(text, |word| {
            WORDS.binary_search(&word).is_ok() && !known.contains(word)
        });
        self.known = known;
        if replaced != text {
            self.originals.insert(text.to_owned());
        }
        replaced
    }

    /// What stands in the place of a secret.
    pub(crate) fn removed(&mut self, secret: &str) -> String {
        self.originals.insert(secret.to_owned());
        REMOVED.to_owned()
    }

    /// The arguments of a call, as a case has them.
    pub(crate) fn arguments(&mut self, arguments: &toml::Table) -> toml::Table {
        let argument = |(name, value): (&String, &toml::Value)| (name.clone(), self.argument(name, value));
        arguments.iter().map(argument).collect()
    }

    fn argument(&mut self, name: &str, value: &toml::Value) -> toml::Value {
        match value {
            toml::Value::Table(table) => self.arguments(table).into(),
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| self.argument(name, item));
                toml::Value::Array(items.collect())
            }
            _ if ARGUMENTS.contains(&name) => value.clone(),
            toml::Value::String(text) => {
                let unknown = Place {
                    member: name,
                    opaque: true,
                };
                self.string(text, unknown).into()
            }
            toml::Value::Integer(number) => {
                let replaced = self.text(&number.to_string());
                replaced
                    .parse::<i64>()
                    .map_or_else(|_| replaced.into(), Into::into)
            }
            other => other.clone(),
        }
    }

    fn whole(&mut self, text: &str, place: Place<'_>, lines: bool) -> serde_json::Result<String> {
        let mut out = Writer::new(lines);
        self.value(&Node::parse(text)?, place, &mut out)?;
        Ok(out.finish())
    }

    fn value(&mut self, raw: &RawValue, place: Place<'_>, out: &mut Writer) -> serde_json::Result<()> {
        match Node::of(raw)? {
            Node::Object(members) => {
                out.open('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    let shown = self.name(name, value);
                    out.item(index, Some(&shown));
                    let inner = Place {
                        member: name,
                        opaque: place.opaque || self.policy.opaque.contains(&name.as_str()),
                    };
                    self.value(value, inner, out)?;
                }
                out.close('}', members.len());
            }
            Node::Array(items) => {
                out.open('[');
                for (index, item) in items.iter().enumerate() {
                    out.item(index, None);
                    self.value(item, place, out)?;
                }
                out.close(']', items.len());
            }
            Node::Text(text) => out.text(&self.string(&text, place)),
            Node::Number(number) => out.raw(&self.number(&number, place)),
            Node::Word(word) => out.raw(&word),
        }
        Ok(())
    }

    /// The name of a member. It stays, unless it is an id: by its form, or because its own object says that this is its id.
    fn name(&mut self, name: &str, value: &RawValue) -> String {
        let glyphs = glyphs(name);
        let is_identifier = !name.is_empty()
            && !name.bytes().all(|byte| byte.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b' '))
            && !pieces::pieces(&glyphs)
                .iter()
                .any(|piece| matches!(piece.form, Form::Hex | Form::Ip));
        let is_its_id = || match Node::of(value) {
            Ok(Node::Object(members)) => members.iter().any(|(_, value)| {
                matches!(Node::of(value), Ok(Node::Text(id)) if id == name)
                    || matches!(Node::of(value), Ok(Node::Number(id)) if id == name)
            }),
            _ => false,
        };
        if is_identifier && !is_its_id() {
            return name.to_owned();
        }
        self.text(name)
    }

    fn number(&mut self, number: &str, place: Place<'_>) -> String {
        if self.is_kept(place) || (!place.opaque && self.policy.counts.contains(&place.member)) {
            return number.to_owned();
        }
        // Only digits: the letter of an exponent is no name.
        let mut out = String::new();
        let mut rest = number;
        while let Some(first) = rest.chars().next() {
            let length = match first.is_ascii_digit() {
                true => rest
                    .find(|char: char| !char.is_ascii_digit())
                    .unwrap_or(rest.len()),
                false => 1,
            };
            let (piece, behind) = rest.split_at(length);
            out.push_str(&self.replace(piece, |_| false));
            rest = behind;
        }
        if out != number {
            self.originals.insert(number.to_owned());
        }
        out
    }

    fn string(&mut self, text: &str, place: Place<'_>) -> String {
        let member = place.member.to_lowercase();
        if SECRETS.contains(&member.as_str()) || self.policy.secret.contains(&place.member) {
            return self.removed(text);
        }
        if NOBODY.contains(&text.to_lowercase().as_str()) || is_time(text) {
            return text.to_owned();
        }
        if self.is_kept(place) && is_word_of_a_set(text) && !self.canaries.is_in(text) {
            return text.to_owned();
        }
        if text.starts_with(['{', '['])
            && let Ok(inner) = self.whole(text, place, false)
        {
            return inner;
        }
        if !place.opaque && SENTENCES.contains(&member.as_str()) {
            return self.sentence(text);
        }
        self.text(text)
    }

    fn is_kept(&self, place: Place<'_>) -> bool {
        !place.opaque && self.policy.kept.contains(&place.member)
    }

    /// The text with a pseudonym for every piece but the words that stay.
    fn replace(&mut self, text: &str, stays: impl Fn(&str) -> bool) -> String {
        let glyphs = glyphs(text);
        let mut out = String::with_capacity(text.len());
        for piece in pieces::pieces(&glyphs) {
            let original: Vec<char> = piece.glyphs.iter().map(|glyph| glyph.char).collect();
            let word: String = original.iter().flat_map(|char| char.to_lowercase()).collect();
            let now = match piece.form {
                Form::Between => original,
                _ if stays(&word) => original,
                form => self.pseudonyms.of(form, &original),
            };
            for (glyph, char) in piece.glyphs.iter().zip(now) {
                glyph.replace_by(char, &mut out);
            }
        }
        out
    }
}

/// Whether a value can be one of a set that a program has: short, and of the characters that such words have.
fn is_word_of_a_set(text: &str) -> bool {
    text.len() <= LONGEST_WORD
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" _-./()+:".contains(&byte))
}

/// Whether a text is a time of a day: `2024-01-31T12:34:56.789Z` and the like.
fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00";
    let head = text.bytes().zip(FORM).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        other => byte == *other,
    });
    let rest = text.get(FORM.len()..);
    head && text.len() <= LONGEST_WORD
        && rest.is_some_and(|rest| {
            rest.chars()
                .all(|char| !names(char) || char.is_ascii_digit() || matches!(char, 'Z' | 'z'))
        })
}

#[cfg(test)]
mod tests;
