//! Texts, cut into what can name somebody and what stands between.
//!
//! The cut does not depend on where a text stands: an address is cut in the same way alone, in a sentence and, escaped, in
//! a URL. So the same original gets the same pseudonym in all of them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// One character, and how it is spelt: as itself, or with percent signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph<'a> {
    pub(super) char: char,
    spelt: &'a str,
}

impl Glyph<'_> {
    /// Adds `char` in the place of this one, spelt in the same way.
    pub(super) fn replace_by(&self, char: char, out: &mut String) {
        if char == self.char {
            out.push_str(self.spelt);
        } else if self.spelt.starts_with('%') && self.spelt.len() > 1 {
            out.extend(utf8_percent_encode(
                char.encode_utf8(&mut [0; 4]),
                NON_ALPHANUMERIC,
            ));
        } else {
            out.push(char);
        }
    }
}

/// What a piece is, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// What stands between: spaces, punctuation. It stays.
    Between,
    /// A run of letters and digits.
    Word,
    /// A uuid, a MAC or IPv6 address, a digest: any digit of sixteen can become any other.
    Hex,
    /// An IPv4 address.
    Ip,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a, 'g> {
    pub(super) form: Form,
    pub(super) glyphs: &'g [Glyph<'a>],
}

/// A digest or a key is at least so long; a shorter word of these letters is a word.
const SHORTEST_DIGEST: usize = 16;

/// The characters of `text`. An escape that is no character is three characters.
pub(super) fn glyphs(text: &str) -> Vec<Glyph<'_>> {
    let mut glyphs = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(plain) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let (char, length) = escaped(text, at).unwrap_or((plain, plain.len_utf8()));
        let spelt = text.get(at..at + length).unwrap_or_default();
        glyphs.push(Glyph { char, spelt });
        at += length;
    }
    glyphs
}

/// The character that is spelt with percent signs at `at`, and how long its spelling is.
fn escaped(text: &str, at: usize) -> Option<(char, usize)> {
    let mut bytes = Vec::new();
    while bytes.len() < 4 {
        let start = at + 3 * bytes.len();
        let digits = text.get(start..start + 3)?.strip_prefix('%')?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        if let Ok(decoded) = std::str::from_utf8(&bytes) {
            return Some((decoded.chars().next()?, 3 * bytes.len()));
        }
    }
    None
}

/// The pieces of a text, in order and without a gap.
pub(super) fn pieces<'a, 'g>(glyphs: &'g [Glyph<'a>]) -> Vec<Piece<'a, 'g>> {
    let mut pieces = Vec::new();
    let mut rest = glyphs;
    while let Some(first) = rest.first() {
        let (form, length) = if names(first.char) {
            named(rest)
        } else {
            (Form::Between, run(rest, |char| !names(char)))
        };
        let (glyphs, behind) = rest.split_at(length.max(1));
        pieces.push(Piece { form, glyphs });
        rest = behind;
    }
    pieces
}

/// Whether a character is part of a name: a letter or a digit of any script, or a sign such as an emoji.
pub(super) fn names(char: char) -> bool {
    let is_mark = matches!(
        char,
        '\u{80}'..='\u{bf}' | '×' | '÷' | '\u{300}'..='\u{36f}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}'
    );
    char.is_alphanumeric() || !(char.is_ascii() || is_mark || char.is_whitespace())
}

/// The form and the length of the piece that begins here, with a character that is part of a name.
fn named(glyphs: &[Glyph<'_>]) -> (Form, usize) {
    let whole = |length: &usize| !glyphs.get(*length).is_some_and(|glyph| names(glyph.char));
    if let Some(length) = uuid(glyphs).or_else(|| hex_groups(glyphs)).filter(whole) {
        return (Form::Hex, length);
    }
    if let Some(length) = ip(glyphs).filter(whole) {
        return (Form::Ip, length);
    }
    let length = run(glyphs, names);
    let word = &glyphs[..length];
    let has = |test: fn(&char) -> bool| word.iter().any(|glyph| test(&glyph.char));
    let digest = length >= SHORTEST_DIGEST
        && word.iter().all(|glyph| glyph.char.is_ascii_hexdigit())
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic);
    (if digest { Form::Hex } else { Form::Word }, length)
}

/// No address of a machine is longer. A run that is would be gone through again for each of its words.
const LONGEST_ADDRESS: usize = 64;

