//! What stands in the place of a piece: of the same form, length, classes of characters and letter case, and the same for
//! the same original.
//!
//! A pseudonym depends on how many of its shape came before, and on nothing in the original: from a case, no original can be
//! worked out, not even by trying all names.

use std::collections::{HashMap, HashSet};

use super::pieces::Form;

const DIGITS: &str = "0123456789";
/// No number becomes shorter: what does not begin with a zero does not get one.
const FIRST_DIGITS: &str = "123456789";
const HEX: &str = "0123456789abcdef";
/// The first digit of a uuid's fourth group.
const VARIANTS: &str = "89ab";
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
const CONSONANTS: &str = "bcdfghjklmnprstvwz";
const VOWELS: &str = "aeiou";
/// Letters of both cases outside of ASCII.
const FURTHER_LETTERS: &str =
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħīĭįĵķĺļľłńņňōŏőœŕřśŝşšţťŧũūŭůűųŵŷźżž";
/// Letters without a case.
const SIGNS: &str = "一丁七万丈三上下不与丐丑专且世丘丙业丛东丝丞丢两严丧个丫中丰串临丸丹为主丽举乃久么义之乌乍乎乏乐乔乖乘乙九也习乡书买乱乳了予争事二于云互五井亚些亡交亥亦产享京亭亮亲人亿什仁今介从仓他付仙代令以";

/// How often a word that can be said is tried before any word is taken.
const TRIES: u64 = 64;

/// From here on a number of its length may be too large for the integers that read it, unless its first digit stays.
const LONG_NUMBER: usize = 16;

/// The pseudonyms given so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Pseudonyms {
    given: HashMap<(Form, String), String>,
    taken: HashSet<String>,
    /// What no pseudonym may be: the originals, and words with a meaning.
    avoided: HashSet<String>,
    /// How many pseudonyms of a shape there are.
    counts: HashMap<String, u64>,
}

impl Pseudonyms {
    /// Pseudonyms of which none is one of these words.
    pub(super) fn avoiding(words: impl IntoIterator<Item = String>) -> Self {
        Self {
            avoided: words.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The originals so far, in small letters.
    pub(super) fn originals(&self) -> impl Iterator<Item = String> + '_ {
        self.given.keys().map(|(_, original)| original.clone())
    }

    /// The pseudonym of `original`, character by character.
    pub(super) fn of(&mut self, form: Form, original: &[char]) -> Vec<char> {
        let folded: String = original.iter().copied().map(fold).collect();
        let key = (form, folded);
        let pseudonym = match self.given.get(&key) {
            Some(given) => given.clone(),
            None => {
                let new = self.new_one(form, &key.1);
                self.taken.insert(new.clone());
                self.given.insert(key, new.clone());
                new
            }
        };
        in_the_case_of(original, &pseudonym, form)
    }

    fn new_one(&mut self, form: Form, folded: &str) -> String {
        let original: Vec<char> = folded.chars().collect();
        let shape: Vec<&str> = (0..original.len())
            .map(|at| alphabet(form, &original, at))
            .collect();
        let count = self.counts.entry(shape.join("|")).or_default();
        let mut random = Random(seed(&shape).wrapping_add(*count));
        *count += 1;
        let is_free = |new: &String, all: &Self| !all.taken.contains(new) && !all.avoided.contains(new);
        for _ in 0..TRIES {
            let new = random.word(&shape);
            if is_free(&new, self) {
                return new;
            }
        }
        // Only short words come here: most of them are taken, or are originals themselves.
        let mut spare = None;
        for new in Every::of(&shape) {
            if is_free(&new, self) {
                return new;
            }
            if spare.is_none() && !self.taken.contains(&new) {
                spare = Some(new);
            }
        }
        spare.unwrap_or_else(|| random.word(&shape))
    }
}

/// The characters that can stand at `at`. One character alone says that it stays.
fn alphabet(form: Form, original: &[char], at: usize) -> &'static str {
    let char = original.get(at).copied().unwrap_or_default();
    let is_uuid = original.len() == 36;
    match form {
        Form::Hex if !char.is_ascii_hexdigit() => fixed(char),
        // The version of a uuid stays, and its variant stays one.
        Form::Hex if is_uuid && at == 14 => fixed(char),
        Form::Hex if is_uuid && at == 19 && VARIANTS.contains(char) => VARIANTS,
        Form::Hex => HEX,
        _ if char.is_ascii_digit() => digits(form, original, at),
        _ if char.is_ascii_alphabetic() => LETTERS,
        _ if char.is_ascii() => fixed(char),
        _ if char.is_lowercase() || char.is_uppercase() => FURTHER_LETTERS,
        _ => SIGNS,
    }
}

