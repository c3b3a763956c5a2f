use rollbook_transport::{Fate, Response, TransportError, TransportErrorKind};

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
