//! The configuration file.

use std::collections::BTreeSet;
use std::path::Path;

use rollbook::Config;

use crate::credential::{CREDENTIAL, silent};

/// A configuration is read, or everything that is wrong with it is told with its place and without a secret.
pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let told = match Config::parse(text, Path::new("fuzzed.toml")) {
        Ok(config) => {
            let names: BTreeSet<_> = config.sources().iter().map(|source| source.name()).collect();
            assert_eq!(names.len(), config.sources().len(), "two sources of one name");
            format!("{config:?}")
        }
        Err(errors) => {
            let lines = text.split('\n').count();
            for error in errors.iter() {
                assert!(error.file.is_some(), "nowhere: {error:?}");
                assert!(
                    error.line.is_none_or(|line| (1..=lines).contains(&line)),
                    "no such line: {error:?}"
                );
                let line = error.to_string();
                assert!(
                    !line.contains(['\n', '\r', '\u{1b}']),
                    "more than a line: {line:?}"
                );
            }
            assert!(errors.iter().next().is_some(), "refused for no reason");
            format!("{errors} {errors:?}")
        }
    };
    if is_only_a_secret(text) {
        silent("the configuration", &told);
    }
}

/// Whether the credential stands where a secret would be, and nowhere else.
fn is_only_a_secret(text: &str) -> bool {
    let is_one = |line: &str| {
        line.split_once('=').is_some_and(|(key, value)| {
            ["client_secret", "credential", "token"].contains(&key.trim())
                && value.trim() == format!("\"{CREDENTIAL}\"")
        })
    };
    let spans_lines = text.contains("\"\"\"") || text.contains("'''");
    !spans_lines
        && text
            .lines()
            .all(|line| !line.contains(CREDENTIAL) || is_one(line))
}
