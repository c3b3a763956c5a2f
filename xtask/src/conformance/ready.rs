//! Whether a client can be run here: it runs, this machine lacks something, or something is wrong. Only a lack is skipped.

use std::path::PathBuf;

/// What came of making a client ready.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// By this interpreter.
    Runs(PathBuf),
    /// This machine lacks what the text says.
    Skipped(String),
    /// Its packages cannot be had though nothing is lacking: a wrong version, a broken build, another hash.
    Failed(String),
}

/// How pip words it that no connection could be made or kept, before its last try.
const NO_CONNECTION: &str = "after connection broken by";

/// A connection that was made, to a server that is not trusted. That is for a person to mend.
const NOT_TRUSTED: &str = "SSLError";

/// How lines of pip begin that say that an index has answered: it has given a file.
const FETCHED: [&str; 2] = ["Downloading ", "Using cached "];

/// What it means that pip has installed nothing, by all that it said.
///
/// No index at all is a lack of this machine. An index that gave a file is there, and whatever went wrong then is none.
pub(super) fn without_packages(said: &str) -> Ready {
    let mut lines = said.lines().map(str::trim);
    let is_unreachable = lines
        .clone()
        .any(|line| line.contains(NO_CONNECTION) && !line.contains(NOT_TRUSTED))
        && !lines.any(|line| FETCHED.iter().any(|fetched| line.starts_with(fetched)));
    if is_unreachable {
        Ready::Skipped("the package index cannot be reached".to_owned())
    } else {
        Ready::Failed(said.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What pip 26 said where there is no network, and likewise where the port of the index is closed.
    const OFFLINE: &str = "\
Looking in links: /wheels
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NameResolutionError(\"HTTPSConnection(host='pypi.org', port=443): Failed to resolve 'pypi.org'\")': /simple/pybanyan/
";
    const NOT_FOUND: &str = "\
ERROR: Could not find a version that satisfies the requirement pybanyan==0.28.1 (from versions: none)
ERROR: No matching distribution found for pybanyan==0.28.1
";

    fn is_skipped(said: &str) -> bool {
        match without_packages(said) {
            Ready::Skipped(why) => why == "the package index cannot be reached",
            Ready::Failed(why) => {
                assert_eq!(why, said);
                false
            }
            Ready::Runs(_) => panic!("nothing is installed"),
        }
    }

    #[test]
    fn only_an_index_that_cannot_be_reached_at_all_is_skipped() {
        assert!(is_skipped(&format!("{OFFLINE}{NOT_FOUND}")));

        let fetched = "Collecting pybanyan==0.28.1 (from -r banyan_v1.txt (line 2))\n  Downloading pybanyan-0.28.1-py3-none-any.whl (113 kB)\n";
        let cached = "Collecting pybanyan==0.28.1\n  Using cached pybanyan-0.28.1-py3-none-any.whl\n";
        for said in [
            // The index answers, and does not have it.
            NOT_FOUND.to_owned(),
            "ERROR: Could not find a version that satisfies the requirement pybanyan==9 (from versions: 0.28.1)".to_owned(),
            // It answers, and is then lost.
            format!("{fetched}{OFFLINE}{NOT_FOUND}"),
            format!("{cached}{OFFLINE}{NOT_FOUND}"),
            format!("{fetched}ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."),
            format!("{fetched}error: subprocess-exited-with-error"),
            OFFLINE.replace("NameResolutionError", "SSLError(SSLCertVerificationError") + NOT_FOUND,
            String::new(),
        ] {
            assert!(!is_skipped(&said), "{said}");
        }
    }
}
