use std::io;
use std::path::PathBuf;

/// Why a secret cannot be had. It names the variable, file or program, never what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The environment variable is not set.
    #[error("the environment variable {name} is not set")]
    Unset {
        /// The variable.
        name: String,
    },
    /// There is nothing in it.
    #[error("{name} is empty")]
    Empty {
        /// What is empty.
        name: String,
    },
    /// It holds a control character, such as a line break, so it cannot be a credential.
    #[error("{name} holds a control character (a line break?)")]
    ControlCharacter {
        /// What holds it.
        name: String,
    },
    /// It is not UTF-8 text.
    #[error("{name} is not UTF-8 text")]
    NotText {
        /// What is not text.
        name: String,
    },
    /// It is much larger than a credential.
    #[error("{name} is larger than {limit} bytes")]
    TooLarge {
        /// What is too large.
        name: String,
        /// How large it may be.
        limit: u64,
    },
    /// The file cannot be read.
    #[error("the file {} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others than the owner may read or write the file.
    #[error(
        "the file {} is open to others than its owner (mode {mode:03o}); run: chmod 600 {}",
        path.display(),
        quoted(path)
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// No command is named.
    #[error("the command for the secret is empty")]
    NoCommand,
    /// The command cannot be run.
    #[error("the command {program} cannot be run")]
    Command {
        /// The program, without its arguments.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The command ended with a failure. What it wrote is not shown.
    #[error("the command {program} failed: {status}")]
    CommandFailed {
        /// The program, without its arguments.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
}

/// A path as it can be pasted into a shell.
fn quoted(path: &std::path::Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:".contains(c);
    if path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}