fn run(glyphs: &[Glyph<'_>], test: impl Fn(char) -> bool) -> usize {
    glyphs.iter().take_while(|glyph| test(glyph.char)).count()
}

/// 8-4-4-4-12.
fn uuid(glyphs: &[Glyph<'_>]) -> Option<usize> {
    let uuid = glyphs.get(..36)?;
    let fits = uuid.iter().enumerate().all(|(at, glyph)| match at {
        8 | 13 | 18 | 23 => glyph.char == '-',
        _ => glyph.char.is_ascii_hexdigit(),
    });
    fits.then_some(36)
}

/// Six groups of two digits, also with a wrong mark between two of them, as vendors write MAC addresses; or an IPv6 address.
fn hex_groups(glyphs: &[Glyph<'_>]) -> Option<usize> {
    let mac = glyphs.get(..17).filter(|mac| {
        mac.iter().enumerate().all(|(at, glyph)| match at % 3 {
            2 => matches!(glyph.char, ':' | '-' | '.'),
            _ => glyph.char.is_ascii_hexdigit(),
        })
    });
    if mac.is_some() {
        return Some(17);
    }
    let glyphs = glyphs.get(..LONGEST_ADDRESS).unwrap_or(glyphs);
    let length = run(glyphs, |char| char.is_ascii_hexdigit() || char == ':');
    let text: String = glyphs[..length].iter().map(|glyph| glyph.char).collect();
    text.parse::<std::net::Ipv6Addr>().is_ok().then_some(length)
}

fn ip(glyphs: &[Glyph<'_>]) -> Option<usize> {
    let glyphs = glyphs.get(..LONGEST_ADDRESS).unwrap_or(glyphs);
    let length = run(glyphs, |char| char.is_ascii_digit() || char == '.');
    let text: String = glyphs[..length].iter().map(|glyph| glyph.char).collect();
    let text = text.trim_end_matches('.');
    text.parse::<std::net::Ipv4Addr>().is_ok().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Form, String)> {
        let glyphs = glyphs(text);
        let told =
            |piece: &Piece<'_, '_>| (piece.form, piece.glyphs.iter().map(|glyph| glyph.char).collect());
        pieces(&glyphs)
            .iter()
            .map(told)
            .filter(|(form, _)| *form != Form::Between)
            .collect()
    }

    fn words(text: &str) -> Vec<String> {
        cut(text).into_iter().map(|(_, piece)| piece).collect()
    }

    #[test]
    fn an_address_is_cut_alike_alone_in_a_text_and_escaped() {
        let words = words("ann.lee+x@corp.example");
        assert_eq!(words, ["ann", "lee", "x", "corp", "example"]);
        assert_eq!(cut("ann.lee%2Bx%40corp.example"), cut("ann.lee+x@corp.example"));
        assert_eq!(cut("<ann.lee+x@corp.example>"), cut("ann.lee+x@corp.example"));
        assert_eq!(super::glyphs("%C3%A9")[0].char, 'é');
        assert_eq!(
            self::words("100% of %zz and %ff"),
            ["100", "of", "zz", "and", "ff"]
        );
    }

    #[test]
    fn ids_and_addresses_of_machines_are_pieces_of_their_own_forms() {
        for (text, form) in [
            ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", Form::Hex),
            ("B4:4A:8A:64:71:E8", Form::Hex),
            ("b4:4a:8a.64:71:e8", Form::Hex),
            ("fe80::1ff:fe23:4567:890a", Form::Hex),
            ("d41d8cd98f00b204e9800998ecf8427e", Form::Hex),
            ("10.1.2.3", Form::Ip),
            ("00u1abcdEFGH2ijk5d7", Form::Word),
            ("张伟", Form::Word),
            ("O’Neill", Form::Word),
        ] {
            let whole = cut(text);
            assert_eq!(whole[0].0, form, "{text}");
            assert_eq!(cut(&format!("at {text}, see"))[1], whole[0], "{text}");
        }
        assert_eq!(words("12:34:56"), ["12", "34", "56"]);
        assert_eq!(words("1.2.3"), ["1", "2", "3"]);
        assert_eq!(words("10.1.2.300"), ["10", "1", "2", "300"]);
        assert_eq!(words("O’Neill’s 🦄"), ["O", "Neill", "s", "🦄"]);
    }
}
