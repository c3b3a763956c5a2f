use std::io::{self, Read as _};
use std::process::{Command, Stdio};

use crate::secret_source::{LIMIT, from_bytes};
use crate::{Secret, SecretError};

/// The secret that a command writes to its standard output.
pub(crate) fn output(command: &[String]) -> Result<Secret, SecretError> {
    let Some((program, arguments)) = command.split_first().filter(|(program, _)| !program.is_empty()) else {
        return Err(SecretError::NoCommand);
    };
    let cannot = |source: io::Error| SecretError::Command {
        program: program.clone(),
        source,
    };
    let mut child = Command::new(program)
        .args(arguments)
        // Standard input may be the data of the program that asks; what the command has to say may hold the secret.
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot)?;
    let mut bytes = Vec::new();
    let read = match child.stdout.take() {
        // Closed after this line, so a command that goes on writing ends too.
        Some(stdout) => stdout.take(LIMIT + 1).read_to_end(&mut bytes),
        None => Ok(0),
    };
    let too_large = u64::try_from(bytes.len()).is_ok_and(|length| length > LIMIT);
    if too_large || read.is_err() {
        // It may have ended by itself meanwhile; either way it is not left running.
        let _ = child.kill();
    }
    let status = child.wait().map_err(cannot)?;
    read.map_err(cannot)?;
    if !too_large && !status.success() {
        return Err(SecretError::CommandFailed {
            program: program.clone(),
            status,
        });
    }
    from_bytes(bytes, &format!("the output of the command {program}"))
}
