//! Changes out of a CSV file.

use std::io::{self, Read as _};
use std::path::Path;

use rollbook::model::Operation;

use super::rows::{Rows, parse};
use super::wanted::names;
use crate::failure::Failure;

/// Reads the file, or stdin for `-`, and checks every row.
pub(crate) fn read(path: &Path, operation: Operation) -> Result<Rows, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::Input {
        path: path.to_owned(),
        error,
    })?;
    parse(&bytes, operation).map_err(|problem| {
        Failure::usage(
            format!("{}: {problem}", path.display()),
            format!(
                "its columns are named like the flags: {}",
                names(operation).join(", ")
            ),
        )
    })
}
