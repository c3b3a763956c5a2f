use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// Padding is against the standard (RFC 7515), and seen all the same.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// When a JWT expires, as the time since 1970-01-01T00:00:00Z: its `exp` claim, taken at its word.
///
/// Nothing is verified: it is for a client that plans its next sign-in, not for one that decides whom to trust. A token
/// that is not a JWT, or has no sensible `exp`, has no expiry.
///
/// ```
/// use std::time::Duration;
/// use rollbook_auth::jwt_expiry;
///
/// // {"alg":"none"}.{"exp":1767323045}.
/// let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjczMjMwNDV9.";
/// assert_eq!(jwt_expiry(token), Some(Duration::from_secs(1_767_323_045)));
/// assert_eq!(jwt_expiry("an opaque token"), None);
/// ```
pub fn jwt_expiry(token: &str) -> Option<Duration> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = TOLERANT.decode(payload).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let exp = claims.get("exp")?;
    match exp.as_u64() {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Duration::try_from_secs_f64(exp.as_f64()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{URL_SAFE as PADDED, URL_SAFE_NO_PAD};
    use proptest::proptest;

    fn expiry_of(payload: &str) -> Option<Duration> {
        let plain = jwt_expiry(&format!("h.{}.s", URL_SAFE_NO_PAD.encode(payload)));
        let padded = jwt_expiry(&format!("h.{}.s", PADDED.encode(payload)));
        assert_eq!(plain, padded);
        plain
    }

    #[test]
    fn the_expiry_is_read_and_oddities_are_not() {
        assert_eq!(expiry_of(r#"{"exp":10,"x":1}"#), Some(Duration::from_secs(10)));
        assert_eq!(expiry_of(r#"{"exp":10.5}"#), Some(Duration::from_millis(10_500)));
        for odd in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"exp":null}"#,
            r#"{"exp":"10"}"#,
            r#"{"exp":-1}"#,
            r#"{"exp":1e300}"#,
        ] {
            assert_eq!(expiry_of(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_is_not_three_parts_is_no_jwt() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"exp":10}"#);
        for token in [format!("h.{payload}"), format!("h.{payload}.s.t"), payload] {
            assert_eq!(jwt_expiry(&token), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text: String, payload: Vec<u8>) {
            jwt_expiry(&text);
            jwt_expiry(&format!("h.{}.s", URL_SAFE_NO_PAD.encode(payload)));
        }
    }
}
