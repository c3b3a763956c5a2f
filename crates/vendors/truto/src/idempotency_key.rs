use std::fmt;

use uuid::Uuid;

/// By which Truto knows a repetition of a change: a request with a key that it has answered gets that answer again
/// (truto-skills). So each change has its own key, and all attempts at it have the same.
///
/// ```
/// use rollbook_truto::IdempotencyKey;
///
/// assert_ne!(IdempotencyKey::random(), IdempotencyKey::random());
/// assert_eq!(IdempotencyKey::new("hire-4711")?.as_str(), "hire-4711");
/// # Ok::<(), rollbook_truto::InvalidIdempotencyKey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// Why a text is no idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidIdempotencyKey;

impl fmt::Display for InvalidIdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an idempotency key has 1 to {MAX_BYTES} characters, which are visible ASCII"
        )
    }
}

impl std::error::Error for InvalidIdempotencyKey {}

/// Truto publishes no limit. This is what services with such a header commonly take, and a uuid has 36.
const MAX_BYTES: usize = 255;

impl IdempotencyKey {
    /// A key that nobody has used: a random uuid.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// A key of the caller's own, who answers for it that no other change has it.
    ///
    /// # Errors
    ///
    /// [`InvalidIdempotencyKey`] for what could reach Truto as another key, or not at all: blank, too long, or with white
    /// space or characters outside ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidIdempotencyKey> {
        let text = text.into();
        let sendable =
            (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if sendable {
            Ok(Self(text))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_and_not_too_long() {
        for good in ["a", "~!\"{}", &"x".repeat(255)] {
            assert_eq!(IdempotencyKey::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            " ",
            "a b",
            "a\n",
            "a\t",
            "\u{e4}",
            "a\u{7f}",
            &"x".repeat(256),
        ] {
            assert_eq!(IdempotencyKey::new(bad), Err(InvalidIdempotencyKey), "{bad:?}");
        }
    }

    #[test]
    fn a_random_key_is_a_key() {
        let key = IdempotencyKey::random();
        assert_eq!(IdempotencyKey::new(key.as_str()), Ok(key));
    }
}
