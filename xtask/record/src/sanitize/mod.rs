//! Pseudonyms for everything that is not known to name nobody.

mod json;
mod pieces;
mod policy;
mod pseudonyms;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

pub(crate) use json::Node;
pub use policy::Policy;
pub(crate) use policy::{HEADERS, REMOVED_HEADERS, VALUES, WORDS};
pub use unreadable::Unreadable;

use json::Writer;
use pieces::{Form, Glyph, glyphs};
use policy::{ARGUMENTS, CONTENT_TYPES, NOBODY, OPTIONS, SECRETS, SENTENCES};
use pseudonyms::Pseudonyms;

/// What stands in the place of a secret.
const REMOVED: &str = "REDACTED";

/// The name of a member is no longer than this; what is longer was written by somebody.
const LONGEST_WORD: usize = 40;

/// A count has no more digits; what is longer can be the number of a person or a telephone.
const LONGEST_COUNT: usize = 6;

/// A word or the name of a member with more digits is an id or a serial number.
const MOST_DIGITS: usize = 4;

/// A value lies in no more arrays and objects, those of JSON in a text among them: that is what `serde_json` reads into a value,
/// and each level is a call, and a reading of all that is in it.
const MOST_LEVELS: usize = 127;

/// Replaces what can name somebody, the same original by the same pseudonym as long as it lives.
///
/// - A pseudonym has the shape of its original: the length of each part, digits where digits were, letters of the same case, and
///   whatever stands between them. A uuid, a MAC or an IP address stays one.
/// - An original that comes again in other letter case, in a longer text, in a URL or in JSON in a text gets the same pseudonym,
///   in the case it has there.
/// - What was sanitized already is left as it is by another sanitizer that has seen nothing else.
/// - What stays: names of members that the vendor's contract has, `true`, `false` and `null`, and the times, counts and values of
///   sets that the [`Policy`] knows. Secrets become `REDACTED`.
/// - In what another system said, no time stays, and of the names of members only those that the policy lists.
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
    /// Names of members and times that were replaced in opaque places. They may stay elsewhere.
    hidden: BTreeSet<String>,
    /// Names of members and times that stayed.
    stayed: BTreeSet<String>,
    /// The words of the texts of which nothing is known, in small letters.
    words: BTreeSet<String>,
    /// The same, as they were found in the same recording before: words that are no mere words here.
    known: BTreeSet<String>,
    /// The times that were replaced, and their pseudonyms.
    times: BTreeMap<String, String>,
    /// The times that were replaced before: no pseudonym is one of them.
    known_times: BTreeSet<String>,
    /// Where the sanitizer is: what leads there, as it is shown.
    path: Vec<String>,
    /// The pseudonyms of the names of members, by the object that has them.
    renamed: BTreeMap<String, BTreeSet<String>>,
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
            hidden: BTreeSet::new(),
            stayed: BTreeSet::new(),
            words: BTreeSet::new(),
            known: BTreeSet::new(),
            times: BTreeMap::new(),
            known_times: BTreeSet::new(),
            path: Vec::new(),
            renamed: BTreeMap::new(),
        }
    }

    /// A sanitizer for what `first` has seen: no pseudonym of it is an original.
    pub(crate) fn knowing(first: &Self) -> Self {
        let words = WORDS.iter().map(|word| (*word).to_owned());
        Self {
            pseudonyms: Pseudonyms::avoiding(words.chain(first.pseudonyms.originals())),
            known: first.words.clone(),
            known_times: first.times.keys().cloned().collect(),
            ..Self::new(first.policy)
        }
    }

    /// The whole values, names of members and times that were replaced and are nowhere in what stayed.
    pub(crate) fn originals(&self) -> impl Iterator<Item = &String> {
        let stayed: Vec<String> = self.stayed.iter().map(|text| text.to_lowercase()).collect();
        let hidden = self.hidden.iter().filter(move |text| {
            let text = text.to_lowercase();
            !stayed.iter().any(|stayed| stayed.contains(&text))
        });
        self.originals.iter().chain(hidden)
    }

    /// The objects in which names of members were replaced, and how many.
    pub(crate) fn renamed(&self) -> BTreeMap<String, usize> {
        let count = |(place, names): (&String, &BTreeSet<String>)| (place.clone(), names.len());
        self.renamed.iter().map(count).collect()
    }

    /// The text with every name in it replaced: nothing is known of it.
    pub fn text(&mut self, text: &str) -> String {
        let replaced = self.replace(text, |_| false);
        if replaced != text {
            self.originals.insert(text.to_owned());
            let glyphs = glyphs(text);
            let pieces = pieces::pieces(&glyphs);
            let words = pieces.iter().filter(|piece| piece.form != Form::Between);
            self.words.extend(words.map(|piece| small(piece.glyphs)));
        }
        replaced
    }

    /// The JSON with every value replaced that the policy does not know, with a member on each line.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or has more than 127 levels.
    pub fn json(&mut self, text: &str) -> Result<String, Unreadable> {
        self.path.clear();
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

    /// The value of a header that is kept.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> String {
        let essence = value.split(';').next().unwrap_or_default().trim();
        if name == "content-type" && CONTENT_TYPES.contains(&essence) {
            return essence.to_owned();
        }
        if name != "content-type" && is_count(value) {
            return value.to_owned();
        }
        self.text(value)
    }

    fn argument(&mut self, name: &str, value: &toml::Value) -> toml::Value {
        match value {
            toml::Value::Table(table) => {
                let known = Place {
                    member: name,
                    opaque: false,
                };
                let mut replaced = toml::Table::new();
                for (name, value) in table {
                    let shown = self.name(name, RawValue::NULL, known);
                    replaced.insert(shown, self.argument(name, value));
                }
                replaced.into()
            }
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| self.argument(name, item));
                toml::Value::Array(items.collect())
            }
            toml::Value::String(text) if ARGUMENTS.contains(&name) && self.is_option(text) => value.clone(),
            toml::Value::Integer(number) if ARGUMENTS.contains(&name) && is_count(&number.to_string()) => {
                value.clone()
            }
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

    fn whole(&mut self, text: &str, place: Place<'_>, lines: bool) -> Result<String, Unreadable> {
        let mut out = Writer::new(lines);
        self.value(&Node::parse(text)?, place, &mut out)?;
        Ok(out.finish())
    }

    fn value(&mut self, raw: &RawValue, place: Place<'_>, out: &mut Writer) -> Result<(), Unreadable> {
        let node = Node::of(raw)?;
        if matches!(node, Node::Object(_) | Node::Array(_)) && self.path.len() >= MOST_LEVELS {
            return Err(Unreadable::TooDeep(self.place()));
        }
        match node {
            Node::Object(members) => {
                out.open('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    let shown = self.name(name, value, place);
                    if shown != *name {
                        let object = self.place();
                        self.renamed.entry(object).or_default().insert(shown.clone());
                    }
                    out.item(index, Some(&shown));
                    let inner = Place {
                        member: name,
                        opaque: place.opaque || self.policy.opaque.contains(&name.as_str()),
                    };
                    self.path.push(format!(".{shown}"));
                    self.value(value, inner, out)?;
                    self.path.pop();
                }
                out.close('}', members.len());
            }
            Node::Array(items) => {
                out.open('[');
                self.path.push("[*]".to_owned());
                for (index, item) in items.iter().enumerate() {
                    out.item(index, None);
                    self.value(item, place, out)?;
                }
                self.path.pop();
                out.close(']', items.len());
            }
            Node::Text(text) => out.text(&self.string(&text, place)),
            Node::Number(number) => out.raw(&self.number(&number, place)),
            Node::Word(word) => out.raw(&word),
            Node::Half(unreadable) => out.raw(unreadable),
        }
        Ok(())
    }

    /// Where the sanitizer is, by names that name nobody.
    fn place(&self) -> String {
        format!("${}", self.path.concat())
    }

    /// The name of a member. It stays when the policy lists it, or when the vendor's contract has it, outside of opaque places,
    /// and its own object does not say that this is its id.
    fn name(&mut self, name: &str, value: &RawValue, place: Place<'_>) -> String {
        let glyphs = glyphs(name);
        let is_identifier = is_programmers(name)
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
        let stays = self.policy.names(name) || (!place.opaque && self.policy.documents(name));
        if stays && !is_its_id() {
            self.stayed.insert(name.to_owned());
            return name.to_owned();
        }
        if is_identifier {
            // Most are no names of anybody, so their words may stay in sentences.
            self.hidden.insert(name.to_owned());
            return self.replace(name, |_| false);
        }
        self.text(name)
    }

    fn number(&mut self, number: &str, place: Place<'_>) -> String {
        let is_known = self.is_kept(place) || (!place.opaque && self.policy.counts.contains(&place.member));
        if is_known && (is_count(number) || is_epoch(number)) {
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
            match first.is_ascii_digit() {
                true => out.push_str(&self.replace(piece, |_| false)),
                false => out.push_str(piece),
            }
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
        if NOBODY.contains(&text.to_lowercase().as_str()) {
            return text.to_owned();
        }
        if is_time(text) {
            if place.opaque || !self.policy.times.contains(&place.member) {
                return self.time(text);
            }
            self.stayed.insert(text.to_owned());
            return text.to_owned();
        }
        if self.is_kept(place) && VALUES.contains(&text.to_lowercase().as_str()) {
            return text.to_owned();
        }
        if text.starts_with(['{', '[']) {
            let around = self.path.len();
            if let Ok(inner) = self.whole(text, place, false) {
                return inner;
            }
            // What is too deep is a text like another: its pieces get the same pseudonyms.
            self.path.truncate(around);
        }
        if !place.opaque && SENTENCES.contains(&member.as_str()) {
            return self.sentence(text);
        }
        self.text(text)
    }

    /// The pseudonym of a time: one of the same shape, by the order of appearance.
    fn time(&mut self, text: &str) -> String {
        self.hidden.insert(text.to_owned());
        if let Some(given) = self.times.get(text) {
            return given.clone();
        }
        let mut count = self.times.len();
        loop {
            let (year, month, day) = (2001 + count / 336 % 7999, 1 + count / 28 % 12, 1 + count % 28);
            let mut digits = format!("{year:04}{month:02}{day:02}").into_bytes().into_iter();
            let digit = |char: char| match char.is_ascii_digit() {
                true => digits.next().map_or('0', char::from),
                false => char,
            };
            let new: String = text.chars().map(digit).collect();
            let taken = self.known_times.contains(&new) || self.times.values().any(|given| *given == new);
            if !taken {
                self.times.insert(text.to_owned(), new.clone());
                return new;
            }
            count += 1;
        }
    }

    /// Whether the value of an argument says how to ask.
    fn is_option(&self, text: &str) -> bool {
        OPTIONS.contains(&text)
            || VALUES.contains(&text.to_lowercase().as_str())
            || NOBODY.contains(&text)
            || self.policy.documents(text)
    }

    fn is_kept(&self, place: Place<'_>) -> bool {
        !place.opaque && self.policy.kept.contains(&place.member)
    }

    /// The text with a pseudonym for every piece but the words that stay.
    fn replace(&mut self, text: &str, stays: impl Fn(&str) -> bool) -> String {
        let glyphs = glyphs(text);
        let mut out = String::with_capacity(text.len());
        let in_address = in_addresses(&glyphs);
        let mut at = 0;
        for piece in pieces::pieces(&glyphs) {
            let original: Vec<char> = piece.glyphs.iter().map(|glyph| glyph.char).collect();
            let word = small(piece.glyphs);
            let is_mail = in_address.get(at) == Some(&true);
            at += piece.glyphs.len();
            let now = match piece.form {
                Form::Between => original,
                _ if !is_mail && stays(&word) => original,
                form => self.pseudonyms.of(form, &original),
            };
            for (glyph, char) in piece.glyphs.iter().zip(now) {
                glyph.replace_by(char, &mut out);
            }
        }
        out
    }
}

