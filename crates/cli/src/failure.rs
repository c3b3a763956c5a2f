use std::io;
use std::path::PathBuf;

use rollbook::ConfigErrors;

use crate::exit::Exit;

/// Why a command ended before its end, other than by what a vendor answered.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The configuration, a source's name or a secret.
    Config(ConfigErrors),
    /// What was asked for cannot be done.
    Usage { problem: String, hint: Option<String> },
    /// A guard refused a change: nothing was changed.
    Refused { problem: String, hint: Option<String> },
    /// Stdout could not be written.
    Output(io::Error),
    /// Something on this machine did not work.
    Machine { doing: String, error: io::Error },
    /// A file could not be read.
    Input { path: PathBuf, error: io::Error },
    /// A file could not be written.
    File { path: PathBuf, error: io::Error },
    /// Something that was told already.
    Told(Exit),
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    pub(crate) fn usage(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            problem: problem.into(),
            hint: Some(hint.into()),
        }
    }

    pub(crate) fn refused(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused {
            problem: problem.into(),
            hint: Some(hint.into()),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            // Whoever read stdout had enough (`| head`): that is their right, and no failure.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Config(_) | Self::Usage { .. } | Self::Input { .. } => Exit::Usage,
            Self::Refused { .. } => Exit::Refused,
            Self::Output(_) | Self::Machine { .. } | Self::File { .. } => Exit::Failed,
            Self::Told(exit) => *exit,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::Config(errors)
    }
}

/// Every plain I/O error of a command is one of writing its data.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
