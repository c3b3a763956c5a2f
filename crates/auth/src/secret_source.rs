use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::{Secret, SecretError, command};

/// Where a secret is read from. A configuration holds one of these, never a secret.
///
/// - `Env`: a variable that is not set and one that is empty are errors;
/// - `File`: refused when others than its owner may read or write it;
/// - `Command`: run without a shell and without input; its standard output is the secret, its standard error is not
///   looked at, a failure is an error;
/// - one final line break of a file and of an output is not part of the secret;
/// - empty, not UTF-8, larger than 64 KiB or with a control character is an error.
///
/// ```
/// use rollbook_auth::SecretSource;
///
/// let source = SecretSource::Command(vec!["echo".into(), "hunter2".into()]);
/// assert_eq!(source.resolve()?.expose(), "hunter2");
/// # Ok::<(), rollbook_auth::SecretError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretSource {
    /// The environment variable of this name.
    Env(String),
    /// The file at this path.
    File(PathBuf),
    /// What this program with these arguments writes.
    Command(Vec<String>),
}

/// The largest secret. Tokens are a few KiB at most.
pub(crate) const LIMIT: u64 = 64 * 1024;

impl SecretSource {
    /// Reads the secret. It blocks, for a command until that ends: do it before anything runs that must not wait.
    ///
    /// # Errors
    ///
    /// A [`SecretError`] that names the source and not what is in it.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        match self {
            Self::Env(name) => from_env(name),
            Self::File(path) => from_file(path),
            Self::Command(command) => command::output(command),
        }
    }
}

fn from_env(variable: &str) -> Result<Secret, SecretError> {
    let name = format!("the environment variable {variable}");
    // The standard library panics on a name that no variable can have.
    let possible = !variable.is_empty() && !variable.contains(['=', '\0']);
    let value = possible.then(|| std::env::var_os(variable)).flatten();
    let value = value.ok_or_else(|| SecretError::Unset {
        name: variable.to_owned(),
    })?;
    match value.into_string() {
        Ok(text) => Secret::named(text, &name),
        Err(_) => Err(SecretError::NotText { name }),
    }
}

fn from_file(path: &Path) -> Result<Secret, SecretError> {
    let unreadable = |source| SecretError::File {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file, so that it cannot be another by the time it is read.
    refuse_open_to_others(path, &file.metadata().map_err(unreadable)?)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    from_bytes(bytes, &format!("the file {}", path.display()))
}

#[cfg(unix)]
fn refuse_open_to_others(path: &Path, metadata: &std::fs::Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & 0o077 != 0 {
        return Err(SecretError::OpenToOthers {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_open_to_others(_: &Path, _: &std::fs::Metadata) -> Result<(), SecretError> {
    Ok(())
}

/// The secret in what was read, which may be one byte more than allowed.
pub(crate) fn from_bytes(bytes: Vec<u8>, name: &str) -> Result<Secret, SecretError> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LIMIT) {
        return Err(SecretError::TooLarge {
            name: name.to_owned(),
            limit: LIMIT,
        });
    }
    // The error of the conversion holds the bytes: it is not passed on.
    let mut text = String::from_utf8(bytes).map_err(|_| SecretError::NotText {
        name: name.to_owned(),
    })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Secret::named(text, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::proptest;

    #[test]
    fn one_final_line_break_is_not_part_of_the_secret() {
        for text in ["a b", "a b\n", "a b\r\n"] {
            assert_eq!(from_bytes(text.into(), "it").unwrap().expose(), "a b");
        }
        for text in ["a\n\n", "a\r", "a\rb", "\na", "a\n\r\n"] {
            assert!(matches!(
                from_bytes(text.into(), "it"),
                Err(SecretError::ControlCharacter { .. })
            ));
        }
        for text in ["", "\n", "\r\n"] {
            assert!(matches!(
                from_bytes(text.into(), "it"),
                Err(SecretError::Empty { .. })
            ));
        }
    }

    #[test]
    fn what_is_not_text_or_too_large_is_refused() {
        assert!(matches!(
            from_bytes(vec![0xff], "it"),
            Err(SecretError::NotText { .. })
        ));
        assert!(matches!(
            from_bytes(vec![b'a'; 64 * 1024 + 1], "it"),
            Err(SecretError::TooLarge { .. })
        ));
        assert!(from_bytes(vec![b'a'; 64 * 1024], "it").is_ok());
    }

    #[test]
    fn a_variable_that_cannot_be_is_not_set() {
        for name in ["", "A=B", "A\0B", "ROLLBOOK_TEST_OF_A_VARIABLE_THAT_NOBODY_SETS"] {
            let result = SecretSource::Env(name.into()).resolve();
            assert!(matches!(result, Err(SecretError::Unset { .. })));
        }
    }

    proptest! {
        #[test]
        fn a_secret_has_no_control_character_and_is_never_in_the_error(bytes: Vec<u8>) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match from_bytes(bytes, "it") {
                Ok(secret) => assert!(!secret.expose().is_empty() && !secret.expose().chars().any(char::is_control)),
                Err(error) => assert!(text.len() < 40 || !format!("{error} {error:?}").contains(&text)),
            }
        }
    }
}
