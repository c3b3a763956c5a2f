use rollbook_transport::{Fate, Response, TransportError, TransportErrorKind};
use serde::Deserialize;

/// What the answer of a token call means, before its body is read. `check` says what a person should look at when the
/// credential is refused.
///
/// # Errors
///
/// `SignIn` when the credential was refused (400, 401, 403), `Unavailable` for 429 and 5xx, `Protocol` for what is no
/// answer of a token call.
pub fn check_sign_in(response: &Response, check: &str) -> Result<(), TransportError> {
    let status = response.status();
    let (kind, message) = match status.as_u16() {
        200 | 201 => return Ok(()),
        400 | 401 | 403 => (
            TransportErrorKind::SignIn,
            format!("sign-in refused: check {check}"),
        ),
        429 | 500..=599 => (
            TransportErrorKind::Unavailable,
            "sign-in is not possible now".to_owned(),
        ),
        300..=399 => (
            TransportErrorKind::Protocol,
            "the token call was answered by a redirect, which is not followed: check base_url".to_owned(),
        ),
        _ => (
            TransportErrorKind::Protocol,
            "the token call was not answered by a token call: check base_url".to_owned(),
        ),
    };
    Err(TransportError::new(kind, Fate::Answered, message).with_status(status.as_u16()))
}

/// Reads the answer of a token call, which is an object: serde would take an array for its members in their order, and any text
/// that comes first in one for a token.
///
/// # Errors
///
/// [`no_token`].
pub fn read_sign_in<'a, T: Deserialize<'a>>(response: &'a Response) -> Result<T, TransportError> {
    let body = response.body().trim_ascii_start();
    if body.first() != Some(&b'{') {
        return Err(no_token());
    }
    serde_json::from_slice(body).map_err(|_| no_token())
}

/// The error for an answer of a token call that has no token. It has no word of the answer, which can hold a credential.
pub fn no_token() -> TransportError {
    TransportError::new(
        TransportErrorKind::Protocol,
        Fate::Answered,
        "the token call's answer is not a token",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Token {
        token: String,
    }

    #[test]
    fn a_token_reply_is_an_object_and_nothing_else() {
        let read = |body: &'static str| {
            let response = Response::new(body.into());
            read_sign_in::<Token>(&response).map(|reply| reply.token)
        };
        assert_eq!(read(" \n{\"token\": \"t\"}").unwrap(), "t");
        for body in [
            "[\"secret\"]",
            " [\"secret\", 1]",
            "\"secret\"",
            "",
            "{\"token\": 1}",
            "{}",
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Protocol, "{body}");
            assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
        }
    }
}
