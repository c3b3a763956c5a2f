use std::fmt;
use std::sync::Arc;

use rollbook_transport::REDACTED;
use secrecy::{ExposeSecret as _, SecretString};

use crate::SecretError;

/// A credential: never shown, and its memory is wiped when the last clone is dropped.
///
/// It is not empty and has no control characters, so it can be the value of a header and of a form.
///
/// ```
/// use rollbook_auth::Secret;
///
/// let secret = Secret::new("hunter2")?;
/// assert_eq!(format!("{secret:?}"), "Secret(REDACTED)");
/// assert_eq!(secret.expose(), "hunter2");
/// # Ok::<(), rollbook_auth::SecretError>(())
/// ```
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// A secret of this text.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`] and [`SecretError::ControlCharacter`], of "the secret".
    pub fn new(text: impl Into<String>) -> Result<Self, SecretError> {
        Self::named(text.into(), "the secret")
    }

    /// The same for a secret that has a name of its own in messages.
    pub(crate) fn named(text: String, name: &str) -> Result<Self, SecretError> {
        let secret = Self(Arc::new(SecretString::from(text)));
        let text = secret.expose();
        if text.is_empty() {
            return Err(SecretError::Empty { name: name.into() });
        }
        if text.chars().any(char::is_control) {
            return Err(SecretError::ControlCharacter { name: name.into() });
        }
        Ok(secret)
    }

    /// The text itself, for the request that needs it and for nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({REDACTED})")
    }
}