fn digits(form: Form, original: &[char], at: usize) -> &'static str {
    let char = original.get(at).copied().unwrap_or_default();
    let begins = at == 0
        || original
            .get(at - 1)
            .is_some_and(|before| !before.is_ascii_digit());
    let length = original[at..]
        .iter()
        .take_while(|char| char.is_ascii_digit())
        .count();
    match (begins, char) {
        (true, '0') => fixed('0'),
        (true, first) if length >= LONG_NUMBER => fixed(first),
        // Whatever stands behind it, an octet stays below 256.
        (true, _) if form == Form::Ip && length == 3 => "1",
        (true, _) => FIRST_DIGITS,
        (false, _) => DIGITS,
    }
}

/// A text of this one character.
fn fixed(char: char) -> &'static str {
    const ASCII: &str = "-.:0123456789abcdefghijklmnopqrstuvwxyz";
    match ASCII.find(char) {
        Some(at) => &ASCII[at..=at],
        None => "-",
    }
}

fn fold(char: char) -> char {
    one(char.to_lowercase()).unwrap_or(char)
}

fn one(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// The pseudonym with large letters where the original has them. A digit that becomes a letter takes the case of the rest.
fn in_the_case_of(original: &[char], pseudonym: &str, form: Form) -> Vec<char> {
    let large = form == Form::Hex && original.iter().any(|char| char.is_uppercase());
    let cased = |(was, is): (&char, char)| match was.is_uppercase() || (large && was.is_ascii_digit()) {
        true => one(is.to_uppercase()).unwrap_or(is),
        false => is,
    };
    original.iter().zip(pseudonym.chars()).map(cased).collect()
}

/// All words of a shape, in order. Used for short ones.
struct Every {
    alphabets: Vec<Vec<char>>,
    /// The place in each alphabet; none past the last word.
    next: Option<Vec<usize>>,
}

impl Every {
    fn of(shape: &[&str]) -> Self {
        Self {
            alphabets: shape.iter().map(|alphabet| alphabet.chars().collect()).collect(),
            next: Some(vec![0; shape.len()]),
        }
    }
}

impl Iterator for Every {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let places = self.next.as_mut()?;
        let chars = self.alphabets.iter().zip(places.iter());
        let word = chars
            .filter_map(|(alphabet, place)| alphabet.get(*place))
            .collect();
        let mut carry = true;
        for (alphabet, place) in self.alphabets.iter().zip(places.iter_mut()).rev() {
            if carry {
                *place = (*place + 1) % alphabet.len().max(1);
                carry = *place == 0;
            }
        }
        if carry {
            self.next = None;
        }
        Some(word)
    }
}

/// SplitMix64. It is to look mixed, not to be a secret.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn pick(&mut self, alphabet: &str) -> char {
        let count = u64::try_from(alphabet.chars().count()).unwrap_or(1).max(1);
        let at = usize::try_from(self.next() % count).unwrap_or(0);
        alphabet.chars().nth(at).unwrap_or('-')
    }

    /// A word of this shape; one of plain letters can be said.
    fn word(&mut self, shape: &[&str]) -> String {
        let pick = |(at, alphabet): (usize, &&str)| match (*alphabet == LETTERS, at % 2) {
            (true, 0) => self.pick(CONSONANTS),
            (true, _) => self.pick(VOWELS),
            (false, _) => self.pick(alphabet),
        };
        shape.iter().enumerate().map(pick).collect()
    }
}