/// The characters in small letters.
fn small(glyphs: &[Glyph<'_>]) -> String {
    glyphs
        .iter()
        .flat_map(|glyph| glyph.char.to_lowercase())
        .collect()
}

/// For each character whether what is around it, up to a space, a bracket or a quote, has an `@`: then no word of it is a mere
/// word.
fn in_addresses(glyphs: &[Glyph<'_>]) -> Vec<bool> {
    let ends = |glyph: &Glyph<'_>| glyph.char.is_whitespace() || "<>()[]{}\",;".contains(glyph.char);
    let mut found = Vec::with_capacity(glyphs.len());
    for run in glyphs.chunk_by(|one, next| ends(one) == ends(next)) {
        let is_address = run.iter().any(|glyph| glyph.char == '@');
        found.extend(run.iter().map(|_| is_address));
    }
    found
}

fn has_few_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

/// Whether a name is one of words, as programmers write them: `lastLogin`, `last_login`, `LastLogin`, `ID`.
fn is_programmers(name: &str) -> bool {
    let has = |test: fn(&u8) -> bool| name.bytes().any(|byte| test(&byte));
    name.len() <= LONGEST_WORD
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && has_few_digits(name)
        && (has(u8::is_ascii_lowercase) || !has(u8::is_ascii_digit))
}

/// Whether a number is so short that it counts something.
fn is_count(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (1..=LONGEST_COUNT).contains(&digits) && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a number is a time of these decades, in milliseconds or nanoseconds since 1970.
fn is_epoch(number: &str) -> bool {
    matches!(number.len(), 13 | 19)
        && number.starts_with('1')
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a time of a day and nothing else: `2024-01-31T12:34:56.789Z` and the like.
fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00";
    let fits = |text: &str, form: &[u8]| {
        text.len() == form.len()
            && text.bytes().zip(form).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                b'+' => matches!(byte, b'+' | b'-'),
                other => byte == *other,
            })
    };
    let Some((head, rest)) = text.split_at_checked(FORM.len()) else {
        return false;
    };
    let rest = match rest.split_at_checked(3) {
        Some((seconds, rest)) if fits(seconds, b":00") => rest,
        _ => rest,
    };
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| {
        fraction.trim_start_matches(|char: char| char.is_ascii_digit())
    });
    fits(head, FORM)
        && text.len() <= b"0000-00-00T00:00:00.000000000+00:00".len()
        && (matches!(rest, "" | "Z" | "z") || fits(rest, b"+00:00"))
}

#[cfg(test)]
mod tests;
