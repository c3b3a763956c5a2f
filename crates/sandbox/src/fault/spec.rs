use std::fmt;
use std::str::FromStr;

use super::error::FaultError;
use super::kinds::{FaultKind, kind};
use super::pairs::Pairs;

/// One fault: what goes wrong, with which requests, and how often.
///
/// Written and read in [the grammar of this module](super). `Display` leaves out what holds anyway; what it writes is
/// read as an equal fault.
///
/// ```
/// use rollbook_sandbox::fault::FaultSpec;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fault: FaultSpec = "reset:every=1,when=after,method=delete".parse()?;
/// assert_eq!(fault.kind(), "reset");
/// assert_eq!(fault.to_string(), "reset:when=after,method=DELETE");
///
/// let wrong = "reset:tims=3".parse::<FaultSpec>().unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "reset has no key \"tims\"; is it times? it has: when, method, path, every, rate, times, skip"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FaultSpec {
    kind: &'static FaultKind,
    pairs: Pairs,
}

impl FaultSpec {
    /// The name of its kind, one of [`KINDS`](super::KINDS).
    pub fn kind(&self) -> &'static str {
        self.kind.name
    }

    pub(super) fn table(&self) -> &'static FaultKind {
        self.kind
    }

    /// The value of a key: as it is given, or as it is without.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let default = || {
            let mut keys = self.kind.all_keys();
            keys.find(|known| known.name == key)?.default
        };
        self.pairs.get(key).or_else(default)
    }

    pub(super) fn is(&self, key: &str, word: &str) -> bool {
        self.text(key) == Some(word)
    }

    /// The value of a key that has a number always.
    pub(super) fn count(&self, key: &str) -> u64 {
        self.text(key).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// The same, where it is a number of things in memory.
    pub(super) fn size(&self, key: &str) -> usize {
        usize::try_from(self.count(key)).unwrap_or(usize::MAX)
    }

    /// The same, with its sign.
    pub(super) fn difference(&self, key: &str) -> i64 {
        self.text(key).and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

impl PartialEq for FaultSpec {
    fn eq(&self, other: &Self) -> bool {
        self.kind.name == other.kind.name && self.pairs == other.pairs
    }
}

impl Eq for FaultSpec {}

impl FromStr for FaultSpec {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, pairs) = match text.split_once(':') {
            Some((name, pairs)) => (name, Some(pairs)),
            None => (text, None),
        };
        let kind = kind(name).ok_or_else(|| FaultError::kind(name))?;
        let pairs = Pairs::read(kind, pairs)?;
        Ok(Self { kind, pairs })
    }
}

impl fmt::Display for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        for (number, (key, value)) in self.pairs.iter().enumerate() {
            write!(f, "{}{key}={value}", if number == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}