/// FNV-1a.
fn seed(shape: &[&str]) -> u64 {
    shape
        .iter()
        .flat_map(|alphabet| alphabet.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &mut Pseudonyms, form: Form, original: &str) -> String {
        let original: Vec<char> = original.chars().collect();
        names.of(form, &original).into_iter().collect()
    }

    #[test]
    fn the_same_original_gets_the_same_pseudonym_in_its_own_case() {
        let mut names = Pseudonyms::default();
        let small = of(&mut names, Form::Word, "annlee7");
        assert_ne!(small, "annlee7");
        assert_eq!(of(&mut names, Form::Word, "AnnLEE7").to_lowercase(), small);
        assert_eq!(of(&mut names, Form::Word, "ANNLEE7"), small.to_uppercase());
        assert_ne!(of(&mut names, Form::Word, "annlee8"), small);
    }

    #[test]
    fn a_pseudonym_has_nothing_of_its_original_but_the_shape() {
        let mut one = Pseudonyms::default();
        let mut other = Pseudonyms::default();
        assert_eq!(
            of(&mut one, Form::Word, "siobhan"),
            of(&mut other, Form::Word, "patrick")
        );
    }

    #[test]
    fn no_two_short_words_share_a_pseudonym_even_when_all_of_them_are_originals() {
        let letters = LETTERS
            .chars()
            .chain(FIRST_DIGITS.chars())
            .chain(FURTHER_LETTERS.chars());
        let originals: Vec<String> = letters.map(String::from).collect();
        let mut names = Pseudonyms::avoiding(originals.clone());
        let given: HashSet<String> = originals
            .iter()
            .map(|word| of(&mut names, Form::Word, word))
            .collect();
        assert_eq!(given.len(), originals.len());
    }

    #[test]
    fn letters_outside_of_ascii_stay_letters_and_have_both_cases() {
        for letter in FURTHER_LETTERS.chars() {
            let large = one(letter.to_uppercase()).unwrap();
            assert!(large.is_uppercase() && fold(large) == letter, "{letter}");
        }
        let mut names = Pseudonyms::default();
        let given = of(&mut names, Form::Word, "ÉÓ張🦄");
        let classes: Vec<bool> = given.chars().map(char::is_uppercase).collect();
        assert_eq!(classes, [true, true, false, false], "{given}");
        assert!(
            given.chars().all(|char| char.is_alphabetic() && !char.is_ascii()),
            "{given}"
        );
    }

    #[test]
    fn a_uuid_stays_one_of_its_version_and_an_address_stays_one() {
        let mut names = Pseudonyms::default();
        let uuid = of(&mut names, Form::Hex, "6BA7B810-9DAD-41D1-80B4-00C04FD430C8");
        assert_eq!((uuid.len(), uuid.get(14..15)), (36, Some("4")), "{uuid}");
        assert!(
            uuid.get(19..20).is_some_and(|variant| "89AB".contains(variant)),
            "{uuid}"
        );
        assert_eq!(uuid, uuid.to_uppercase());
        for original in ["10.1.2.3", "255.255.255.250", "0.0.0.0", "192.168.100.19"] {
            let given = of(&mut names, Form::Ip, original);
            assert!(given.parse::<std::net::Ipv4Addr>().is_ok(), "{given}");
            assert_eq!(given.len(), original.len());
        }
    }

    #[test]
    fn a_number_stays_as_long_as_it_was_and_readable_as_an_integer() {
        let mut names = Pseudonyms::default();
        for original in ["7", "0", "10", "1700000000000000000", "4294967296"] {
            let given = of(&mut names, Form::Word, original);
            assert_eq!(given.parse::<i64>().unwrap().to_string().len(), original.len());
        }
        assert!(of(&mut names, Form::Word, "00123").starts_with('0'));
    }
}
